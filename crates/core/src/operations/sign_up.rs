//! `signup`: people register by themselves, where the pool lets them.

use super::create_user::new_user;
use super::get_user::UserDetails;
use super::own_profile::check_own_profile;
use super::verify_password::{failure_key, network};
use super::{Authority, UserFields};
use crate::ids::UserId;
use crate::model::application::Application;
use crate::model::event::{Actor, Origin};
use crate::model::identifier::check_chosen_username;
use crate::model::password::{Holder, check_new_password};
use crate::model::user::{Gender, Profile, Unproven, User, UserChange, UserSource};
use crate::ports::sign_ups::Registered;
use crate::refusal::Refusal;
use std::net::IpAddr;

/// A registration by password.
#[derive(Clone)]
pub struct SignUp {
    /// The application that it is made through.
    pub application: Application,
    /// The chosen username.
    pub username: Option<String>,
    /// The asserted e-mail.
    pub email: Option<String>,
    /// The asserted phone.
    pub phone: Option<String>,
    /// The password.
    pub password: String,
    /// Gender.
    pub gender: Option<Gender>,
    /// Profile texts.
    pub profile: Profile,
    /// The person's own address, as told by an application that has shown its
    /// secret: its people are counted one by one, and not as its server's.
    pub told_address: Option<IpAddr>,
}

/// Makes a user who is not signed in by it. An address that they assert is not
/// known to be theirs, so it is no name to them yet and none that another could
/// have taken: the answer does not tell who has an account.
pub async fn sign_up(
    authority: &Authority,
    request: SignUp,
    origin: Origin,
) -> Result<UserDetails, Refusal> {
    let application = &request.application;
    if !application.api_sign_in || !application.oauth.skip_consent {
        return Err(Refusal::SignInNotAllowed);
    }
    let pool = authority.store.pool(application.pool).await?;
    let pool = pool.ok_or(Refusal::Fault)?;
    if !pool.registration_open {
        return Err(Refusal::RegistrationDisabled);
    }
    let holder = authority.holders_in(pool.id).await?;
    let change = request.checked(&pool.default_country_code, holder)?;
    let told = request.told_address.map(network);
    let counted = format!("sign-up {}", told.unwrap_or_default());
    let key = failure_key(&counted, origin.address);
    if let Some(wait) = authority.store.count_sign_up(pool.id, key).await? {
        return Err(Refusal::Throttled(wait));
    }
    let user = authority.registered(&request, change, holder).await?;
    let origin = Origin {
        actor: Actor::Person(user.id),
        ..origin
    };
    match authority
        .store
        .register_user(user, application.id, origin)
        .await?
    {
        Registered::Registered(user) => authority.one_with_details(*user, false).await,
        Registered::Taken(fields) => Err(Refusal::Taken(fields)),
        Registered::RegistrationDisabled => Err(Refusal::RegistrationDisabled),
        Registered::ApplicationUnavailable => Err(Refusal::SignInNotAllowed),
    }
}

impl SignUp {
    /// What the person says of themselves, but for the password.
    fn checked(&self, country_code: &str, holder: Holder) -> Result<UserChange, Refusal> {
        if self.username.is_none() && self.email.is_none() {
            return Err(Refusal::Invalid(vec!["username", "email"]));
        }
        let fields = UserFields {
            username: self.username.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            gender: self.gender,
            profile: self.profile.clone(),
            ..UserFields::default()
        };
        let change = fields.checked(country_code, None)?;
        check_own_profile(&change.profile)?;
        if let Some(username) = &change.username {
            check_chosen_username(username)?;
        }
        check_new_password(&self.password, holder, "password")?;
        Ok(change)
    }
}

impl Authority {
    /// The user to be stored. Hashing waits for a place, like everybody's.
    async fn registered(
        &self,
        request: &SignUp,
        change: UserChange,
        holder: Holder,
    ) -> Result<User, Refusal> {
        let password = self
            .new_password(Some(&request.password), holder, "password")
            .await?;
        let now = self.now();
        let id = UserId::generate(now, self.entropy.as_ref());
        let user = new_user(
            id,
            request.application.pool,
            UserChange { password, ..change },
            now,
        );
        Ok(User {
            source: UserSource::Register,
            unproven: Unproven {
                email: user.email.is_some(),
                phone: user.phone.is_some(),
            },
            ..user
        })
    }
}
