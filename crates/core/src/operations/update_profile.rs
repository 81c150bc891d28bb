//! `update-profile`: the end user changes their own record.

use super::get_user::UserDetails;
use super::own_profile::check_own_profile;
use super::person::{PersonCaller, require_recent_sign_in};
use super::verify_password::failure_key;
use super::{Authority, UserFields};
use crate::model::event::{Actor, Origin};
use crate::model::identifier::check_chosen_username;
use crate::model::user::{Gender, Profile, ProfileField, User};
use crate::ports::users::{OwnProfileChange, Saved};
use crate::refusal::Refusal;

/// What a person says of themselves; absent members stay as they are.
#[derive(Clone, Default)]
pub struct UpdateProfile {
    /// Username.
    pub username: Option<String>,
    /// External id: only the present one, for clients that send back all they got.
    pub external_id: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Profile texts.
    pub profile: Profile,
}

/// Changes the person's own record.
pub async fn update_profile(
    authority: &Authority,
    person: &PersonCaller,
    request: UpdateProfile,
    origin: Origin,
) -> Result<UserDetails, Refusal> {
    let view = authority.signed_in(person, origin.clone()).await?;
    let user = authority.person(person, &view).await?;
    let asks = Asks::of(&user, &request);
    if asks.external_id {
        // What the caller's own system knows somebody by: whoever could choose it
        // would be taken for somebody else there.
        return Err(Refusal::NotSupported("externalId"));
    }
    let fields = UserFields {
        username: request.username.filter(|_| asks.username),
        gender: request.gender,
        profile: request.profile,
        ..UserFields::default()
    };
    let change = fields.checked("", None)?;
    check_own_profile(&change.profile)?;
    if let Some(username) = &change.username {
        check_chosen_username(username)?;
    }
    if asks.username || asks.identity_number {
        require_recent_sign_in(&view)?;
    }
    if change.username.is_none() && change.gender.is_none() && change.profile.is_empty() {
        // Nothing is asked for: the record has not changed.
        return authority.one_with_details(user, false).await;
    }
    // A refusal tells that a name is somebody's: no faster than registering does. Any
    // other change costs the person nothing, and is in two logs for months and told to
    // webhooks: without a bound one person could fill the disk.
    let what = if asks.username { "rename" } else { "profile" };
    let key = failure_key(&format!("{what} {}", user.id), None);
    if let Some(wait) = authority.store.count_sign_up(person.pool, key).await? {
        return Err(Refusal::Throttled(wait));
    }
    let change = OwnProfileChange {
        user: user.id,
        login: view.login.id,
        change,
    };
    let origin = Origin {
        actor: Actor::Person(user.id),
        ..origin
    };
    match authority
        .store
        .change_own_profile(person.pool, change, origin)
        .await?
    {
        Saved::Saved(user) => authority.one_with_details(*user, false).await,
        Saved::Taken(fields) => Err(Refusal::Taken(fields)),
        Saved::NotFound => Err(Refusal::NotSignedIn),
        Saved::ExtIdpNotFound => Err(Refusal::Fault),
    }
}

/// Which of the person's identifying values a request would change. One that is
/// sent back as it was is no change.
struct Asks {
    username: bool,
    external_id: bool,
    identity_number: bool,
}

impl Asks {
    fn of(user: &User, request: &UpdateProfile) -> Self {
        let differs = |wanted: Option<&String>, present: Option<&String>| {
            wanted.is_some_and(|wanted| Some(wanted) != present)
        };
        let number = ProfileField::IdentityNumber;
        Self {
            username: differs(request.username.as_ref(), user.username.as_ref()),
            external_id: differs(request.external_id.as_ref(), user.external_id.as_ref()),
            identity_number: differs(request.profile.get(&number), user.profile.get(&number)),
        }
    }
}
