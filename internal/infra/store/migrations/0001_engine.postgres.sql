-- What several nodes need: entries that are durable but not yet in the tree, and the order in
-- which their transactions held the rows that they name.
CREATE TABLE audit_pending (
    org     TEXT NOT NULL,
    ref     BIGINT NOT NULL,
    turn    BIGINT NOT NULL,
    logged  BIGINT NOT NULL,
    leaf    BYTEA NOT NULL,
    salt    BYTEA NOT NULL,
    payload BYTEA NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (org, ref)
);
CREATE SEQUENCE audit_turn;
