-- +goose Up
-- When the daemon that runs a job last said so: of a job whose daemon is gone,
-- another one learns by this that nobody runs it.

ALTER TABLE jobs ADD COLUMN alive_at INTEGER;

-- +goose Down
ALTER TABLE jobs DROP COLUMN alive_at;
