//! Settings of the contract whose feature is not built: 501 by name, so that
//! nothing is stored and ignored. A value that asks for nothing (false, an empty
//! text, list or object) is no setting: the published clients' samples send such.

use rollcall_core::Refusal;
use rollcall_core::refusal::Field;
use rollcall_wire::v3::JsonObject;

/// A setting's value, and whether it asks for anything.
pub(crate) trait Asks {
    /// Whether it differs from leaving the setting out.
    fn asks(&self) -> bool;
}

impl Asks for bool {
    fn asks(&self) -> bool {
        *self
    }
}

impl Asks for String {
    fn asks(&self) -> bool {
        !self.is_empty()
    }
}

impl<T> Asks for Vec<T> {
    fn asks(&self) -> bool {
        !self.is_empty()
    }
}

impl Asks for JsonObject {
    fn asks(&self) -> bool {
        !self.is_empty()
    }
}

impl<T: Asks> Asks for Option<T> {
    fn asks(&self) -> bool {
        self.as_ref().is_some_and(Asks::asks)
    }
}

/// Refuses the first of these settings that asks for something.
pub(crate) fn refuse(settings: &[(Field, &dyn Asks)]) -> Result<(), Refusal> {
    match settings.iter().find(|(_, value)| value.asks()) {
        Some((field, _)) => Err(Refusal::NotSupported(field)),
        None => Ok(()),
    }
}

/// Refuses a setting unless it is absent or says what is the case anyway.
pub(crate) fn refuse_unless<T: PartialEq>(
    field: Field,
    value: Option<&T>,
    in_force: &T,
) -> Result<(), Refusal> {
    if value.is_none_or(|value| value == in_force) {
        Ok(())
    } else {
        Err(Refusal::NotSupported(field))
    }
}
