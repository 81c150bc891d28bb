//! What the examples read from the command line and the environment.

use rollcall_client::{ManagementClient, ManagementClientBuilder};

/// So many arguments.
pub(crate) fn arguments<const COUNT: usize>() -> Result<[String; COUNT], String> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let count = given.len();
    given
        .try_into()
        .map_err(|_| format!("{COUNT} arguments are needed, {count} were given"))
}

/// A variable that must be set.
#[expect(clippy::disallowed_methods, reason = "an example has no configuration")]
pub(crate) fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}

/// A client with the key of the environment.
#[allow(dead_code, reason = "not every example manages")]
pub(crate) fn management() -> Result<ManagementClientBuilder, String> {
    Ok(ManagementClient::builder(
        variable("ROLLCALL_URL")?,
        variable("ROLLCALL_ACCESS_KEY_ID")?,
        variable("ROLLCALL_ACCESS_KEY_SECRET")?,
    ))
}
