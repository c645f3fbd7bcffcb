-- +goose Up
-- Whom the watch looks for besides what it knows by shape: blind tokens, sealed.
CREATE TABLE listed (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    person  TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX listed_person ON listed (org, person) WHERE person <> '';

-- What somebody looks for of themselves, and what they have done about it, sealed to them alone.
CREATE TABLE own_exposure (
    org     TEXT NOT NULL,
    person  TEXT NOT NULL,
    box     BYTEA NOT NULL,
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (org, person)
);

-- A search of one's own: tokens under the organisation's key until it has been made, then what it gave, sealed to
-- whoever asked.
CREATE TABLE own_search (
    org     TEXT NOT NULL,
    person  TEXT NOT NULL,
    id      TEXT NOT NULL,
    state   TEXT NOT NULL,
    asked   BIGINT NOT NULL,
    ended   BIGINT NOT NULL,
    sealed  BYTEA,
    wrap    BYTEA,
    box     BYTEA,
    PRIMARY KEY (org, person)
);

-- +goose Down
DROP TABLE own_search;
DROP TABLE own_exposure;
DROP TABLE listed;
