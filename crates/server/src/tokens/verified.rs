//! Management tokens whose signature was verified before, so that a caller's thousands
//! of calls cost one verification.
//!
//! What is remembered is only that one of the keys of a [`KeySet`](super::key_set::KeySet)
//! signed this text, and what it says. The memory is a part of that set and goes with
//! it: no token outlives the keys that it was verified with. When the token ends, whether
//! its key still counts, and what its access key may do is looked at on every call.
//!
//! A token has a place in one of many small groups, each with a lock of its own and all
//! of what it says behind it, so there is nothing between two groups that could disagree.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use parking_lot::RwLock;
use rollcall_core::limits::MAX_VERIFIED_TOKENS;
use rollcall_core::model::access_key::KeyClaim;
use rollcall_core::time::{Timestamp, expired};

/// Tokens of a group. Each look-up compares with all of them at most.
const GROUP: usize = 8;

const GROUPS: usize = MAX_VERIFIED_TOKENS / GROUP;

/// What is known of a token that one of our keys signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Known {
    /// The place of the key in its set.
    pub(super) key: usize,
    /// What the token says of its access key.
    pub(super) claim: KeyClaim,
    /// When it ends.
    pub(super) expires_at: Timestamp,
}

/// The tokens that are remembered.
pub(super) struct Verified(Box<[RwLock<Group>]>);

impl Default for Verified {
    fn default() -> Self {
        Self((0..GROUPS).map(|_| RwLock::default()).collect())
    }
}

#[derive(Default)]
struct Group {
    entries: Vec<(Box<str>, Known)>,
    // The one that was put there first, if there is no room.
    oldest: usize,
}

impl Verified {
    /// What is known of this very token. The comparison is of the whole token and takes
    /// the same time wherever they differ: nobody finds one out by trying.
    pub(super) fn find(&self, token: &str) -> Option<Known> {
        let group = self.0.get(group_of(token)?)?.read();
        let is_it = |kept: &str| verify_slices_are_equal(kept.as_bytes(), token.as_bytes()).is_ok();
        let found = group.entries.iter().find(|(kept, _)| is_it(kept));
        found.map(|(_, known)| *known)
    }

    /// Remembers a token that was just verified, in the place of one that has ended or
    /// of the one that has been there longest.
    pub(super) fn keep(&self, token: &str, known: Known, now: Timestamp) {
        let Some(group) = group_of(token).and_then(|place| self.0.get(place)) else {
            return;
        };
        let mut group = group.write();
        let Group { entries, oldest } = &mut *group;
        // Two calls may have verified it at the same time.
        if entries.iter().any(|(kept, _)| **kept == *token) {
            return;
        }
        let entry = (token.into(), known);
        let ended = |(_, known): &(Box<str>, Known)| expired(known.expires_at, now);
        if let Some(place) = entries.iter().position(ended) {
            entries[place] = entry;
        } else if entries.len() < GROUP {
            entries.push(entry);
        } else {
            entries[*oldest] = entry;
            *oldest = (*oldest + 1) % GROUP;
        }
    }
}

/// The group of a token, from the last characters of its signature: in tokens of ours
/// they are as good as random, and no others are kept.
fn group_of(token: &str) -> Option<usize> {
    let tail = token.as_bytes().last_chunk::<10>()?;
    // The very last character has four bits that count.
    let mixed = tail[..9].iter().fold(0_usize, |mixed, byte| {
        mixed.wrapping_mul(31).wrapping_add(usize::from(*byte))
    });
    Some(mixed % GROUPS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_core::ids::{AccessKeyId, PoolId};

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    /// What a token says follows from its text here, so that an answer shows whose it is.
    fn known(token: &str) -> Known {
        let number: i64 = token.split('.').next().unwrap().parse().unwrap();
        Known {
            key: 0,
            claim: KeyClaim {
                key: AccessKeyId::from_bytes([1; 12]),
                pool: PoolId::from_bytes([2; 12]),
                secret_version: number,
            },
            expires_at: NOW + rollcall_core::time::Span::from_millis(1_000 + number),
        }
    }

    fn token(number: usize) -> String {
        // Odd, so that all tokens differ in their tail (Knuth's multiplier).
        let tail = number.wrapping_mul(2_654_435_761) % 100_000_000_000;
        format!("{number}.{tail:011}")
    }

    fn kept(memory: &Verified) -> usize {
        memory
            .0
            .iter()
            .map(|group| group.read().entries.len())
            .sum()
    }

    #[test]
    fn a_token_is_found_as_a_whole_or_not_at_all() {
        let memory = Verified::default();
        let token = token(7);
        assert_eq!(memory.find(&token), None);
        memory.keep(&token, known(&token), NOW);
        memory.keep(&token, known(&token), NOW);
        assert_eq!(kept(&memory), 1);
        assert_eq!(memory.find(&token), Some(known(&token)));
        for place in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] ^= 1;
            assert_eq!(memory.find(std::str::from_utf8(&other).unwrap()), None);
        }
        for other in ["", &token[1..], &format!("0{token}"), &format!("{token}0")] {
            assert_eq!(memory.find(other), None);
        }
    }

    #[test]
    fn no_more_than_the_limit_is_kept_and_the_newest_are() {
        let memory = Verified::default();
        for number in 0..3 * MAX_VERIFIED_TOKENS {
            let token = token(number);
            memory.keep(&token, known(&token), NOW);
            assert_eq!(memory.find(&token), Some(known(&token)));
        }
        assert!(kept(&memory) <= MAX_VERIFIED_TOKENS);
        let group = memory.0.iter().map(|group| group.read().entries.len());
        assert!(group.max().unwrap() == GROUP);
    }

    #[test]
    fn what_has_ended_makes_room_before_anything_else() {
        let memory = Verified::default();
        let same_group = |number: usize| format!("{number}.0000000000");
        for number in 0..GROUP {
            let token = same_group(number);
            memory.keep(&token, known(&token), NOW);
        }
        let later = known(&same_group(3)).expires_at;
        for number in 0..3 {
            let mut short = known(&same_group(number));
            short.expires_at = later + rollcall_core::time::Span::from_millis(1);
            let group = &memory.0[group_of(&same_group(number)).unwrap()];
            group.write().entries[number].1 = short;
        }
        let new = same_group(99);
        memory.keep(&new, known(&new), later);
        assert_eq!(memory.find(&same_group(3)), None);
        assert!(memory.find(&same_group(0)).is_some());
        let newer = same_group(100);
        memory.keep(&newer, known(&newer), later);
        assert_eq!(memory.find(&same_group(0)), None);
        assert!(memory.find(&new).is_some());
    }

    /// Whatever is put there meanwhile, nobody is told of another token.
    #[test]
    fn callers_at_the_same_time_are_told_of_their_own_token() {
        let memory = Verified::default();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let memory = &memory;
                scope.spawn(move || {
                    for step in 0..5_000 {
                        let token = format!("{}.0000000000", (step * 7 + thread) % 20);
                        match memory.find(&token) {
                            Some(found) => assert_eq!(found, known(&token)),
                            None => memory.keep(&token, known(&token), NOW),
                        }
                    }
                });
            }
        });
        assert_eq!(kept(&memory), GROUP);
    }
}
