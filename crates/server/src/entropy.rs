//! Randomness of the process.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use rollcall_core::entropy::Entropy;

/// The operating system's generator, by way of aws-lc-rs.
#[derive(Clone, Debug, Default)]
pub struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    /// The generator.
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }

    /// A text of `bytes` random bytes in hexadecimal.
    ///
    /// # Panics
    ///
    /// As `fill` does.
    pub fn hex(&self, bytes: usize) -> String {
        let mut random = vec![0; bytes];
        self.fill(&mut random);
        hex::encode(random)
    }
}

impl Entropy for SystemEntropy {
    /// # Panics
    ///
    /// If the operating system has no randomness to give, which Linux does only
    /// where `getrandom(2)` is forbidden. Every way to go on would hand out
    /// guessable ids and secrets; a panic ends what asked for them, while what
    /// asks for none goes on: ending the process would drop that too.
    fn fill(&self, bytes: &mut [u8]) {
        let filled = self.0.fill(bytes);
        assert!(filled.is_ok(), "the operating system gave no randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fills_differ() {
        let (mut one, mut two) = ([0; 32], [0; 32]);
        let entropy = SystemEntropy::new();
        entropy.fill(&mut one);
        entropy.fill(&mut two);
        assert_ne!(one, [0; 32]);
        assert_ne!(one, two);
    }
}
