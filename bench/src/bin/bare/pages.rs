//! The limit of a page: an axum server that answers bytes which it was given, for a
//! request that it need not understand.

use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use std::path::PathBuf;

pub(crate) async fn serve(folder: PathBuf) -> Result<()> {
    let mut router = Router::new();
    for file in std::fs::read_dir(&folder)? {
        let file = file?;
        let name = file.file_name().into_string().ok().context("not UTF-8")?;
        let page = Bytes::from(std::fs::read(file.path())?);
        let answer =
            move || async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page) };
        router = router.route(&format!("/{name}"), get(answer));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
