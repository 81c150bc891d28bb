//! Takes the two files that the explorer needs out of Swagger UI's release, which
//! a crate carries: nothing of it is kept in this repository, and `Cargo.lock`
//! says which it is.

use std::error::Error;
use std::io::{Cursor, Read as _};
use std::path::Path;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

const FILES: &[&str] = &["swagger-ui-bundle.js", "swagger-ui.css"];

#[expect(
    clippy::disallowed_methods,
    reason = "it is Cargo that says where, and no setting"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?;
    let mut archive = zip::ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for file in FILES {
        let wanted = format!("/dist/{file}");
        let index = (0..archive.len())
            .find(|index| {
                let name = archive.name_for_index(*index);
                matches!(name, Some(Ok(name)) if name.ends_with(&wanted))
            })
            .ok_or_else(|| format!("Swagger UI has no {wanted}"))?;
        let mut content = Vec::new();
        archive.by_index(index)?.read_to_end(&mut content)?;
        std::fs::write(Path::new(&target).join(file), content)?;
    }
    Ok(())
}
