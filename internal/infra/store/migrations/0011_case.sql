-- +goose Up
-- A case as it may be known without opening the seal, its circle, and what lies sealed in it.

CREATE TABLE casefile (
    org         TEXT NOT NULL,
    authority   TEXT NOT NULL,
    id          TEXT NOT NULL,
    ref         TEXT NOT NULL,
    state       TEXT NOT NULL,
    public_key  BYTEA NOT NULL,
    key_version BIGINT NOT NULL,
    key_stale   BOOLEAN NOT NULL,
    exclusion   BYTEA,
    opened      BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    items       BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    mac         BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX casefile_ref ON casefile (org, ref);
CREATE INDEX casefile_changed ON casefile (org, authority, changed, id);

CREATE TABLE circle (
    org         TEXT NOT NULL,
    authority   TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    member      TEXT NOT NULL,
    added_by    TEXT NOT NULL,
    reason      BYTEA,
    reason_key  BYTEA,
    from_at     BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    ended       BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    mac         BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX circle_case ON circle (org, case_id);
CREATE INDEX circle_member ON circle (org, member, ended, case_id);

-- One wrap of the case's private key for each place and key version.
CREATE TABLE case_wrap (
    org         TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    place       TEXT NOT NULL,
    key_version BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    wrap        BYTEA NOT NULL,
    PRIMARY KEY (org, case_id, place, key_version)
);
CREATE INDEX case_wrap_place ON case_wrap (org, place);

CREATE TABLE item (
    org         TEXT NOT NULL,
    authority   TEXT NOT NULL,
    case_id     TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    key_version BIGINT NOT NULL,
    data_key    BYTEA NOT NULL,
    body        BYTEA NOT NULL,
    created     BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    mac         BYTEA NOT NULL,
    PRIMARY KEY (org, case_id, id)
);
CREATE UNIQUE INDEX item_seq ON item (org, case_id, seq);
CREATE INDEX item_kind ON item (org, kind, case_id);

-- A stored object: an attachment's sealed chunks on the blob place. Its key lies in the item.
CREATE TABLE object (
    org      TEXT NOT NULL,
    id       TEXT NOT NULL,
    case_id  TEXT NOT NULL,
    item     TEXT NOT NULL,
    size     BIGINT NOT NULL,
    epoch    BIGINT NOT NULL,
    created  BIGINT NOT NULL,
    erased   BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX object_case ON object (org, case_id);

-- An upload under way; the secret in its address wraps the object's key until it is complete.
CREATE TABLE upload (
    org        TEXT NOT NULL,
    id         TEXT NOT NULL,
    object     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    epoch      BIGINT NOT NULL,
    wrap       BYTEA NOT NULL,
    sealed     BYTEA NOT NULL,
    tail       BYTEA,
    hash_state BYTEA,
    length     BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    state      TEXT NOT NULL,
    writer     TEXT NOT NULL,
    lease      BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX upload_owner ON upload (org, owner);
CREATE INDEX upload_expires ON upload (org, expires);

-- What was written between the steps of a form, under 256 bits that only the form carries.
CREATE TABLE draft (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    visit   TEXT NOT NULL,
    wrap    BYTEA NOT NULL,
    epoch   BIGINT NOT NULL,
    sealed  BYTEA NOT NULL,
    version BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX draft_visit ON draft (org, visit);
CREATE INDEX draft_expires ON draft (org, expires);

-- Numbers that only grow, such as the next unused leaf of the epoch tree.
CREATE TABLE counter (
    org   TEXT NOT NULL,
    name  TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (org, name)
);

-- The tree of erasable keys: which root opens it, and who may change that root until when.
CREATE TABLE epoch (
    org        TEXT NOT NULL,
    generation BIGINT NOT NULL,
    holder     TEXT NOT NULL,
    lease      BIGINT NOT NULL,
    PRIMARY KEY (org)
);

-- Leaves whose object is deleted and whose key is still to be destroyed.
CREATE TABLE epoch_doomed (
    org  TEXT NOT NULL,
    leaf BIGINT NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (org, leaf)
);

CREATE TABLE epoch_node (
    org  TEXT NOT NULL,
    id   TEXT NOT NULL,
    wrap BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);

-- +goose Down
DROP TABLE epoch_node;
DROP TABLE epoch_doomed;
DROP TABLE epoch;
DROP TABLE counter;
DROP TABLE draft;
DROP TABLE upload;
DROP TABLE object;
DROP TABLE item;
DROP TABLE case_wrap;
DROP TABLE circle;
DROP TABLE casefile;
