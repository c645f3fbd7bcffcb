-- +goose Up
-- The register of representatives, what may be published of them, and their consent. An entry tells its
-- kind and whose it is by id; everything else is sealed, and the whole row carries a mac.
CREATE TABLE directory (
    org        TEXT NOT NULL,
    id         TEXT NOT NULL,
    kind       TEXT NOT NULL,
    authority  TEXT NOT NULL,
    of_id      TEXT NOT NULL,
    in_id      TEXT NOT NULL,
    person     TEXT NOT NULL,
    slug_tag   TEXT NOT NULL,
    source_tag TEXT NOT NULL,
    ended      BIGINT NOT NULL,
    sealed     BYTEA NOT NULL,
    version    BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    changed    BIGINT NOT NULL,
    mac        BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
-- No two bodies, and no two representatives, have one public address.
CREATE UNIQUE INDEX directory_slug ON directory (org, slug_tag);
CREATE INDEX directory_of ON directory (org, kind, of_id);

-- Photos, drawn anew and small, sealed under the organisation's key. Each is of one entry.
CREATE TABLE portrait (
    org    TEXT NOT NULL,
    id     TEXT NOT NULL,
    size   TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (org, id, size)
);

-- What is written in a contact form and not yet confirmed, or on its way to become letters. screened
-- and due are all that is readable of it.
CREATE TABLE contact_form (
    org        TEXT NOT NULL,
    id         TEXT NOT NULL,
    token_tag  TEXT NOT NULL,
    state      TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    sealed     BYTEA NOT NULL,
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    mac        BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX contact_form_token ON contact_form (org, token_tag);
CREATE INDEX contact_form_expires ON contact_form (org, expires);

-- +goose Down
DROP TABLE contact_form;
DROP TABLE portrait;
DROP TABLE directory;
