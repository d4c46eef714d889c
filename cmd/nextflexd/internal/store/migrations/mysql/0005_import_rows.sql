-- +goose Up
-- Rows of an upload are kept as they were read, so that nothing of a file is
-- lost; the columns beside are what lists filter by.

DROP TABLE import_rows;

CREATE TABLE import_rows (
    import_id BIGINT NOT NULL,
    number INT NOT NULL,
    status VARCHAR(16) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    entry MEDIUMTEXT NOT NULL,
    FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE,
    PRIMARY KEY (import_id, number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX import_rows_by_status ON import_rows (import_id, status, number);

-- +goose Down
DROP TABLE import_rows;

CREATE TABLE import_rows (
    import_id BIGINT NOT NULL,
    line BIGINT NOT NULL,
    title VARCHAR(300) NOT NULL,
    year INT NOT NULL,
    outer_id VARCHAR(64) NOT NULL,
    value DOUBLE,
    rated_at BIGINT,
    state VARCHAR(16) NOT NULL,
    movie_id VARCHAR(200),
    choices MEDIUMTEXT NOT NULL,
    message VARCHAR(500) NOT NULL,
    FOREIGN KEY (import_id) REFERENCES imports (id) ON DELETE CASCADE,
    PRIMARY KEY (import_id, line)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
