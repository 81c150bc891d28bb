-- What people do for themselves: registering, and looking after their devices.

-- Off: administrators make users, as they have until now.
ALTER TABLE pools ADD COLUMN registration_open INTEGER NOT NULL DEFAULT 0
    CHECK (registration_open IN (0, 1));

-- Addresses that a person asserted and has not shown to own. Nobody is found by
-- one, so it is no claim to it either: others may have it too.
ALTER TABLE users ADD COLUMN email_unproven INTEGER NOT NULL DEFAULT 0
    CHECK (email_unproven IN (0, 1));
ALTER TABLE users ADD COLUMN phone_unproven INTEGER NOT NULL DEFAULT 0
    CHECK (phone_unproven IN (0, 1));

DROP INDEX users_by_email;
DROP INDEX users_by_phone;
CREATE UNIQUE INDEX users_by_email ON users (pool, email)
    WHERE email IS NOT NULL AND email_unproven = 0;
CREATE UNIQUE INDEX users_by_phone ON users (pool, phone_e164)
    WHERE phone_e164 IS NOT NULL AND phone_unproven = 0;
-- For self-chosen usernames, which may be nobody's external id in another spelling.
CREATE INDEX users_by_external_id_in_any_case ON users (pool, external_id COLLATE NOCASE)
    WHERE external_id IS NOT NULL;

-- Registrations from an address in the present window. The key is a digest, and
-- no address is in here.
CREATE TABLE sign_ups (
    pool     BLOB    NOT NULL CHECK (length(pool) = 12),
    origin   BLOB    NOT NULL CHECK (length(origin) = 32),
    began_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (pool, origin)
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_ups_by_age ON sign_ups (began_at);

-- A device that its person took off the list: its session has ended, and its id
-- names nothing to them any more.
ALTER TABLE sessions ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
