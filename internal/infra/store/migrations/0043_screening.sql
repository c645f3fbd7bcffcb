-- +goose Up
-- Letters that their owners have released for training, and the weights that were made of them.
CREATE TABLE screening_example (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    person  TEXT NOT NULL,
    letter  TEXT NOT NULL,
    sealed  BYTEA NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE UNIQUE INDEX screening_example_letter ON screening_example (org, letter);
CREATE INDEX screening_example_person ON screening_example (org, person);

CREATE TABLE screening_weights (
    org      TEXT NOT NULL,
    id       TEXT NOT NULL,
    sealed   BYTEA NOT NULL,
    examples BIGINT NOT NULL,
    made     BIGINT NOT NULL,
    PRIMARY KEY (org)
);

-- +goose Down
DROP TABLE screening_weights;
DROP TABLE screening_example;
