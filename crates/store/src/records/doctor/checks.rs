//! The rules that a statement can ask for: each selects what breaks it. `?1` is the
//! instant since when ended logins and events are kept, `?2` the present one: what is due
//! by then has ended, and is not recorded yet.
//!
//! Plain SQL of joins and set differences, without correlated look-ups where no index
//! serves them: a million logins are sorted once, not searched a million times.

/// A rule, and what breaks it.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) rule: &'static str,
    pub(super) sql: &'static str,
}

macro_rules! checks {
    ($($name:literal, $rule:literal, $sql:literal;)+) => {
        /// All of them.
        pub(super) const ALL: &[Check] = &[
            $(Check { name: $name, rule: $rule, sql: $sql },)+
        ];
    };
}

/// What there is.
pub(super) const COUNTS: &[(&str, &str)] = &[
    ("pools", "SELECT count(*) FROM pools"),
    ("applications", "SELECT count(*) FROM applications"),
    ("users", "SELECT count(*) FROM users"),
    ("sessions", "SELECT count(*) FROM sessions"),
    ("logins", "SELECT count(*) FROM logins"),
    (
        "loginsNotRecordedAsEnded",
        "SELECT count(*) FROM logins WHERE ended_at IS NULL",
    ),
    ("events", "SELECT count(*) FROM events"),
    ("massEnds", "SELECT count(*) FROM mass_ends"),
    (
        "logoutDeliveriesWaiting",
        "SELECT count(*) FROM logout_deliveries WHERE state = 'waiting'",
    ),
    (
        "webhookDeliveriesWaiting",
        "SELECT count(*) FROM webhook_deliveries",
    ),
];

checks! {
    "login_sessions", "each login has its session, of the same user",
    "SELECT l.pool, l.id, l.session FROM logins l
        LEFT JOIN sessions s ON s.pool = l.pool AND s.id = l.session
        WHERE s.id IS NULL OR s.user <> l.user";

    "ended_sessions", "no login of an ended session goes on",
    "SELECT l.pool, l.id, l.session FROM logins l
        JOIN sessions s ON s.pool = l.pool AND s.id = l.session
        WHERE l.ended_at IS NULL AND s.ended_at IS NOT NULL";

    "sessions_without_logins", "a session of the API ends with its last login",
    "SELECT s.pool, s.id FROM sessions s
        LEFT JOIN logins l ON l.pool = s.pool AND l.session = s.id AND l.ended_at IS NULL
        WHERE s.cookie IS NULL AND s.ended_at IS NULL AND l.id IS NULL";

    "browser_sessions", "a browser's session that goes on is looked at when it expires",
    "SELECT pool, id FROM sessions
        WHERE cookie IS NOT NULL AND ended_at IS NULL AND due_at IS NULL";

    "one_login", "a session has one live login in an application",
    "SELECT pool, session, application, count(*) AS logins FROM logins
        WHERE ended_at IS NULL AND due_at > ?2 AND pool NOT IN (SELECT pool FROM mass_ends)
        GROUP BY pool, session, application HAVING count(*) > 1";

    "live_users", "who is signed in is there and Activated",
    "SELECT l.pool, l.id, l.user, u.status FROM logins l
        LEFT JOIN users u ON u.pool = l.pool AND u.id = l.user
        WHERE l.ended_at IS NULL AND (u.status IS NULL OR u.status <> 'Activated')
            AND l.pool NOT IN (SELECT pool FROM mass_ends)";

    "live_applications", "what people are signed in to is there and on",
    "SELECT l.pool, l.id, l.application, a.enabled FROM logins l
        LEFT JOIN applications a ON a.pool = l.pool AND a.id = l.application
        WHERE l.ended_at IS NULL AND (a.enabled IS NULL OR a.enabled = 0)
            AND l.pool NOT IN (SELECT pool FROM mass_ends)";

    "began_events", "each login has the event of its begin",
    "SELECT pool, id FROM logins WHERE coalesce(first_begun_at, begun_at) > ?1
        EXCEPT SELECT pool, login FROM events WHERE kind = 'began'";

    "ended_events", "each end has its event, of the same instant and reason",
    "SELECT pool, id, ended_at, end_reason FROM logins
            WHERE ended_at IS NOT NULL AND ended_at > ?1
        EXCEPT SELECT pool, login, at, reason FROM events WHERE kind = 'ended'";

    "events_of_live", "no login goes on after the event of its end",
    "SELECT l.pool, l.id, e.at, e.reason FROM events e
        JOIN logins l ON l.pool = e.pool AND l.id = e.login
        WHERE e.kind = 'ended' AND l.ended_at IS NULL";

    "one_begin_one_end", "a login begins once and ends once",
    "SELECT pool, login, kind, count(*) AS events FROM events
        WHERE kind IN ('began', 'ended') GROUP BY pool, login, kind HAVING count(*) > 1";

    "event_revisions", "no event is later than its pool's last commit",
    "SELECT e.pool, max(e.revision) AS revision FROM events e
        LEFT JOIN pools p ON p.id = e.pool
        GROUP BY e.pool, p.revision HAVING p.revision IS NULL OR max(e.revision) > p.revision";

    "login_revisions", "no login began after its pool's last commit",
    "SELECT l.pool, max(l.begun_revision) AS revision FROM logins l
        LEFT JOIN pools p ON p.id = l.pool
        GROUP BY l.pool, p.revision
        HAVING p.revision IS NULL OR max(l.begun_revision) > p.revision";

    "session_revisions", "no session was authenticated after its pool's last commit",
    "SELECT s.pool, max(s.authenticated_revision) AS revision FROM sessions s
        LEFT JOIN pools p ON p.id = s.pool
        GROUP BY s.pool, p.revision
        HAVING p.revision IS NULL OR max(s.authenticated_revision) > p.revision";

    "mark_revisions", "no kick is later than its pool's last commit",
    "SELECT k.pool, max(k.revision) AS revision FROM kick_marks k
        LEFT JOIN pools p ON p.id = k.pool
        GROUP BY k.pool, p.revision HAVING p.revision IS NULL OR max(k.revision) > p.revision";

    "grants", "each grant belongs to a login of its application",
    "SELECT g.pool, g.id, g.login FROM grants g
        LEFT JOIN logins l ON l.pool = g.pool AND l.id = g.login
        WHERE l.id IS NULL OR l.application <> g.application";

    "refresh_tokens", "each refresh token belongs to a grant of its login",
    "SELECT t.pool, t.grant_id, t.login FROM refresh_tokens t
        LEFT JOIN grants g ON g.pool = t.pool AND g.id = t.grant_id
        WHERE g.id IS NULL OR g.login <> t.login OR g.application <> t.application";

    "authorization_codes", "each code belongs to a grant of its login",
    "SELECT c.pool, c.grant_id, c.login FROM authorization_codes c
        LEFT JOIN grants g ON g.pool = c.pool AND g.id = c.grant_id
        WHERE g.id IS NULL OR g.login <> c.login OR g.application <> c.application";

    "outbox_of_live", "nobody is told of an end that is none, or of another one",
    "SELECT d.pool, d.login, d.reason FROM logout_deliveries d
        JOIN logins l ON l.pool = d.pool AND l.id = d.login
        WHERE l.ended_at IS NULL OR l.ended_at <> d.ended_at OR l.end_reason <> d.reason";

    "outbox_missing", "each end of a login in an application that wants to be told is owed to it",
    "SELECT e.pool, e.login FROM events e
            JOIN applications a ON a.pool = e.pool AND a.id = e.application
            WHERE e.kind = 'ended' AND e.recorded_at > ?1 AND e.recorded_at > a.updated_at
                AND a.backchannel_logout_uri IS NOT NULL
        EXCEPT SELECT pool, login FROM logout_deliveries";

    "outbox_attempts", "the ledger has each attempt that it counts",
    "SELECT d.pool, d.login, d.attempts, count(t.number) AS recorded FROM logout_deliveries d
        LEFT JOIN logout_attempts t ON t.pool = d.pool AND t.login = d.login
        GROUP BY d.pool, d.login, d.attempts HAVING d.attempts <> count(t.number)";

    "webhook_outbox", "each waiting call has its webhook",
    "SELECT d.pool, d.webhook FROM webhook_deliveries d
        LEFT JOIN webhooks w ON w.pool = d.pool AND w.id = d.webhook
        WHERE w.id IS NULL";

    "webhook_counters", "a webhook has counted every call that is in its log",
    "SELECT g.pool, g.webhook, max(g.number) AS number FROM webhook_logs g
        JOIN webhooks w ON w.pool = g.pool AND w.id = g.webhook
        GROUP BY g.pool, g.webhook, w.logged HAVING max(g.number) > w.logged";

    "root_keys", "each pool has its root key",
    "SELECT p.id AS pool FROM pools p
        LEFT JOIN access_keys k ON k.id = p.id AND k.pool = p.id
        WHERE k.id IS NULL";

    "users_of_pools", "each user belongs to a pool",
    "SELECT u.pool, count(*) AS users FROM users u
        LEFT JOIN pools p ON p.id = u.pool WHERE p.id IS NULL GROUP BY u.pool";

    "identities", "each identity belongs to a user",
    "SELECT i.pool, i.id, i.user FROM identities i
        LEFT JOIN users u ON u.pool = i.pool AND u.id = i.user
        WHERE u.id IS NULL";
}
