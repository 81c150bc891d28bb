//! Statements about what people do.

/// A part of the log, in the order in which `user_actions::list` reads it, and how
/// large that part is. Both take the pool as ?1, the user as ?2, the application as
/// ?3, the request as ?4, the address as ?5, the kind as ?6, the success as ?7, and
/// the first and the last instant as ?8 and ?9. The index is named: of two texts
/// that are given the planner cannot know which one is rare.
macro_rules! part {
    (list $index:literal $which:literal) => {
        concat!(
            "SELECT user, application, kind, failure, detail, address, user_agent, at,
                    request_id
                FROM user_actions INDEXED BY ",
            $index,
            " WHERE ",
            $which,
            " AND at >= ?8 AND at <= ?9 AND (kind = ?6 OR ?6 IS NULL)
                AND ((failure IS NULL) = (?7 = 1) OR ?7 IS NULL)
                ORDER BY at DESC, seq DESC LIMIT ?10 OFFSET ?11"
        )
    };
    (count $index:literal $which:literal) => {
        concat!(
            "SELECT count(*) FROM user_actions INDEXED BY ",
            $index,
            " WHERE ",
            $which,
            " AND at >= ?8 AND at <= ?9 AND (kind = ?6 OR ?6 IS NULL)
                AND ((failure IS NULL) = (?7 = 1) OR ?7 IS NULL)"
        )
    };
}

statements! {
    INSERT_USER_ACTION = "INSERT INTO user_actions (pool, user, at, kind, application, failure,
            detail, address, user_agent, request_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    /// After each refusal, so that one at most is one too many.
    KEEP_NEWEST_REFUSALS = "DELETE FROM user_actions WHERE seq = (
        SELECT seq FROM user_actions INDEXED BY user_actions_failed
            WHERE pool = ?1 AND user = ?2 AND failure IS NOT NULL
            ORDER BY seq DESC LIMIT 1 OFFSET ?3)";
    FORGET_DEVICES = "UPDATE user_actions INDEXED BY user_actions_of_user
        SET address = NULL, user_agent = NULL
        WHERE pool = ?1 AND user = ?2 AND (address IS NOT NULL OR user_agent IS NOT NULL)";
    /// Looked at from the front, without an index by age: the clock does not run
    /// backwards. Where it was set back by hand, the rows of that time wait for
    /// those before them.
    DELETE_USER_ACTIONS = "DELETE FROM user_actions WHERE at <= ?1 AND seq IN (
        SELECT seq FROM user_actions WHERE seq > 0 ORDER BY seq LIMIT ?2)";

    OF_REQUEST = part!(list "user_actions_of_request"
        "pool = ?1 AND request_id = ?4 AND (user = ?2 OR ?2 IS NULL)
            AND (application = ?3 OR ?3 IS NULL) AND (address = ?5 OR ?5 IS NULL)");
    OF_REQUEST_COUNT = part!(count "user_actions_of_request"
        "pool = ?1 AND request_id = ?4 AND (user = ?2 OR ?2 IS NULL)
            AND (application = ?3 OR ?3 IS NULL) AND (address = ?5 OR ?5 IS NULL)");
    OF_USER = part!(list "user_actions_of_user"
        "pool = ?1 AND user = ?2 AND (application = ?3 OR ?3 IS NULL)
            AND (address = ?5 OR ?5 IS NULL)");
    OF_USER_COUNT = part!(count "user_actions_of_user"
        "pool = ?1 AND user = ?2 AND (application = ?3 OR ?3 IS NULL)
            AND (address = ?5 OR ?5 IS NULL)");
    FROM_ADDRESS = part!(list "user_actions_from_address"
        "pool = ?1 AND address = ?5 AND (application = ?3 OR ?3 IS NULL)");
    FROM_ADDRESS_COUNT = part!(count "user_actions_from_address"
        "pool = ?1 AND address = ?5 AND (application = ?3 OR ?3 IS NULL)");
    OF_APPLICATION = part!(list "user_actions_of_application" "pool = ?1 AND application = ?3");
    OF_APPLICATION_COUNT =
        part!(count "user_actions_of_application" "pool = ?1 AND application = ?3");
    OF_POOL = part!(list "user_actions_in_order" "pool = ?1");
    OF_POOL_COUNT = part!(count "user_actions_in_order" "pool = ?1");
}
