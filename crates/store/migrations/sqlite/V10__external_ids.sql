-- In an expression that every engine has, rather than by a collation of this one.
DROP INDEX users_by_external_id_in_any_case;
CREATE INDEX users_by_external_id_in_any_case ON users (pool, lower(external_id))
    WHERE external_id IS NOT NULL;
