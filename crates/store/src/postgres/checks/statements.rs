//! The statements that answer many checks at once. Each is one statement and so one
//! snapshot, and its instant is that of its arrival, which is no later.
//!
//! The quick ones tell of each key with its application once, and of a login what its
//! limits are counted from: see `quick`. The whole one tells all of each login: see
//! `whole`.

use super::super::dialect::translate;
use crate::records::{LoginState, PENDING_MASS_ENDS};

/// More logins than this of one user in one application are looked at by a read of
/// their own, which stops at the first live one.
pub(super) const MOST_LOGINS: usize = 16;

/// The people whom candidates find, by `c.kind`, `c.bytes` and `c.words`. Each look-up is
/// one of those in `users::resolve`.
macro_rules! found {
    ($pool:literal, $country:literal) => {
        concat!(
            "(
                SELECT id FROM users WHERE c.kind = 1 AND pool = ",
            $pool,
            " AND id = c.bytes
                UNION ALL
                SELECT id FROM users WHERE c.kind = 2 AND pool = ",
            $pool,
            " AND email = c.words AND email_unproven = 0
                UNION ALL
                SELECT id FROM users WHERE c.kind = 3 AND pool = ",
            $pool,
            " AND phone_e164 = c.words AND phone_unproven = 0
                UNION ALL
                SELECT id FROM users WHERE c.kind = 4 AND pool = ",
            $pool,
            " AND phone_e164 = ",
            $country,
            " || c.words AND phone_unproven = 0
                UNION ALL
                SELECT id FROM users WHERE c.kind = 5 AND pool = ",
            $pool,
            " AND username_key = c.words
                UNION ALL
                SELECT id FROM users WHERE c.kind = 6 AND pool = ",
            $pool,
            " AND external_id = c.words
                UNION ALL
                SELECT i.user FROM identities i
                JOIN ext_idps e ON e.pool = i.pool AND e.id = i.ext_idp
                    AND e.deleted_at IS NULL
                WHERE c.kind = 7 AND i.pool = ",
            $pool,
            " AND i.ext_idp = c.bytes AND i.user_id_in_idp = c.words
            )"
        )
    };
}

/// Rows of three kinds. Of a group (a key with an application; a key that is not there has
/// none): its number, and from [`ABOUT_GROUP`] on what is known of it. Of a login of its
/// pool that has ended after the revision that the group gives: the group's number as a
/// negative one, the person, and [`ENDED_IN`]. Of a candidate with one of the logins that
/// may make the answer yes: its number, the person, and the instants; NULL instants where
/// there is no such login.
macro_rules! quick {
    ($candidates:literal, $person:expr, $found:expr, $absent:expr) => {
        concat!(
            "WITH asking AS MATERIALIZED (
                SELECT g.number, g.head, g.tail, g.since, p.revision,
                    k.pool, k.permissions, k.enabled AS key_enabled, k.secret_version,
                    k.last_used_at, a.id AS application, a.enabled, a.idle_timeout_ms,
                    a.max_lifetime_ms, p.default_country_code,
                    p.session_idle_ms, p.session_max_ms, p.max_sessions,
                    p.session_limit_action,
                    EXISTS (SELECT 1 FROM mass_ends m WHERE m.pool = k.pool) AS has_mass_ends
                FROM unnest(?1::bytea[], ?2::bytea[], ?3::integer[], ?4::integer[], ?5::bigint[])
                    WITH ORDINALITY AS g (key, application, head, tail, since, number)
                JOIN access_keys k ON k.id = g.key
                JOIN pools p ON p.id = k.pool
                LEFT JOIN applications a ON a.pool = k.pool AND a.id = g.application
            )
            SELECT number, NULL::bytea, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
                NULL::bigint,
                floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint,
                (SELECT value FROM meta WHERE name = 'clock_mark'),
                pool, permissions, key_enabled, secret_version, last_used_at,
                enabled, idle_timeout_ms, max_lifetime_ms,
                session_idle_ms, session_max_ms, max_sessions, session_limit_action,
                has_mass_ends, revision,
                floor(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint
            FROM asking
            UNION ALL
            SELECT -g.number, e.user, NULL, NULL, NULL, NULL, NULL, NULL, e.application,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                NULL, NULL
            FROM asking g
            CROSS JOIN LATERAL (
                SELECT v.user, v.application FROM events v
                WHERE v.pool = g.pool AND v.revision > g.since AND v.kind = 'ended'
                    AND g.revision - g.since <= 5000
                LIMIT 1025
            ) e
            UNION ALL
            SELECT g.head - 1 + c.number, ",
            $person,
            ", l.begun_at, l.last_seen, l.redeem_by, l.session_begun_at, l.session_last_seen,
                NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                NULL, NULL, NULL, NULL
            FROM asking g
            CROSS JOIN LATERAL ",
            $candidates,
            " ",
            $found,
            " LEFT JOIN LATERAL (
                SELECT o.begun_at, o.last_seen, o.redeem_by,
                    s.begun_at AS session_begun_at, s.last_seen AS session_last_seen
                FROM logins o
                JOIN sessions s ON s.pool = g.pool AND s.id = o.session
                WHERE o.pool = g.pool AND o.user = ",
            $absent,
            " AND o.application = g.application
                    AND o.ended_at IS NULL AND s.ended_at IS NULL
                ORDER BY o.seq DESC LIMIT 16
            ) l ON TRUE"
        )
    };
}

/// The first column that only rows of groups have.
pub(super) const ABOUT_GROUP: usize = 7;

/// The column of the application whose login has ended.
pub(super) const ENDED_IN: usize = 8;

/// Of questions by a user's id: keys, applications, first and last candidate and revision
/// of each group, and the candidates' users. Whether there is such a user is looked at where no
/// login of theirs says so.
const BY_ID: &str = quick!(
    "unnest((?6::bytea[])[g.head : g.tail]) WITH ORDINALITY AS c (bytes, number)",
    "CASE WHEN l.begun_at IS NOT NULL THEN c.bytes
        ELSE (SELECT id FROM users WHERE pool = g.pool AND id = c.bytes) END",
    "",
    "c.bytes"
);

/// Of any: the same, with a candidate's kind, its bytes and its text.
const BY_ANY: &str = quick!(
    "unnest((?6::bigint[])[g.head : g.tail], (?7::bytea[])[g.head : g.tail],
        (?8::text[])[g.head : g.tail]) WITH ORDINALITY AS c (kind, bytes, words, number)",
    "f.id",
    concat!(
        "JOIN LATERAL ",
        found!("g.pool", "g.default_country_code"),
        " f ON TRUE"
    ),
    "f.id"
);

/// All that there is to know, of questions of any kind: keys, applications, the
/// questions' numbers, and a candidate's kind with its bytes and its text. Each row is a
/// candidate with one of the logins, the newest first; what is read of a login is what
/// `lifecycle::state` reads, and from the column [`REST`] on it is about the question.
const WHOLE: &str = concat!(
    "SELECT l.pool, l.id, l.session, l.user, l.application,
        l.begun_revision, l.begun_index, l.begun_at, l.last_seen, l.redeem_by,
        l.ended_at, l.end_reason, l.end_actor, l.seq,
        s.begun_revision, s.begun_index, s.begun_at,
        s.authenticated_revision, s.authenticated_index, s.authenticated_at,
        s.last_seen, s.ended_at, s.end_reason, s.end_actor,
        a.enabled, a.idle_timeout_ms, a.max_lifetime_ms, a.backchannel_logout_uri,
        u.status,
        c.question, c.kind,
        floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint,
        (SELECT value FROM meta WHERE name = 'clock_mark'),
        k.pool, k.permissions, k.enabled, k.secret_version, k.last_used_at,
        a.id IS NOT NULL, u.id,
        p.session_idle_ms, p.session_max_ms, p.max_sessions, p.session_limit_action,
        EXISTS (SELECT 1 FROM mass_ends m WHERE m.pool = k.pool)
    FROM unnest(?1::bytea[], ?2::bytea[], ?3::bigint[], ?4::bigint[], ?5::bytea[], ?6::text[])
        AS c (key, application, question, kind, bytes, words)
    JOIN access_keys k ON k.id = c.key
    JOIN pools p ON p.id = k.pool
    LEFT JOIN applications a ON a.pool = k.pool AND a.id = c.application
    LEFT JOIN LATERAL ",
    found!("k.pool", "p.default_country_code"),
    " f ON TRUE
    LEFT JOIN users u ON u.pool = k.pool AND u.id = f.id
    LEFT JOIN LATERAL (
        SELECT * FROM logins o
        WHERE o.pool = k.pool AND o.user = u.id AND o.application = a.id
            AND o.ended_at IS NULL
        ORDER BY o.seq DESC LIMIT 16
    ) l ON TRUE
    LEFT JOIN sessions s ON s.pool = l.pool AND s.id = l.session
    ORDER BY c.question, l.seq DESC"
);

/// The first column after a login's.
pub(super) const REST: usize = LoginState::COLUMNS;

/// The logins of a pool that have not ended, in the order of the index that checks use,
/// from one on; their limits, and the rules of their application and of the pool.
const LIVE_LOGINS: &str = "SELECT o.user, o.application, o.seq,
        o.begun_at, o.last_seen, o.redeem_by, s.begun_at, s.last_seen, s.ended_at IS NULL,
        a.enabled, a.idle_timeout_ms, a.max_lifetime_ms,
        p.session_idle_ms, p.session_max_ms, p.max_sessions, p.session_limit_action
    FROM (
        SELECT user, application, seq, session, begun_at, last_seen, redeem_by
        FROM logins
        WHERE pool = ?1 AND ended_at IS NULL AND (user, application, seq) > (?2, ?3, ?4)
        ORDER BY user, application, seq LIMIT ?5
    ) o
    JOIN sessions s ON s.pool = ?1 AND s.id = o.session
    JOIN pools p ON p.id = ?1
    LEFT JOIN applications a ON a.pool = ?1 AND a.id = o.application
    ORDER BY o.user, o.application, o.seq";

/// All of them, for the test of their plans.
#[cfg(test)]
pub(crate) const ALL: &[(&str, &str)] = &[
    ("BY_ID", BY_ID),
    ("BY_ANY", BY_ANY),
    ("WHOLE", WHOLE),
    ("LIVE_LOGINS", LIVE_LOGINS),
];

/// What the rest of such a row begins with: the rules.
pub(super) const RULES_OF_LOGIN: usize = 9;

pub(super) fn live_logins() -> String {
    translate(LIVE_LOGINS).text
}

pub(super) fn by_id() -> String {
    translate(BY_ID).text
}

pub(super) fn by_any() -> String {
    translate(BY_ANY).text
}

pub(super) fn whole() -> String {
    translate(WHOLE).text
}

/// A pool's mass ends that are not recorded everywhere.
pub(super) fn mass_ends() -> String {
    translate(PENDING_MASS_ENDS).text
}
