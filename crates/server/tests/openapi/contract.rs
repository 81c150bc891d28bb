//! Our document against the published contract, for each path that is built.

use rollcall_server::openapi::document;
use rollcall_server::router::classified;
use rollcall_server::routes::Who;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What differs on purpose: a part of the complaint, and why.
const ON_PURPOSE: &[(&str, &str)] = &[
    (
        "get-user-action-logs.eventType: takes ",
        "a value that no answer can have is misspelt, and is told of rather than found nowhere",
    ),
    ("get-admin-audit-logs.operationType: takes ", "likewise"),
    ("get-admin-audit-logs.resourceType: takes ", "likewise"),
    (
        r#"events[]: may be ["\"login:ended\""]"#,
        "an event of ours, which a webhook has only if it was asked for by that name",
    ),
];

fn contract(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../compat/contract/");
    let text = std::fs::read_to_string(format!("{folder}{name}-v3.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A schema and the document that its references lead into.
#[derive(Clone, Copy)]
struct Side<'a> {
    document: &'a Value,
    schema: &'a Value,
}

impl<'a> Side<'a> {
    /// Without references, and without what only says that `null` is no value.
    fn resolved(self) -> Self {
        let inner = match &self.schema["$ref"] {
            Value::String(reference) => {
                let found = self.document.pointer(reference.trim_start_matches('#'));
                found.unwrap_or_else(|| panic!("{reference}"))
            }
            _ => {
                let any = self.schema["anyOf"].as_array().into_iter().flatten();
                let all = self.schema["allOf"].as_array().filter(|all| all.len() == 1);
                let mut inner = all
                    .into_iter()
                    .flatten()
                    .chain(any)
                    .filter(|one| one["type"] != "null");
                match (inner.next(), inner.next()) {
                    (Some(only), None) => only,
                    _ => return self,
                }
            }
        };
        self.with(inner).resolved()
    }

    fn with(self, schema: &'a Value) -> Self {
        Self { schema, ..self }
    }

    fn required(self) -> BTreeSet<&'a str> {
        let names = self.schema["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    }

    fn enumeration(self) -> Option<BTreeSet<String>> {
        let values = self.schema["enum"].as_array()?;
        Some(values.iter().map(ToString::to_string).collect())
    }

    /// The types that it may be, of those that JSON tells apart; none if anything.
    fn types(self) -> BTreeSet<&'a str> {
        let types = &self.schema["type"];
        let one = types.as_str().into_iter();
        let many = types
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        one.chain(many)
            .filter(|name| *name != "null")
            .map(|name| if name == "integer" { "number" } else { name })
            .collect()
    }
}

/// Which way values go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// What the contract allows, we take.
    Request,
    /// What we answer, the contract allows, and its required members are there.
    Answer,
}

struct Comparison {
    way: Way,
    complaints: Vec<String>,
    /// Pairs on the way down: some schemas hold themselves.
    open: Vec<(*const Value, *const Value)>,
}

impl Comparison {
    fn new(way: Way) -> Self {
        Self {
            way,
            complaints: Vec::new(),
            open: Vec::new(),
        }
    }

    fn complain(&mut self, place: &str, what: &str) {
        self.complaints.push(format!("{place}: {what}"));
    }

    fn compare(&mut self, place: &str, theirs: Side<'_>, ours: Side<'_>) {
        let (theirs, ours) = (theirs.resolved(), ours.resolved());
        let pair = (
            std::ptr::from_ref(theirs.schema),
            std::ptr::from_ref(ours.schema),
        );
        if self.open.contains(&pair) {
            return;
        }
        self.open.push(pair);
        self.compare_types(place, theirs, ours);
        self.compare_required(place, theirs, ours);
        for (name, member) in theirs.schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let place = format!("{place}.{name}");
            match ours.schema["properties"].get(name) {
                Some(our_member) => {
                    self.compare(&place, theirs.with(member), ours.with(our_member));
                }
                // A free-form object takes and may have any member.
                None if ours.schema["additionalProperties"] == true => {}
                // A code says what failed: our failures have it, in a schema of their own.
                None if self.way == Way::Answer && place.ends_with("answers.apiCode") => {}
                None => self.complain(&place, "is missing"),
            }
        }
        if let (Some(their_items), Some(our_items)) =
            (theirs.schema.get("items"), ours.schema.get("items"))
        {
            self.compare(
                &format!("{place}[]"),
                theirs.with(their_items),
                ours.with(our_items),
            );
        }
        self.open.pop();
    }

    fn compare_types(&mut self, place: &str, theirs: Side<'_>, ours: Side<'_>) {
        let (their_types, our_types) = (theirs.types(), ours.types());
        if !their_types.is_empty() && !our_types.is_empty() && their_types != our_types {
            self.complain(place, &format!("is {our_types:?} and not {their_types:?}"));
        }
        let (their_values, our_values) = (theirs.enumeration(), ours.enumeration());
        match (self.way, their_values, our_values) {
            (Way::Request, Some(theirs), Some(ours)) if !theirs.is_subset(&ours) => {
                let left: Vec<&str> = theirs.difference(&ours).map(String::as_str).collect();
                self.complain(place, &format!("does not take {}", left.join(" ")));
            }
            (Way::Request, None, Some(ours)) => {
                self.complain(place, &format!("takes {ours:?} alone"));
            }
            (Way::Answer, Some(theirs), Some(ours)) if !ours.is_subset(&theirs) => {
                let more: Vec<_> = ours.difference(&theirs).collect();
                self.complain(place, &format!("may be {more:?}"));
            }
            (Way::Answer, Some(theirs), None) => {
                self.complain(place, &format!("may be more than {theirs:?}"));
            }
            _ => {}
        }
    }

    fn compare_required(&mut self, place: &str, theirs: Side<'_>, ours: Side<'_>) {
        let (their_names, our_names) = (theirs.required(), ours.required());
        let too_many: Vec<_> = match self.way {
            Way::Request => our_names.difference(&their_names).collect(),
            Way::Answer => their_names.difference(&our_names).collect(),
        };
        if !too_many.is_empty() {
            let what = match self.way {
                Way::Request => "requires",
                Way::Answer => "does not always have",
            };
            self.complain(place, &format!("{what} {too_many:?}"));
        }
    }
}

fn json_schema(content: &Value) -> &Value {
    &content["content"]["application/json"]["schema"]
}

/// An operation of theirs and ours.
struct Pair<'a> {
    route: &'a str,
    their_document: &'a Value,
    their_operation: &'a Value,
    our_document: &'a Value,
    our_operation: &'a Value,
}

impl<'a> Pair<'a> {
    fn their(&self, schema: &'a Value) -> Side<'a> {
        Side {
            document: self.their_document,
            schema,
        }
    }

    fn our(&self, schema: &'a Value) -> Side<'a> {
        Side {
            document: self.our_document,
            schema,
        }
    }

    fn complaints(&self) -> Vec<String> {
        let mut request = Comparison::new(Way::Request);
        self.compare_parameters(&mut request);
        let their_body = json_schema(&self.their_operation["requestBody"]);
        let our_body = json_schema(&self.our_operation["requestBody"]);
        if !their_body.is_null() {
            request.compare(self.route, self.their(their_body), self.our(our_body));
        }
        let mut answer = Comparison::new(Way::Answer);
        let their_answer = json_schema(&self.their_operation["responses"]["200"]);
        let our_answer = &json_schema(&self.our_operation["responses"]["200"])["oneOf"][0];
        if !their_answer.is_null() {
            let place = format!("{} answers", self.route);
            answer.compare(&place, self.their(their_answer), self.our(our_answer));
        }
        [request.complaints, answer.complaints].concat()
    }

    fn compare_parameters(&self, request: &mut Comparison) {
        let (theirs, ours) = (
            parameters(self.their_operation),
            parameters(self.our_operation),
        );
        // The published documents name headers that their own SDKs do not send.
        for theirs in theirs.iter().filter(|theirs| theirs["in"] == "query") {
            let place = format!("{} ?{}", self.route, theirs["name"]);
            let found = ours.iter().find(|ours| ours["name"] == theirs["name"]);
            let Some(found) = found else {
                request.complain(&place, "is missing");
                continue;
            };
            if found["required"] == true && theirs["required"] != true {
                request.complain(&place, "is required");
            }
            request.compare(
                &place,
                self.their(&theirs["schema"]),
                self.our(&found["schema"]),
            );
        }
        for ours in ours.iter().filter(|ours| ours["required"] == true) {
            if !theirs.iter().any(|theirs| theirs["name"] == ours["name"]) {
                let what = format!("requires {}, which is ours", ours["name"]);
                request.complain(self.route, &what);
            }
        }
    }
}

fn parameters(operation: &Value) -> &[Value] {
    operation["parameters"]
        .as_array()
        .map_or(&[], Vec::as_slice)
}

/// All that is not as in the contract.
fn complaints() -> Vec<String> {
    let ours = document();
    let (management, authentication) = (contract("management"), contract("authentication"));
    let mut found = Vec::new();
    for row in classified() {
        let method = row.method.to_ascii_lowercase();
        let our_operation = &ours["paths"][row.path][&method];
        // The console's pages are no API.
        let is_told_of = !matches!(row.who, Who::Console(_));
        assert_eq!(!our_operation.is_null(), is_told_of, "{row:?}");
        if !is_told_of {
            continue;
        }
        if row.who == Who::NotBuilt || !row.path.starts_with("/api/v3/") {
            continue;
        }
        let documents = [&management, &authentication];
        let theirs = documents.iter().find_map(|document| {
            let operation = document["paths"].get(row.path)?.get(&method)?;
            Some((*document, operation))
        });
        if let Some(theirs) = theirs {
            let route = format!("{} {}", row.method, row.path);
            let pair = Pair {
                route: &route,
                their_document: theirs.0,
                their_operation: theirs.1,
                our_document: &ours,
                our_operation,
            };
            found.extend(pair.complaints());
        }
    }
    found
}

#[test]
fn nothing_is_required_that_the_contract_does_not_and_nothing_is_missing() {
    let (known, new): (Vec<_>, Vec<_>) = complaints().into_iter().partition(|complaint| {
        ON_PURPOSE
            .iter()
            .any(|(place, _)| complaint.contains(place))
    });
    assert_eq!(new, [""; 0]);
    for (place, why) in ON_PURPOSE {
        let is_so = known.iter().any(|complaint| complaint.contains(place));
        assert!(
            is_so,
            "{place}: it is as in the contract, where it was not since {why}"
        );
    }
}

#[test]
fn every_path_of_the_contract_is_told_of() {
    let ours = document();
    for name in ["management", "authentication"] {
        let theirs = contract(name);
        for (path, methods) in theirs["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                let told = &ours["paths"][path][method];
                assert!(told.is_object(), "{method} {path} is missing");
            }
        }
    }
}

/// How many complaints there are of a member that is theirs on the one side and ours on the other.
fn complaints_of(way: Way, theirs: &Member<'_>, ours: &Member<'_>) -> usize {
    let mut comparison = Comparison::new(way);
    let object = |member: &Member<'_>| {
        let required: &[&str] = if member.required { &[member.name] } else { &[] };
        json!({
            "type": "object",
            "required": required,
            "properties": { member.name: member.schema },
        })
    };
    let (theirs, ours) = (object(theirs), object(ours));
    let side = |schema| Side {
        document: &Value::Null,
        schema,
    };
    comparison.compare("x", side(&theirs), side(&ours));
    comparison.complaints.len()
}

/// An object's only member.
struct Member<'a> {
    name: &'a str,
    schema: Value,
    required: bool,
}

/// The comparison itself, on schemas that differ.
#[test]
fn a_difference_is_found() {
    let member = |schema: &Value| Member {
        name: "a",
        schema: schema.clone(),
        required: false,
    };
    let text = &json!({ "type": "string" });
    let number = &json!({ "type": "number" });
    let optional = &json!({ "type": ["string", "null"] });
    let some = &json!({ "type": "string", "enum": ["a"] });
    let more = &json!({ "type": "string", "enum": ["a", "b"] });
    for (way, theirs, ours, complaints) in [
        (Way::Request, text, optional, 0),
        (Way::Request, text, some, 1),
        (Way::Request, more, some, 1),
        (Way::Request, some, more, 0),
        (Way::Answer, some, more, 1),
        (Way::Answer, more, some, 0),
        (Way::Answer, some, text, 1),
        (Way::Answer, text, number, 1),
    ] {
        let found = complaints_of(way, &member(theirs), &member(ours));
        assert_eq!(found, complaints, "{theirs} {ours}");
    }
    let required = Member {
        required: true,
        ..member(text)
    };
    let other = Member {
        name: "b",
        ..member(text)
    };
    assert_eq!(complaints_of(Way::Request, &member(text), &required), 1);
    assert_eq!(complaints_of(Way::Request, &member(text), &other), 1);
    assert_eq!(complaints_of(Way::Answer, &required, &member(text)), 1);
}
