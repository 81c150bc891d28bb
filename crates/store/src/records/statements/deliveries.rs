//! Statements about telling applications of ends, and the ledger of it.

/// A part of the ledger, in the order in which `logout_deliveries::list` reads it,
/// and how large that part is. Both take the user as ?2, the application as ?3, the
/// login as ?4 and the state as ?5.
macro_rules! part {
    (list $which:literal) => {
        concat!(
            "SELECT login, session, user, application, reason, ended_at, uri,
                    state, next_at, finished_at
                FROM logout_deliveries WHERE ",
            $which,
            " AND (state = ?5 OR ?5 IS NULL) ORDER BY seq DESC LIMIT ?6 OFFSET ?7"
        )
    };
    (count $which:literal) => {
        concat!(
            "SELECT count(*) FROM logout_deliveries WHERE ",
            $which,
            " AND (state = ?5 OR ?5 IS NULL)"
        )
    };
}

statements! {
    ADD_DELIVERY = "INSERT INTO logout_deliveries (pool, login, session, user, application,
            reason, ended_at, recorded_at, uri, state, next_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'waiting', ?8)
        ON CONFLICT (pool, login) DO NOTHING";
    KEEP_FORMER_LOGOUT_URI = "INSERT INTO former_logout_uris
            (pool, application, uri, signing_algorithm, deleted_at)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    FORMER_LOGOUT_URI = "SELECT uri, signing_algorithm FROM former_logout_uris
        WHERE pool = ?1 AND application = ?2";

    /// Applications with waiting deliveries one by one, each by a seek: however many
    /// deliveries wait for one, the next one costs the same.
    NEXT_WAITING_APPLICATION = "SELECT application FROM logout_deliveries
        WHERE state = 'waiting' AND application > ?1 ORDER BY application LIMIT 1";
    DUE_DELIVERIES = "SELECT seq, pool, login, user, application, uri
        FROM logout_deliveries
        WHERE state = 'waiting' AND application = ?1 AND next_at <= ?2
        ORDER BY next_at LIMIT ?3";
    LOGOUT_TARGET =
        "SELECT backchannel_logout_uri, oauth FROM applications WHERE pool = ?1 AND id = ?2";
    LEASE_DELIVERY = "UPDATE logout_deliveries SET next_at = ?2, uri = ?3 WHERE seq = ?1";

    DELIVERY = "SELECT seq, attempts, recorded_at, state, next_at, finished_at
        FROM logout_deliveries WHERE pool = ?1 AND login = ?2";
    INSERT_ATTEMPT = "INSERT INTO logout_attempts (pool, login, number, at, outcome, status)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    COUNT_ATTEMPT = "UPDATE logout_deliveries
        SET attempts = ?2, state = ?3, next_at = ?4, finished_at = ?5 WHERE seq = ?1";
    NEVER_ATTEMPTED = "SELECT 1 FROM logout_deliveries
        WHERE pool = ?1 AND login = ?2 AND state = 'waiting' AND attempts = 0";

    LEDGER = part!(list "pool = ?1");
    LEDGER_COUNT = part!(count "pool = ?1");
    LEDGER_OF_USER = part!(list "pool = ?1 AND user = ?2 AND (application = ?3 OR ?3 IS NULL)");
    LEDGER_OF_USER_COUNT =
        part!(count "pool = ?1 AND user = ?2 AND (application = ?3 OR ?3 IS NULL)");
    LEDGER_OF_APPLICATION = part!(list "pool = ?1 AND application = ?3");
    LEDGER_OF_APPLICATION_COUNT = part!(count "pool = ?1 AND application = ?3");
    LEDGER_OF_LOGIN = part!(list "pool = ?1 AND login = ?4
        AND (user = ?2 OR ?2 IS NULL) AND (application = ?3 OR ?3 IS NULL)");
    LEDGER_OF_LOGIN_COUNT = part!(count "pool = ?1 AND login = ?4
        AND (user = ?2 OR ?2 IS NULL) AND (application = ?3 OR ?3 IS NULL)");
    ATTEMPTS = "SELECT number, at, outcome, status FROM logout_attempts
        WHERE pool = ?1 AND login = ?2 ORDER BY number";

    OLD_DELIVERIES = "SELECT seq, pool, login FROM logout_deliveries
        WHERE finished_at IS NOT NULL AND finished_at <= ?1 ORDER BY finished_at LIMIT ?2";
    DELETE_ATTEMPTS = "DELETE FROM logout_attempts WHERE pool = ?1 AND login = ?2";
    DELETE_DELIVERY = "DELETE FROM logout_deliveries WHERE seq = ?1";
    /// Those that neither an end nor a waiting delivery can ask for any more.
    DELETE_FORMER_LOGOUT_URIS = "DELETE FROM former_logout_uris WHERE (pool, application) IN (
        SELECT f.pool, f.application FROM former_logout_uris f
        WHERE f.deleted_at <= ?1
            AND NOT EXISTS (SELECT 1 FROM logins l WHERE l.pool = f.pool
                AND l.application = f.application AND l.ended_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM logout_deliveries d
                WHERE d.state = 'waiting' AND d.application = f.application)
        ORDER BY f.deleted_at LIMIT ?2)";
}
