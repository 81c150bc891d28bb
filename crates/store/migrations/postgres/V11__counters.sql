-- Totals that are kept, so that nobody counts a million rows to tell how many there are.
-- They change in the commits that change what they count.

-- Logins whose end is not recorded, and the users who have one of them.
CREATE TABLE counted_logins (
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    application BYTEA NOT NULL CHECK (length(application) = 12),
    logins      BIGINT NOT NULL,
    users       BIGINT NOT NULL,
    PRIMARY KEY (pool, application)
);

INSERT INTO counted_logins (pool, application, logins, users)
    SELECT pool, application, count(*), count(DISTINCT "user") FROM logins
    WHERE ended_at IS NULL GROUP BY pool, application;

CREATE TABLE counted_users (
    pool   BYTEA NOT NULL CHECK (length(pool) = 12),
    status TEXT COLLATE "C" NOT NULL,
    users  BIGINT NOT NULL,
    PRIMARY KEY (pool, status)
);

INSERT INTO counted_users (pool, status, users)
    SELECT pool, status, count(*) FROM users GROUP BY pool, status;
