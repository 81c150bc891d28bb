//! `GET /api/v3/system`

use crate::state::AppState;
use crate::v3::{AnyoneCall, Beside, NoParameters, V3Result};
use rollcall_wire::v3::system::{SystemInfoResp, SystemKey, SystemVersion};

/// What anybody may know of the server.
pub(crate) async fn system(
    _: AppState,
    _: AnyoneCall<NoParameters>,
) -> V3Result<Beside<SystemInfoResp>> {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    // Passwords travel under TLS alone (`passwordEncryptType` is `none`): a key
    // here would promise that something can be encrypted for it.
    let no_key = SystemKey {
        public_key: String::new(),
    };
    Ok(Beside(SystemInfoResp {
        rsa: no_key.clone(),
        sm2: no_key,
        version: SystemVersion {
            server: version.clone(),
            // There is no console; the sign-in pages are the server's own.
            console: String::new(),
            login: version,
        },
        // What the server's calls come from is its network's business, and not
        // known to it.
        public_ips: Vec::new(),
    }))
}
