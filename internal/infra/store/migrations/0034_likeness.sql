-- +goose Up
-- What cases may have in common: tokens that are equal to nothing, not even for the same value. owner
-- is the case under a tag of its own; until is when a wording may no longer be found, 0 for as long
-- as the case is.
CREATE TABLE likeness (
    org       TEXT NOT NULL,
    authority TEXT NOT NULL,
    id        TEXT NOT NULL,
    owner     TEXT NOT NULL,
    pointer   BYTEA NOT NULL,
    until_at  BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX likeness_owner ON likeness (org, owner);
CREATE INDEX likeness_until ON likeness (org, until_at) WHERE until_at > 0;

-- Which circles have been told that another case is like theirs, so that nobody is told twice.
CREATE TABLE likeness_told (
    org     TEXT NOT NULL,
    case_id TEXT NOT NULL,
    asker   TEXT NOT NULL,
    PRIMARY KEY (org, case_id, asker)
);

-- +goose Down
DROP TABLE likeness_told;
DROP TABLE likeness;
