-- +goose Up
-- How the camera was held, as EXIF counts it: what is stored of a picture has no
-- metadata, and renditions must be upright.

ALTER TABLE media ADD COLUMN orientation INTEGER NOT NULL DEFAULT 1;

-- +goose Down
ALTER TABLE media DROP COLUMN orientation;
