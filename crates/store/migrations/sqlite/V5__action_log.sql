-- What people did, and what was done to a pool: the two logs that are read by key.
--
-- A sign-in has a row here and one in `logins`, on purpose: that one is a state, which
-- moves and is kept while it lives, and knows neither a second sign-in into it nor the
-- request that made it. Merged from both, no list would have one order and one count.

CREATE TABLE user_actions (
    -- The order of writing.
    seq         INTEGER PRIMARY KEY,
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    user        BLOB    NOT NULL CHECK (length(user) = 12),
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    -- Null where none was involved.
    application BLOB    CHECK (length(application) = 12),
    -- Why it was refused; null: it was done.
    failure     TEXT,
    -- How it was done, or the names of what was changed; never a value.
    detail      TEXT    NOT NULL,
    address     TEXT,
    user_agent  TEXT,
    request_id  TEXT    NOT NULL
) STRICT;

-- Lists are cut from these in their order, and counted without their rows: what is
-- filtered by most is in them.
CREATE INDEX user_actions_in_order ON user_actions (pool, at, seq, kind, failure);
CREATE INDEX user_actions_of_user
    ON user_actions (pool, user, at, seq, kind, failure, application);
CREATE INDEX user_actions_of_application
    ON user_actions (pool, application, at, seq, kind, failure) WHERE application IS NOT NULL;
CREATE INDEX user_actions_from_address
    ON user_actions (pool, address, at, seq, kind, failure) WHERE address IS NOT NULL;
CREATE INDEX user_actions_of_request ON user_actions (pool, request_id, at, seq);
-- Of a user's refusals the newest are kept.
CREATE INDEX user_actions_failed ON user_actions (pool, user, seq, failure)
    WHERE failure IS NOT NULL;

ALTER TABLE audit_rows ADD COLUMN user_agent TEXT;

DROP INDEX audit_rows_with_address;
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
