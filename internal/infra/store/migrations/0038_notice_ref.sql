-- +goose Up
-- Whether somebody has an unseen notice about the same already is asked for each letter: of many, one row is read.
CREATE INDEX notice_ref ON notice (org, person, ref, kind);

-- +goose Down
DROP INDEX notice_ref;
