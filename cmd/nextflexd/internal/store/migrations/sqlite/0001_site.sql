-- +goose Up
-- Times are Unix milliseconds, UTC.

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    active INTEGER NOT NULL,
    blocked_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_login_at INTEGER,
    password_changed_at INTEGER NOT NULL,
    totp_secret BLOB,
    totp_confirmed_at INTEGER,
    totp_last_step INTEGER NOT NULL
);

CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL,
    code_hash TEXT NOT NULL,
    used_at INTEGER,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    generation INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX sessions_by_user_id ON sessions (user_id);

CREATE TABLE one_time_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id INTEGER,
    email TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX one_time_tokens_by_user_id ON one_time_tokens (user_id);

CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE ratings (
    user_id INTEGER NOT NULL,
    movie_id TEXT NOT NULL,
    value REAL NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, movie_id)
);

CREATE INDEX ratings_by_movie_id ON ratings (movie_id);

CREATE TABLE watchlist (
    user_id INTEGER NOT NULL,
    movie_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, movie_id)
);

CREATE TABLE hidden_movies (
    user_id INTEGER NOT NULL,
    movie_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, movie_id)
);

CREATE TABLE imports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    applied_at INTEGER,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX imports_by_user_id ON imports (user_id);

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

CREATE TABLE media (
    media_key TEXT NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    state TEXT NOT NULL,
    error TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE INDEX media_by_state ON media (state);

CREATE TABLE renditions (
    media_key TEXT NOT NULL,
    size TEXT NOT NULL,
    blob_key TEXT NOT NULL,
    type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    FOREIGN KEY (media_key) REFERENCES media (media_key) ON DELETE CASCADE,
    PRIMARY KEY (media_key, size)
);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    movie_id TEXT,
    tmdb_id INTEGER,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    rating REAL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    hidden_at INTEGER,
    hidden_by INTEGER,
    hidden_reason TEXT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX posts_by_user_id ON posts (user_id);

CREATE INDEX posts_by_movie_id ON posts (movie_id);

CREATE INDEX posts_by_created_at ON posts (created_at);

CREATE TABLE uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    media_key TEXT NOT NULL,
    post_id INTEGER,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    alt TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (media_key) REFERENCES media (media_key) ON DELETE RESTRICT,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE SET NULL
);

CREATE INDEX uploads_by_user_id ON uploads (user_id);

CREATE INDEX uploads_by_media_key ON uploads (media_key);

CREATE INDEX uploads_by_post_id ON uploads (post_id);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    progress REAL NOT NULL,
    detail TEXT NOT NULL,
    argument TEXT NOT NULL,
    result TEXT NOT NULL,
    error TEXT NOT NULL,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
);

CREATE INDEX jobs_by_state ON jobs (state);

CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    blob_key TEXT NOT NULL,
    config TEXT NOT NULL,
    metrics TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    ratings INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    active INTEGER NOT NULL,
    created_by INTEGER,
    created_at INTEGER NOT NULL,
    activated_at INTEGER
);

CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_id INTEGER,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    details TEXT NOT NULL
);

CREATE INDEX audit_log_by_at ON audit_log (at);

CREATE INDEX audit_log_by_actor_id ON audit_log (actor_id);

CREATE TABLE idempotency_keys (
    user_id INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    operation TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, idempotency_key)
);

CREATE INDEX idempotency_keys_by_created_at ON idempotency_keys (created_at);

CREATE TABLE site_values (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE site_values;
DROP TABLE idempotency_keys;
DROP TABLE audit_log;
DROP TABLE models;
DROP TABLE jobs;
DROP TABLE uploads;
DROP TABLE posts;
DROP TABLE renditions;
DROP TABLE media;
DROP TABLE import_rows;
DROP TABLE imports;
DROP TABLE hidden_movies;
DROP TABLE watchlist;
DROP TABLE ratings;
DROP TABLE signing_keys;
DROP TABLE one_time_tokens;
DROP TABLE sessions;
DROP TABLE recovery_codes;
DROP TABLE users;
