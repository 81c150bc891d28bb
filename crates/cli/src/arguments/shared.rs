//! What several commands that call a running server take.

use clap::{Args, ValueHint};

/// The kinds of identifier by which users are found.
pub(crate) const USER_ID_TYPES: [&str; 6] = [
    "user_id",
    "external_id",
    "phone",
    "email",
    "username",
    "identity",
];

/// What a key may do.
pub(crate) const PERMISSIONS: [&str; 11] = [
    "check",
    "sessions:read",
    "sessions:end",
    "users:read",
    "users:write",
    "apps:read",
    "apps:write",
    "apps:secret",
    "keys",
    "settings",
    "audit",
];

/// Which server a command calls.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// The server.
    #[arg(long, env = "ROLLCALL_URL", default_value = "http://127.0.0.1:7250",
        value_hint = ValueHint::Url)]
    pub(crate) url: String,
    /// Give up a call after this many seconds, 1 to 600.
    #[arg(long, value_name = "SECONDS", default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) timeout: u64,
}

/// Which rows of a list.
#[derive(Debug, Args)]
pub(crate) struct Paging {
    /// The page, from 1.
    #[arg(long, value_name = "NUMBER", default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: u32,
    /// How many a page has, 1 to 50.
    #[arg(long, value_name = "NUMBER", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..=50))]
    pub(crate) limit: u32,
}

/// One user.
#[derive(Debug, Args)]
pub(crate) struct WhichUser {
    /// The user.
    #[arg(value_name = "USER")]
    pub(crate) user: String,
    /// What USER is: `user_id`, `external_id`, `phone`, `email`, `username` or
    /// `identity`; `user_id` if not given.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true)]
    pub(crate) user_type: Option<String>,
}

/// Several users.
#[derive(Debug, Args)]
pub(crate) struct WhichUsers {
    /// The users.
    #[arg(value_name = "USER", required = true)]
    pub(crate) users: Vec<String>,
    /// What each USER is: `user_id`, `external_id`, `phone`, `email`, `username` or
    /// `identity`; `user_id` if not given.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true)]
    pub(crate) user_type: Option<String>,
}

/// For what cannot be undone.
#[derive(Debug, Args)]
pub(crate) struct Confirmation {
    /// Do not ask. Needed where nobody can be asked, as in a script.
    #[arg(long)]
    pub(crate) yes: bool,
}
