-- +goose Up
-- A person's own safety plan, sealed to them alone.
CREATE TABLE safety_plan (
    org     TEXT NOT NULL,
    person  TEXT NOT NULL,
    box     BYTEA NOT NULL,
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (org, person)
);

-- +goose Down
DROP TABLE safety_plan;
