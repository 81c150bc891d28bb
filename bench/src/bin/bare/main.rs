//! What the figures are held against: servers and programs that do one thing and
//! nothing else. `bare axum` and `bare hyper` answer the headline call's bytes, `bare one-query`
//! after a question to PostgreSQL; `bare pages` answers the files of a folder;
//! `bare argon2` hashes; `bare replay` writes the rows of sign-ins.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "the driver reads the lines, and a machine's clock measures"
)]

mod axum_server;
mod hashes;
mod hyper_server;
mod one_query;
mod pages;
mod replay;

use clap::Parser;
use std::path::PathBuf;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The success of the headline call, as every contender answers it.
const ANSWER: &str = r#"{"statusCode":200,"message":"Success","requestId":"934108e5-9fbf-4d24-8da1-c330328abd6c","data":{"active":true}}"#;

/// One of the things that figures are held against.
#[derive(Parser)]
enum Arguments {
    /// A server of one route, on axum.
    Axum,
    /// A server without routes, on hyper.
    Hyper,
    /// A server that asks PostgreSQL once for each request, through a pool of 16.
    OneQuery {
        /// The database.
        #[arg(long)]
        database_url: String,
    },
    /// A server of pages that are made already, on axum.
    Pages {
        /// The pages, each a file.
        #[arg(long)]
        folder: PathBuf,
    },
    /// Passwords, verified by the argon2 library at its default cost.
    Argon2 {
        /// How many.
        #[arg(long)]
        hashes: u32,
    },
    /// The rows of sign-ins, inserted in the groups in which they were committed.
    Replay {
        /// The store that has them.
        #[arg(long)]
        from: PathBuf,
        /// A file to make.
        #[arg(long)]
        to: PathBuf,
        /// The last revision before them.
        #[arg(long)]
        after: i64,
    },
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse() {
        Arguments::Axum => serve(axum_server::serve()),
        Arguments::Hyper => serve(hyper_server::serve()),
        Arguments::OneQuery { database_url } => serve(one_query::serve(database_url)),
        Arguments::Pages { folder } => serve(pages::serve(folder)),
        Arguments::Argon2 { hashes } => hashes::run(hashes),
        Arguments::Replay { from, to, after } => replay::run(&from, &to, after),
    }
}

/// On a runtime like the product's.
fn serve(server: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(server)
}
