//! The statements that answer many checks at once.
//!
//! Each row is a candidate of a question with one of the logins that may make the
//! answer yes, the newest first. A key that is not there has no row; whatever else is
//! not there is NULL. All of it is one statement and so one snapshot, and the instant
//! is that of the statement's arrival, which is no later.

use super::super::dialect::translate;
use crate::records::PENDING_MASS_ENDS;

/// More logins than this of one user in one application are looked at by a read of
/// their own, which stops at the first live one.
pub(super) const MOST_LOGINS: usize = 16;

/// What is read of a login: see `lifecycle::state`. Then, from the column [`REST`] on,
/// what is read of the question.
macro_rules! check {
    ($questions:literal, $kind:literal, $person:literal) => {
        concat!(
            "SELECT l.pool, l.id, l.session, l.user, l.application,
                l.begun_revision, l.begun_index, l.begun_at, l.last_seen, l.redeem_by,
                l.ended_at, l.end_reason, l.end_actor, l.seq,
                s.begun_revision, s.begun_index, s.begun_at,
                s.authenticated_revision, s.authenticated_index, s.authenticated_at,
                s.last_seen, s.ended_at, s.end_reason, s.end_actor,
                a.enabled, a.idle_timeout_ms, a.max_lifetime_ms, a.backchannel_logout_uri,
                u.status,
                q.question, ",
            $kind,
            ", floor(extract(epoch FROM statement_timestamp()) * 1000)::bigint,
                (SELECT value FROM meta WHERE name = 'clock_mark'),
                k.pool, k.permissions, k.enabled, k.secret_version, k.last_used_at,
                a.id IS NOT NULL, u.id,
                p.session_idle_ms, p.session_max_ms, p.max_sessions, p.session_limit_action,
                EXISTS (SELECT 1 FROM mass_ends m WHERE m.pool = k.pool)
            FROM ",
            $questions,
            " JOIN access_keys k ON k.id = q.key
            JOIN pools p ON p.id = k.pool
            LEFT JOIN applications a ON a.pool = k.pool AND a.id = q.application
            ",
            $person,
            " LEFT JOIN LATERAL (
                SELECT * FROM logins o
                WHERE o.pool = k.pool AND o.user = u.id AND o.application = a.id
                    AND o.ended_at IS NULL
                ORDER BY o.seq DESC LIMIT 16
            ) l ON TRUE
            LEFT JOIN sessions s ON s.pool = l.pool AND s.id = l.session
            ORDER BY q.question, l.seq DESC"
        )
    };
}

/// The first column after a login's.
pub(super) const REST: usize = 29;

/// Of questions by a user's id: keys, applications and users.
const BY_ID: &str = check!(
    "unnest(?1::bytea[], ?2::bytea[], ?3::bytea[]) WITH ORDINALITY
        AS q (key, application, person, question)",
    "1::bigint",
    "LEFT JOIN users u ON u.pool = k.pool AND u.id = q.person"
);

/// Of any: keys, applications, the questions' numbers, and a candidate's kind with its
/// bytes and its text. Each look-up is one of those in `users::resolve`.
const BY_ANY: &str = check!(
    "unnest(?1::bytea[], ?2::bytea[], ?3::bigint[], ?4::bigint[], ?5::bytea[], ?6::text[])
        AS q (key, application, question, kind, bytes, words)",
    "q.kind",
    "LEFT JOIN LATERAL (
        SELECT id FROM users WHERE q.kind = 1 AND pool = k.pool AND id = q.bytes
        UNION ALL
        SELECT id FROM users WHERE q.kind = 2 AND pool = k.pool AND email = q.words
            AND email_unproven = 0
        UNION ALL
        SELECT id FROM users WHERE q.kind = 3 AND pool = k.pool AND phone_e164 = q.words
            AND phone_unproven = 0
        UNION ALL
        SELECT id FROM users WHERE q.kind = 4 AND pool = k.pool
            AND phone_e164 = p.default_country_code || q.words AND phone_unproven = 0
        UNION ALL
        SELECT id FROM users WHERE q.kind = 5 AND pool = k.pool AND username_key = q.words
        UNION ALL
        SELECT id FROM users WHERE q.kind = 6 AND pool = k.pool AND external_id = q.words
        UNION ALL
        SELECT i.user FROM identities i
        JOIN ext_idps e ON e.pool = i.pool AND e.id = i.ext_idp AND e.deleted_at IS NULL
        WHERE q.kind = 7 AND i.pool = k.pool AND i.ext_idp = q.bytes
            AND i.user_id_in_idp = q.words
    ) found ON TRUE
    LEFT JOIN users u ON u.pool = k.pool AND u.id = found.id"
);

pub(super) fn by_id() -> String {
    translate(BY_ID).text
}

/// A pool's mass ends that are not recorded everywhere.
pub(super) fn mass_ends() -> String {
    translate(PENDING_MASS_ENDS).text
}

pub(super) fn by_any() -> String {
    translate(BY_ANY).text
}
