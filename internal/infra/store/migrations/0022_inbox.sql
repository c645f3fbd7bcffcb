-- +goose Up
-- The inbox counts from an index alone. What is guarded is few, and is asked about one by one.
DROP INDEX shelf_state;
DROP INDEX shelf_due;
CREATE INDEX shelf_state ON shelf (org, member, state, guarded, rank, case_id, opened);
CREATE INDEX shelf_due ON shelf (org, member, due, case_id, guarded) WHERE due > 0;

-- +goose Down
DROP INDEX shelf_due;
DROP INDEX shelf_state;
CREATE INDEX shelf_state ON shelf (org, member, state, rank, case_id);
CREATE INDEX shelf_due ON shelf (org, member, due, case_id) WHERE due > 0;
