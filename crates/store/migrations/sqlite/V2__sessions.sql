-- Who is signed in where: sessions, logins, tokens, and what became of them.
--
-- A place in a pool's history is two columns: the commit's revision and the index
-- within it. An end is three: instant, reason, actor; all of them or none.

CREATE TABLE sessions (
    pool                   BLOB    NOT NULL CHECK (length(pool) = 12),
    id                     BLOB    NOT NULL CHECK (length(id) = 16),
    user                   BLOB    NOT NULL CHECK (length(user) = 12),
    begun_revision         INTEGER NOT NULL,
    begun_index            INTEGER NOT NULL,
    begun_at               INTEGER NOT NULL,
    -- The last interactive authentication: kicks are compared with its place.
    authenticated_revision INTEGER NOT NULL,
    authenticated_index    INTEGER NOT NULL,
    authenticated_at       INTEGER NOT NULL,
    last_seen              INTEGER NOT NULL,
    ended_at               INTEGER,
    end_reason             TEXT,
    end_actor              TEXT,
    PRIMARY KEY (pool, id),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (end_actor IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE logins (
    -- Small, so that the indexes are; and a place to go on from in a long batch.
    seq            INTEGER PRIMARY KEY,
    pool           BLOB    NOT NULL CHECK (length(pool) = 12),
    id             BLOB    NOT NULL CHECK (length(id) = 16),
    session        BLOB    NOT NULL CHECK (length(session) = 16),
    user           BLOB    NOT NULL CHECK (length(user) = 12),
    application    BLOB    NOT NULL CHECK (length(application) = 12),
    begun_revision INTEGER NOT NULL,
    begun_index    INTEGER NOT NULL,
    begun_at       INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    -- The earliest limit as of the last write. Only a hint of when to look: what
    -- decides is computed from the limits in force.
    due_at         INTEGER NOT NULL,
    ended_at       INTEGER,
    end_reason     TEXT,
    end_actor      TEXT,
    address        TEXT,
    user_agent     TEXT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (end_actor IS NULL))
) STRICT;

CREATE UNIQUE INDEX logins_by_id ON logins (pool, id);
CREATE INDEX logins_of_session ON logins (pool, session);
-- Partial: most logins have ended and are kept only for the history.
CREATE INDEX logins_live_of_user ON logins (pool, user, application, seq) WHERE ended_at IS NULL;
CREATE INDEX logins_live_in_application ON logins (pool, application, user, seq)
    WHERE ended_at IS NULL;
CREATE INDEX logins_due ON logins (due_at) WHERE ended_at IS NULL;
CREATE INDEX logins_history ON logins (pool, user, begun_revision, begun_index);
CREATE INDEX logins_ended ON logins (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE grants (
    pool         BLOB    NOT NULL CHECK (length(pool) = 12),
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    login        BLOB    NOT NULL CHECK (length(login) = 16),
    application  BLOB    NOT NULL CHECK (length(application) = 12),
    scope        TEXT    NOT NULL, -- space-separated
    methods      TEXT    NOT NULL, -- space-separated
    newest_token INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (pool, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_of_login ON grants (pool, login);

-- Used ones stay until they expire, so that a second use is noticed.
CREATE TABLE refresh_tokens (
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    digest      BLOB    NOT NULL CHECK (length(digest) = 32),
    grant_id    BLOB    NOT NULL CHECK (length(grant_id) = 16),
    login       BLOB    NOT NULL CHECK (length(login) = 16),
    application BLOB    NOT NULL CHECK (length(application) = 12),
    expires_at  INTEGER NOT NULL,
    -- Its first use; a retry does not move it.
    used_at     INTEGER,
    -- The token that was issued for it last.
    successor   BLOB    CHECK (length(successor) = 32),
    -- A retry of its predecessor took its place before it was used.
    cancelled   INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    PRIMARY KEY (pool, digest),
    CHECK ((used_at IS NULL) = (successor IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX refresh_tokens_of_login ON refresh_tokens (pool, login);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Access tokens that were revoked by themselves, until they would have expired.
CREATE TABLE revoked_tokens (
    pool       BLOB    NOT NULL CHECK (length(pool) = 12),
    token_id   TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (pool, token_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

-- Nonces of requests that were signed ahead of this clock: memory alone would
-- forget them with a restart before they are too old.
CREATE TABLE early_nonces (
    mark       BLOB    NOT NULL PRIMARY KEY CHECK (length(mark) = 16),
    used_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX early_nonces_by_end ON early_nonces (used_until);

-- In force from their commit on, recorded on each login in batches. A row is
-- removed once it is recorded everywhere, so there are few.
CREATE TABLE mass_ends (
    seq                INTEGER PRIMARY KEY,
    pool               BLOB    NOT NULL CHECK (length(pool) = 12),
    revision           INTEGER NOT NULL,
    idx                INTEGER NOT NULL,
    scope              TEXT    NOT NULL
        CHECK (scope IN ('pool', 'application', 'user', 'user_in_application')),
    user               BLOB    CHECK (length(user) = 12),
    application        BLOB    CHECK (length(application) = 12),
    except_session     BLOB    CHECK (length(except_session) = 16),
    effect             TEXT    NOT NULL
        CHECK (effect IN ('end', 'application_policy', 'pool_limits')),
    reason             TEXT,
    -- The limits until this commit. With the effect 'end' on an application they
    -- are its policy, which is needed after it is deleted.
    former_idle_ms     INTEGER,
    former_max_ms      INTEGER,
    new_idle_ms        INTEGER,
    new_max_ms         INTEGER,
    at                 INTEGER NOT NULL,
    actor              TEXT    NOT NULL,
    request_id         TEXT    NOT NULL,
    -- The last login that was looked at, in the order of the scope's index.
    cursor_user        BLOB    NOT NULL DEFAULT x'',
    cursor_application BLOB    NOT NULL DEFAULT x'',
    cursor_seq         INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX mass_ends_of_pool ON mass_ends (pool, revision, idx);

-- A kick is final: only a session authenticated after this place may sign the
-- user on to the application again without being asked.
CREATE TABLE kick_marks (
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    user        BLOB    NOT NULL CHECK (length(user) = 12),
    application BLOB    NOT NULL CHECK (length(application) = 12),
    revision    INTEGER NOT NULL,
    idx         INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (pool, user, application)
) STRICT, WITHOUT ROWID;

-- For erasing those of a deleted application.
CREATE INDEX kick_marks_of_application ON kick_marks (pool, application);

CREATE TABLE events (
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    revision    INTEGER NOT NULL,
    idx         INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('began', 'extended', 'ended')),
    -- Of 'began' and 'extended'.
    expires_at  INTEGER,
    -- Of 'ended'.
    reason      TEXT,
    user        BLOB    NOT NULL CHECK (length(user) = 12),
    application BLOB    NOT NULL CHECK (length(application) = 12),
    session     BLOB    NOT NULL CHECK (length(session) = 16),
    login       BLOB    NOT NULL CHECK (length(login) = 16),
    actor       TEXT    NOT NULL,
    request_id  TEXT    NOT NULL,
    PRIMARY KEY (pool, revision, idx),
    CHECK ((kind = 'ended') = (reason IS NOT NULL)),
    CHECK ((kind = 'ended') = (expires_at IS NULL))
) STRICT, WITHOUT ROWID;
