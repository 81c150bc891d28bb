//! The public API, as it was last agreed to: `api.txt` beside this file has every
//! public item of this crate with its whole signature, and the modules whose wire
//! types `types` shows. A change of it is seen in review, and decides the version:
//! CONTRIBUTING.md says how.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use quote::ToTokens;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, Visibility};

/// Every Rust file below a folder, in the order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let below = |path: PathBuf| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    };
    paths.into_iter().flat_map(below).collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tokens on one line, spaced alike whatever rustfmt did.
fn line(tokens: impl ToTokens) -> String {
    // A comma at the end is there or not, as the line breaks.
    tokens.to_token_stream().to_string().replace(" ,)", ")")
}

fn has(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|one| one.path().is_ident(name))
}

/// A struct's or variant's public members.
fn members(name: &str, fields: &Fields, all: bool) -> Vec<String> {
    let public = fields.iter().filter(|field| all || is_public(&field.vis));
    public
        .map(|field| {
            let member = field.ident.as_ref().map_or("0".to_owned(), line);
            format!("{name}.{member}: {}", line(&field.ty))
        })
        .collect()
}

fn methods(block: &ItemImpl, into: &mut Vec<String>) {
    let owner = line(&block.self_ty);
    if let Some((_, of, _)) = &block.trait_ {
        into.push(format!("impl {} for {owner}", line(of)));
        return;
    }
    for item in &block.items {
        match item {
            ImplItem::Fn(method) if is_public(&method.vis) => {
                into.push(format!("{owner}::{}", line(&method.sig)));
            }
            ImplItem::Const(constant) if is_public(&constant.vis) => {
                let name = &constant.ident;
                into.push(format!("{owner}::const {name}: {}", line(&constant.ty)));
            }
            _ => {}
        }
    }
}

fn non_exhaustive(attributes: &[Attribute]) -> &'static str {
    if has(attributes, "non_exhaustive") {
        "non_exhaustive "
    } else {
        ""
    }
}

fn items(file: &syn::File, into: &mut Vec<String>) {
    for item in &file.items {
        match item {
            Item::Struct(of) if is_public(&of.vis) => {
                let mark = non_exhaustive(&of.attrs);
                into.push(format!("{mark}struct {}{}", of.ident, line(&of.generics)));
                into.extend(members(&of.ident.to_string(), &of.fields, false));
            }
            Item::Enum(of) if is_public(&of.vis) => {
                into.push(format!("{}enum {}", non_exhaustive(&of.attrs), of.ident));
                for variant in &of.variants {
                    let name = format!("{}::{}", of.ident, variant.ident);
                    into.push(format!("{}{name}", non_exhaustive(&variant.attrs)));
                    into.extend(members(&name, &variant.fields, true));
                }
            }
            Item::Const(of) if is_public(&of.vis) => {
                into.push(format!("const {}: {}", of.ident, line(&of.ty)));
            }
            Item::Impl(block) => methods(block, into),
            Item::Macro(of) => {
                // The methods that both builders have.
                let text = of.mac.tokens.to_string();
                let body = text.split_once("=> {").unwrap().1;
                let body = body.rsplit_once('}').unwrap().0;
                let block = format!(
                    "impl ManagementClientBuilder_AuthenticationClientBuilder {{ {body} }}"
                );
                if let Ok(block) = syn::parse_str(&block) {
                    methods(&block, into);
                }
            }
            _ => {}
        }
    }
}

/// What `lib.rs` and `types.rs` show.
fn shown(file: &syn::File, into: &mut Vec<String>) {
    for item in &file.items {
        if let Item::Use(of) = item
            && is_public(&of.vis)
        {
            into.push(line(&of.tree).replace(' ', ""));
        }
    }
}

#[test]
fn the_public_api_is_the_one_agreed_to() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut lines = Vec::new();
    for path in files(&source) {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        items(&file, &mut lines);
        shown(&file, &mut lines);
    }
    lines.sort();
    let is = lines.join("\n") + "\n";
    let agreed = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api.txt");
    let was = fs::read_to_string(&agreed).unwrap_or_default();
    if is == was {
        return;
    }
    let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("api.txt");
    fs::write(&new, &is).unwrap();
    let gone: Vec<_> = was.lines().filter(|line| !is.contains(line)).collect();
    let come: Vec<_> = is.lines().filter(|line| !was.contains(line)).collect();
    panic!(
        "the public API changed.\ngone: {gone:#?}\nnew: {come:#?}\n\
         If it shall be so (CONTRIBUTING.md, \"The Rust SDK\"): cp {} {}",
        new.display(),
        agreed.display()
    );
}
