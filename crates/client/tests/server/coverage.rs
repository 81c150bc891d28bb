//! That nothing public is left untried, and no built path without its method.

use std::fs;
use std::path::Path;

/// Methods whose names are not their paths'.
const RENAMED: &[(&str, &str)] = &[
    ("delete-users-batch", "delete_users"),
    ("mydevices/list", "list_my_devices"),
    ("mydevices/revoke-session", "revoke_device_session"),
    ("mydevices/unbind", "unbind_device"),
];

/// The client calls it by itself.
const OWN: &[&str] = &["get-management-token"];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// All Rust files of a folder and those beside it, in one text.
fn text_of(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "rs") {
            text += &fs::read_to_string(path).unwrap();
        }
    }
    text
}

/// The public functions, with whose they are.
fn functions() -> Vec<(String, String)> {
    let api = read("tests/api.txt");
    let functions = api.lines().filter_map(|line| {
        let (owner, item) = line.split_once("::")?;
        let (_, signature) = item.split_once("fn ")?;
        let (name, _) = signature.split_once(' ')?;
        Some((owner.to_owned(), name.to_owned()))
    });
    functions.collect()
}

fn is_called(name: &str, text: &str) -> bool {
    text.contains(&format!(".{name}(")) || text.contains(&format!("::{name}("))
}

#[test]
fn every_call_is_made_to_the_real_server() {
    let text = text_of("tests/server") + &text_of("examples");
    let calls = functions().into_iter().filter(|(owner, _)| {
        owner == "ManagementClient" || owner == "AuthenticationClient" || owner.starts_with("Rows")
    });
    let untried: Vec<_> = calls.filter(|(_, name)| !is_called(name, &text)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn every_option_is_tried_somewhere() {
    let text = text_of("tests/server") + &text_of("examples") + &text_of("tests");
    let mut options = functions();
    options.retain(|(_, name)| !is_called(name, &text));
    assert!(options.is_empty(), "{options:?}");
}

/// The table of what is built is the one that the published clients are tried by.
#[test]
fn every_built_path_is_a_method() {
    let table = read("../../compat/routes.py");
    let built = table.split("BUILT = \"\"\"").nth(1).unwrap();
    let (built, _) = built.split_once("\"\"\"").unwrap();
    let functions = functions();
    let paths = built
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("/api/v3/"));
    let missing: Vec<_> = paths
        .filter(|path| !OWN.contains(path))
        .filter(|path| {
            let renamed = RENAMED.iter().find(|(from, _)| from == path);
            let name = renamed.map_or_else(|| path.replace('-', "_"), |(_, to)| (*to).to_owned());
            !functions.iter().any(|(_, known)| *known == name)
        })
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
