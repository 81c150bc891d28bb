//! Signing keys.

use super::instant;
use rollcall_core::model::signing_key::KeyState;
use rollcall_core::operations::rotate_signing_keys::KeyReport;
use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};

/// A key as it is told of.
pub(crate) fn signing_key_dto(report: KeyReport) -> SigningKeyDto {
    SigningKeyDto {
        kid: report.key_id,
        alg: report.purpose.algorithm_name().to_owned(),
        state: match report.state {
            KeyState::Next => SigningKeyState::Next,
            KeyState::Active => SigningKeyState::Active,
            KeyState::Retired => SigningKeyState::Retired,
        },
        active_from: instant(report.active_from),
        created_at: instant(report.created_at),
    }
}
