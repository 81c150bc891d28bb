//! User pools.

pub(crate) mod create_user_pool;
