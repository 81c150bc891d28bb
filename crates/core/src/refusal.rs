//! Why an operation was refused: one vocabulary for the API, the CLI and the console.

use crate::model::access_key::Permission;
use crate::model::identifier::IdentifierKind;
use crate::ports::StoreError;
use crate::time::Span;

/// A field's leaf name on the wire (`page`, not its path).
pub type Field = &'static str;

/// A kind of record that was asked for and is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Record {
    /// apiCode 2004.
    User,
    /// apiCode 2011.
    Application,
    /// apiCode 2224.
    Pool,
    /// An external identity source.
    ExtIdp,
    /// A user's identity in an external source.
    Identity,
    /// A device of the caller's own.
    Device,
    /// An access key.
    AccessKey,
    /// A webhook.
    Webhook,
}

/// A rule of the product that a well-formed call would break: 422.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// A self-chosen username may not look like an id, e-mail, identity or number.
    UsernameForm,
    /// A password is too short.
    PasswordTooWeak,
    /// An administrator's password is too short, or comes as a hash, which does not
    /// say how long it is.
    AdministratorPasswordTooShort,
    /// Only an application that keeps a secret may have tokens of its own.
    ClientCredentialsNeedSecret,
    /// An application that keeps no secret needs PKCE.
    PublicNeedsPkce,
    /// An application that keeps a secret shows it at every endpoint.
    EndpointNeedsSecret,
    /// An application may only shorten its pool's session limits.
    PolicyMayOnlyShorten,
    /// More rows than a user, an application, a pool or the server may have.
    TooMany(Field),
    /// A pool's root key is rotated; it is never deleted, switched off or limited.
    RootKeyStays,
}

/// The answer of an operation that was not carried out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// 400: these fields are missing or malformed.
    Invalid(Vec<Field>),
    /// 400: `limit` above 50, with the published wording.
    LimitTooLarge,
    /// 400: a user without username, phone and e-mail.
    NoName,
    /// 401: nobody, or nobody we know, called.
    NotAuthenticated,
    /// 401 / 2020: the end user is not signed in (any more).
    NotSignedIn,
    /// 401 / 2333: account or password wrong, without telling which.
    WrongCredentials,
    /// 401 / 2006: the old password is wrong.
    WrongPassword,
    /// 403: the key lacks this permission.
    PermissionMissing(Permission),
    /// 403: this acts on the whole server; only the root key of its first pool may.
    ServerRootNeeded,
    /// 403: a pool's root key is rotated by itself alone.
    RootKeyNeeded,
    /// 403: the call names another pool or application than its caller's.
    OutsideOfCaller(Field),
    /// 403: this application may not sign people in through this call.
    SignInNotAllowed,
    /// 403 / 2031: people do not register by themselves in this pool.
    RegistrationDisabled,
    /// 403: the user has as many sessions as the pool or the application allows.
    SessionLimit,
    /// 403: the password alone does not do; a recent sign-in or the old password is needed.
    RecentSignInNeeded,
    /// 403 / 2005: the account is locked or not `Activated` (only after the right password).
    UserLocked,
    /// 403 / 2058: the password must be reset first (only after the right password).
    PasswordMustBeReset,
    /// 404 with the record's apiCode.
    NotFound(Record),
    /// 409: the value fits different users, as these kinds of identifier.
    AmbiguousUser(Vec<IdentifierKind>),
    /// 409: these values belong to another record already.
    Taken(Vec<Field>),
    /// 422: well-formed, against a rule.
    Rule(Rule),
    /// 429: not before this span has passed.
    Throttled(Span),
    /// 501: a setting or feature that is not built, by name.
    NotSupported(&'static str),
    /// 601: a third party could not be reached; the code says why.
    ThirdPartyUnreachable(&'static str),
    /// 602: a third party answered with an error, of this HTTP status.
    ThirdPartyError(u16),
    /// 503: too much work is waiting, or the store is away; nothing was changed.
    Unavailable,
    /// 500: a fault of ours; the store has logged it.
    Fault,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Unavailable(_) => Self::Unavailable,
            StoreError::Fault(_) => Self::Fault,
        }
    }
}

impl Refusal {
    /// One invalid field.
    pub fn invalid(field: Field) -> Self {
        Self::Invalid(vec![field])
    }
}
