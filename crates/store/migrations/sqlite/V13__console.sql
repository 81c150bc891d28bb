-- The console: where administrators sign in, what each is in which pool, links that
-- were given to them, and figures that are counted ahead of being asked for.

-- One row, once there is a console.
CREATE TABLE console (
    only_row    INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    application BLOB    NOT NULL CHECK (length(application) = 12)
) STRICT, WITHOUT ROWID;

-- An administrator is a user of the console's pool. A role in that pool's own row is
-- one for the whole server.
CREATE TABLE console_roles (
    administrator BLOB    NOT NULL CHECK (length(administrator) = 12),
    pool          BLOB    NOT NULL CHECK (length(pool) = 12),
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
    given_at      INTEGER NOT NULL,
    PRIMARY KEY (administrator, pool)
) STRICT;

CREATE INDEX console_roles_of_pool ON console_roles (pool, administrator);

CREATE TABLE console_invitations (
    digest        BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    administrator BLOB    NOT NULL CHECK (length(administrator) = 12),
    expires_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX console_invitations_of ON console_invitations (administrator);

-- How often something happened within an hour. An application of zeros: none was
-- involved.
CREATE TABLE console_hours (
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    hour        INTEGER NOT NULL,
    application BLOB    NOT NULL CHECK (length(application) = 12),
    -- 'began', 'refused', or the reason of an end.
    kind        TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    PRIMARY KEY (pool, hour, application, kind)
) STRICT;

CREATE INDEX console_hours_by_age ON console_hours (hour);

-- Up to where a pool's events are counted.
CREATE TABLE console_marks (
    pool     BLOB    NOT NULL PRIMARY KEY CHECK (length(pool) = 12),
    revision INTEGER NOT NULL,
    idx      INTEGER NOT NULL
) STRICT;

-- Up to where people's actions are counted, in all pools.
CREATE TABLE console_action_mark (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    seq      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened before is not told by the hour.
INSERT INTO console_marks (pool, revision, idx) SELECT id, revision, 2147483647 FROM pools;
INSERT INTO console_action_mark (only_row, seq)
    SELECT 1, max(seq) FROM user_actions HAVING count(*) > 0;
