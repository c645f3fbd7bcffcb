-- +goose Up
-- What has not been handed to the municipality's own register, in its order.
CREATE INDEX registration_waiting ON registration (org, authority, year, serial) WHERE delivered = 0;

-- +goose Down
DROP INDEX registration_waiting;
