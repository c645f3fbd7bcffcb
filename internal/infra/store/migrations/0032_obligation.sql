-- +goose Up
-- When the clock of a deadline started: the rule of that moment decides when it is due. 0: by no rule.
ALTER TABLE deadline ADD COLUMN started BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE deadline DROP COLUMN started;
