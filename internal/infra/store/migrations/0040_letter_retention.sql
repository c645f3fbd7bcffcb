-- +goose Up
-- Large letters on their way to the blob place, so that what a kill leaves there is found: a row goes with the
-- commit of its letter.
CREATE TABLE mail_landing (
    org     TEXT NOT NULL,
    object  TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (org, object)
);
CREATE INDEX mail_landing_created ON mail_landing (org, created);

-- +goose Down
DROP TABLE mail_landing;
