-- +goose Up
-- A member's shelf: one row for each case they sit in, read from end to end by a search. The title
-- is sealed again under the member's own symmetric key once they have opened it; until then NULL.
-- clustered
CREATE TABLE shelf (
    org     TEXT NOT NULL,
    member  TEXT NOT NULL,
    case_id TEXT NOT NULL,
    place   TEXT NOT NULL,
    title   BYTEA,
    PRIMARY KEY (org, member, case_id, place)
);

-- +goose Down
DROP TABLE shelf;
