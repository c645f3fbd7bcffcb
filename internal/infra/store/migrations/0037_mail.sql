-- +goose Up
-- Official addresses, and the letters that come and go through them. A row tells ids, codes, sizes
-- and times; addresses are tags, and everything else lies sealed.
CREATE TABLE mailbox (
    org         TEXT NOT NULL,
    authority   TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    person      TEXT NOT NULL,
    address_tag TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    state       TEXT NOT NULL,
    delivery    TEXT NOT NULL,
    cover       BOOLEAN NOT NULL,
    alarms      BOOLEAN NOT NULL,
    until_at    BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    version     BIGINT NOT NULL,
    mac         BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX mailbox_address ON mailbox (org, address_tag);
CREATE INDEX mailbox_person ON mailbox (org, person);

-- Who reads a mailbox by its owner's consent.
CREATE TABLE mail_delegate (
    org        TEXT NOT NULL,
    mailbox    TEXT NOT NULL,
    id         TEXT NOT NULL,
    person     TEXT NOT NULL,
    duty       TEXT NOT NULL,
    consent_by TEXT NOT NULL,
    from_at    BIGINT NOT NULL,
    ended      BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    mac        BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX mail_delegate_mailbox ON mail_delegate (org, mailbox);
CREATE INDEX mail_delegate_person ON mail_delegate (org, person);

-- What one correspondent and one mailbox write to each other.
CREATE TABLE mail_thread (
    org       TEXT NOT NULL,
    authority TEXT NOT NULL,
    mailbox   TEXT NOT NULL,
    id        TEXT NOT NULL,
    peer_tag  TEXT NOT NULL,
    letters   BIGINT NOT NULL,
    unseen    BIGINT NOT NULL,
    rank      BIGINT NOT NULL,
    party     BOOLEAN NOT NULL,
    handling  TEXT NOT NULL,
    entry     TEXT NOT NULL,
    opened    BIGINT NOT NULL,
    changed   BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX mail_thread_mailbox ON mail_thread (org, mailbox, changed, id);
CREATE INDEX mail_thread_handling ON mail_thread (org, authority, handling, changed, id);

CREATE TABLE letter (
    org         TEXT NOT NULL,
    mailbox     TEXT NOT NULL,
    thread      TEXT NOT NULL,
    id          TEXT NOT NULL,
    seq         BIGINT NOT NULL,
    direction   TEXT NOT NULL,
    sort        TEXT NOT NULL,
    message_tag TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    auto        BOOLEAN NOT NULL,
    author      TEXT NOT NULL,
    received    BIGINT NOT NULL,
    size        BIGINT NOT NULL,
    seen        BIGINT NOT NULL,
    sent        BIGINT NOT NULL,
    object      TEXT NOT NULL,
    head        BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX letter_thread ON letter (org, thread, seq);
CREATE INDEX letter_message ON letter (org, mailbox, message_tag) WHERE message_tag <> '';

-- The raw bytes, but of large letters: those lie in the blob place.
CREATE TABLE letter_body (
    org    TEXT NOT NULL,
    letter TEXT NOT NULL,
    body   BYTEA NOT NULL,
    PRIMARY KEY (org, letter)
);

-- A letter's data key as each of its readers opens it.
-- clustered
CREATE TABLE letter_wrap (
    org    TEXT NOT NULL,
    letter TEXT NOT NULL,
    kind   TEXT NOT NULL,
    reader TEXT NOT NULL,
    how    TEXT NOT NULL,
    wrap   BYTEA NOT NULL,
    PRIMARY KEY (org, letter, kind, reader)
);

-- What waits to leave.
CREATE TABLE mail_queue (
    org      TEXT NOT NULL,
    id       TEXT NOT NULL,
    mailbox  TEXT NOT NULL,
    letter   TEXT NOT NULL,
    load     TEXT NOT NULL,
    dest_tag TEXT NOT NULL,
    state    TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at  BIGINT NOT NULL,
    lease    TEXT NOT NULL,
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    class    TEXT NOT NULL,
    sealed   BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX mail_queue_due ON mail_queue (org, next_at, id);
CREATE INDEX mail_queue_letter ON mail_queue (org, letter) WHERE letter <> '';

-- Where an answer to a one-thread address goes.
CREATE TABLE mail_reply (
    org     TEXT NOT NULL,
    tag     TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    thread  TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, tag)
);
CREATE INDEX mail_reply_expires ON mail_reply (org, expires);

-- +goose Down
DROP TABLE mail_reply;
DROP TABLE mail_queue;
DROP TABLE letter_wrap;
DROP TABLE letter_body;
DROP TABLE letter;
DROP TABLE mail_thread;
DROP TABLE mail_delegate;
DROP TABLE mailbox;
