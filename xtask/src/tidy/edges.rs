//! The direction of dependence, as ARCHITECTURE.md draws it.

use std::path::Path;

use super::Finding;
use crate::workspace::{Dependency, Package, shown};

/// Each package of ours and those of ours that it may depend on. A package
/// that is not here needs a page in docs/decisions first.
const ALLOWED: &[(&str, &[&str])] = &[
    ("rollcall-core", &[]),
    ("rollcall-wire", &[]),
    ("rollcall-store", &["rollcall-core"]),
    (
        "rollcall-server",
        &["rollcall-core", "rollcall-wire", "rollcall-store"],
    ),
    ("rollcall-client", &["rollcall-wire"]),
    ("rollcall-power-cut", &[]),
    ("rollcall", &["rollcall-server", "rollcall-client"]),
    (
        "rollcall-bench",
        &["rollcall-server", "rollcall-testing", "rollcall-wire"],
    ),
    ("rollcall-compat", &["rollcall-client"]),
    ("rollcall-testing", &[]),
    ("xtask", &[]),
];

/// Foreign crates that would let HTTP, SQL or a serialised form into core.
const NOT_IN_CORE: &[&str] = &[
    "axum",
    "http",
    "hyper",
    "rusqlite",
    "tokio-postgres",
    "serde",
    "serde_json",
    "tokio",
];

pub(super) fn check(packages: &[Package], root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = package
            .manifest_path
            .strip_prefix(root)
            .unwrap_or(&package.manifest_path);
        let manifest = shown(manifest);
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            findings.push(Finding::new(
                &manifest,
                0,
                format!(
                    "package {} is not in the table of xtask/src/tidy/edges.rs: \
                     another crate needs a page in docs/decisions",
                    package.name
                ),
            ));
            continue;
        };
        // What only tests use does not shape the product.
        for dependency in package
            .dependencies
            .iter()
            .filter(|d| d.kind.as_deref() != Some("dev"))
        {
            if let Some(why) = forbidden(package, dependency, allowed, packages) {
                findings.push(Finding::new(&manifest, 0, why));
            }
        }
    }
    findings
}

fn forbidden(
    package: &Package,
    dependency: &Dependency,
    allowed: &[&str],
    packages: &[Package],
) -> Option<String> {
    let name = dependency.name.as_str();
    let ours = packages.iter().any(|other| other.name == name);
    if ours && !allowed.contains(&name) {
        let may = if allowed.is_empty() {
            "nothing of ours".to_owned()
        } else {
            format!("only {}", allowed.join(", "))
        };
        return Some(format!(
            "{} depends on {name}, but may depend on {may}",
            package.name
        ));
    }
    if package.name == "rollcall-core" && NOT_IN_CORE.contains(&name) {
        return Some(format!(
            "rollcall-core depends on {name}: core is rules without HTTP, SQL or serialisation"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        Package {
            name: name.to_owned(),
            manifest_path: format!("/r/{name}/Cargo.toml").into(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind)| Dependency {
                    name: (*name).to_owned(),
                    kind: kind.map(str::to_owned),
                })
                .collect(),
        }
    }

    fn messages(packages: &[Package]) -> Vec<String> {
        check(packages, Path::new("/r"))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_drawn_edges_pass() {
        let packages = [
            package("rollcall-core", &[]),
            package("rollcall-wire", &[("serde", None)]),
            package("rollcall-store", &[("rollcall-core", None)]),
            package(
                "rollcall-server",
                &[
                    ("rollcall-core", None),
                    ("rollcall-wire", None),
                    ("rollcall-store", None),
                ],
            ),
            package("rollcall-client", &[("rollcall-wire", None)]),
            package(
                "rollcall",
                &[("rollcall-server", None), ("rollcall-client", None)],
            ),
        ];
        assert_eq!(messages(&packages), Vec::<String>::new());
    }

    #[test]
    fn an_edge_against_the_direction_is_named() {
        let packages = [
            package("rollcall-core", &[("rollcall-store", None)]),
            package("rollcall-store", &[("rollcall-core", None)]),
            package("rollcall-wire", &[]),
            package(
                "rollcall",
                &[("rollcall-wire", None), ("rollcall-core", Some("build"))],
            ),
        ];
        assert_eq!(
            messages(&packages),
            [
                "rollcall-core/Cargo.toml: rollcall-core depends on rollcall-store, but may depend on nothing of ours",
                "rollcall/Cargo.toml: rollcall depends on rollcall-wire, but may depend on only rollcall-server, rollcall-client",
                "rollcall/Cargo.toml: rollcall depends on rollcall-core, but may depend on only rollcall-server, rollcall-client",
            ]
        );
    }

    #[test]
    fn dev_dependencies_are_free() {
        let packages = [
            package(
                "rollcall-core",
                &[("rollcall-store", Some("dev")), ("tokio", Some("dev"))],
            ),
            package("rollcall-store", &[]),
        ];
        assert_eq!(messages(&packages), Vec::<String>::new());
    }

    #[test]
    fn core_takes_no_serialisation() {
        let found = messages(&[package("rollcall-core", &[("serde", None)])]);
        assert!(
            found[0].contains("rollcall-core depends on serde"),
            "{found:?}"
        );
    }

    #[test]
    fn an_unknown_package_asks_for_a_decision() {
        let found = messages(&[package("rollcall-extra", &[])]);
        assert!(found[0].contains("docs/decisions"), "{found:?}");
    }
}
