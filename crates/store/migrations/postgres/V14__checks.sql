-- The index that checks are answered from has what their limits are counted from as
-- well, so that a login's row need not be read: at a million logins each page is a miss of
-- the processor's caches. Nodes of the version before use it as they used the former one.
-- An index of many logins takes longer than a statement may. It takes the former one's
-- place at the end, so that logins can be read until then.
SET LOCAL statement_timeout = 0;
CREATE INDEX logins_live_of_user_with_moments ON logins (pool, "user", application, seq)
    INCLUDE (session, begun_at, last_seen, redeem_by) WHERE ended_at IS NULL;
DROP INDEX logins_live_of_user;
ALTER INDEX logins_live_of_user_with_moments RENAME TO logins_live_of_user;
