//! The memory that argon2 fills, used again while others wait for a place.
//!
//! The operating system gives 19 MiB page by page, each with a fault of its own, which
//! is a tenth of what a hash costs (`bench/PROFILE.md`). Whoever ends while others wait
//! leaves the memory to them; whoever finds nobody gives all of it back, so a server
//! that nobody signs in to holds none.

use argon2::{Argon2, Block};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory for hashes of one size.
pub(super) struct Memory {
    /// Blocks of a hash.
    blocks: usize,
    /// The queue, and how many may stand in it.
    waiting: Arc<Semaphore>,
    longest: usize,
    spare: Mutex<Vec<Vec<Block>>>,
}

impl Memory {
    /// For hashes of so many blocks, and a queue in which nobody stands yet.
    pub(super) fn new(blocks: usize, waiting: Arc<Semaphore>) -> Self {
        Self {
            blocks,
            longest: waiting.available_permits(),
            waiting,
            spare: Mutex::default(),
        }
    }

    /// What [`Argon2::hash_password_into`] does. A hash of another size, which was
    /// imported, has memory of its own.
    pub(super) fn hash_into(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
    ) -> argon2::Result<()> {
        let is_usual = argon2.params().block_count() == self.blocks;
        let Some(mut memory) = is_usual.then(|| self.take()).flatten() else {
            return argon2.hash_password_into(password, salt, output);
        };
        let all = memory.as_mut_slice();
        let done = argon2.hash_password_into_with_memory(password, salt, output, all);
        self.give_back(memory);
        done
    }

    fn others_wait(&self) -> bool {
        self.waiting.available_permits() < self.longest
    }

    /// None where nobody would use it next: the library's own comes without being
    /// cleared.
    fn take(&self) -> Option<Vec<Block>> {
        let spare = self.spare.lock().pop();
        spare.or_else(|| {
            self.others_wait()
                .then(|| vec![Block::default(); self.blocks])
        })
    }

    fn give_back(&self, memory: Vec<Block>) {
        let mut spare = self.spare.lock();
        if self.others_wait() {
            spare.push(memory);
        } else {
            let all = std::mem::take(&mut *spare);
            drop(spare);
            drop((all, memory));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::Params;

    fn hash(memory: &Memory, params: &Params, password: &str) -> [u8; 32] {
        let mut output = [0; 32];
        let argon2 = Argon2::from(params);
        let done = memory.hash_into(&argon2, password.as_bytes(), &[7; 16], &mut output);
        done.unwrap();
        output
    }

    fn of_library(params: &Params, password: &str) -> [u8; 32] {
        let mut output = [0; 32];
        let done =
            Argon2::from(params).hash_password_into(password.as_bytes(), &[7; 16], &mut output);
        done.unwrap();
        output
    }

    #[test]
    fn memory_is_kept_while_others_wait_and_no_longer() {
        let params = Params::new(64, 1, 1, None).unwrap();
        let queue = Arc::new(Semaphore::new(2));
        let memory = Memory::new(params.block_count(), Arc::clone(&queue));
        let kept = || memory.spare.lock().len();
        hash(&memory, &params, "nobody waits");
        assert_eq!(kept(), 0);
        let waiter = queue.try_acquire().unwrap();
        for _ in 0..3 {
            hash(&memory, &params, "somebody waits");
            assert_eq!(kept(), 1);
        }
        drop(waiter);
        hash(&memory, &params, "nobody waits any more");
        assert_eq!(kept(), 0);
    }

    /// Whatever the memory has in it of the hash before.
    #[test]
    fn hashes_are_those_of_the_library() {
        let params = Params::new(64, 2, 1, None).unwrap();
        let larger = Params::new(128, 1, 2, None).unwrap();
        let queue = Arc::new(Semaphore::new(1));
        let memory = Memory::new(params.block_count(), Arc::clone(&queue));
        let _waiter = queue.try_acquire().unwrap();
        for password in ["a", "b", "a"] {
            for params in [&params, &larger] {
                assert_eq!(
                    hash(&memory, params, password),
                    of_library(params, password)
                );
            }
        }
    }
}
