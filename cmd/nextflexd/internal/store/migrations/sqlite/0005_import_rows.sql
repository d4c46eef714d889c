-- +goose Up
-- Rows of an upload are kept as they were read, so that nothing of a file is
-- lost; the columns beside are what lists filter by.

DROP TABLE import_rows;

CREATE TABLE import_rows (
    import_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT NOT NULL,
    entry TEXT NOT NULL,
    FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE,
    PRIMARY KEY (import_id, number)
);

CREATE INDEX import_rows_by_status ON import_rows (import_id, status, number);

-- +goose Down
DROP TABLE import_rows;

CREATE TABLE import_rows (
    import_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    title TEXT NOT NULL,
    year INTEGER NOT NULL,
    outer_id TEXT NOT NULL,
    value REAL,
    rated_at INTEGER,
    state TEXT NOT NULL,
    movie_id TEXT,
    choices TEXT NOT NULL,
    message TEXT NOT NULL,
    FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE,
    PRIMARY KEY (import_id, line)
);
