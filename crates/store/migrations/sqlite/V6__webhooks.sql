-- Telling others of what happens: webhooks, their outbox and their log.

CREATE TABLE webhooks (
    pool         BLOB    NOT NULL CHECK (length(pool) = 12),
    id           BLOB    NOT NULL CHECK (length(id) = 12),
    name         TEXT    NOT NULL,
    url          TEXT    NOT NULL,
    content_type TEXT    NOT NULL,
    enabled      INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    events       TEXT    NOT NULL, -- names, comma-separated
    secret       BLOB, -- sealed; without one, calls are not signed
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    -- How many calls were ever logged: the number of the last one.
    logged       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (pool, id)
) STRICT;

CREATE INDEX webhooks_by_age ON webhooks (pool, created_at, id);
-- Every change of the pool asks it.
CREATE INDEX webhooks_enabled ON webhooks (pool) WHERE enabled = 1;

-- The outbox: one row for each webhook and each thing that it is to be told of,
-- written in the commit of that. A finished one goes: the log has it.
CREATE TABLE webhook_deliveries (
    seq         INTEGER PRIMARY KEY,
    pool        BLOB    NOT NULL CHECK (length(pool) = 12),
    webhook     BLOB    NOT NULL CHECK (length(webhook) = 12),
    -- The same for each webhook that is told of the same.
    event_id    BLOB    NOT NULL CHECK (length(event_id) = 16),
    event       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    facts       TEXT    NOT NULL, -- a JSON object
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- When to try again. While an attempt is under way: when it counts as lost.
    next_at     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX webhook_deliveries_of_webhook
    ON webhook_deliveries (pool, webhook, event_id);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (webhook, next_at);

CREATE TABLE webhook_logs (
    pool             BLOB    NOT NULL CHECK (length(pool) = 12),
    webhook          BLOB    NOT NULL CHECK (length(webhook) = 12),
    number           INTEGER NOT NULL,
    event            TEXT    NOT NULL,
    at               INTEGER NOT NULL,
    request_headers  TEXT    NOT NULL, -- a JSON array of pairs
    request_body     TEXT    NOT NULL, -- a JSON object
    success          INTEGER NOT NULL CHECK (success IN (0, 1)),
    -- In one word, if it was no success.
    error            TEXT,
    -- Of the answer, if there was one.
    response_status  INTEGER,
    response_headers TEXT, -- a JSON array of pairs
    response_body    TEXT,
    CHECK ((success = 1) = (error IS NULL)),
    CHECK ((response_status IS NULL) = (response_headers IS NULL)),
    CHECK ((response_status IS NULL) = (response_body IS NULL))
) STRICT;

CREATE UNIQUE INDEX webhook_logs_of_webhook ON webhook_logs (pool, webhook, number);
CREATE INDEX webhook_logs_by_age ON webhook_logs (at);
