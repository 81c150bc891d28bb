-- What administrators keep: pools, keys, applications, people.
--
-- Ids are their bytes, instants and spans are milliseconds, booleans are 0 or 1.
-- A column called "sealed" is encrypted under the master key, with its table,
-- pool, row and column as associated data: copied elsewhere it does not open.
-- Whatever SQL never looks into is JSON text.

-- Facts about the store itself.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pools (
    id                   BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 12),
    -- The pool that was made first has the smallest; instants may coincide.
    ordinal              INTEGER NOT NULL UNIQUE,
    name                 TEXT    NOT NULL,
    created_at           INTEGER NOT NULL,
    -- The last commit that began, extended or ended logins of the pool.
    revision             INTEGER NOT NULL DEFAULT 0,
    session_idle_ms      INTEGER NOT NULL,
    session_max_ms       INTEGER NOT NULL,
    default_country_code TEXT    NOT NULL
) STRICT;

-- A caller names its key alone and its pool follows, so the id is unique in the
-- whole store. A pool's root key has the pool's own id.
CREATE TABLE access_keys (
    id             BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 12),
    pool           BLOB    NOT NULL CHECK (length(pool) = 12),
    secret         BLOB    NOT NULL, -- sealed
    -- Names, comma-separated: a bit mask would change its meaning with the order
    -- of an enum.
    permissions    TEXT    NOT NULL,
    enabled        INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    secret_version INTEGER NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX access_keys_of_pool ON access_keys (pool);

CREATE TABLE applications (
    pool                 BLOB    NOT NULL CHECK (length(pool) = 12),
    id                   BLOB    NOT NULL CHECK (length(id) = 12),
    identifier           TEXT    NOT NULL,
    name                 TEXT    NOT NULL,
    logo                 TEXT    NOT NULL,
    description          TEXT,
    kind                 TEXT    NOT NULL,
    enabled              INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    redirect_uris        TEXT    NOT NULL, -- a JSON array of texts
    logout_redirect_uris TEXT    NOT NULL, -- a JSON array of texts
    init_login_uri       TEXT    NOT NULL,
    sso_enabled_at       INTEGER,
    api_sign_in          INTEGER NOT NULL CHECK (api_sign_in IN (0, 1)),
    password_methods     TEXT    NOT NULL, -- a JSON array of texts
    oauth                TEXT    NOT NULL, -- a JSON object
    idle_timeout_ms      INTEGER,
    max_lifetime_ms      INTEGER,
    secret               BLOB    NOT NULL, -- sealed
    secret_version       INTEGER NOT NULL,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    PRIMARY KEY (pool, id)
) STRICT;

-- A client names its client_id alone and its pool follows.
CREATE UNIQUE INDEX applications_by_client_id ON applications (id);
CREATE UNIQUE INDEX applications_by_identifier ON applications (pool, identifier);
CREATE INDEX applications_by_age ON applications (pool, created_at, id);

CREATE TABLE users (
    pool                     BLOB    NOT NULL CHECK (length(pool) = 12),
    id                       BLOB    NOT NULL CHECK (length(id) = 12),
    status                   TEXT    NOT NULL,
    status_changed_at        INTEGER NOT NULL,
    created_at               INTEGER NOT NULL,
    updated_at               INTEGER NOT NULL,
    username                 TEXT,
    -- The username as it is compared: NFKC, lower case.
    username_key             TEXT,
    -- In lower case.
    email                    TEXT,
    email_verified           INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
    -- As given; compared by phone_e164.
    phone                    TEXT,
    phone_country_code       TEXT,
    phone_e164               TEXT,
    phone_verified           INTEGER NOT NULL CHECK (phone_verified IN (0, 1)),
    external_id              TEXT,
    gender                   TEXT    NOT NULL,
    profile                  TEXT    NOT NULL, -- a JSON object of texts by V3 name
    custom_data              TEXT,
    source                   TEXT    NOT NULL,
    password_hash            TEXT,
    password_version         INTEGER NOT NULL,
    password_last_set_at     INTEGER,
    password_security_level  INTEGER,
    reset_on_next_login      INTEGER NOT NULL CHECK (reset_on_next_login IN (0, 1)),
    failures_in_a_row        INTEGER NOT NULL,
    sign_in_count            INTEGER NOT NULL,
    last_sign_in_at          INTEGER,
    last_sign_in_address     TEXT,
    last_sign_in_application BLOB,
    PRIMARY KEY (pool, id),
    CHECK ((username IS NULL) = (username_key IS NULL)),
    CHECK ((phone IS NULL) = (phone_e164 IS NULL)),
    CHECK ((phone IS NULL) = (phone_country_code IS NULL))
) STRICT;

-- Partial, because most users lack some of these and rows without them need no
-- entry.
CREATE UNIQUE INDEX users_by_username ON users (pool, username_key) WHERE username_key IS NOT NULL;
CREATE UNIQUE INDEX users_by_email ON users (pool, email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX users_by_phone ON users (pool, phone_e164) WHERE phone_e164 IS NOT NULL;
CREATE UNIQUE INDEX users_by_external_id ON users (pool, external_id) WHERE external_id IS NOT NULL;
-- These hold the id so that pages are cut from the index alone.
CREATE INDEX users_by_age ON users (pool, created_at, id);
CREATE INDEX users_by_update ON users (pool, updated_at, created_at, id);
CREATE INDEX users_by_status ON users (pool, status, created_at, id);

CREATE TABLE identities (
    pool                  BLOB    NOT NULL CHECK (length(pool) = 12),
    id                    BLOB    NOT NULL CHECK (length(id) = 12),
    user                  BLOB    NOT NULL CHECK (length(user) = 12),
    -- The user's identities in the order in which they were linked.
    ordinal               INTEGER NOT NULL,
    ext_idp               BLOB    NOT NULL CHECK (length(ext_idp) = 12),
    provider              TEXT    NOT NULL,
    kind                  TEXT    NOT NULL,
    user_id_in_idp        TEXT    NOT NULL,
    user_info             TEXT    NOT NULL, -- the source's JSON object
    access_token          BLOB, -- sealed
    refresh_token         BLOB, -- sealed
    origin_connection_ids TEXT    NOT NULL, -- a JSON array of texts
    PRIMARY KEY (pool, id)
) STRICT;

CREATE UNIQUE INDEX identities_by_source ON identities (pool, ext_idp, user_id_in_idp);
CREATE UNIQUE INDEX identities_of_user ON identities (pool, user, ordinal);

CREATE TABLE ext_idps (
    pool       BLOB    NOT NULL CHECK (length(pool) = 12),
    id         BLOB    NOT NULL CHECK (length(id) = 12),
    name       TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    tenant_id  TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (pool, id)
) STRICT;

CREATE TABLE audit_rows (
    -- The order of writing: rows of one commit have one instant.
    seq         INTEGER PRIMARY KEY,
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    address     TEXT,
    request_id  TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    resource    TEXT    NOT NULL,
    resource_id TEXT    NOT NULL,
    detail      TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX audit_rows_by_id ON audit_rows (pool, id);
CREATE INDEX audit_rows_in_order ON audit_rows (pool, seq);
-- For erasing a deleted person's addresses.
CREATE INDEX audit_rows_with_address ON audit_rows (pool, actor) WHERE address IS NOT NULL;
-- For forgetting what is older than the retention time, in all pools.
CREATE INDEX audit_rows_by_age ON audit_rows (at);

-- The pair is a digest of account and address as typed: no e-mail is in here.
CREATE TABLE sign_in_failures (
    pool     BLOB    NOT NULL CHECK (length(pool) = 12),
    pair     BLOB    NOT NULL CHECK (length(pair) = 32),
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (pool, pair)
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

-- The server has one issuer, so these belong to no pool.
CREATE TABLE signing_keys (
    key_id     TEXT    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    private    BLOB    NOT NULL, -- sealed
    created_at INTEGER NOT NULL
) STRICT;
