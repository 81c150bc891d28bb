-- What administrators are told of access keys, and sources that can be deleted.

-- V3 `type`: any name.
ALTER TABLE access_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'userpool';
-- For whom the key was made, as its maker says.
ALTER TABLE access_keys ADD COLUMN owner TEXT;
-- Behind by what is noted in memory: see the port.
ALTER TABLE access_keys ADD COLUMN last_used_at INTEGER;

DROP INDEX access_keys_of_pool;
CREATE INDEX access_keys_of_pool ON access_keys (pool, created_at, id);

-- A deleted source is as good as gone; its row stays until the last of its
-- identities, which may be many, is removed.
ALTER TABLE ext_idps ADD COLUMN deleted_at INTEGER;

CREATE INDEX ext_idps_by_age ON ext_idps (pool, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX ext_idps_deleted ON ext_idps (deleted_at) WHERE deleted_at IS NOT NULL;
