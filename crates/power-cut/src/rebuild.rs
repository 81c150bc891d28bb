//! What a power cut leaves of a recording.

use crate::recording::Change;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// Numbers that look random and are the same for the same seed (splitmix64, as
/// published by Steele, Lea and Flood, 2014).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True in so many of eight cases.
    fn in_eight(&mut self, cases: u64) -> bool {
        self.next() % 8 < cases
    }
}

/// Writes the files that are left.
pub(crate) fn write(changes: &[(String, Change)], seed: u64, into: &Path) -> io::Result<()> {
    let mut numbers = Numbers(seed);
    // From nothing of what was not synced to all of it.
    let kept = numbers.next() % 9;
    let mut of_file: BTreeMap<&str, Vec<(usize, &Change)>> = BTreeMap::new();
    for (place, (name, change)) in changes.iter().enumerate() {
        of_file.entry(name).or_default().push((place, change));
    }
    let names_synced = changes.iter().filter_map(|(_, change)| match change {
        Change::FolderSynced(until) => Some(*until),
        _ => None,
    });
    let names_synced = names_synced.max().unwrap_or_default();
    for (name, changes) in of_file {
        if let Some(bytes) = left_of(&changes, names_synced, kept, &mut numbers) {
            fs::write(into.join(name), bytes)?;
        }
    }
    Ok(())
}

/// What is left of one file; none if it is not there.
fn left_of(
    changes: &[(usize, &Change)],
    names_synced: usize,
    kept: u64,
    numbers: &mut Numbers,
) -> Option<Vec<u8>> {
    let syncs = changes.iter().filter_map(|(_, change)| match change {
        Change::Synced(until) => Some(*until),
        _ => None,
    });
    let synced = syncs.max().unwrap_or_default();
    let mut file = None;
    for (place, change) in changes {
        let for_good = *place < synced;
        match change {
            Change::Found(bytes) => file = Some(bytes.clone()),
            Change::Made => {
                let is_named = *place < names_synced;
                file = (is_named || numbers.in_eight(kept)).then(Vec::new);
            }
            Change::Written { at, bytes } => {
                if let Some(file) = &mut file {
                    put(file, *at, bytes, for_good, kept, numbers);
                }
            }
            Change::Cut(length) => {
                if let Some(file) = &mut file
                    && (for_good || numbers.in_eight(kept))
                {
                    file.resize(place_of(*length), 0);
                }
            }
            Change::Synced(_) | Change::FolderSynced(_) => {}
            Change::Deleted { for_good } => {
                if *for_good || *place < names_synced || numbers.in_eight(kept) {
                    file = None;
                } else {
                    // The name still means the former file: what was written to a
                    // new one of this name is not in it.
                    return file;
                }
            }
        }
    }
    file
}

/// Writes the sectors that got there.
fn put(
    file: &mut Vec<u8>,
    at: u64,
    bytes: &[u8],
    for_good: bool,
    kept: u64,
    numbers: &mut Numbers,
) {
    let at = place_of(at);
    // Some are torn: each sector is for itself.
    let torn = !for_good && numbers.in_eight(2);
    let whole = for_good || (!torn && numbers.in_eight(kept));
    let mut from = 0;
    while from < bytes.len() {
        // Up to the next border between sectors.
        let to = bytes.len().min(from + SECTOR - (at + from) % SECTOR);
        if whole || (torn && numbers.in_eight(kept)) {
            if file.len() < at + to {
                file.resize(at + to, 0);
            }
            file[at + from..at + to].copy_from_slice(&bytes[from..to]);
        }
        from = to;
    }
}

fn place_of(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(at: u64, byte: u8, length: usize) -> Change {
        Change::Written {
            at,
            bytes: vec![byte; length],
        }
    }

    fn left(changes: &[Change], names_synced: usize, seed: u64) -> Option<Vec<u8>> {
        let changes: Vec<_> = changes.iter().enumerate().collect();
        let mut numbers = Numbers(seed);
        let kept = numbers.next() % 9;
        left_of(&changes, names_synced, kept, &mut numbers)
    }

    #[test]
    fn what_was_synced_is_there_whatever_the_seed() {
        let changes = [
            Change::Made,
            written(0, 1, 1024),
            Change::Synced(2),
            written(0, 2, 1024),
            written(1024, 3, 512),
        ];
        let mut seen = BTreeMap::new();
        for seed in 0..500 {
            let file = left(&changes, 1, seed).unwrap();
            assert!(file.len() >= 1024);
            assert!(file[..1024].iter().all(|byte| matches!(byte, 1 | 2)));
            *seen.entry((file[0], file[1023], file.len())).or_insert(0) += 1;
        }
        // Neither, both, either alone, and the first one torn.
        for case in [
            (1, 1, 1024),
            (2, 2, 1536),
            (1, 1, 1536),
            (2, 2, 1024),
            (1, 2, 1024),
        ] {
            assert!(seen.contains_key(&case), "{case:?} of {seen:?}");
        }
    }

    #[test]
    fn what_was_written_while_a_sync_went_on_is_not_synced() {
        let changes = [
            Change::Made,
            written(0, 1, 4),
            written(4, 2, 4),
            Change::Synced(2),
        ];
        assert!((0..100).any(|seed| left(&changes, 1, seed).unwrap().len() == 4));
    }

    #[test]
    fn a_file_that_was_never_synced_may_be_missing_and_a_deleted_one_there() {
        let made = [Change::Made, written(0, 1, 4)];
        assert!((0..100).any(|seed| left(&made, 0, seed).is_none()));
        let deleted = |for_good| {
            let deleted = Change::Deleted { for_good };
            [
                Change::Found(vec![1]),
                deleted,
                Change::Made,
                written(0, 2, 1),
            ]
        };
        assert!((0..100).any(|seed| left(&deleted(false), 1, seed) == Some(vec![1])));
        assert!((0..100).all(|seed| left(&deleted(true), 1, seed) != Some(vec![1])));
        assert!((0..100).all(|seed| left(&deleted(false), 2, seed) != Some(vec![1])));
    }
}
