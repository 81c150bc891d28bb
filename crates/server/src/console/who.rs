//! Who did something, by name where it was an administrator: an id tells nobody who it
//! was. The id is shown on hover, and by itself once they are deleted.

use super::desk::Desk;
use super::frame::Trouble;
use super::show::{Person, fill};
use super::texts::Texts;
use rollcall_core::ids::UserId;
use rollcall_core::model::event::Actor;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::operations::console_access::administrator_name;
use rollcall_core::ports::users::Found;
use std::collections::{BTreeMap, BTreeSet};

/// Administrators by id, as far as they are there still.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<UserId, String>);

/// The names of people of the desk's pool, by id; those who are deleted are not in it.
pub(super) async fn names_of(
    desk: &Desk,
    ids: impl Iterator<Item = UserId>,
) -> Result<BTreeMap<UserId, String>, Trouble> {
    let ids: BTreeSet<UserId> = ids.collect();
    let selectors = ids.into_iter().map(UserSelector::id).collect();
    let store = &desk.app.authority.store;
    let found = store.find_users(desk.pool.id, selectors).await?;
    let known = found.into_iter().filter_map(|found| match found {
        Found::One(user) => Some((user.id, Person::of(&user, desk.frame.t).name)),
        Found::Nobody | Found::Ambiguous(_) => None,
    });
    Ok(known.collect())
}

/// Who did it, as a page shows them.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Who {
    pub(super) text: String,
    /// What is shown on hover; empty: nothing more.
    pub(super) id: String,
}

impl Names {
    /// Those among these actors: one look-up for all of them.
    pub(super) async fn of(
        desk: &Desk,
        actors: impl Iterator<Item = Actor>,
    ) -> Result<Self, Trouble> {
        let ids: BTreeSet<UserId> = actors.filter_map(administrator).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let selectors = ids.into_iter().map(UserSelector::id).collect();
        let store = &desk.app.authority.store;
        let found = store.find_users(desk.me.facts.pool, selectors).await?;
        let known = found.into_iter().filter_map(|found| match found {
            Found::One(user) => Some((user.id, administrator_name(&user))),
            Found::Nobody | Found::Ambiguous(_) => None,
        });
        Ok(Self(known.collect()))
    }

    /// Who this is.
    pub(super) fn who(&self, actor: Actor, t: &Texts) -> Who {
        let r = &t.reasons;
        let plain = |text: String| Who {
            text,
            id: String::new(),
        };
        match actor {
            Actor::System => plain(r.actor_system.to_owned()),
            Actor::Operator => plain(r.actor_operator.to_owned()),
            Actor::Person(_) => plain(r.actor_person.to_owned()),
            Actor::Key(id) => plain(fill(r.actor_key, &[&id.to_string()])),
            Actor::Client(id) => plain(fill(r.actor_client, &[&id.to_string()])),
            Actor::Administrator(id) => self.administrator(id, t),
        }
    }

    fn administrator(&self, id: UserId, t: &Texts) -> Who {
        let known = self.0.get(&id).cloned();
        let id = id.to_string();
        let name = known.unwrap_or_else(|| id.clone());
        Who {
            text: fill(t.reasons.actor_administrator, &[&name]),
            id,
        }
    }
}

fn administrator(actor: Actor) -> Option<UserId> {
    match actor {
        Actor::Administrator(id) => Some(id),
        Actor::System | Actor::Operator | Actor::Person(_) | Actor::Key(_) | Actor::Client(_) => {
            None
        }
    }
}
