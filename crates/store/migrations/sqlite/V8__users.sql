-- Who was archived last: pages of archived users are cut from this alone.
CREATE INDEX users_archived ON users (pool, status_changed_at, id) WHERE status = 'Archived';
