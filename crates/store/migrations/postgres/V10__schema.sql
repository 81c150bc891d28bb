-- The schema as the embedded engine's migrations have made it by this version: the
-- same tables, columns and indexes by the same names.
--
-- Ids are their bytes, instants and spans are milliseconds, booleans are 0 or 1.
-- A column called "sealed" is encrypted under the master key, with its table,
-- pool, row and column as associated data: copied elsewhere it does not open.
-- Whatever SQL never looks into is JSON text. A place in a pool's history is two
-- columns: the commit's revision and the index within it. An end is three: instant,
-- reason, actor; all of them or none. Texts are compared byte by byte.

-- Functions of the other engine's that statements use.
CREATE FUNCTION hex(bytes BYTEA) RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT upper(encode(bytes, 'hex')) $$;
CREATE FUNCTION instr(text TEXT, part TEXT) RETURNS INTEGER
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT strpos(text, part) $$;
-- Of an object's member, `$.name`.
CREATE FUNCTION json_extract(object TEXT, path TEXT) RETURNS TEXT
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT object::json ->> substr(path, 3) $$;

-- Facts about the store itself.
CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE pools (
    id                       BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 12),
    -- The pool that was made first has the smallest; instants may coincide.
    ordinal                  BIGINT NOT NULL UNIQUE,
    name                     TEXT COLLATE "C" NOT NULL,
    created_at               BIGINT NOT NULL,
    -- The last commit that began, extended or ended logins of the pool.
    revision                 BIGINT NOT NULL DEFAULT 0,
    session_idle_ms          BIGINT NOT NULL,
    session_max_ms           BIGINT NOT NULL,
    default_country_code     TEXT COLLATE "C" NOT NULL,
    max_sessions             BIGINT,
    session_limit_action     TEXT COLLATE "C" NOT NULL DEFAULT 'end_oldest',
    cookie_ends_with_browser BIGINT NOT NULL DEFAULT 0 CHECK (cookie_ends_with_browser IN (0, 1)),
    registration_open        BIGINT NOT NULL DEFAULT 0 CHECK (registration_open IN (0, 1))
);

-- A caller names its key alone and its pool follows, so the id is unique in the
-- whole store. A pool's root key has the pool's own id.
CREATE TABLE access_keys (
    id             BYTEA NOT NULL PRIMARY KEY CHECK (length(id) = 12),
    pool           BYTEA NOT NULL CHECK (length(pool) = 12),
    secret         BYTEA NOT NULL, -- sealed
    -- Names, comma-separated: a bit mask would change its meaning with the order
    -- of an enum.
    permissions    TEXT COLLATE "C" NOT NULL,
    enabled        BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    secret_version BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    -- V3 `type`: any name.
    kind           TEXT COLLATE "C" NOT NULL DEFAULT 'userpool',
    -- For whom the key was made, as its maker says.
    owner          TEXT COLLATE "C",
    -- Behind by what is noted in memory: see the port.
    last_used_at   BIGINT
);
CREATE INDEX access_keys_of_pool ON access_keys (pool, created_at, id);

CREATE TABLE applications (
    pool                   BYTEA NOT NULL CHECK (length(pool) = 12),
    id                     BYTEA NOT NULL CHECK (length(id) = 12),
    identifier             TEXT COLLATE "C" NOT NULL,
    name                   TEXT COLLATE "C" NOT NULL,
    logo                   TEXT COLLATE "C" NOT NULL,
    description            TEXT COLLATE "C",
    kind                   TEXT COLLATE "C" NOT NULL,
    enabled                BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    redirect_uris          TEXT COLLATE "C" NOT NULL, -- a JSON array of texts
    logout_redirect_uris   TEXT COLLATE "C" NOT NULL, -- a JSON array of texts
    init_login_uri         TEXT COLLATE "C" NOT NULL,
    sso_enabled_at         BIGINT,
    api_sign_in            BIGINT NOT NULL CHECK (api_sign_in IN (0, 1)),
    password_methods       TEXT COLLATE "C" NOT NULL, -- a JSON array of texts
    oauth                  TEXT COLLATE "C" NOT NULL, -- a JSON object
    idle_timeout_ms        BIGINT,
    max_lifetime_ms        BIGINT,
    secret                 BYTEA NOT NULL, -- sealed
    secret_version         BIGINT NOT NULL,
    created_at             BIGINT NOT NULL,
    updated_at             BIGINT NOT NULL,
    max_sessions           BIGINT,
    session_limit_action   TEXT COLLATE "C" NOT NULL DEFAULT 'end_oldest',
    backchannel_logout_uri TEXT COLLATE "C",
    PRIMARY KEY (pool, id)
);
-- A client names its client_id alone and its pool follows.
CREATE UNIQUE INDEX applications_by_client_id ON applications (id);
CREATE UNIQUE INDEX applications_by_identifier ON applications (pool, identifier);
CREATE INDEX applications_by_age ON applications (pool, created_at, id);

CREATE TABLE users (
    pool                     BYTEA NOT NULL CHECK (length(pool) = 12),
    id                       BYTEA NOT NULL CHECK (length(id) = 12),
    status                   TEXT COLLATE "C" NOT NULL,
    status_changed_at        BIGINT NOT NULL,
    created_at               BIGINT NOT NULL,
    updated_at               BIGINT NOT NULL,
    username                 TEXT COLLATE "C",
    -- The username as it is compared: NFKC, lower case.
    username_key             TEXT COLLATE "C",
    -- In lower case.
    email                    TEXT COLLATE "C",
    email_verified           BIGINT NOT NULL CHECK (email_verified IN (0, 1)),
    -- As given; compared by phone_e164.
    phone                    TEXT COLLATE "C",
    phone_country_code       TEXT COLLATE "C",
    phone_e164               TEXT COLLATE "C",
    phone_verified           BIGINT NOT NULL CHECK (phone_verified IN (0, 1)),
    external_id              TEXT COLLATE "C",
    gender                   TEXT COLLATE "C" NOT NULL,
    profile                  TEXT COLLATE "C" NOT NULL, -- a JSON object of texts by V3 name
    custom_data              TEXT COLLATE "C",
    source                   TEXT COLLATE "C" NOT NULL,
    password_hash            TEXT COLLATE "C",
    password_version         BIGINT NOT NULL,
    password_last_set_at     BIGINT,
    password_security_level  BIGINT,
    reset_on_next_login      BIGINT NOT NULL CHECK (reset_on_next_login IN (0, 1)),
    failures_in_a_row        BIGINT NOT NULL,
    sign_in_count            BIGINT NOT NULL,
    last_sign_in_at          BIGINT,
    last_sign_in_address     TEXT COLLATE "C",
    last_sign_in_application BYTEA,
    -- Addresses that a person asserted and has not shown to own. Nobody is found by
    -- one, so it is no claim to it either: others may have it too.
    email_unproven           BIGINT NOT NULL DEFAULT 0 CHECK (email_unproven IN (0, 1)),
    phone_unproven           BIGINT NOT NULL DEFAULT 0 CHECK (phone_unproven IN (0, 1)),
    PRIMARY KEY (pool, id),
    CHECK ((username IS NULL) = (username_key IS NULL)),
    CHECK ((phone IS NULL) = (phone_e164 IS NULL)),
    CHECK ((phone IS NULL) = (phone_country_code IS NULL))
);
-- Partial, because most users lack some of these and rows without them need no
-- entry.
CREATE UNIQUE INDEX users_by_username ON users (pool, username_key) WHERE username_key IS NOT NULL;
CREATE UNIQUE INDEX users_by_external_id ON users (pool, external_id) WHERE external_id IS NOT NULL;
-- These hold the id so that pages are cut from the index alone.
CREATE INDEX users_by_age ON users (pool, created_at, id);
CREATE INDEX users_by_update ON users (pool, updated_at, created_at, id);
CREATE INDEX users_by_status ON users (pool, status, created_at, id);
CREATE UNIQUE INDEX users_by_email ON users (pool, email)
    WHERE email IS NOT NULL AND email_unproven = 0;
CREATE UNIQUE INDEX users_by_phone ON users (pool, phone_e164)
    WHERE phone_e164 IS NOT NULL AND phone_unproven = 0;
-- Who was archived last: pages of archived users are cut from this alone.
CREATE INDEX users_archived ON users (pool, status_changed_at, id) WHERE status = 'Archived';
-- For self-chosen usernames, which may be nobody's external id in another spelling.
CREATE INDEX users_by_external_id_in_any_case ON users (pool, lower(external_id))
    WHERE external_id IS NOT NULL;

CREATE TABLE identities (
    pool                  BYTEA NOT NULL CHECK (length(pool) = 12),
    id                    BYTEA NOT NULL CHECK (length(id) = 12),
    "user"                BYTEA NOT NULL CHECK (length("user") = 12),
    -- The user's identities in the order in which they were linked.
    ordinal               BIGINT NOT NULL,
    ext_idp               BYTEA NOT NULL CHECK (length(ext_idp) = 12),
    provider              TEXT COLLATE "C" NOT NULL,
    kind                  TEXT COLLATE "C" NOT NULL,
    user_id_in_idp        TEXT COLLATE "C" NOT NULL,
    user_info             TEXT COLLATE "C" NOT NULL, -- the source's JSON object
    access_token          BYTEA, -- sealed
    refresh_token         BYTEA, -- sealed
    origin_connection_ids TEXT COLLATE "C" NOT NULL, -- a JSON array of texts
    PRIMARY KEY (pool, id)
);
CREATE UNIQUE INDEX identities_by_source ON identities (pool, ext_idp, user_id_in_idp);
CREATE UNIQUE INDEX identities_of_user ON identities (pool, "user", ordinal);

CREATE TABLE ext_idps (
    pool       BYTEA NOT NULL CHECK (length(pool) = 12),
    id         BYTEA NOT NULL CHECK (length(id) = 12),
    name       TEXT COLLATE "C" NOT NULL,
    provider   TEXT COLLATE "C" NOT NULL,
    tenant_id  TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    -- A deleted source is as good as gone; its row stays until the last of its
    -- identities, which may be many, is removed.
    deleted_at BIGINT,
    PRIMARY KEY (pool, id)
);
CREATE INDEX ext_idps_by_age ON ext_idps (pool, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX ext_idps_deleted ON ext_idps (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE audit_rows (
    -- The order of writing: rows of one commit have one instant.
    seq         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    id          BYTEA NOT NULL CHECK (length(id) = 16),
    at          BIGINT NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    address     TEXT COLLATE "C",
    request_id  TEXT COLLATE "C" NOT NULL,
    action      TEXT COLLATE "C" NOT NULL,
    resource    TEXT COLLATE "C" NOT NULL,
    resource_id TEXT COLLATE "C" NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL,
    user_agent  TEXT COLLATE "C"
);
CREATE UNIQUE INDEX audit_rows_by_id ON audit_rows (pool, id);
CREATE INDEX audit_rows_in_order ON audit_rows (pool, seq);
-- For forgetting what is older than the retention time, in all pools.
CREATE INDEX audit_rows_by_age ON audit_rows (at);
-- For erasing where a deleted person made changes from.
CREATE INDEX audit_rows_with_device ON audit_rows (pool, actor)
    WHERE address IS NOT NULL OR user_agent IS NOT NULL;
-- People's changes of what is their own are theirs, and left out of the management
-- log: its indexes have none of them.
CREATE INDEX management_rows_in_order ON audit_rows (pool, at, seq, action, resource, actor)
    WHERE substr(actor, 1, 7) <> 'person:';
CREATE INDEX management_rows_of_actor ON audit_rows (pool, actor, at, seq, action, resource)
    WHERE substr(actor, 1, 7) <> 'person:';
CREATE INDEX management_rows_from_address
    ON audit_rows (pool, address, at, seq, action, resource, actor)
    WHERE address IS NOT NULL AND substr(actor, 1, 7) <> 'person:';
CREATE INDEX management_rows_of_request ON audit_rows (pool, request_id, at, seq)
    WHERE substr(actor, 1, 7) <> 'person:';

-- The pair is a digest of account and address as typed: no e-mail is in here.
CREATE TABLE sign_in_failures (
    pool     BYTEA NOT NULL CHECK (length(pool) = 12),
    pair     BYTEA NOT NULL CHECK (length(pair) = 32),
    failures BIGINT NOT NULL,
    last_at  BIGINT NOT NULL,
    PRIMARY KEY (pool, pair)
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

-- The server has one issuer, so these belong to no pool.
CREATE TABLE signing_keys (
    key_id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    purpose     TEXT COLLATE "C" NOT NULL,
    private     BYTEA NOT NULL, -- sealed
    created_at  BIGINT NOT NULL,
    -- A key is published before it signs; 0: it always signed.
    active_from BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sessions (
    pool                   BYTEA NOT NULL CHECK (length(pool) = 12),
    id                     BYTEA NOT NULL CHECK (length(id) = 16),
    "user"                 BYTEA NOT NULL CHECK (length("user") = 12),
    begun_revision         BIGINT NOT NULL,
    begun_index            BIGINT NOT NULL,
    begun_at               BIGINT NOT NULL,
    -- The last interactive authentication: kicks are compared with its place.
    authenticated_revision BIGINT NOT NULL,
    authenticated_index    BIGINT NOT NULL,
    authenticated_at       BIGINT NOT NULL,
    last_seen              BIGINT NOT NULL,
    ended_at               BIGINT,
    end_reason             TEXT COLLATE "C",
    end_actor              TEXT COLLATE "C",
    -- The SHA-256 of a browser's cookie. A session without one was made by the JSON
    -- API and ends with its last login; a browser's lives on without logins.
    cookie                 BYTEA CHECK (length(cookie) = 32),
    -- Of a browser's session: the earliest limit as of the last write, as in logins.
    due_at                 BIGINT,
    -- A device that its person took off the list: its session has ended, and its id
    -- names nothing to them any more.
    hidden                 BIGINT NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
    -- The cookie that a browser presented when it authenticated: its sign-out may be on
    -- its way with that one still, and must not spare what took its place.
    former_cookie          BYTEA CHECK (length(former_cookie) = 32),
    PRIMARY KEY (pool, id),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (end_actor IS NULL))
);
CREATE UNIQUE INDEX sessions_by_cookie ON sessions (pool, cookie) WHERE cookie IS NOT NULL;
CREATE INDEX sessions_live_of_user ON sessions (pool, "user", id) WHERE ended_at IS NULL;
CREATE INDEX sessions_due ON sessions (due_at) WHERE ended_at IS NULL AND due_at IS NOT NULL;
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_by_former_cookie
    ON sessions (pool, former_cookie, authenticated_revision, authenticated_index)
    WHERE former_cookie IS NOT NULL AND ended_at IS NULL;

CREATE TABLE logins (
    -- Small, so that the indexes are; and a place to go on from in a long batch.
    seq            BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    pool           BYTEA NOT NULL CHECK (length(pool) = 12),
    id             BYTEA NOT NULL CHECK (length(id) = 16),
    session        BYTEA NOT NULL CHECK (length(session) = 16),
    "user"         BYTEA NOT NULL CHECK (length("user") = 12),
    application    BYTEA NOT NULL CHECK (length(application) = 12),
    begun_revision BIGINT NOT NULL,
    begun_index    BIGINT NOT NULL,
    begun_at       BIGINT NOT NULL,
    last_seen      BIGINT NOT NULL,
    -- The earliest limit as of the last write. Only a hint of when to look: what
    -- decides is computed from the limits in force.
    due_at         BIGINT NOT NULL,
    ended_at       BIGINT,
    end_reason     TEXT COLLATE "C",
    end_actor      TEXT COLLATE "C",
    address        TEXT COLLATE "C",
    user_agent     TEXT COLLATE "C",
    -- Set while none of the login's codes was redeemed: it ends with the last of them.
    redeem_by      BIGINT,
    -- A new sign-in into a live login restarts its limits, which begun_at is there
    -- for; this then keeps when it truly began, which the history tells.
    first_begun_at BIGINT,
    CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
    CHECK ((ended_at IS NULL) = (end_actor IS NULL))
);
CREATE UNIQUE INDEX logins_by_id ON logins (pool, id);
-- Partial: most logins have ended and are kept only for the history.
CREATE INDEX logins_live_of_user ON logins (pool, "user", application, seq) WHERE ended_at IS NULL;
CREATE INDEX logins_live_in_application ON logins (pool, application, "user", seq)
    WHERE ended_at IS NULL;
CREATE INDEX logins_due ON logins (due_at) WHERE ended_at IS NULL;
CREATE INDEX logins_history ON logins (pool, "user", begun_revision, begun_index);
CREATE INDEX logins_ended ON logins (ended_at) WHERE ended_at IS NOT NULL;
-- A browser's session has ended logins by the hundred, and each sign-on looks for
-- those that have not.
CREATE INDEX logins_of_session ON logins (pool, session, ended_at);

CREATE TABLE grants (
    pool             BYTEA NOT NULL CHECK (length(pool) = 12),
    id               BYTEA NOT NULL CHECK (length(id) = 16),
    login            BYTEA NOT NULL CHECK (length(login) = 16),
    application      BYTEA NOT NULL CHECK (length(application) = 12),
    scope            TEXT COLLATE "C" NOT NULL, -- space-separated
    methods          TEXT COLLATE "C" NOT NULL, -- space-separated
    newest_token     BIGINT NOT NULL,
    created_at       BIGINT NOT NULL,
    -- The session's may be later than the grant's.
    authenticated_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (pool, id)
);
CREATE INDEX grants_of_login ON grants (pool, login);

-- Used ones stay until they expire, so that a second use is noticed.
CREATE TABLE refresh_tokens (
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    digest      BYTEA NOT NULL CHECK (length(digest) = 32),
    grant_id    BYTEA NOT NULL CHECK (length(grant_id) = 16),
    login       BYTEA NOT NULL CHECK (length(login) = 16),
    application BYTEA NOT NULL CHECK (length(application) = 12),
    expires_at  BIGINT NOT NULL,
    -- Its first use; a retry does not move it.
    used_at     BIGINT,
    -- The token that was issued for it last.
    successor   BYTEA CHECK (length(successor) = 32),
    -- A retry of its predecessor took its place before it was used.
    cancelled   BIGINT NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
    PRIMARY KEY (pool, digest),
    CHECK ((used_at IS NULL) = (successor IS NULL))
);
CREATE INDEX refresh_tokens_of_login ON refresh_tokens (pool, login);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Access tokens that were revoked by themselves, until they would have expired.
CREATE TABLE revoked_tokens (
    pool       BYTEA NOT NULL CHECK (length(pool) = 12),
    token_id   TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (pool, token_id)
);
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);

-- Nonces of signed requests. Here they are all of them: nodes share them.
CREATE TABLE early_nonces (
    mark       BYTEA NOT NULL PRIMARY KEY CHECK (length(mark) = 16),
    used_until BIGINT NOT NULL
);
CREATE INDEX early_nonces_by_end ON early_nonces (used_until);

-- In force from their commit on, recorded on each login in batches. A row is
-- removed once it is recorded everywhere, so there are few.
CREATE TABLE mass_ends (
    seq                BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    pool               BYTEA NOT NULL CHECK (length(pool) = 12),
    revision           BIGINT NOT NULL,
    idx                BIGINT NOT NULL,
    scope              TEXT COLLATE "C" NOT NULL
        CHECK (scope IN ('pool', 'application', 'user', 'user_in_application')),
    "user"             BYTEA CHECK (length("user") = 12),
    application        BYTEA CHECK (length(application) = 12),
    except_session     BYTEA CHECK (length(except_session) = 16),
    effect             TEXT COLLATE "C" NOT NULL
        CHECK (effect IN ('end', 'application_policy', 'pool_limits')),
    reason             TEXT COLLATE "C",
    -- The limits until this commit. With the effect 'end' on an application they
    -- are its policy, which is needed after it is deleted.
    former_idle_ms     BIGINT,
    former_max_ms      BIGINT,
    new_idle_ms        BIGINT,
    new_max_ms         BIGINT,
    at                 BIGINT NOT NULL,
    actor              TEXT COLLATE "C" NOT NULL,
    request_id         TEXT COLLATE "C" NOT NULL,
    -- The last login that was looked at, in the order of the scope's index.
    cursor_user        BYTEA NOT NULL DEFAULT '\x'::bytea,
    cursor_application BYTEA NOT NULL DEFAULT '\x'::bytea,
    cursor_seq         BIGINT NOT NULL DEFAULT 0,
    -- A mass end is recorded on logins first, then on the sessions of its scope.
    phase              TEXT COLLATE "C" NOT NULL DEFAULT 'logins'
        CHECK (phase IN ('logins', 'sessions')),
    cursor_session     BYTEA NOT NULL DEFAULT '\x'::bytea
);
CREATE UNIQUE INDEX mass_ends_of_pool ON mass_ends (pool, revision, idx);

-- Whose applications accept only a session that authenticated later.
CREATE TABLE kick_marks (
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    "user"      BYTEA NOT NULL CHECK (length("user") = 12),
    application BYTEA NOT NULL CHECK (length(application) = 12),
    revision    BIGINT NOT NULL,
    idx         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (pool, "user", application)
);
CREATE INDEX kick_marks_of_application ON kick_marks (pool, application);

CREATE TABLE events (
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    revision    BIGINT NOT NULL,
    idx         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('began', 'extended', 'ended')),
    -- Of 'began' and 'extended'.
    expires_at  BIGINT,
    -- Of 'ended'.
    reason      TEXT COLLATE "C",
    "user"      BYTEA NOT NULL CHECK (length("user") = 12),
    application BYTEA NOT NULL CHECK (length(application) = 12),
    session     BYTEA NOT NULL CHECK (length(session) = 16),
    login       BYTEA NOT NULL CHECK (length(login) = 16),
    actor       TEXT COLLATE "C" NOT NULL,
    request_id  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (pool, revision, idx),
    CHECK ((kind = 'ended') = (reason IS NOT NULL)),
    CHECK ((kind = 'ended') = (expires_at IS NULL))
);

-- Used ones stay for a while, so that a second use is noticed.
CREATE TABLE authorization_codes (
    pool         BYTEA NOT NULL CHECK (length(pool) = 12),
    digest       BYTEA NOT NULL CHECK (length(digest) = 32),
    grant_id     BYTEA NOT NULL CHECK (length(grant_id) = 16),
    login        BYTEA NOT NULL CHECK (length(login) = 16),
    application  BYTEA NOT NULL CHECK (length(application) = 12),
    redirect_uri TEXT COLLATE "C" NOT NULL,
    -- The PKCE challenge (S256); absent only for applications that need none.
    challenge    TEXT COLLATE "C",
    nonce        TEXT COLLATE "C",
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    PRIMARY KEY (pool, digest)
);
CREATE INDEX authorization_codes_of_login ON authorization_codes (pool, login);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

CREATE TABLE consents (
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    "user"      BYTEA NOT NULL CHECK (length("user") = 12),
    application BYTEA NOT NULL CHECK (length(application) = 12),
    scope       TEXT COLLATE "C" NOT NULL, -- space-separated
    granted_at  BIGINT NOT NULL,
    PRIMARY KEY (pool, "user", application)
);
-- For erasing those of a deleted application.
CREATE INDEX consents_of_application ON consents (pool, application);

-- The outbox and the ledger of back-channel logout: one row for each end of a
-- login in an application that is to be told, written with the end.
CREATE TABLE logout_deliveries (
    seq         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    login       BYTEA NOT NULL CHECK (length(login) = 16),
    session     BYTEA NOT NULL CHECK (length(session) = 16),
    "user"      BYTEA NOT NULL CHECK (length("user") = 12),
    application BYTEA NOT NULL CHECK (length(application) = 12),
    reason      TEXT COLLATE "C" NOT NULL,
    ended_at    BIGINT NOT NULL,
    -- When the end was recorded, and the row written.
    recorded_at BIGINT NOT NULL,
    -- Where the application wanted to be told when the login ended; of an attempted
    -- one, where the last attempt went.
    uri         TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'confirmed', 'given_up')),
    attempts    BIGINT NOT NULL DEFAULT 0,
    -- Of waiting ones: when to try again. While an attempt is under way: when it
    -- counts as lost.
    next_at     BIGINT,
    finished_at BIGINT,
    CHECK ((state = 'waiting') = (next_at IS NOT NULL)),
    CHECK ((state = 'waiting') = (finished_at IS NULL))
);
CREATE UNIQUE INDEX logout_deliveries_of_login ON logout_deliveries (pool, login);
CREATE INDEX logout_deliveries_waiting ON logout_deliveries (application, next_at)
    WHERE state = 'waiting';
-- The state is in them so that one can be counted without its rows.
CREATE INDEX logout_deliveries_in_order ON logout_deliveries (pool, seq, state);
CREATE INDEX logout_deliveries_of_user ON logout_deliveries (pool, "user", seq, state);
CREATE INDEX logout_deliveries_of_application
    ON logout_deliveries (pool, application, seq, state);
CREATE INDEX logout_deliveries_finished ON logout_deliveries (finished_at)
    WHERE finished_at IS NOT NULL;

CREATE TABLE logout_attempts (
    pool    BYTEA NOT NULL CHECK (length(pool) = 12),
    login   BYTEA NOT NULL CHECK (length(login) = 16),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    -- The HTTP status, if there was an answer.
    status  BIGINT,
    PRIMARY KEY (pool, login, number)
);

-- Where and how deleted applications wanted to be told: their logins' ends may be
-- recorded after them.
CREATE TABLE former_logout_uris (
    pool              BYTEA NOT NULL CHECK (length(pool) = 12),
    application       BYTEA NOT NULL CHECK (length(application) = 12),
    uri               TEXT COLLATE "C" NOT NULL,
    signing_algorithm TEXT COLLATE "C" NOT NULL,
    deleted_at        BIGINT NOT NULL,
    PRIMARY KEY (pool, application)
);
CREATE INDEX former_logout_uris_by_age ON former_logout_uris (deleted_at);

-- What people did. A sign-in has a row here and one in `logins`, on purpose: that
-- one is a state, which moves and is kept while it lives.
CREATE TABLE user_actions (
    -- The order of writing.
    seq         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    "user"      BYTEA NOT NULL CHECK (length("user") = 12),
    at          BIGINT NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    -- Null where none was involved.
    application BYTEA CHECK (length(application) = 12),
    -- Why it was refused; null: it was done.
    failure     TEXT COLLATE "C",
    -- How it was done, or the names of what was changed; never a value.
    detail      TEXT COLLATE "C" NOT NULL,
    address     TEXT COLLATE "C",
    user_agent  TEXT COLLATE "C",
    request_id  TEXT COLLATE "C" NOT NULL
);
-- Lists are cut from these in their order, and counted without their rows: what is
-- filtered by most is in them.
CREATE INDEX user_actions_in_order ON user_actions (pool, at, seq, kind, failure);
CREATE INDEX user_actions_of_user
    ON user_actions (pool, "user", at, seq, kind, failure, application);
CREATE INDEX user_actions_of_application
    ON user_actions (pool, application, at, seq, kind, failure) WHERE application IS NOT NULL;
CREATE INDEX user_actions_from_address
    ON user_actions (pool, address, at, seq, kind, failure) WHERE address IS NOT NULL;
CREATE INDEX user_actions_of_request ON user_actions (pool, request_id, at, seq);
-- Of a user's refusals the newest are kept.
CREATE INDEX user_actions_failed ON user_actions (pool, "user", seq, failure)
    WHERE failure IS NOT NULL;

CREATE TABLE webhooks (
    pool         BYTEA NOT NULL CHECK (length(pool) = 12),
    id           BYTEA NOT NULL CHECK (length(id) = 12),
    name         TEXT COLLATE "C" NOT NULL,
    url          TEXT COLLATE "C" NOT NULL,
    content_type TEXT COLLATE "C" NOT NULL,
    enabled      BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    events       TEXT COLLATE "C" NOT NULL, -- names, comma-separated
    secret       BYTEA, -- sealed; without one, calls are not signed
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    -- How many calls were ever logged: the number of the last one.
    logged       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (pool, id)
);
CREATE INDEX webhooks_by_age ON webhooks (pool, created_at, id);
-- Every change of the pool asks it.
CREATE INDEX webhooks_enabled ON webhooks (pool) WHERE enabled = 1;

-- The outbox: one row for each webhook and each thing that it is to be told of,
-- written in the commit of that. A finished one goes: the log has it.
CREATE TABLE webhook_deliveries (
    seq         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    pool        BYTEA NOT NULL CHECK (length(pool) = 12),
    webhook     BYTEA NOT NULL CHECK (length(webhook) = 12),
    -- The same for each webhook that is told of the same.
    event_id    BYTEA NOT NULL CHECK (length(event_id) = 16),
    event       TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    facts       TEXT COLLATE "C" NOT NULL, -- a JSON object
    attempts    BIGINT NOT NULL DEFAULT 0,
    -- When to try again. While an attempt is under way: when it counts as lost.
    next_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_of_webhook
    ON webhook_deliveries (pool, webhook, event_id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, next_at);

CREATE TABLE webhook_logs (
    pool             BYTEA NOT NULL CHECK (length(pool) = 12),
    webhook          BYTEA NOT NULL CHECK (length(webhook) = 12),
    number           BIGINT NOT NULL,
    event            TEXT COLLATE "C" NOT NULL,
    at               BIGINT NOT NULL,
    request_headers  TEXT COLLATE "C" NOT NULL, -- a JSON array of pairs
    request_body     TEXT COLLATE "C" NOT NULL, -- a JSON object
    success          BIGINT NOT NULL CHECK (success IN (0, 1)),
    -- In one word, if it was no success.
    error            TEXT COLLATE "C",
    -- Of the answer, if there was one.
    response_status  BIGINT,
    response_headers TEXT COLLATE "C", -- a JSON array of pairs
    response_body    TEXT COLLATE "C",
    CHECK ((success = 1) = (error IS NULL)),
    CHECK ((response_status IS NULL) = (response_headers IS NULL)),
    CHECK ((response_status IS NULL) = (response_body IS NULL))
);
CREATE UNIQUE INDEX webhook_logs_of_webhook ON webhook_logs (pool, webhook, number);
CREATE INDEX webhook_logs_by_age ON webhook_logs (at);

-- Registrations from an address in the present window. The key is a digest, and
-- no address is in here.
CREATE TABLE sign_ups (
    pool     BYTEA NOT NULL CHECK (length(pool) = 12),
    origin   BYTEA NOT NULL CHECK (length(origin) = 32),
    began_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (pool, origin)
);
CREATE INDEX sign_ups_by_age ON sign_ups (began_at);
