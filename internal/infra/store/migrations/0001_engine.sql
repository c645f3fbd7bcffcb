-- +goose Up
-- What the store itself needs: facts about the instance, jobs, and the log.

CREATE TABLE instance (
    name  TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE job (
    org          TEXT NOT NULL,
    id           TEXT PRIMARY KEY,
    kind         TEXT NOT NULL,
    args         TEXT NOT NULL,
    run_at       BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    state        TEXT NOT NULL,
    lease_until  BIGINT NOT NULL,
    lease_owner  TEXT NOT NULL,
    unique_key   TEXT,
    error_class  TEXT NOT NULL,
    created      BIGINT NOT NULL
);
CREATE INDEX job_due ON job (state, run_at);
CREATE UNIQUE INDEX job_unique ON job (org, kind, unique_key);

-- When each schedule last made its job, so that two nodes make one.
CREATE TABLE job_schedule (
    id   TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- Which organisations have a log; the id alone, so that it can be listed before one is chosen.
CREATE TABLE audit_tree (
    id      TEXT PRIMARY KEY,
    created BIGINT NOT NULL
);

-- One leaf. ref is 16 times the place in its chain, plus the chain. Without salt and payload it
-- has been erased, and the tree still stands.
CREATE TABLE audit_entry (
    org     TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    ref     BIGINT NOT NULL,
    leaf    BYTEA NOT NULL,
    salt    BYTEA,
    payload BYTEA,
    case_id TEXT NOT NULL,
    PRIMARY KEY (org, seq)
);

CREATE INDEX audit_entry_case ON audit_entry (org, case_id, seq) WHERE case_id <> '';

-- The root of each full subtree of 256, 65,536, ... leaves.
-- clustered
CREATE TABLE audit_node (
    org   TEXT NOT NULL,
    level BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    hash  BYTEA NOT NULL,
    PRIMARY KEY (org, level, n)
);

-- The head of each chain; SQLite has one and keeps no row for it.
CREATE TABLE audit_chain (
    org   TEXT NOT NULL,
    chain BIGINT NOT NULL,
    next  BIGINT NOT NULL,
    hash  BYTEA NOT NULL,
    PRIMARY KEY (org, chain)
);

-- The newest logged hash of each sealed row.
-- clustered
CREATE TABLE audit_row (
    org  TEXT NOT NULL,
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    ref  BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (org, kind, id)
);

-- The newest logged item count of each case.
-- clustered
CREATE TABLE audit_case (
    org     TEXT NOT NULL,
    case_id TEXT NOT NULL,
    ref     BIGINT NOT NULL,
    count   BIGINT NOT NULL,
    PRIMARY KEY (org, case_id)
);

CREATE TABLE audit_checkpoint (
    org  TEXT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (org, size)
);
