-- +goose Up
-- The main flow: one event has a view for each receiver, each view is a case with a circle of its
-- own. What stands here may be known without opening a seal: codes, times and random ids.

-- event joins the views of one event; view says for whom this one is; responsible is the function
-- or person that answers for it; handler is the person who took it.
ALTER TABLE casefile ADD COLUMN event TEXT NOT NULL DEFAULT '';
ALTER TABLE casefile ADD COLUMN view TEXT NOT NULL DEFAULT '';
ALTER TABLE casefile ADD COLUMN responsible TEXT NOT NULL DEFAULT '';
ALTER TABLE casefile ADD COLUMN handler TEXT NOT NULL DEFAULT '';
-- unit is where the one concerned works; it decides what a close needs.
ALTER TABLE casefile ADD COLUMN unit TEXT NOT NULL DEFAULT '';
-- urgency is a proposal, 0 to 3; met is the first opening by somebody of the circle; assessed and
-- due are times, 0 for none; outcome is a code of the closed case.
ALTER TABLE casefile ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN met BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN assessed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
-- retention names the rule and its decision; forget is when the case may be destroyed, 0 for not
-- yet; hold stops it.
ALTER TABLE casefile ADD COLUMN retention TEXT NOT NULL DEFAULT '';
ALTER TABLE casefile ADD COLUMN forget BIGINT NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN hold BOOLEAN NOT NULL DEFAULT FALSE;
-- epoch is the leaf of the tree of erasable keys that the case's items hang from; 0: none.
ALTER TABLE casefile ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
CREATE INDEX casefile_event ON casefile (org, event) WHERE event <> '';
-- Lists go through what has changed whatever the authority.
DROP INDEX casefile_changed;
DROP INDEX case_wrap_place;
CREATE INDEX casefile_recent ON casefile (org, changed, id);
CREATE INDEX casefile_handler ON casefile (org, handler) WHERE handler <> '';
CREATE INDEX casefile_forget ON casefile (org, forget, id) WHERE forget > 0;

-- What the inbox sorts and counts by, repeated on each member's shelf. guarded: the case has an
-- exclusion, so that whoever counts it must be asked about.
ALTER TABLE shelf ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE shelf ADD COLUMN rank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shelf ADD COLUMN due BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shelf ADD COLUMN opened BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shelf ADD COLUMN guarded BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE shelf ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;
CREATE INDEX shelf_state ON shelf (org, member, state, rank, case_id);
CREATE INDEX shelf_due ON shelf (org, member, due, case_id) WHERE due > 0;

-- What somebody without an account has sent is counted until their report is accepted.
ALTER TABLE upload ADD COLUMN guest BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE object ADD COLUMN guest BOOLEAN NOT NULL DEFAULT FALSE;

-- The reporter's way back to an event: found by what follows from the receipt's code. wrap is the
-- code sealed to a signed-in reporter; person is empty without an account.
CREATE TABLE receipt (
    org        TEXT NOT NULL,
    id         TEXT NOT NULL,
    event      TEXT NOT NULL,
    role       TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    person     TEXT NOT NULL,
    wrap       BYTEA,
    created    BIGINT NOT NULL,
    seen       BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    mac        BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX receipt_event ON receipt (org, event);
CREATE INDEX receipt_person ON receipt (org, person, created) WHERE person <> '';

-- The data key of what the reporter may read too, under the receipt's key.
-- clustered
CREATE TABLE echo (
    org     TEXT NOT NULL,
    receipt TEXT NOT NULL,
    case_id TEXT NOT NULL,
    item    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    wrap    BYTEA NOT NULL,
    PRIMARY KEY (org, receipt, case_id, item)
);

-- An entry of an authority's register: it reveals nothing, and no number is left out or given twice.
CREATE TABLE registration (
    org       TEXT NOT NULL,
    authority TEXT NOT NULL,
    id        TEXT NOT NULL,
    number    TEXT NOT NULL,
    year      BIGINT NOT NULL,
    serial    BIGINT NOT NULL,
    day       BIGINT NOT NULL,
    direction TEXT NOT NULL,
    party     TEXT NOT NULL,
    subject   TEXT NOT NULL,
    provision TEXT NOT NULL,
    case_id   TEXT NOT NULL,
    outside   BYTEA,
    delivered BIGINT NOT NULL,
    version   BIGINT NOT NULL,
    mac       BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX registration_number ON registration (org, authority, number);
CREATE UNIQUE INDEX registration_serial ON registration (org, authority, year, serial);
CREATE INDEX registration_case ON registration (org, case_id);

-- Somebody has asked for a record: the question to the circle, and its clock. Who asked is not kept.
CREATE TABLE record_request (
    org          TEXT NOT NULL,
    authority    TEXT NOT NULL,
    id           TEXT NOT NULL,
    registration TEXT NOT NULL,
    case_id      TEXT NOT NULL,
    asked_by     TEXT NOT NULL,
    state        TEXT NOT NULL,
    asked        BIGINT NOT NULL,
    due          BIGINT NOT NULL,
    answered     BIGINT NOT NULL,
    answered_by  TEXT NOT NULL,
    version      BIGINT NOT NULL,
    mac          BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX record_request_case ON record_request (org, case_id);
CREATE INDEX record_request_open ON record_request (org, authority, state, due);

-- Rules that decide who gets what: proposed by one, confirmed by another. kind and scope name the
-- rule, of which at most one holds at a time.
CREATE TABLE ruling (
    org          TEXT NOT NULL,
    id           TEXT NOT NULL,
    kind         TEXT NOT NULL,
    scope        TEXT NOT NULL,
    sealed       BYTEA NOT NULL,
    state        TEXT NOT NULL,
    proposed_by  TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    created      BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    mac          BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX ruling_kind ON ruling (org, kind, scope, state);

-- Who is on call for a function, and when.
CREATE TABLE duty (
    org      TEXT NOT NULL,
    function TEXT NOT NULL,
    id       TEXT NOT NULL,
    person   TEXT NOT NULL,
    from_at  BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    set_by   TEXT NOT NULL,
    ended    BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    mac      BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX duty_function ON duty (org, function, until_at);

-- The chain of people who are woken for a case, until somebody takes it. step counts those asked.
CREATE TABLE wake (
    org      TEXT NOT NULL,
    case_id  TEXT NOT NULL,
    state    TEXT NOT NULL,
    step     BIGINT NOT NULL,
    asked    TEXT NOT NULL,
    next_at  BIGINT NOT NULL,
    taken_by TEXT NOT NULL,
    created  BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    PRIMARY KEY (org, case_id)
);
CREATE INDEX wake_next ON wake (org, next_at) WHERE state = 'waiting';

-- What must be done by when in a case: a code and times. The text, if any, lies sealed in the case.
CREATE TABLE deadline (
    org      TEXT NOT NULL,
    case_id  TEXT NOT NULL,
    id       TEXT NOT NULL,
    kind     TEXT NOT NULL,
    person   TEXT NOT NULL,
    due      BIGINT NOT NULL,
    reminded BIGINT NOT NULL,
    escalated BIGINT NOT NULL,
    done     BIGINT NOT NULL,
    PRIMARY KEY (org, case_id, id)
);
CREATE INDEX deadline_open ON deadline (org, due) WHERE done = 0;

-- A case handed to another function: whoever gave it stays responsible until it is accepted.
CREATE TABLE referral (
    org      TEXT NOT NULL,
    case_id  TEXT NOT NULL,
    id       TEXT NOT NULL,
    giver    TEXT NOT NULL,
    receiver TEXT NOT NULL,
    given_by TEXT NOT NULL,
    state    TEXT NOT NULL,
    given    BIGINT NOT NULL,
    decided  BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    version  BIGINT NOT NULL,
    mac      BYTEA NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE INDEX referral_case ON referral (org, case_id);

-- Cases that belong together; duplicate: the first was merged into the second.
CREATE TABLE relation (
    org     TEXT NOT NULL,
    case_id TEXT NOT NULL,
    other   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (org, case_id, other)
);

-- When somebody was last at their cases, and the time before that.
CREATE TABLE presence (
    org    TEXT NOT NULL,
    person TEXT NOT NULL,
    at     BIGINT NOT NULL,
    before BIGINT NOT NULL,
    PRIMARY KEY (org, person)
);

-- +goose Down
DROP TABLE presence;
DROP TABLE relation;
DROP TABLE referral;
DROP TABLE deadline;
DROP TABLE wake;
DROP TABLE duty;
DROP TABLE ruling;
DROP TABLE record_request;
DROP TABLE registration;
DROP TABLE echo;
DROP TABLE receipt;
