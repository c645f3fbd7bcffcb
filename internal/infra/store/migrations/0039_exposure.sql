-- +goose Up
-- The organisation's own sites that are watched. Which hosts that are stands sealed, and the row carries a mac.
CREATE TABLE exposure_site (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    unit    TEXT NOT NULL,
    owner   TEXT NOT NULL,
    paused  BOOLEAN NOT NULL,
    ended   BIGINT NOT NULL,
    sealed  BYTEA NOT NULL,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    mac     BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);

-- What is kept of each page, so that it is not read again before it has changed: address, title and validators
-- sealed; content is a tag.
CREATE TABLE exposure_page (
    org      TEXT NOT NULL,
    id       TEXT NOT NULL,
    site     TEXT NOT NULL,
    tag      TEXT NOT NULL,
    standing TEXT NOT NULL,
    seen     BIGINT NOT NULL,
    content  TEXT NOT NULL,
    misses   BIGINT NOT NULL,
    sealed   BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX exposure_page_tag ON exposure_page (org, site, tag);
CREATE INDEX exposure_page_seen ON exposure_page (org, site, seen);

-- A value that stands on pages of a site. What it is lies sealed.
CREATE TABLE exposure_finding (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    site    TEXT NOT NULL,
    unit    TEXT NOT NULL,
    tag     TEXT NOT NULL,
    kind    TEXT NOT NULL,
    state   TEXT NOT NULL,
    grave   BOOLEAN NOT NULL,
    owner   TEXT NOT NULL,
    due     BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    closed  BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    sealed  BYTEA NOT NULL,
    version BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    mac     BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX exposure_finding_tag ON exposure_finding (org, site, tag);
CREATE INDEX exposure_finding_state ON exposure_finding (org, state, due);

-- Where a finding stands: one row for each page, with its words sealed.
CREATE TABLE exposure_place (
    org        TEXT NOT NULL,
    id         TEXT NOT NULL,
    finding    TEXT NOT NULL,
    page       TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    sealed     BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX exposure_place_finding ON exposure_place (org, finding, page);
CREATE INDEX exposure_place_page ON exposure_place (org, page);

-- Visits and weeks: times, codes and counts.
CREATE TABLE exposure_run (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    site    TEXT NOT NULL,
    ending  TEXT NOT NULL,
    pressed BOOLEAN NOT NULL,
    started BIGINT NOT NULL,
    ended   BIGINT NOT NULL,
    pages   BIGINT NOT NULL,
    fresh   BIGINT NOT NULL,
    missed  BIGINT NOT NULL,
    barred  BIGINT NOT NULL,
    unread  BIGINT NOT NULL,
    traps   BIGINT NOT NULL,
    found   BIGINT NOT NULL,
    gone    BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX exposure_run_site ON exposure_run (org, site, started);

CREATE TABLE exposure_week (
    org    TEXT NOT NULL,
    monday BIGINT NOT NULL,
    unit   TEXT NOT NULL,
    kind   TEXT NOT NULL,
    opened BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    PRIMARY KEY (org, monday, unit, kind)
);

-- +goose Down
DROP TABLE exposure_week;
DROP TABLE exposure_run;
DROP TABLE exposure_place;
DROP TABLE exposure_finding;
DROP TABLE exposure_page;
DROP TABLE exposure_site;
