//! Statements about webhooks, their outbox and their log.

/// A webhook, in the order in which `webhooks::rows` reads it.
macro_rules! webhook {
    ($rest:literal) => {
        concat!(
            "SELECT id, pool, name, url, content_type, enabled, events, created_at, updated_at,
                    secret
                FROM webhooks ",
            $rest
        )
    };
}

statements! {
    WEBHOOK = webhook!("WHERE pool = ?1 AND id = ?2");
    WEBHOOKS_PAGE = webhook!(
        "WHERE pool = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2 OFFSET ?3"
    );
    WEBHOOKS_COUNT = "SELECT count(*) FROM webhooks WHERE pool = ?1";
    INSERT_WEBHOOK = "INSERT INTO webhooks (pool, id, name, url, content_type, enabled, events,
            secret, created_at, updated_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    UPDATE_WEBHOOK = "UPDATE webhooks SET name = ?3, url = ?4, content_type = ?5, enabled = ?6,
            events = ?7, secret = ?8, updated_at = ?9
        WHERE pool = ?1 AND id = ?2";
    DELETE_WEBHOOK = "DELETE FROM webhooks WHERE pool = ?1 AND id = ?2";

    /// Who of a pool wants to be told of what: asked once by each commit that has
    /// something to tell.
    SUBSCRIPTIONS = "SELECT id, events FROM webhooks WHERE pool = ?1 AND enabled = 1";
    ADD_WEBHOOK_DELIVERY = "INSERT INTO webhook_deliveries
            (pool, webhook, event_id, event, at, recorded_at, facts, next_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6)";
    /// Webhooks with waiting deliveries one by one, each by a seek: however many
    /// deliveries wait for one, the next one costs the same.
    NEXT_WAITING_WEBHOOK = "SELECT webhook FROM webhook_deliveries
        WHERE webhook > ?1 ORDER BY webhook LIMIT 1";
    DUE_WEBHOOK_DELIVERIES = "SELECT seq, pool, webhook, event_id, event, at, facts
        FROM webhook_deliveries WHERE webhook = ?1 AND next_at <= ?2
        ORDER BY next_at LIMIT ?3";
    LEASE_WEBHOOK_DELIVERY = "UPDATE webhook_deliveries SET next_at = ?2 WHERE seq = ?1";
    DROP_WEBHOOK_DELIVERIES = "DELETE FROM webhook_deliveries WHERE seq IN (
        SELECT seq FROM webhook_deliveries WHERE pool = ?1 AND webhook = ?2 ORDER BY event_id LIMIT ?3)";
    WEBHOOK_DELIVERY = "SELECT seq, attempts, recorded_at FROM webhook_deliveries
        WHERE pool = ?1 AND webhook = ?2 AND event_id = ?3";
    COUNT_WEBHOOK_ATTEMPT =
        "UPDATE webhook_deliveries SET attempts = ?2, next_at = ?3 WHERE seq = ?1";
    DELETE_WEBHOOK_DELIVERY = "DELETE FROM webhook_deliveries WHERE seq = ?1";

    NUMBER_WEBHOOK_LOG = "UPDATE webhooks SET logged = logged + 1 WHERE pool = ?1 AND id = ?2
        RETURNING logged";
    INSERT_WEBHOOK_LOG = "INSERT INTO webhook_logs (pool, webhook, number, event, at,
            request_headers, request_body, success, error, response_status, response_headers,
            response_body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    TRIM_WEBHOOK_LOGS = "DELETE FROM webhook_logs
        WHERE pool = ?1 AND webhook = ?2 AND number <= ?3";
    DELETE_WEBHOOK_LOGS = "DELETE FROM webhook_logs WHERE pool = ?1 AND webhook = ?2";
    WEBHOOK_LOGS_PAGE = "SELECT event, at, request_headers, request_body, success, error,
            response_status, response_headers, response_body
        FROM webhook_logs WHERE pool = ?1 AND webhook = ?2
        ORDER BY number DESC LIMIT ?3 OFFSET ?4";
    WEBHOOK_LOGS_COUNT =
        "SELECT count(*) FROM webhook_logs WHERE pool = ?1 AND webhook = ?2";
    DELETE_OLD_WEBHOOK_LOGS = "DELETE FROM webhook_logs WHERE (pool, webhook, number) IN (
        SELECT pool, webhook, number FROM webhook_logs WHERE at <= ?1 ORDER BY at LIMIT ?2)";
}
