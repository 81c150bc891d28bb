//! Every limit of the product, by name and with its reason.

mod console;

pub use console::*;

use crate::time::Span;
use std::time::Duration;

/// JSON and form bodies: a bulk call of 1,000 users fits, a memory attack does not.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Ids and names on input, in characters.
pub const MAX_NAME_CHARS: usize = 256;

/// Free profile texts (address, profile, website …), in characters.
pub const MAX_TEXT_CHARS: usize = 2048;

/// A custom-data or userInfoInIdp object, in bytes of its JSON.
pub const MAX_CUSTOM_DATA_BYTES: usize = 16 * 1024;

/// A password on input, in bytes: argon2 is fed no more than this.
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// The fewest characters of a new password (NIST SP 800-63B-4 asks for eight
/// where a second factor is used and fifteen otherwise; the published service
/// accepts six, and its clients' tests use such).
pub const MIN_PASSWORD_CHARS: usize = 6;

/// The fewest characters of an administrator's new password: it opens the console by
/// itself, and there NIST SP 800-63B-4 section 3.1.1.2 asks for fifteen.
pub const MIN_ADMINISTRATOR_PASSWORD_CHARS: usize = 15;

/// Redirect and logout URIs of one application.
pub const MAX_URIS_PER_APPLICATION: usize = 50;

/// One URI, in bytes.
pub const MAX_URI_BYTES: usize = 2048;

/// Identities of one user.
pub const MAX_IDENTITIES_PER_USER: usize = 50;

/// Access keys of one pool, its root key among them. list-access-key has no pages,
/// so its answer holds them all.
pub const MAX_ACCESS_KEYS_PER_POOL: u32 = 1_000;

/// Identity sources of one pool, for the same reason: list-ext-idp has no pages.
pub const MAX_EXT_IDPS_PER_POOL: u32 = 1_000;

/// User pools of one server. Background work goes through all of them.
pub const MAX_USER_POOLS: u32 = 1_000;

/// The last use of an access key is written when it moves by this much: a key that
/// checks a thousand times a second costs one write in a minute.
pub const KEY_USE_GRANULARITY: Span = Span::from_seconds(60);

/// Noted uses of access keys that one commit writes.
pub const KEY_USE_BATCH: u32 = 500;

/// Ids in one call of a batch of the published contract (`maxItems`).
pub const MAX_BATCH_IDS: usize = 50;

/// Rows of a bulk change (create, update, resign, delete users): with 1 KiB a row
/// they fill a body, and their one commit holds up others by some tenths of a
/// second.
pub const MAX_BATCH_ROWS: usize = 1_000;

/// Rows of a page (contract: `limit` maximum).
pub const MAX_PAGE_ROWS: u32 = 50;

/// Rows of a page when none is asked for (contract: `limit` default).
pub const DEFAULT_PAGE_ROWS: u32 = 10;

/// Filters in one `advancedFilter`, sort keys, and values of `IN`.
pub const MAX_FILTERS: usize = 20;

/// Scope texts, in bytes.
pub const MAX_SCOPE_BYTES: usize = 1024;

/// A user agent is kept up to here, in bytes; the rest is cut.
pub const MAX_USER_AGENT_BYTES: usize = 512;

/// Life of a management token (`expires_in` of get-management-token).
pub const MANAGEMENT_TOKEN_LIFETIME: Span = Span::from_seconds(7200);

/// Answers that the embedded store remembers, of 32 bytes each: those of ten million
/// people. What is beyond is read from the disk.
pub const MAX_REMEMBERED_ANSWERS: usize = 14 * 1024 * 1024;

/// Logins of one look of the background work that remembers answers before anybody asks
/// for them: a few milliseconds, so that who asks meanwhile does not notice, and enough
/// that a look costs little beside what it reads.
pub const WARMING_BATCH: u32 = 256;

/// Access keys that it remembers.
pub const MAX_REMEMBERED_KEYS: usize = 4096;

/// Management tokens whose signature is remembered as verified, some 600 bytes each.
/// Further ones are verified with each call.
pub const MAX_VERIFIED_TOKENS: usize = 4096;

/// How far a signed request's `date` may lie from the server's clock.
pub const SIGNATURE_CLOCK_SKEW: Span = Span::from_seconds(300);

/// How long a (key, nonce) pair stays used: twice the clock skew, so that no
/// signature outlives the memory of its nonce.
pub const SIGNATURE_NONCE_MEMORY: Span = Span::from_seconds(600);

/// Nonces remembered at once; above it signed requests are 503 rather than unsafe.
pub const MAX_REMEMBERED_NONCES: usize = 1_000_000;

/// A signature nonce, in bytes.
pub const MAX_NONCE_BYTES: usize = 128;

/// Session idle timeout unless the pool says otherwise.
pub const DEFAULT_SESSION_IDLE_TIMEOUT: Span = Span::from_days(14);

/// Session maximum lifetime unless the pool says otherwise (NIST SP 800-63B-4, AAL1).
pub const DEFAULT_SESSION_MAX_LIFETIME: Span = Span::from_days(30);

/// The shortest session limit that can be set.
pub const MIN_SESSION_LIMIT: Span = Span::from_seconds(1);

/// The longest session limit that can be set: ten years.
pub const MAX_SESSION_LIMIT: Span = Span::from_days(3650);

/// Activity is written when it moves `last_seen` by this much, or by a
/// twentieth of the idle timeout if that is less.
pub const ACTIVITY_GRANULARITY: Span = Span::from_seconds(60);

/// The largest number of sessions of a user that can be set: counting them is
/// part of each sign-in.
pub const MAX_SESSIONS_PER_USER: u32 = 10_000;

/// `state` and `nonce` of an authorization request, in bytes: clients keep ids
/// or small encrypted cookies there.
pub const MAX_STATE_BYTES: usize = 2048;

/// The query of an authorization or logout request, in bytes. It goes through
/// forms and redirects, and proxies cut heads at 16 KiB.
pub const MAX_BROWSER_REQUEST_BYTES: usize = 12 * 1024;

/// How long a form of ours may be open: a sign-in that was begun is finished in
/// that time or asked for again.
pub const FORM_LIFETIME: Span = Span::from_seconds(3600);

/// Used and expired authorization codes are remembered this long, so that a
/// second use is noticed.
pub const CODE_MEMORY: Span = Span::from_days(1);

/// Deliveries of logouts that are under way at once, and those to one
/// application that answers in time.
pub const MAX_DELIVERIES_AT_ONCE: usize = 64;
/// The share of one application in [`MAX_DELIVERIES_AT_ONCE`].
pub const MAX_DELIVERIES_AT_ONCE_PER_APPLICATION: usize = 8;

/// An application that takes longer to answer than this gets one delivery at a
/// time, like one that does not answer.
pub const PROMPT_DELIVERY: Span = Span::from_seconds(1);

/// A delivery that was begun and of which nothing was heard is begun again after
/// this: its process is gone. Longer than an attempt can take.
pub const DELIVERY_LEASE: Span = Span::from_seconds(30);

/// The wait before the second attempt; it doubles with each further one.
pub const FIRST_DELIVERY_DELAY: Span = Span::from_seconds(1);

/// The longest wait between two attempts.
pub const MAX_DELIVERY_DELAY: Span = Span::from_seconds(3600);

/// After this an application that could not be told is given up.
pub const DELIVERY_PATIENCE: Span = Span::from_days(1);

/// Webhooks of one pool: each change looks at all of them.
pub const MAX_WEBHOOKS_PER_POOL: u64 = 50;

/// A webhook's secret, in bytes: it stands in a header.
pub const MAX_WEBHOOK_SECRET_BYTES: usize = 256;

/// Headers that a call of trigger-webhook may add.
pub const MAX_TRIGGER_HEADERS: usize = 20;

/// One such header, name and value, in bytes: receivers cut heads at 8 KiB.
pub const MAX_TRIGGER_HEADER_BYTES: usize = 1024;

/// Calls of trigger-webhook that are under way at once; one more is told to come
/// again. Each holds a connection, and a look-up of a name that whoever calls chose.
pub const MAX_TRIGGERS_AT_ONCE: usize = 8;

/// The body that trigger-webhook sends, in bytes: it is kept in the log.
pub const MAX_TRIGGER_BODY_BYTES: usize = 16 * 1024;

/// Calls in the log of one webhook; the oldest makes room.
pub const MAX_WEBHOOK_LOGS: u32 = 1000;

/// How long the log of a webhook is kept: long enough to find out why a receiver
/// missed something.
pub const WEBHOOK_LOG_RETENTION: Span = Span::from_days(7);

/// What the log keeps of an answer's body, in bytes.
pub const MAX_LOGGED_ANSWER_BYTES: usize = 16 * 1024;

/// What the log keeps of an answer's headers: so many, of so many bytes in all.
pub const MAX_LOGGED_HEADERS: usize = 64;
/// The bytes of [`MAX_LOGGED_HEADERS`].
pub const MAX_LOGGED_HEADER_BYTES: usize = 8 * 1024;

/// Life of a logout token (OIDC Back-Channel Logout, section 2.4: two minutes).
pub const LOGOUT_TOKEN_LIFETIME: Span = Span::from_seconds(120);

/// How long the redirect after a sign-out waits for the first attempts.
pub const LOGOUT_REDIRECT_WAIT: Duration = Duration::from_secs(2);

/// Access tokens unless the application says otherwise.
pub const DEFAULT_ACCESS_TOKEN_LIFETIME: Span = Span::from_seconds(7200);

/// ID tokens unless the application says otherwise.
pub const DEFAULT_ID_TOKEN_LIFETIME: Span = Span::from_seconds(3600);

/// Refresh tokens unless the application says otherwise; never past their login.
pub const DEFAULT_REFRESH_TOKEN_LIFETIME: Span = Span::from_days(30);

/// Authorization codes unless the application says otherwise.
pub const DEFAULT_AUTHORIZATION_CODE_LIFETIME: Span = Span::from_seconds(60);

/// The longest life of an access or ID token that can be set: one day.
pub const MAX_TOKEN_LIFETIME: Span = Span::from_days(1);

/// How long a key is published before it signs: twice the time for which the key
/// set may be kept by others (300 s), so that a copy that is renewed late has it.
pub const KEY_PUBLISHED_AHEAD: Span = Span::from_seconds(600);

/// Signing keys that are kept of a purpose. More than can be published at a time;
/// the older ones only tell which old ID tokens were ours.
pub const MAX_KEYS_OF_A_PURPOSE: u32 = 200;

/// The longest retry window of refresh tokens that can be set.
pub const MAX_REFRESH_TOKEN_RETRY_WINDOW: Span = Span::from_seconds(60);

/// How recent an interactive sign-in must be to change a password without the old
/// one, what a person is found by, or their devices.
pub const RECENT_SIGN_IN: Span = Span::from_seconds(600);

/// Failures of an (account, address) pair before a delay begins.
pub const FAILURES_BEFORE_DELAY: u32 = 10;

/// The first delay; it doubles with each further failure.
pub const FIRST_SIGN_IN_DELAY: Span = Span::from_seconds(1);

/// The longest delay.
pub const MAX_SIGN_IN_DELAY: Span = Span::from_seconds(900);

/// Failures in a row at which an account refuses passwords from every address
/// (NIST SP 800-63B-4: at most 100 consecutive failures per authenticator).
pub const FAILURES_BEFORE_LOCK: u32 = 100;

/// Refusals of a user that the action log keeps, the newest ones. Each costs whoever
/// makes it a hash, but they may come from any number of addresses: nobody fills
/// the disk by failing to sign in. Ten times what locks an account.
pub const MAX_REFUSED_ACTIONS_PER_USER: u32 = 1_000;

/// A pair's count of failures is forgotten after a day without one.
pub const THROTTLE_MEMORY: Span = Span::from_days(1);

/// Registrations from one address in [`SIGN_UP_WINDOW`] (the published default of
/// `registerAnomalyDetection`): a class of pupils may register in one lesson, and
/// nobody finds out many usernames or keeps the hasher busy. A person's changes of
/// their own record are counted like that, too.
pub const SIGN_UPS_PER_ADDRESS: u32 = 50;

/// The window in which registrations are counted.
pub const SIGN_UP_WINDOW: Span = Span::from_seconds(300);

/// Applications that a person is shown; a pool with more is no menu any more.
pub const MAX_ACCESSIBLE_APPLICATIONS: u32 = 1_000;

/// Logins that one batch of a mass end or of expiry records in one commit.
pub const END_BATCH: u32 = 500;

/// Batches of [`END_BATCH`] that one change records in its own commit, however
/// many mass ends it makes: the rest of a bulk change's follows behind it.
pub const END_BATCHES_PER_CHANGE: u32 = 10;

/// How long ends, events and audit rows are kept.
pub const DEFAULT_RETENTION: Span = Span::from_days(90);

/// How far the clock may stand behind its stored mark at start.
pub const MAX_CLOCK_REGRESSION: Span = Span::from_seconds(300);

/// Attempts that wait for a place. At some 25 ms a hash the last of them waits
/// a few seconds on two cores; who came later would have given up by then.
pub const MAX_WAITING_HASHES: usize = 256;

/// A password hash made elsewhere, in bytes; the longest form that is known has
/// some 200.
pub const MAX_IMPORTED_HASH_BYTES: usize = 512;

/// The cost of an imported bcrypt hash: 14 is about a second of one core. A hash
/// that costs more would make each sign-in an attack on all others.
pub const MAX_IMPORTED_BCRYPT_COST: u32 = 14;

/// Rounds of an imported PBKDF2 hash, times the blocks that it is long: about a
/// second of one core. Django's and OWASP's recommendations are around a million.
pub const MAX_IMPORTED_PBKDF2_ROUNDS: u32 = 2_000_000;

/// The longest key that an imported PBKDF2 hash can hold, in bytes: that of
/// SHA-512.
pub const MAX_IMPORTED_PBKDF2_BYTES: usize = 64;

/// Memory of an imported argon2 hash, in KiB: 128 MiB, twice RFC 9106's second
/// choice. Each place at the hasher may need as much at the same time.
pub const MAX_IMPORTED_ARGON2_MEMORY_KIB: u32 = 128 * 1024;

/// Memory of an imported argon2 hash times its passes, in KiB: below a second.
pub const MAX_IMPORTED_ARGON2_WORK_KIB: u32 = 512 * 1024;

/// The configuration file: a hundred times what all keys need.
pub const MAX_CONFIG_FILE_BYTES: u64 = 64 * 1024;

/// Names of one certificate that is obtained: what Let's Encrypt signs at most.
pub const MAX_ACME_DOMAINS: usize = 100;

/// Networks of proxies: each request from a peer is compared with all of them.
pub const MAX_TRUSTED_PROXIES: usize = 64;

/// Networks that outgoing requests may reach: each resolved address is compared
/// with all of them.
pub const MAX_EGRESS_NETWORKS: usize = 64;

/// A longer wait than this only hides a request that hangs.
pub const MAX_SHUTDOWN_GRACE_SECONDS: u64 = 600;

/// Longer than any answer of ours takes, shorter than a supervisor's patience.
pub const DEFAULT_SHUTDOWN_GRACE_SECONDS: u64 = 10;

/// Balancers ask every few seconds; more than this is a server that does not stop.
pub const MAX_DRAIN_DELAY_SECONDS: u64 = 300;

/// Enough for a balancer that asks twice a second, too short to be a nuisance.
pub const DEFAULT_DRAIN_DELAY_SECONDS: u64 = 1;

/// A chain of certificates has a few KiB; this leaves room for a whole bundle.
pub const MAX_TLS_FILE_BYTES: u64 = 256 * 1024;

/// Applications whose logins are metrics of their own. A time series costs whoever reads
/// them more than us; the rest is one number.
pub const METRICS_APPLICATIONS: u32 = 1_000;

/// How much of a body that is too large is still read and thrown away.
pub const MAX_DRAINED_BYTES: usize = 4 * MAX_BODY_BYTES;

/// A request that has no answer by then gets 503: a client that waits longer
/// has given up, and whatever holds it up holds up others too.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The same for bulk changes of users: a thousand passwords to be hashed are some
/// 25 seconds of one core, beside which people sign in.
pub const BULK_REQUEST_TIMEOUT: Duration = Duration::from_mins(2);

/// A peer has this long for the headers of each request, waiting for the next
/// one on a kept connection included: slow senders do not pile up.
pub const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(10);

/// Headers of one HTTP/1 request; browsers and proxies send a third of that. It is what
/// hyper takes unless told otherwise: told so, it looks for room with each request.
pub const MAX_HEADERS: usize = 100;

/// What is buffered of one HTTP/1 connection, and so the largest head.
pub const HTTP1_BUFFER_BYTES: usize = 64 * 1024;

/// The headers of one HTTP/2 request.
pub const HTTP2_HEADER_BYTES: u32 = 64 * 1024;

/// Requests at a time on one HTTP/2 connection.
pub const HTTP2_STREAMS: u32 = 64;

/// Connections that the kernel holds while none is accepted.
pub const LISTEN_BACKLOG: u32 = 1024;

/// The longest token that is looked at, in bytes. Ours are below 2 KiB.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// A larger body is not read again to find a second wrong field.
pub const MAX_EXPLAINED_BYTES: usize = 64 * 1024;

/// A longer query is not read again to find a second wrong field.
pub const MAX_EXPLAINED_QUERY_BYTES: usize = 8 * 1024;

/// Bodies up to this size are always taken; what is larger counts against
/// [`MAX_BUFFERED_BODY_BYTES`].
pub const SMALL_BODY_BYTES: usize = 16 * 1024;

/// What all larger bodies that are being received or answered take at once.
/// Anybody can send a body and hold its end back; past this they get 503, and
/// small calls go on.
pub const MAX_BUFFERED_BODY_BYTES: usize = 64 * 1024 * 1024;

/// How often a request is read again to find one more wrong field. Enough for
/// every form that a person fills in; a bound for those that a machine breaks.
pub const MAX_READINGS: usize = 64;

/// More than any form of a key, so that a mistaken path is not read in whole.
pub const MAX_KEY_FILE_BYTES: u64 = 4096;

/// Changes that may wait; one more is refused as busy.
pub const MAX_WAITING_CHANGES: usize = 1024;

/// Changes that share a commit at most, so that the first of them does not wait
/// for a flood behind it.
pub const MAX_CHANGES_PER_COMMIT: usize = 256;

/// An outgoing request in all: its name, the connection and the answer. The
/// other side is whoever a URL names, and may hold us up as long as it likes.
pub const EGRESS_TIMEOUT: Duration = Duration::from_secs(5);

/// What is read of an answer to an outgoing request: ample for a logo.
pub const MAX_EGRESS_ANSWER_BYTES: usize = 64 * 1024;

/// Names that are being looked up at once, by each of those who send: notices of
/// sign-outs, webhooks, and calls that somebody waits for. Each holds a thread until the
/// system's resolver gives up, which may be long after we have.
pub const MAX_NAME_LOOKUPS: usize = 32;

/// Connections to one host that are kept for the next request to it: a mass
/// end tells one application many times.
pub const MAX_IDLE_EGRESS_CONNECTIONS: usize = 4;

/// How long such a connection is kept.
pub const EGRESS_IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections for reads of several statements that one node has at a shared database.
/// A few keep two cores of it busy, and a server allows 100 in all unless it is told
/// otherwise.
pub const DATABASE_READERS: usize = 6;

/// Connections that reads of one statement share. Two need no more of a processor for a
/// statement than eight, and keep two of the server's busy.
pub const DATABASE_SHARED_CONNECTIONS: usize = 2;

/// Reads of one statement that are under way on these at once. Each has a thread that
/// waits for its answer.
pub const DATABASE_LOOKS_AT_ONCE: usize = 64;

/// Reads of either kind that may wait for their turn. Past it callers are told that the
/// server is busy, rather than joining a queue that they will not outlive.
pub const DATABASE_MAX_WAITING: usize = 1024;

/// Connections for checks that one node has at a shared database. The first asks all of
/// them, since the larger a batch, the less a check costs; the second helps while more wait
/// than share a statement, as behind a database that reads from its disk.
pub const DATABASE_CHECK_CONNECTIONS: usize = 2;

/// Checks that share a statement at most. It takes a millisecond or two, which is what
/// the next ones wait for.
pub const DATABASE_CHECKS_AT_ONCE: usize = 128;

/// How long one of them waits.
pub const DATABASE_WAIT_TIME: Duration = Duration::from_secs(5);

/// Between two pages of live logins that a node reads before it is asked about them: about as
/// long as the database needs for one.
pub const READ_AHEAD_PAUSE: Duration = Duration::from_millis(2);

/// How long background work waits for the node that was at it, after its last batch,
/// which takes less than a second: then it has died, and another goes on.
pub const BACKGROUND_LEASE: Span = Span::from_seconds(10);

/// How long a connection to a shared database may take to be made.
pub const DATABASE_CONNECT_TIME: Duration = Duration::from_secs(5);

/// How long an answer of it may take. The server itself gives a statement up after
/// 10 s, so that what we no longer wait for ends there as well.
pub const DATABASE_ANSWER_TIME: Duration = Duration::from_secs(12);

/// The same for a statement over a whole table, which nobody but an operator waits for:
/// counting a billion rows takes minutes.
pub const DATABASE_WHOLE_ANSWER_TIME: Duration = Duration::from_hours(1);

/// Logos, and failures to get one, that are remembered at once.
pub const MAX_LOGOS: usize = 512;

/// What all remembered logos take at once; 128 of the largest.
pub const MAX_LOGO_BYTES: usize = 8 * 1024 * 1024;

/// Logos that are being fetched at once. Anybody can ask for the logo of an
/// application whose id they know; past this they get none, and nothing queues.
pub const MAX_LOGO_FETCHES: usize = 8;

/// How long a logo is shown without a look whether it is still that.
pub const LOGO_MEMORY: Span = Span::from_seconds(3600);

/// How long a logo that could not be fetched is not tried again: long enough to
/// be no burden to anybody, short enough for whoever repairs it.
pub const LOGO_FAILURE_MEMORY: Span = Span::from_seconds(300);
