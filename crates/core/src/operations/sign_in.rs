//! Signing in by password through the API: `/api/v3/signin`.

use super::Authority;
use super::verify_password::{Attempt, CountedFor, Verified, failure_key};
use crate::ids::{GrantId, LoginId, SessionId};
use crate::limits;
use crate::model::application::{Application, GrantType, PasswordMethod};
use crate::model::event::{Actor, Origin};
use crate::model::grant::{OFFLINE_ACCESS, PASSWORD_METHOD, granted_scope, has_scope};
use crate::model::identifier::{Identifier, IdentifierKind, UserSelector};
use crate::model::login::LoginDevice;
use crate::model::user::{NewPassword, User, UserStatus};
use crate::model::user_action::{ActionFailure, UserActionKind};
use crate::ports::logins::{Begun, LoginView, NewLogin};
use crate::ports::users::Found;
use crate::refusal::{Field, Refusal};
use crate::secret::{RefreshToken, TokenDigest};

/// What the person typed as the account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Account {
    /// An e-mail, phone or username.
    Any(String),
    /// An e-mail.
    Email(String),
    /// A phone.
    Phone(String),
    /// A username.
    Username(String),
}

/// A sign-in by password.
#[derive(Clone)]
pub struct SignIn {
    /// The authenticated application.
    pub application: Application,
    /// What was typed as the account.
    pub account: Account,
    /// The password.
    pub password: String,
    /// Requested scopes, space-separated; without any, `openid profile`.
    pub scope: Option<String>,
    /// Where the person comes from.
    pub device: LoginDevice,
}

/// A sign-in that was committed.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The new login with its grant.
    pub view: LoginView,
    /// The refresh token, if `offline_access` was granted.
    pub refresh_token: Option<RefreshToken>,
}

/// Signs a person in: a new session with one login. Unknown account and wrong
/// password are one answer, in text, code and time.
pub async fn sign_in(
    authority: &Authority,
    request: SignIn,
    origin: Origin,
) -> Result<SignedIn, Refusal> {
    let application = &request.application;
    if !application.api_sign_in || !application.oauth.skip_consent {
        return Err(Refusal::SignInNotAllowed);
    }
    let scope = checked_scope(&request)?;
    let attempt = sign_in_attempt(application, &request.device, &origin);
    let authenticated = authority
        .authenticate(&attempt, application, &request.account, &request.password)
        .await?;
    let by_person = Origin {
        actor: Actor::Person(authenticated.user.id),
        ..origin.clone()
    };
    let user = authenticated.user.id;
    let begun = authority.begin(&request, authenticated, scope, by_person);
    match begun.await {
        Ok(signed_in) => Ok(signed_in),
        Err(refusal) => authority.refused(&attempt, user, refusal).await,
    }
}

/// A sign-in by password, for the log.
pub(super) fn sign_in_attempt<'a>(
    application: &Application,
    device: &'a LoginDevice,
    origin: &'a Origin,
) -> Attempt<'a> {
    Attempt {
        pool: application.pool,
        application: application.id,
        kind: UserActionKind::Login,
        wrong: ActionFailure::WrongCredentials,
        device,
        origin,
    }
}

fn checked_scope(request: &SignIn) -> Result<String, Refusal> {
    let asked = request.scope.as_deref().unwrap_or("openid profile");
    if asked.len() > limits::MAX_SCOPE_BYTES || asked.chars().any(char::is_control) {
        return Err(Refusal::invalid("scope"));
    }
    Ok(scope_for(&request.application, asked))
}

/// What an application is granted of what it asks for: a refresh token only where
/// it may use one.
pub(super) fn scope_for(application: &Application, asked: &str) -> String {
    let grants = &application.oauth.grant_types;
    let may_refresh = grants.contains(&GrantType::RefreshToken);
    let granted = granted_scope(asked);
    let kept = granted
        .split(' ')
        .filter(|scope| may_refresh || *scope != OFFLINE_ACCESS);
    kept.collect::<Vec<_>>().join(" ")
}

/// Somebody whose password was right.
pub(super) struct Authenticated {
    pub(super) user: User,
    /// The throttled pair, to be forgotten in the commit of the sign-in.
    pub(super) failure_key: TokenDigest,
    /// The password hashed anew, to be kept in the same commit.
    pub(super) rehashed: Option<NewPassword>,
}

impl Authority {
    /// Verifies the password of whoever may be meant. Unknown account and wrong
    /// password are one answer, in text, code and time; what else stands in the
    /// way is told only to who knows the password.
    pub(super) async fn authenticate(
        &self,
        attempt: &Attempt<'_>,
        application: &Application,
        account: &Account,
        password: &str,
    ) -> Result<Authenticated, Refusal> {
        let pool = application.pool;
        let (selector, typed) = self.account(application, account).await?;
        let failure_key = failure_key(&typed, attempt.origin.address);
        let user = match self.store.find_user(pool, selector).await? {
            Found::One(user) => Some(user),
            Found::Nobody | Found::Ambiguous(_) => None,
        };
        let counted = CountedFor::PairAndUser;
        let right = self
            .verify_password(attempt, failure_key, user.as_ref(), counted, password)
            .await?;
        let (Some(user), Verified::Right(rehashed)) = (user, right) else {
            return Err(Refusal::WrongCredentials);
        };
        if user.status != UserStatus::Activated {
            return self.refused(attempt, user.id, Refusal::UserLocked).await;
        }
        if user.password.reset_on_next_login {
            let refusal = Refusal::PasswordMustBeReset;
            return self.refused(attempt, user.id, refusal).await;
        }
        Ok(Authenticated {
            user,
            failure_key,
            rehashed,
        })
    }

    /// Who may be meant, by the ways that the application allows, and the text in
    /// the form in which failures are counted.
    async fn account(
        &self,
        application: &Application,
        account: &Account,
    ) -> Result<(UserSelector, String), Refusal> {
        let of = |kind, text: &str, field: Field, method| {
            if !application.password_methods.contains(&method) {
                return Err(Refusal::SignInNotAllowed);
            }
            UserSelector::of_kind(kind, text, field)
        };
        let (text, selector) = match account {
            Account::Email(text) => (
                text,
                of(IdentifierKind::Email, text, "email", PasswordMethod::Email)?,
            ),
            Account::Phone(text) => (
                text,
                of(IdentifierKind::Phone, text, "phone", PasswordMethod::Phone)?,
            ),
            Account::Username(text) => (
                text,
                of(
                    IdentifierKind::Username,
                    text,
                    "username",
                    PasswordMethod::Username,
                )?,
            ),
            Account::Any(text) => {
                let selector = UserSelector::account(text, "account")?;
                (text, allowed(&selector, application))
            }
        };
        // In full, so that failures are counted once however the phone is written.
        let selector = match selector.has_national_phone() {
            true => selector.in_country(&self.country_code(application.pool).await?),
            false => selector,
        };
        let typed = selector
            .candidates()
            .first()
            .map_or_else(|| text.clone(), counted_form);
        Ok((selector, typed))
    }

    async fn begin(
        &self,
        request: &SignIn,
        authenticated: Authenticated,
        scope: String,
        origin: Origin,
    ) -> Result<SignedIn, Refusal> {
        let Authenticated {
            user,
            failure_key,
            rehashed,
        } = authenticated;
        let now = self.now();
        let entropy = self.entropy.as_ref();
        let refresh_token =
            has_scope(&scope, OFFLINE_ACCESS).then(|| RefreshToken::generate(entropy));
        let lifetime = request.application.oauth.lifetimes.refresh_token;
        let new = NewLogin {
            user: user.id,
            password_version: user.password.version,
            rehashed,
            application: request.application.id,
            secret_version: request.application.secret_version,
            session: SessionId::generate(now, entropy),
            login: LoginId::generate(now, entropy),
            grant: GrantId::generate(now, entropy),
            scope,
            authentication_methods: vec![PASSWORD_METHOD.to_owned()],
            refresh_token: refresh_token
                .as_ref()
                .map(|token| (token.digest(), lifetime)),
            device: request.device.clone(),
            failure_key,
        };
        match self
            .store
            .begin_login(request.application.pool, new, origin)
            .await?
        {
            Begun::Begun(view) => Ok(SignedIn {
                view: *view,
                refresh_token,
            }),
            Begun::UserDisabled | Begun::UserLocked => Err(Refusal::UserLocked),
            Begun::CredentialChanged => Err(Refusal::WrongCredentials),
            Begun::ApplicationUnavailable => Err(Refusal::SignInNotAllowed),
            Begun::SessionLimit => Err(Refusal::SessionLimit),
        }
    }
}

/// Without the kinds of identifier that the application does not sign in by.
fn allowed(selector: &UserSelector, application: &Application) -> UserSelector {
    let method = |identifier: &Identifier| match identifier {
        Identifier::Email(_) => Some(PasswordMethod::Email),
        Identifier::Phone(_) | Identifier::NationalPhone(_) => Some(PasswordMethod::Phone),
        Identifier::Username(_) => Some(PasswordMethod::Username),
        Identifier::Id(_) | Identifier::ExternalId(_) | Identifier::Identity { .. } => None,
    };
    let kept = selector.candidates().iter().filter(|candidate| {
        method(candidate).is_some_and(|method| application.password_methods.contains(&method))
    });
    UserSelector::any_of(kept.cloned().collect())
}

fn counted_form(identifier: &Identifier) -> String {
    match identifier {
        Identifier::Email(text)
        | Identifier::Phone(text)
        | Identifier::NationalPhone(text)
        | Identifier::Username(text)
        | Identifier::ExternalId(text) => text.clone(),
        Identifier::Id(id) => id.to_string(),
        Identifier::Identity {
            ext_idp,
            user_id_in_idp,
        } => format!("{ext_idp}:{user_id_in_idp}"),
    }
}
