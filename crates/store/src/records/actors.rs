//! Actors as text: `system`, `operator`, or a kind and an id.

use rollcall_core::model::event::Actor;

/// The stored form of an actor.
pub(crate) fn to_text(actor: Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Person(user) => format!("person:{user}"),
        Actor::Key(key) => format!("key:{key}"),
        Actor::Client(application) => format!("client:{application}"),
        Actor::Administrator(user) => format!("administrator:{user}"),
    }
}

/// The actor of a stored form; none if nothing of ours wrote it.
pub(crate) fn from_text(text: &str) -> Option<Actor> {
    match text.split_once(':') {
        None => match text {
            "system" => Some(Actor::System),
            "operator" => Some(Actor::Operator),
            _ => None,
        },
        Some(("person", id)) => id.parse().ok().map(Actor::Person),
        Some(("key", id)) => id.parse().ok().map(Actor::Key),
        Some(("client", id)) => id.parse().ok().map(Actor::Client),
        Some(("administrator", id)) => id.parse().ok().map(Actor::Administrator),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{from_text, to_text};
    use rollcall_core::ids::{AccessKeyId, ApplicationId, UserId};
    use rollcall_core::model::event::Actor;

    #[test]
    fn every_kind_of_actor_reads_back() {
        for actor in [
            Actor::System,
            Actor::Operator,
            Actor::Person(UserId::from_bytes([1; 12])),
            Actor::Key(AccessKeyId::from_bytes([2; 12])),
            Actor::Client(ApplicationId::from_bytes([3; 12])),
            Actor::Administrator(UserId::from_bytes([4; 12])),
        ] {
            assert_eq!(from_text(&to_text(actor)), Some(actor));
        }
    }

    #[test]
    fn other_texts_are_nobody() {
        for text in ["", "root", "person", "person:", "person:xyz", "robot:1"] {
            assert_eq!(from_text(text), None, "{text}");
        }
    }
}
