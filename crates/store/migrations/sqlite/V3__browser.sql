-- Signing in with a browser: sessions with a cookie, authorization codes, consent,
-- and telling applications of every end.

ALTER TABLE pools ADD COLUMN max_sessions INTEGER;
ALTER TABLE pools ADD COLUMN session_limit_action TEXT NOT NULL DEFAULT 'end_oldest';
ALTER TABLE pools ADD COLUMN cookie_ends_with_browser INTEGER NOT NULL DEFAULT 0
    CHECK (cookie_ends_with_browser IN (0, 1));

ALTER TABLE applications ADD COLUMN max_sessions INTEGER;
ALTER TABLE applications ADD COLUMN session_limit_action TEXT NOT NULL DEFAULT 'end_oldest';
-- Beside the other OAuth settings, since every end of a login looks at it.
ALTER TABLE applications ADD COLUMN backchannel_logout_uri TEXT;

-- The SHA-256 of a browser's cookie. A session without one was made by the JSON
-- API and ends with its last login; a browser's lives on without logins.
ALTER TABLE sessions ADD COLUMN cookie BLOB CHECK (length(cookie) = 32);
-- Of a browser's session: the earliest limit as of the last write, as in logins.
ALTER TABLE sessions ADD COLUMN due_at INTEGER;

CREATE UNIQUE INDEX sessions_by_cookie ON sessions (pool, cookie) WHERE cookie IS NOT NULL;
CREATE INDEX sessions_live_of_user ON sessions (pool, user, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_due ON sessions (due_at) WHERE ended_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- A browser's session has ended logins by the hundred, and each sign-on looks for
-- those that have not.
DROP INDEX logins_of_session;
CREATE INDEX logins_of_session ON logins (pool, session, ended_at);

-- Set while none of the login's codes was redeemed: it ends with the last of them.
ALTER TABLE logins ADD COLUMN redeem_by INTEGER;
-- A new sign-in into a live login restarts its limits, which begun_at is there for;
-- this then keeps when it truly began, which the history tells.
ALTER TABLE logins ADD COLUMN first_begun_at INTEGER;

-- The session's may be later than the grant's.
ALTER TABLE grants ADD COLUMN authenticated_at INTEGER NOT NULL DEFAULT 0;
UPDATE grants SET authenticated_at = coalesce((
    SELECT s.authenticated_at FROM logins l
    JOIN sessions s ON s.pool = l.pool AND s.id = l.session
    WHERE l.pool = grants.pool AND l.id = grants.login), created_at);

-- Used ones stay for a while, so that a second use is noticed.
CREATE TABLE authorization_codes (
    pool         BLOB    NOT NULL CHECK (length(pool) = 12),
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    grant_id     BLOB    NOT NULL CHECK (length(grant_id) = 16),
    login        BLOB    NOT NULL CHECK (length(login) = 16),
    application  BLOB    NOT NULL CHECK (length(application) = 12),
    redirect_uri TEXT    NOT NULL,
    -- The PKCE challenge (S256); absent only for applications that need none.
    challenge    TEXT,
    nonce        TEXT,
    expires_at   INTEGER NOT NULL,
    used_at      INTEGER,
    PRIMARY KEY (pool, digest)
) STRICT, WITHOUT ROWID;

CREATE INDEX authorization_codes_of_login ON authorization_codes (pool, login);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

CREATE TABLE consents (
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    user        BLOB    NOT NULL CHECK (length(user) = 12),
    application BLOB    NOT NULL CHECK (length(application) = 12),
    scope       TEXT    NOT NULL, -- space-separated
    granted_at  INTEGER NOT NULL,
    PRIMARY KEY (pool, user, application)
) STRICT, WITHOUT ROWID;

-- For erasing those of a deleted application.
CREATE INDEX consents_of_application ON consents (pool, application);

-- A mass end is recorded on logins first, then on the sessions of its scope.
ALTER TABLE mass_ends ADD COLUMN phase TEXT NOT NULL DEFAULT 'logins'
    CHECK (phase IN ('logins', 'sessions'));
ALTER TABLE mass_ends ADD COLUMN cursor_session BLOB NOT NULL DEFAULT x'';

-- The outbox and the ledger of back-channel logout: one row for each end of a
-- login in an application that is to be told, written with the end.
CREATE TABLE logout_deliveries (
    seq         INTEGER PRIMARY KEY,
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    login       BLOB    NOT NULL CHECK (length(login) = 16),
    session     BLOB    NOT NULL CHECK (length(session) = 16),
    user        BLOB    NOT NULL CHECK (length(user) = 12),
    application BLOB    NOT NULL CHECK (length(application) = 12),
    reason      TEXT    NOT NULL,
    ended_at    INTEGER NOT NULL,
    -- When the end was recorded, and the row written.
    recorded_at INTEGER NOT NULL,
    -- Where the application wanted to be told when the login ended; of an attempted
    -- one, where the last attempt went.
    uri         TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'confirmed', 'given_up')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- Of waiting ones: when to try again. While an attempt is under way: when it
    -- counts as lost.
    next_at     INTEGER,
    finished_at INTEGER,
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK ((state = 'waiting') = (finished_at IS NULL))
) STRICT;

CREATE UNIQUE INDEX logout_deliveries_of_login ON logout_deliveries (pool, login);
CREATE INDEX logout_deliveries_waiting ON logout_deliveries (application, next_at)
    WHERE state = 'waiting';
-- The state is in them so that one can be counted without its rows.
CREATE INDEX logout_deliveries_in_order ON logout_deliveries (pool, seq, state);
CREATE INDEX logout_deliveries_of_user ON logout_deliveries (pool, user, seq, state);
CREATE INDEX logout_deliveries_of_application
    ON logout_deliveries (pool, application, seq, state);
CREATE INDEX logout_deliveries_finished ON logout_deliveries (finished_at)
    WHERE finished_at IS NOT NULL;

CREATE TABLE logout_attempts (
    pool    BLOB    NOT NULL CHECK (length(pool) = 12),
    login   BLOB    NOT NULL CHECK (length(login) = 16),
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    outcome TEXT    NOT NULL,
    -- The HTTP status, if there was an answer.
    status  INTEGER,
    PRIMARY KEY (pool, login, number)
) STRICT, WITHOUT ROWID;

-- Where and how deleted applications wanted to be told: their logins' ends may be
-- recorded after them.
CREATE TABLE former_logout_uris (
    pool              BLOB    NOT NULL CHECK (length(pool) = 12),
    application       BLOB    NOT NULL CHECK (length(application) = 12),
    uri               TEXT    NOT NULL,
    signing_algorithm TEXT    NOT NULL,
    deleted_at        INTEGER NOT NULL,
    PRIMARY KEY (pool, application)
) STRICT, WITHOUT ROWID;

CREATE INDEX former_logout_uris_by_age ON former_logout_uris (deleted_at);

-- A key is published before it signs; 0: it always signed.
ALTER TABLE signing_keys ADD COLUMN active_from INTEGER NOT NULL DEFAULT 0;
