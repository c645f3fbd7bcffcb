-- +goose Up
-- Who exists, what they hold, and the keys that follow. Names and addresses are sealed under
-- the organisation's key; what decides to whom something is sealed carries a mac.

-- The one table without an org column: the process must list organisations before it can scope.
CREATE TABLE organisation (
    id      TEXT PRIMARY KEY,
    root    BYTEA NOT NULL,
    escrow  BYTEA,
    created BIGINT NOT NULL
);

CREATE TABLE setting (
    org     TEXT NOT NULL,
    name    TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    version BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (org, name)
);

CREATE TABLE authority (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE unit (
    org       TEXT NOT NULL,
    authority TEXT NOT NULL,
    id        TEXT NOT NULL,
    sealed    BYTEA NOT NULL,
    version   BIGINT NOT NULL,
    created   BIGINT NOT NULL,
    PRIMARY KEY (org, authority, id)
);

CREATE TABLE person (
    org          TEXT NOT NULL,
    id           TEXT NOT NULL,
    address_tag  TEXT NOT NULL,
    source_tag   TEXT NOT NULL,
    sealed       BYTEA NOT NULL,
    state        TEXT NOT NULL,
    public_key   BYTEA,
    key_version  BIGINT NOT NULL,
    confirmed_by TEXT NOT NULL,
    leave_until  BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    created      BIGINT NOT NULL,
    changed      BIGINT NOT NULL,
    mac          BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX person_address ON person (org, address_tag);
CREATE INDEX person_source ON person (org, source_tag);

CREATE TABLE unlocker (
    org         TEXT NOT NULL,
    person      TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    cred_tag    TEXT NOT NULL,
    wrap        BYTEA NOT NULL,
    sealed      BYTEA NOT NULL,
    key_version BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    used        BIGINT NOT NULL,
    mac         BYTEA NOT NULL,
    PRIMARY KEY (org, person, id)
);
CREATE INDEX unlocker_credential ON unlocker (org, cred_tag);

CREATE TABLE role_grant (
    org          TEXT NOT NULL,
    authority    TEXT NOT NULL,
    id           TEXT NOT NULL,
    person       TEXT NOT NULL,
    role         TEXT NOT NULL,
    state        TEXT NOT NULL,
    proposed_by  TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    from_at      BIGINT NOT NULL,
    until_at     BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    mac          BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX role_grant_person ON role_grant (org, person);

CREATE TABLE function (
    org         TEXT NOT NULL,
    authority   TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    unit        TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    public_key  BYTEA,
    key_version BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    mac         BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE holder (
    org          TEXT NOT NULL,
    function     TEXT NOT NULL,
    id           TEXT NOT NULL,
    person       TEXT NOT NULL,
    state        TEXT NOT NULL,
    deputy_for   TEXT NOT NULL,
    standby      BOOLEAN NOT NULL,
    from_at      BIGINT NOT NULL,
    until_at     BIGINT NOT NULL,
    key_version  BIGINT NOT NULL,
    wrap_kind    TEXT NOT NULL,
    wrap         BYTEA,
    proposed_by  TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    version      BIGINT NOT NULL,
    mac          BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX holder_function ON holder (org, function);
CREATE INDEX holder_person ON holder (org, person);

CREATE TABLE invitation (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    person  TEXT NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT NOT NULL,
    mac     BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE session (
    org       TEXT NOT NULL,
    id        TEXT NOT NULL,
    person    TEXT NOT NULL,
    kind      TEXT NOT NULL,
    wrap      BYTEA NOT NULL,
    sealed    BYTEA NOT NULL,
    scopes    TEXT NOT NULL,
    assurance TEXT NOT NULL,
    created   BIGINT NOT NULL,
    seen      BIGINT NOT NULL,
    expires   BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX session_person ON session (org, person);

CREATE TABLE ceremony (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE rate (
    org      TEXT NOT NULL,
    bucket   TEXT NOT NULL,
    start_at BIGINT NOT NULL,
    count    BIGINT NOT NULL,
    PRIMARY KEY (org, bucket)
);

CREATE TABLE recovery_key (
    org        TEXT NOT NULL,
    version    BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    sealed     BYTEA NOT NULL,
    sheets     BIGINT NOT NULL,
    threshold  BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    mac        BYTEA NOT NULL,
    PRIMARY KEY (org, version)
);

CREATE TABLE recovery (
    org      TEXT NOT NULL,
    id       TEXT NOT NULL,
    person   TEXT NOT NULL,
    state    TEXT NOT NULL,
    sealed   BYTEA NOT NULL,
    started  BIGINT NOT NULL,
    opens    BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    mac      BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);

CREATE TABLE notice (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    person  TEXT NOT NULL,
    kind    TEXT NOT NULL,
    ref     TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX notice_person ON notice (org, person, seen);

CREATE TABLE idempotency (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    body    BYTEA NOT NULL,
    answer  BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);

-- +goose Down
DROP TABLE idempotency;
DROP TABLE notice;
DROP TABLE recovery;
DROP TABLE recovery_key;
DROP TABLE rate;
DROP TABLE ceremony;
DROP TABLE session;
DROP TABLE invitation;
DROP TABLE holder;
DROP TABLE function;
DROP TABLE role_grant;
DROP TABLE unlocker;
DROP TABLE person;
DROP TABLE unit;
DROP TABLE authority;
DROP TABLE setting;
DROP TABLE organisation;
