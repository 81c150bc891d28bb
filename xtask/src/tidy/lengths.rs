//! How long files and functions are.

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use super::ratchet::{Length, Measured};
use super::{Finding, Source};

/// Measures Rust and Python; what cannot be parsed is a finding of its own.
pub(super) fn measure(source: &Source, measured: &mut Measured) -> Vec<Finding> {
    if !source.is("rs") && !source.is("py") {
        return Vec::new();
    }
    measured.files.push(Length {
        key: source.path.clone(),
        file: source.path.clone(),
        line: 0,
        lines: source.text.lines().count(),
    });
    if source.is("py") {
        measured.functions.extend(python_functions(source));
        return Vec::new();
    }
    match syn::parse_file(&source.text) {
        Ok(file) => {
            let mut functions = Functions {
                source,
                scope: Vec::new(),
                found: Vec::new(),
            };
            functions.visit_file(&file);
            measured.functions.extend(functions.found);
            Vec::new()
        }
        Err(error) => {
            let line = error.span().start().line;
            vec![Finding::new(
                &source.path,
                line,
                format!("cannot be parsed: {error}"),
            )]
        }
    }
}

/// Collects every function with a body. A function within another counts for
/// itself and, as part of its text, for the outer one.
struct Functions<'a> {
    source: &'a Source,
    /// Modules, types and functions around the one being visited.
    scope: Vec<String>,
    found: Vec<Length>,
}

impl Functions<'_> {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let first = signature.span().start().line;
        let last = block.span().end().line;
        let mut name = self.scope.clone();
        name.push(signature.ident.to_string());
        self.found.push(Length {
            key: format!("{}::{}", self.source.path, name.join("::")),
            file: self.source.path.clone(),
            line: first,
            lines: last + 1 - first,
        });
    }

    fn within(&mut self, name: String, visit: impl FnOnce(&mut Self)) {
        self.scope.push(name);
        visit(self);
        self.scope.pop();
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.add(&item.sig, &item.block);
        self.within(item.sig.ident.to_string(), |this| {
            visit::visit_item_fn(this, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.add(&item.sig, &item.block);
        self.within(item.sig.ident.to_string(), |this| {
            visit::visit_impl_item_fn(this, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.add(&item.sig, block);
        }
        self.within(item.sig.ident.to_string(), |this| {
            visit::visit_trait_item_fn(this, item);
        });
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.within(item.ident.to_string(), |this| {
            visit::visit_item_mod(this, item);
        });
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.within(item.ident.to_string(), |this| {
            visit::visit_item_trait(this, item);
        });
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        // The trait is part of the name: one type has several `fmt`.
        let last = |path: &syn::Path| path.segments.last().map(|part| part.ident.to_string());
        let of = match item.self_ty.as_ref() {
            syn::Type::Path(path) => last(&path.path).unwrap_or_default(),
            _ => "impl".to_owned(),
        };
        let name = match item.trait_.as_ref().and_then(|(_, path, _)| last(path)) {
            Some(implemented) => format!("{of} as {implemented}"),
            None => of,
        };
        self.within(name, |this| {
            visit::visit_item_impl(this, item);
        });
    }
}

/// Functions of a Python file by their indentation, which is all that its
/// formatters leave to choose.
fn python_functions(source: &Source) -> Vec<Length> {
    let lines: Vec<&str> = source.text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let text = line.trim_start().trim_start_matches("async ");
        let Some(name) = text
            .strip_prefix("def ")
            .and_then(|rest| rest.split('(').next())
        else {
            continue;
        };
        let depth = indent(line);
        let mut last = index;
        for (at, next) in lines.iter().enumerate().skip(index + 1) {
            // A blank line ends nothing, nor does the line that closes the
            // parameters.
            if next.trim().is_empty() {
                continue;
            }
            if indent(next) <= depth && !next.trim_start().starts_with(')') {
                break;
            }
            last = at;
        }
        found.push(Length {
            key: format!("{}::{name}", source.path),
            file: source.path.clone(),
            line: index + 1,
            lines: last + 1 - index,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn functions(path: &str, text: &str) -> Vec<(String, usize, usize)> {
        let mut measured = Measured::default();
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        assert!(measure(&source, &mut measured).is_empty());
        measured
            .functions
            .into_iter()
            .map(|found| (found.key, found.line, found.lines))
            .collect()
    }

    #[test]
    fn a_rust_function_counts_from_its_signature_to_its_brace() {
        let text = "/// Doc.\n#[must_use]\npub fn one(\n    a: u8,\n) -> u8 {\n    a\n}\n";
        assert_eq!(functions("a.rs", text), [("a.rs::one".to_owned(), 3, 5)]);
    }

    #[test]
    fn methods_and_defaults_are_named_by_their_owner() {
        let text = "mod m { impl fmt::Display for T { fn fmt(&self) {} } }\n\
                    trait Port { fn asked(&self); fn told(&self) {\n} }";
        assert_eq!(
            functions("a.rs", text),
            [
                ("a.rs::m::T as Display::fmt".to_owned(), 1, 1),
                ("a.rs::Port::told".to_owned(), 2, 2)
            ]
        );
    }

    #[test]
    fn a_python_function_ends_where_its_indentation_does() {
        let text = "def one(\n    a,\n):\n    return a\n\n\nclass C:\n    def two(self):\n        pass\n\n    x = 1\n";
        assert_eq!(
            functions("a.py", text),
            [
                ("a.py::one".to_owned(), 1, 4),
                ("a.py::two".to_owned(), 8, 2)
            ]
        );
    }

    #[test]
    fn what_cannot_be_parsed_is_a_finding() {
        let source = Source {
            path: "a.rs".to_owned(),
            text: "fn {".to_owned(),
        };
        let found = measure(&source, &mut Measured::default());
        assert!(
            found[0].to_string().starts_with("a.rs:1: cannot be parsed"),
            "{found:?}"
        );
    }
}
