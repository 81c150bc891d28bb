//! Passwords, verified by the argon2 library alone on all cores that it is given.

use anyhow::{Context as _, Result, anyhow};
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params, PasswordHash};
use rollcall_bench::process::own_cpu_micros;
use serde_json::json;
use std::num::NonZeroUsize;
use std::thread;
use std::time::Instant;

const PASSWORD: &[u8] = b"correct horse battery";

pub(crate) fn run(hashes: u32) -> Result<()> {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let each = hashes.div_ceil(u32::try_from(cores)?);
    let argon2 = Argon2::from(Params::DEFAULT);
    let stored = argon2
        .hash_password_with_salt(PASSWORD, &[7; 16])
        .map_err(|error| anyhow!("{error}"))?
        .to_string();
    let (began, before) = (Instant::now(), own_cpu_micros()?);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| scope.spawn(|| verify(&stored, each)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            let done = thread.join().map_err(|_| anyhow!("a thread panicked"))?;
            done.context("a hash")
        })
    })?;
    let done = u64::from(each) * cores as u64;
    let line = json!({
        "count": done,
        "cpu_micros": own_cpu_micros()? - before,
        "wall_micros": u64::try_from(began.elapsed().as_micros())?,
    });
    println!("{line}");
    Ok(())
}

fn verify(stored: &str, times: u32) -> Result<()> {
    let argon2 = Argon2::from(Params::DEFAULT);
    for _ in 0..times {
        let hash = PasswordHash::new(stored).map_err(|error| anyhow!("{error}"))?;
        argon2
            .verify_password(PASSWORD, &hash)
            .map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}
