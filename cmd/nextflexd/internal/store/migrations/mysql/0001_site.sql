-- +goose Up
-- Times are Unix milliseconds, UTC.

CREATE TABLE users (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(254) NOT NULL,
    email_key VARCHAR(254) NOT NULL UNIQUE,
    first_name VARCHAR(150) NOT NULL,
    last_name VARCHAR(150) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    role VARCHAR(16) NOT NULL,
    active BOOLEAN NOT NULL,
    blocked_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_login_at BIGINT,
    password_changed_at BIGINT NOT NULL,
    totp_secret LONGBLOB,
    totp_confirmed_at BIGINT,
    totp_last_step BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    used_at BIGINT,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, code_hash)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sessions (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL,
    generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    user_agent VARCHAR(255) NOT NULL,
    address VARCHAR(64) NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX sessions_by_user_id ON sessions (user_id);

CREATE TABLE one_time_tokens (
    token_hash VARCHAR(64) NOT NULL PRIMARY KEY,
    purpose VARCHAR(32) NOT NULL,
    user_id BIGINT,
    email VARCHAR(254) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX one_time_tokens_by_user_id ON one_time_tokens (user_id);

CREATE TABLE signing_keys (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    purpose VARCHAR(32) NOT NULL,
    secret LONGBLOB NOT NULL,
    created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE ratings (
    user_id BIGINT NOT NULL,
    movie_id VARCHAR(200) NOT NULL,
    value DOUBLE NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, movie_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX ratings_by_movie_id ON ratings (movie_id);

CREATE TABLE watchlist (
    user_id BIGINT NOT NULL,
    movie_id VARCHAR(200) NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, movie_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE hidden_movies (
    user_id BIGINT NOT NULL,
    movie_id VARCHAR(200) NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, movie_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE imports (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    source VARCHAR(16) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    state VARCHAR(16) NOT NULL,
    created_at BIGINT NOT NULL,
    applied_at BIGINT,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX imports_by_user_id ON imports (user_id);

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

CREATE TABLE media (
    media_key VARCHAR(64) NOT NULL PRIMARY KEY,
    type VARCHAR(32) NOT NULL,
    bytes BIGINT NOT NULL,
    width INT NOT NULL,
    height INT NOT NULL,
    state VARCHAR(16) NOT NULL,
    error VARCHAR(255) NOT NULL,
    created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX media_by_state ON media (state);

CREATE TABLE renditions (
    media_key VARCHAR(64) NOT NULL,
    size VARCHAR(16) NOT NULL,
    blob_key VARCHAR(200) NOT NULL,
    type VARCHAR(32) NOT NULL,
    width INT NOT NULL,
    height INT NOT NULL,
    bytes BIGINT NOT NULL,
    FOREIGN KEY (media_key) REFERENCES media (media_key) ON DELETE CASCADE,
    PRIMARY KEY (media_key, size)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE posts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    movie_id VARCHAR(200),
    tmdb_id BIGINT,
    title VARCHAR(300) NOT NULL,
    content MEDIUMTEXT NOT NULL,
    rating DOUBLE,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    hidden_at BIGINT,
    hidden_by BIGINT,
    hidden_reason VARCHAR(500) NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX posts_by_user_id ON posts (user_id);

CREATE INDEX posts_by_movie_id ON posts (movie_id);

CREATE INDEX posts_by_created_at ON posts (created_at);

CREATE TABLE uploads (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    media_key VARCHAR(64) NOT NULL,
    post_id BIGINT,
    position INT NOT NULL,
    name VARCHAR(255) NOT NULL,
    alt VARCHAR(500) NOT NULL,
    metadata MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    FOREIGN KEY (media_key) REFERENCES media (media_key) ON DELETE RESTRICT,
    FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX uploads_by_user_id ON uploads (user_id);

CREATE INDEX uploads_by_media_key ON uploads (media_key);

CREATE INDEX uploads_by_post_id ON uploads (post_id);

CREATE TABLE jobs (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    state VARCHAR(16) NOT NULL,
    progress DOUBLE NOT NULL,
    detail VARCHAR(500) NOT NULL,
    argument MEDIUMTEXT NOT NULL,
    result MEDIUMTEXT NOT NULL,
    error VARCHAR(1000) NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX jobs_by_state ON jobs (state);

CREATE TABLE models (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(32) NOT NULL,
    blob_key VARCHAR(200) NOT NULL,
    config MEDIUMTEXT NOT NULL,
    metrics MEDIUMTEXT NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    ratings BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    active BOOLEAN NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    activated_at BIGINT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit_log (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id BIGINT,
    actor VARCHAR(254) NOT NULL,
    action VARCHAR(64) NOT NULL,
    target VARCHAR(255) NOT NULL,
    address VARCHAR(64) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    details MEDIUMTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX audit_log_by_at ON audit_log (at);

CREATE INDEX audit_log_by_actor_id ON audit_log (actor_id);

CREATE TABLE idempotency_keys (
    user_id BIGINT NOT NULL,
    idempotency_key VARCHAR(200) NOT NULL,
    operation VARCHAR(200) NOT NULL,
    request_hash VARCHAR(64) NOT NULL,
    status INT NOT NULL,
    content_type VARCHAR(100) NOT NULL,
    body LONGBLOB NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (user_id, idempotency_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE INDEX idempotency_keys_by_created_at ON idempotency_keys (created_at);

CREATE TABLE site_values (
    name VARCHAR(64) NOT NULL PRIMARY KEY,
    value MEDIUMTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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
