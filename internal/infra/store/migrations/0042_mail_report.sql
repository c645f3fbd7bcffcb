-- +goose Up
-- The link under a forwarded letter that reports it, once: the letter's key, which opens with the link only.
CREATE TABLE mail_report (
    org     TEXT NOT NULL,
    tag     TEXT NOT NULL,
    letter  TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (org, tag)
);
CREATE INDEX mail_report_letter ON mail_report (org, letter);
CREATE INDEX mail_report_expires ON mail_report (org, expires);

-- +goose Down
DROP TABLE mail_report;
