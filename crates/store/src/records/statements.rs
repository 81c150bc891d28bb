//! Every statement about sessions, logins and tokens, in one place: a test asks
//! `SQLite` for the plan of each and refuses one that scans a big table.

/// Names statements, and lists them for the test of plans.
macro_rules! statements {
    ($($(#[doc = $doc:literal])* $name:ident = $sql:expr;)+) => {
        $($(#[doc = $doc])* pub(crate) const $name: &str = $sql;)+

        /// All of them, by name.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)+];
    };
}

pub(crate) mod actions;
pub(crate) mod deliveries;
pub(crate) mod webhooks;

/// A login with what its standing depends on, in the order in which
/// `lifecycle::state` reads it.
macro_rules! state {
    ($which:literal) => {
        state!("", $which)
    };
    // With more columns behind these.
    ($more:literal, $which:literal) => {
        concat!(
            "SELECT l.pool, l.id, l.session, l.user, l.application,
                    l.begun_revision, l.begun_index, l.begun_at, l.last_seen, l.redeem_by,
                    l.ended_at, l.end_reason, l.end_actor, l.seq,
                    s.begun_revision, s.begun_index, s.begun_at,
                    s.authenticated_revision, s.authenticated_index, s.authenticated_at,
                    s.last_seen, s.ended_at, s.end_reason, s.end_actor,
                    a.enabled, a.idle_timeout_ms, a.max_lifetime_ms, a.backchannel_logout_uri,
                    u.status",
            $more,
            "
                FROM logins l
                JOIN sessions s ON s.pool = l.pool AND s.id = l.session
                LEFT JOIN applications a ON a.pool = l.pool AND a.id = l.application
                LEFT JOIN users u ON u.pool = l.pool AND u.id = l.user
                WHERE ",
            $which
        )
    };
}

/// A session, in the order in which `lifecycle::state` reads it.
macro_rules! session {
    ($first:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            $first,
            "id, user, begun_revision, begun_index, begun_at,
                authenticated_revision, authenticated_index, authenticated_at,
                last_seen, ended_at, end_reason, end_actor
            FROM sessions ",
            $rest
        )
    };
}

statements! {
    /// One login.
    STATE_OF_LOGIN = state!("l.pool = ?1 AND l.id = ?2");
    /// Those of a user in an application whose end is not recorded, the newest first.
    STATES_OF_USER_IN_APPLICATION = state!(
        "l.pool = ?1 AND l.user = ?2 AND l.application = ?3 AND l.ended_at IS NULL
            ORDER BY l.seq DESC"
    );
    /// Whether there is any of them.
    ANY_OF_USER_IN_APPLICATION = "SELECT 1 FROM logins WHERE pool = ?1 AND user = ?2
        AND application = ?3 AND ended_at IS NULL LIMIT 1";
    /// Those of a user.
    STATES_OF_USER = state!(
        "l.pool = ?1 AND l.user = ?2 AND l.ended_at IS NULL ORDER BY l.application"
    );
    /// Those of a session.
    STATES_OF_SESSION = state!(
        "l.pool = ?1 AND l.session = ?2 AND l.ended_at IS NULL ORDER BY l.seq"
    );
    /// Those of a session in an application: one is live at most, the others have
    /// ended and are not recorded yet.
    STATES_OF_SESSION_IN_APPLICATION = state!(
        "l.pool = ?1 AND l.session = ?2 AND l.application = ?3 AND l.ended_at IS NULL"
    );
    /// Those in an application, by user.
    STATES_IN_APPLICATION = state!(
        "l.pool = ?1 AND l.application = ?2 AND l.ended_at IS NULL ORDER BY l.user"
    );
    /// Those that are due, of all pools.
    STATES_DUE = state!(
        "l.ended_at IS NULL AND l.due_at <= ?1 ORDER BY l.due_at LIMIT ?2"
    );
    /// The next ones of a mass end of a whole pool.
    BATCH_OF_POOL = state!(
        "l.pool = ?1 AND l.ended_at IS NULL AND (l.user, l.application, l.seq) > (?4, ?5, ?6)
            ORDER BY l.user, l.application, l.seq LIMIT ?7"
    );
    /// The next ones of a mass end of an application.
    BATCH_OF_APPLICATION = state!(
        "l.pool = ?1 AND l.application = ?3 AND l.ended_at IS NULL AND (l.user, l.seq) > (?4, ?6)
            ORDER BY l.user, l.seq LIMIT ?7"
    );
    /// The next ones that are shown to administrators, with what a state does not say.
    SEEN_IN_APPLICATION = state!(
        ", l.address, l.user_agent, coalesce(l.first_begun_at, l.begun_at), a.name",
        "l.pool = ?1 AND l.application = ?2 AND l.ended_at IS NULL AND (l.user, l.seq) > (?3, ?4)
            ORDER BY l.user, l.seq LIMIT ?5"
    );
    /// The next ones of a mass end of a user.
    BATCH_OF_USER = state!(
        "l.pool = ?1 AND l.user = ?2 AND l.ended_at IS NULL AND (l.application, l.seq) > (?5, ?6)
            ORDER BY l.application, l.seq LIMIT ?7"
    );
    /// The next ones of a kick.
    BATCH_OF_USER_IN_APPLICATION = state!(
        "l.pool = ?1 AND l.user = ?2 AND l.application = ?3 AND l.ended_at IS NULL AND l.seq > ?6
            ORDER BY l.seq LIMIT ?7"
    );
    /// The next logins in the order in which they were stored, from the newest on,
    /// ended ones too: what one look reads is bounded.
    LOGINS_BELOW = "SELECT seq, ended_at IS NULL, pool, user, application FROM logins
        WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";
    /// What the limits of those in between are counted from, where nothing has ended.
    MOMENTS_BETWEEN = "SELECT l.seq, l.pool, l.user, l.application,
            l.begun_at, l.last_seen, l.redeem_by, s.begun_at, s.last_seen
        FROM logins l
        JOIN sessions s ON s.pool = l.pool AND s.id = l.session
        WHERE l.seq >= ?1 AND l.seq <= ?2 AND l.ended_at IS NULL AND s.ended_at IS NULL";
    /// All that there is to know of them.
    STATES_BETWEEN = state!("l.seq >= ?1 AND l.seq <= ?2 AND l.ended_at IS NULL");
    APPLICATION_STATE = "SELECT enabled, idle_timeout_ms, max_lifetime_ms FROM applications
        WHERE pool = ?1 AND id = ?2";
    /// Whether anything is due.
    ANY_DUE = "SELECT 1 FROM logins WHERE ended_at IS NULL AND due_at <= ?1 LIMIT 1";

    /// The session of a browser's cookie.
    SESSION_OF_COOKIE = session!("", "WHERE pool = ?1 AND cookie = ?2");
    /// The one that took its place in the same browser: the newest, if the cookie was
    /// presented twice.
    SESSION_OF_FORMER_COOKIE = session!(
        "",
        "WHERE pool = ?1 AND former_cookie = ?2 AND ended_at IS NULL AND authenticated_at >= ?3
            ORDER BY authenticated_revision DESC, authenticated_index DESC LIMIT 1"
    );
    /// Those of a user whose end is not recorded. The planner takes a pool for
    /// small and would read all its sessions.
    SESSIONS_OF_USER = session!(
        "",
        "INDEXED BY sessions_live_of_user WHERE pool = ?1 AND user = ?2 AND ended_at IS NULL"
    );
    /// One that its person did not take off the list of devices.
    SESSION_ON_THE_LIST = session!("", "WHERE pool = ?1 AND id = ?2 AND hidden = 0");
    HIDE_SESSION = "UPDATE sessions SET hidden = 1 WHERE pool = ?1 AND id = ?2";
    NEWEST_DEVICE_OF_SESSION = "SELECT address, user_agent FROM logins WHERE seq = (
        SELECT max(seq) FROM logins WHERE pool = ?1 AND session = ?2)";
    SIGN_UPS = "SELECT began_at, attempts FROM sign_ups WHERE pool = ?1 AND origin = ?2";
    SET_SIGN_UPS = "INSERT INTO sign_ups (pool, origin, began_at, attempts)
        VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (pool, origin) DO UPDATE
            SET began_at = excluded.began_at, attempts = excluded.attempts";
    DELETE_SIGN_UPS = "DELETE FROM sign_ups WHERE (pool, origin) IN (
        SELECT pool, origin FROM sign_ups WHERE began_at <= ?1 ORDER BY began_at LIMIT ?2)";
    /// Browsers' sessions that are due, of all pools.
    SESSIONS_DUE = session!(
        "pool, ",
        "WHERE ended_at IS NULL AND due_at IS NOT NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2"
    );
    /// The next sessions of a mass end of a whole pool.
    SESSION_BATCH_OF_POOL = session!(
        "",
        "WHERE pool = ?1 AND ended_at IS NULL AND (user, id) > (?3, ?4)
            ORDER BY user, id LIMIT ?5"
    );
    /// The next sessions of a mass end of a user.
    SESSION_BATCH_OF_USER = session!(
        "",
        "INDEXED BY sessions_live_of_user
            WHERE pool = ?1 AND user = ?2 AND ended_at IS NULL AND id > ?4 ORDER BY id LIMIT ?5"
    );
    ANY_SESSION_DUE = "SELECT 1 FROM sessions
        WHERE ended_at IS NULL AND due_at IS NOT NULL AND due_at <= ?1 LIMIT 1";
    IS_BROWSER = "SELECT 1 FROM sessions WHERE pool = ?1 AND id = ?2 AND cookie IS NOT NULL";

    POOL_LIMITS = "SELECT session_idle_ms, session_max_ms, max_sessions, session_limit_action
        FROM pools WHERE id = ?1";
    APPLICATION_POLICY =
        "SELECT idle_timeout_ms, max_lifetime_ms FROM applications WHERE pool = ?1 AND id = ?2";
    APPLICATION_ENABLED = "SELECT enabled FROM applications WHERE pool = ?1 AND id = ?2";
    USER_FOR_BEGIN = "SELECT status, password_version, password_hash IS NOT NULL,
            failures_in_a_row
        FROM users WHERE pool = ?1 AND id = ?2";

    INSERT_SESSION = "INSERT INTO sessions (pool, id, user, begun_revision, begun_index, begun_at,
            authenticated_revision, authenticated_index, authenticated_at, last_seen, cookie,
            due_at, former_cookie)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?4, ?5, ?6, ?6, ?7, ?8, ?9)";
    RENEW_SESSION = "UPDATE sessions SET cookie = ?3, begun_at = ?4, authenticated_revision = ?5,
            authenticated_index = ?6, authenticated_at = ?4, last_seen = ?4, due_at = ?7,
            former_cookie = ?8
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    MOVE_SESSION_DUE =
        "UPDATE sessions SET due_at = ?3
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL AND cookie IS NOT NULL";
    INSERT_LOGIN = "INSERT INTO logins (pool, id, session, user, application, begun_revision,
            begun_index, begun_at, last_seen, due_at, address, user_agent, redeem_by)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9, ?10, ?11, ?12)";
    CONTINUE_LOGIN = "UPDATE logins SET first_begun_at = coalesce(first_begun_at, begun_at),
            begun_at = ?3, last_seen = ?4, redeem_by = ?5, due_at = ?6
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    INSERT_EVENT = "INSERT INTO events (pool, revision, idx, at, recorded_at, kind, expires_at,
            reason, user, application, session, login, actor, request_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    COUNT_SIGN_IN = "UPDATE users SET sign_in_count = sign_in_count + 1, last_sign_in_at = ?3,
            last_sign_in_address = ?4, last_sign_in_application = ?5, failures_in_a_row = 0
        WHERE pool = ?1 AND id = ?2";
    REHASH = "UPDATE users SET password_hash = ?3, password_security_level = ?4
        WHERE pool = ?1 AND id = ?2";

    EXTEND_LOGIN = "UPDATE logins SET last_seen = ?3, due_at = ?4
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    /// Its due time too, if it has one.
    TOUCH_SESSION = "UPDATE sessions SET last_seen = ?3, due_at = ?4
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    EXTEND_SESSION = "UPDATE sessions
        SET last_seen = CASE WHEN last_seen < ?3 THEN ?3 ELSE last_seen END
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    MOVE_DUE = "UPDATE logins SET due_at = ?3
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    END_LOGIN = "UPDATE logins SET ended_at = ?3, end_reason = ?4, end_actor = ?5
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    END_SESSION = "UPDATE sessions SET ended_at = ?3, end_reason = ?4, end_actor = ?5
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL AND cookie IS NULL AND NOT EXISTS (
            SELECT 1 FROM logins l
            WHERE l.pool = ?1 AND l.session = ?2 AND l.ended_at IS NULL)";
    END_BROWSER_SESSION = "UPDATE sessions SET ended_at = ?3, end_reason = ?4, end_actor = ?5
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";
    FORGET_DEVICES = "UPDATE logins SET address = NULL, user_agent = NULL
        WHERE pool = ?1 AND user = ?2 AND (address IS NOT NULL OR user_agent IS NOT NULL)";

    INSERT_MASS_END = "INSERT INTO mass_ends (pool, revision, idx, scope, user, application,
            except_session, effect, reason, former_idle_ms, former_max_ms,
            new_idle_ms, new_max_ms, at, actor, request_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        RETURNING seq";
    PENDING_MASS_ENDS = "SELECT pool, seq, revision, idx, scope, user, application, except_session,
            effect, reason, former_idle_ms, former_max_ms, new_idle_ms, new_max_ms,
            at, actor, request_id, phase, cursor_user, cursor_application, cursor_seq,
            cursor_session
        FROM mass_ends WHERE pool = ?1 ORDER BY revision, idx";
    OLDEST_MASS_END = "SELECT pool, seq FROM mass_ends ORDER BY seq LIMIT 1";
    MOVE_CURSOR = "UPDATE mass_ends
        SET cursor_user = ?2, cursor_application = ?3, cursor_seq = ?4 WHERE seq = ?1";
    BEGIN_SESSIONS_PHASE = "UPDATE mass_ends
        SET phase = 'sessions', cursor_user = x'', cursor_session = x'' WHERE seq = ?1";
    MOVE_SESSION_CURSOR =
        "UPDATE mass_ends SET cursor_user = ?2, cursor_session = ?3 WHERE seq = ?1";
    REMOVE_MASS_END = "DELETE FROM mass_ends WHERE seq = ?1";

    SET_KICK_MARK = "INSERT INTO kick_marks (pool, user, application, revision, idx, at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (pool, user, application) DO UPDATE
            SET revision = excluded.revision, idx = excluded.idx, at = excluded.at";
    KICK_MARK = "SELECT revision, idx FROM kick_marks
        WHERE pool = ?1 AND user = ?2 AND application = ?3";
    FORGET_KICK_MARKS = "DELETE FROM kick_marks WHERE pool = ?1 AND user = ?2";
    /// The planner takes a pool for small and would read all its marks.
    FORGET_KICK_MARKS_OF_APPLICATION = "DELETE FROM kick_marks
        INDEXED BY kick_marks_of_application WHERE pool = ?1 AND application = ?2";

    CONSENT = "SELECT scope FROM consents WHERE pool = ?1 AND user = ?2 AND application = ?3";
    SET_CONSENT = "INSERT INTO consents (pool, user, application, scope, granted_at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (pool, user, application) DO UPDATE
            SET scope = excluded.scope, granted_at = excluded.granted_at";
    FORGET_CONSENTS = "DELETE FROM consents WHERE pool = ?1 AND user = ?2";
    FORGET_CONSENTS_OF_APPLICATION = "DELETE FROM consents
        INDEXED BY consents_of_application WHERE pool = ?1 AND application = ?2";

    INSERT_CODE = "INSERT INTO authorization_codes (pool, digest, grant_id, login, application,
            redirect_uri, challenge, nonce, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    CODE = "SELECT grant_id, login, application, redirect_uri, challenge, nonce, expires_at, used_at
        FROM authorization_codes WHERE pool = ?1 AND digest = ?2";
    USE_CODE = "UPDATE authorization_codes SET used_at = ?3 WHERE pool = ?1 AND digest = ?2";
    REDEEM_LOGIN = "UPDATE logins SET redeem_by = NULL, due_at = ?3
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NULL";

    INSERT_GRANT = "INSERT INTO grants
            (pool, id, login, application, scope, methods, authenticated_at, newest_token,
            created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    GRANT = "SELECT login, application, scope, methods, authenticated_at, newest_token,
            created_at
        FROM grants WHERE pool = ?1 AND id = ?2";
    RAISE_NEWEST_TOKEN =
        "UPDATE grants SET newest_token = newest_token + 1 WHERE pool = ?1 AND id = ?2";
    INSERT_REFRESH_TOKEN = "INSERT INTO refresh_tokens
            (pool, digest, grant_id, login, application, expires_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    REFRESH_TOKEN = "SELECT grant_id, login, application, expires_at, used_at, successor, cancelled
        FROM refresh_tokens WHERE pool = ?1 AND digest = ?2";
    USE_REFRESH_TOKEN = "UPDATE refresh_tokens SET used_at = ?3, successor = ?4
        WHERE pool = ?1 AND digest = ?2";
    CANCEL_REFRESH_TOKEN =
        "UPDATE refresh_tokens SET cancelled = 1 WHERE pool = ?1 AND digest = ?2";
    REVOKE_TOKEN = "INSERT INTO revoked_tokens (pool, token_id, expires_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (pool, token_id) DO NOTHING";
    IS_REVOKED = "SELECT 1 FROM revoked_tokens WHERE pool = ?1 AND token_id = ?2";

    HISTORY = "SELECT l.application, a.name, a.logo, a.init_login_uri,
            l.address, l.user_agent, coalesce(l.first_begun_at, l.begun_at)
        FROM logins l LEFT JOIN applications a ON a.pool = l.pool AND a.id = l.application
        WHERE l.pool = ?1 AND l.user = ?2
            AND (l.application = ?3 OR ?3 IS NULL) AND (l.address = ?4 OR ?4 IS NULL)
            AND (coalesce(l.first_begun_at, l.begun_at) >= ?5 OR ?5 IS NULL)
            AND (coalesce(l.first_begun_at, l.begun_at) <= ?6 OR ?6 IS NULL)
        ORDER BY l.begun_revision DESC, l.begun_index DESC LIMIT ?7 OFFSET ?8";
    HISTORY_COUNT = "SELECT count(*) FROM logins l
        WHERE l.pool = ?1 AND l.user = ?2
            AND (l.application = ?3 OR ?3 IS NULL) AND (l.address = ?4 OR ?4 IS NULL)
            AND (coalesce(l.first_begun_at, l.begun_at) >= ?5 OR ?5 IS NULL)
            AND (coalesce(l.first_begun_at, l.begun_at) <= ?6 OR ?6 IS NULL)";
    APPLICATION_TILE =
        "SELECT name, logo, init_login_uri FROM applications WHERE pool = ?1 AND id = ?2";
    EVENTS_AFTER = "SELECT revision, idx, at, recorded_at, kind, expires_at, reason,
            user, application, session, login, actor, request_id
        FROM events WHERE pool = ?1 AND (revision, idx) > (?2, ?3)
        ORDER BY revision, idx LIMIT ?4";

    /// Ended logins that are kept no longer.
    OLD_LOGINS = "SELECT pool, id, session FROM logins
        WHERE ended_at IS NOT NULL AND ended_at <= ?1 ORDER BY ended_at LIMIT ?2";
    DELETE_LOGIN = "DELETE FROM logins WHERE pool = ?1 AND id = ?2";
    DELETE_GRANTS = "DELETE FROM grants INDEXED BY grants_of_login WHERE pool = ?1 AND login = ?2";
    DELETE_REFRESH_TOKENS = "DELETE FROM refresh_tokens
        INDEXED BY refresh_tokens_of_login WHERE pool = ?1 AND login = ?2";
    DELETE_CODES = "DELETE FROM authorization_codes
        INDEXED BY authorization_codes_of_login WHERE pool = ?1 AND login = ?2";
    /// A browser's session may live on without logins, and is kept as long after
    /// its own end as they are after theirs.
    DELETE_SESSION = "DELETE FROM sessions
        WHERE pool = ?1 AND id = ?2 AND ended_at IS NOT NULL AND ended_at <= ?3
            AND NOT EXISTS (SELECT 1 FROM logins l WHERE l.pool = ?1 AND l.session = ?2)";
    OLD_SESSIONS = "SELECT pool, id FROM sessions
        WHERE ended_at IS NOT NULL AND ended_at <= ?1 ORDER BY ended_at LIMIT ?2";
    DELETE_OLD_CODES = "DELETE FROM authorization_codes WHERE (pool, digest) IN (
        SELECT pool, digest FROM authorization_codes WHERE expires_at <= ?1
            ORDER BY expires_at LIMIT ?2)";
    POOLS = "SELECT id FROM pools ORDER BY ordinal";
    /// A pool's first events are its oldest: how far they are too old is looked
    /// at from the front, without an index by age.
    OLDEST_EVENTS =
        "SELECT revision, idx, recorded_at FROM events WHERE pool = ?1 ORDER BY revision, idx LIMIT ?2";
    DELETE_EVENTS = "DELETE FROM events WHERE pool = ?1 AND (revision, idx) <= (?2, ?3)";
    DELETE_AUDIT_ROWS = "DELETE FROM audit_rows WHERE (pool, id) IN (
        SELECT pool, id FROM audit_rows WHERE at <= ?1 ORDER BY at LIMIT ?2)";
    /// Changes nothing while it is remembered.
    USE_NONCE = "INSERT INTO early_nonces (mark, used_until) VALUES (?1, ?2)
        ON CONFLICT (mark) DO UPDATE SET used_until = excluded.used_until
            WHERE early_nonces.used_until <= ?3";
    DELETE_EARLY_NONCES = "DELETE FROM early_nonces WHERE mark IN
        (SELECT mark FROM early_nonces WHERE used_until <= ?1 LIMIT ?2)";
    DELETE_REVOKED_TOKENS = "DELETE FROM revoked_tokens WHERE (pool, token_id) IN (
        SELECT pool, token_id FROM revoked_tokens WHERE expires_at <= ?1
            ORDER BY expires_at LIMIT ?2)";
    DELETE_EXPIRED_REFRESH_TOKENS = "DELETE FROM refresh_tokens WHERE (pool, digest) IN (
        SELECT pool, digest FROM refresh_tokens WHERE expires_at <= ?1
            ORDER BY expires_at LIMIT ?2)";
    DELETE_FAILURES = "DELETE FROM sign_in_failures WHERE (pool, pair) IN (
        SELECT pool, pair FROM sign_in_failures WHERE last_at <= ?1 ORDER BY last_at LIMIT ?2)";
}

#[cfg(test)]
mod tests;
