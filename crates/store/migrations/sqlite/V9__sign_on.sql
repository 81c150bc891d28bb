-- The cookie that a browser presented when it authenticated: its sign-out may be on
-- its way with that one still, and must not spare what took its place.
ALTER TABLE sessions ADD COLUMN former_cookie BLOB CHECK (length(former_cookie) = 32);

CREATE INDEX sessions_by_former_cookie
    ON sessions (pool, former_cookie, authenticated_revision, authenticated_index)
    WHERE former_cookie IS NOT NULL AND ended_at IS NULL;
