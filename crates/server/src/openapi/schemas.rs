//! The named schemas. What is read and what is written differ where a type does
//! both: what a request may leave out, an answer always has or never has as `null`.

use crate::routes::Describe;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

const FOLDER: &str = "#/components/schemas/";

/// Where references of answers lead until their names are known.
const ANSWERS: &str = "#/answers/";

/// What follows the name of an answer's schema where a request's has that name and
/// is another.
const OF_ANSWERS: &str = "Answer";

/// What makes schemas, and keeps those that have a name.
pub(super) struct Schemas {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = |folder: &'static str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.meta_schema = None;
                settings.definitions_path = folder.into();
            })
        };
        Self {
            requests: settings(FOLDER).for_deserialize().into_generator(),
            answers: settings(ANSWERS).for_serialize().into_generator(),
        }
    }
}

impl Schemas {
    /// The schema of what is read.
    pub(super) fn request(&mut self, describe: Describe) -> Value {
        let mut schema = describe(&mut self.requests).to_value();
        tidy(&mut schema);
        schema
    }

    /// The schema of what is written. Its references are put right by `finish`.
    pub(super) fn answer(&mut self, describe: Describe) -> Value {
        let mut schema = describe(&mut self.answers).to_value();
        tidy(&mut schema);
        without_null_members(&mut schema);
        schema
    }

    /// Puts what has a name in its place in the document, and the document's
    /// references right.
    pub(super) fn finish(mut self, document: &mut Value) {
        let mut requests = self.requests.take_definitions(true);
        requests.values_mut().for_each(tidy);
        let mut answers = self.answers.take_definitions(true);
        for schema in answers.values_mut() {
            tidy(schema);
            without_null_members(schema);
        }
        let others = differing(&requests, &answers);
        let name = |name: &str| {
            let suffix = if others.iter().any(|other| other == name) {
                OF_ANSWERS
            } else {
                ""
            };
            format!("{name}{suffix}")
        };
        let mut named = Value::Object(requests);
        for (old, schema) in answers {
            named[name(&old)] = schema;
        }
        let all = document["components"]["schemas"].as_object_mut();
        if let (Some(all), Value::Object(named)) = (all, named) {
            all.extend(named);
        }
        rename(document, &|reference| {
            let old = reference.strip_prefix(ANSWERS)?;
            Some(format!("{FOLDER}{}", name(old)))
        });
    }
}

/// The names of schemas that are not the same in answers as in requests, be it for
/// what they refer to.
fn differing(requests: &Map<String, Value>, answers: &Map<String, Value>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let before = found.len();
        for (name, schema) in answers {
            let Some(request) = requests.get(name) else {
                continue;
            };
            let mut schema = schema.clone();
            rename(&mut schema, &|reference| {
                let old = reference.strip_prefix(ANSWERS)?;
                let same = !found.iter().any(|other| other == old);
                same.then(|| format!("{FOLDER}{old}"))
            });
            if schema != *request && !found.contains(name) {
                found.push(name.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Gives references other names, where there is one.
fn rename(value: &mut Value, new: &dyn Fn(&str) -> Option<String>) {
    each_object(value, &mut |object| {
        if let Some(Value::String(reference)) = object.get_mut("$ref")
            && let Some(new) = new(reference)
        {
            *reference = new;
        }
    });
}

/// What Rust says of a type and OpenAPI does not: links between items, the sizes of
/// unsigned numbers, and that what is left out is `None`.
fn tidy(value: &mut Value) {
    each_object(value, &mut |object| {
        if let Some(Value::String(text)) = object.get_mut("description") {
            *text = without_links(text);
        }
        if object.get("default").is_some_and(Value::is_null) {
            object.remove("default");
        }
        let format = object.get("format").and_then(Value::as_str);
        if format.is_some_and(|format| format.starts_with("uint")) {
            object.remove("format");
        }
    });
}

/// `` [`super::UserDto`] `` is `` `UserDto` ``.
fn without_links(text: &str) -> String {
    let text = text.replace("[`", "`").replace("`]", "`");
    text.replace("`super::", "`").replace('\n', " ")
}

/// A member that an answer need not have is left out, and never `null`.
fn without_null_members(value: &mut Value) {
    each_object(value, &mut |object| {
        // It is what a reader takes for a member that is not there.
        object.remove("default");
        let required = object.get("required").cloned().unwrap_or_default();
        let is_required = |name: &str| {
            let mut names = required.as_array().into_iter().flatten();
            names.any(|required| required == name)
        };
        let members = object.get_mut("properties").and_then(Value::as_object_mut);
        for (name, member) in members.into_iter().flatten() {
            if !is_required(name) {
                without_null(member);
            }
        }
    });
}

/// The schema without `null`.
pub(super) fn without_null(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|one| one != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(any)) = object.get_mut("anyOf") {
        any.retain(|one| *one != json!({ "type": "null" }));
        if let [Value::Object(only)] = any.as_slice() {
            let only = only.clone();
            object.remove("anyOf");
            for (name, value) in only {
                object.entry(name).or_insert(value);
            }
        }
    }
}

fn each_object(value: &mut Value, act: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            act(object);
            object.values_mut().for_each(|each| each_object(each, act));
        }
        Value::Array(list) => list.iter_mut().for_each(|each| each_object(each, act)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
