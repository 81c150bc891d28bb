//! One route's part of the document.

use super::envelope::FAILURE;
use super::of;
use super::schemas::{Schemas, without_null};
use super::words;
use crate::oidc::parameters;
use crate::routes::{Classified, Describe, Shape, Who};
use rollcall_wire::oidc::token::OAuthError;
use serde_json::{Map, Value, json};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// What is said of the route.
pub(super) fn operation(row: &Classified, shape: Shape, schemas: &mut Schemas) -> Value {
    let words = words::of(row, shape);
    let mut told = json!({
        "operationId": words.id,
        "tags": [words.tag],
        "summary": words.summary,
        "description": words.description,
    });
    if let Some(security) = security(row.who, shape) {
        told["security"] = security;
    }
    match shape {
        Shape::V3 {
            query,
            body,
            answer,
        } => {
            v3_request(&mut told, row, query, body, schemas);
            v3_answer(&mut told, answer, schemas);
        }
        Shape::Protocol { form, answer } => protocol(&mut told, row, form, answer, schemas),
        Shape::Page => page(&mut told, row),
        Shape::Plain(kind) => {
            told["parameters"] = in_path(row.path);
            told["responses"] = json!({ "200": { "description": "It", "content": { kind: {} } } });
        }
        Shape::NotBuilt => {
            told["parameters"] = in_path(row.path);
            told["responses"] = not_built(row.path);
        }
    }
    told
}

/// Who may call, as one of the schemes; nothing is said of what anyone may.
fn security(who: Who, shape: Shape) -> Option<Value> {
    match who {
        Who::ManagementKey(permission) => {
            let needed = [permission.as_str()];
            Some(json!([{ "management": needed }, { "signature": needed }]))
        }
        Who::ServerRoot => Some(json!([{ "management": [] }, { "signature": [] }])),
        Who::Person => Some(json!([{ "person": [] }])),
        // The body can prove it instead.
        Who::Client => Some(json!([{ "client": [] }, {}])),
        Who::Anyone | Who::Browser | Who::Console(_) | Who::NotBuilt => match shape {
            Shape::V3 { .. } | Shape::Protocol { .. } => Some(json!([])),
            Shape::Page | Shape::Plain(_) | Shape::NotBuilt => None,
        },
    }
}

fn v3_request(
    told: &mut Value,
    row: &Classified,
    query: Describe,
    body: Describe,
    schemas: &mut Schemas,
) {
    let mut parameters = vec![
        json!({ "$ref": "#/components/parameters/Language" }),
        json!({ "$ref": "#/components/parameters/UserPool" }),
    ];
    if row.method == "GET" {
        parameters.extend(in_query(schemas.request(query)));
    } else {
        // An empty body is an empty object.
        let needed = schemas.request(query).get("required").is_some();
        told["requestBody"] = json!({
            "required": needed,
            "content": { JSON: { "schema": schemas.request(body) } },
        });
    }
    told["parameters"] = parameters.into();
}

fn v3_answer(told: &mut Value, answer: Describe, schemas: &mut Schemas) {
    let success = schemas.answer(answer);
    let failure = json!({ "$ref": format!("#/components/schemas/{FAILURE}") });
    told["responses"] = json!({
        "200": {
            "description": "What was asked for, or why not: `statusCode` in the body decides.",
            "headers": {
                "x-request-id": { "$ref": "#/components/headers/RequestId" },
                "retry-after": { "$ref": "#/components/headers/RetryAfter" },
            },
            "content": { JSON: { "schema": { "oneOf": [success, failure] } } },
        },
    });
}

/// The members of a query's type, each a parameter.
fn in_query(mut schema: Value) -> Vec<Value> {
    let required = schema["required"].take();
    let is_required = |name: &str| {
        let mut names = required.as_array().into_iter().flatten();
        names.any(|required| required == name)
    };
    let Value::Object(members) = schema["properties"].take() else {
        return Vec::new();
    };
    let parameter = |(name, mut schema): (String, Value)| {
        without_null(&mut schema);
        let described = schema.as_object_mut();
        let description = described.and_then(|schema| schema.remove("description"));
        json!({
            "name": name,
            "in": "query",
            "required": is_required(&name),
            "description": description,
            "schema": schema,
        })
    };
    members.into_iter().map(parameter).collect()
}

/// Parameters that stand in braces in the path.
fn in_path(path: &str) -> Value {
    let names = path.split('{').skip(1);
    let names = names.filter_map(|rest| Some(rest.split_once('}')?.0));
    names
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect()
}

fn protocol(
    told: &mut Value,
    row: &Classified,
    form: Option<Describe>,
    answer: Option<Describe>,
    schemas: &mut Schemas,
) {
    if let (Some(form), "POST") = (form, row.method) {
        let schema = schemas.request(form);
        told["requestBody"] = json!({
            "required": row.who == Who::Client,
            "content": { FORM: { "schema": schema } },
        });
    }
    let success = match answer {
        Some(answer) => {
            let schema = schemas.answer(answer);
            json!({ "description": "As its RFC says", "content": { JSON: { "schema": schema } } })
        }
        None => json!({ "description": "Done" }),
    };
    let error = schemas.answer(of::<OAuthError>);
    let failure = json!({
        "description": "An error of RFC 6749 section 5.2 or RFC 6750 section 3.1",
        "content": { JSON: { "schema": error } },
    });
    let mut responses = Map::new();
    responses.insert("200".to_owned(), success);
    if row.who != Who::Anyone {
        responses.insert(
            "401".to_owned(),
            json!({ "description": "Not proven who calls" }),
        );
        responses.insert("default".to_owned(), failure);
    }
    told["responses"] = responses.into();
}

fn page(told: &mut Value, row: &Classified) {
    let names = parameters::OF_ENDPOINTS.iter();
    let names = names.filter(|(path, _)| *path == row.path);
    let names: Vec<&str> = names.flat_map(|(_, names)| names.iter().copied()).collect();
    let text = json!({ "type": "string" });
    if row.method == "GET" {
        let parameter = |name: &&str| json!({ "name": name, "in": "query", "schema": text });
        told["parameters"] = names.iter().map(parameter).collect();
    } else {
        let members: Map<_, _> = names
            .iter()
            .map(|name| ((*name).to_owned(), text.clone()))
            .collect();
        told["requestBody"] = json!({
            "content": { FORM: { "schema": { "type": "object", "properties": members } } },
        });
    }
    let html = json!({ "text/html": {} });
    told["responses"] = json!({
        "200": { "description": "A page", "content": html },
        "303": { "description": "On to the application, or to another page" },
        "default": { "description": "A page that says what is wrong", "content": html },
    });
}

fn not_built(path: &str) -> Value {
    if path.starts_with("/oidc/") {
        return json!({ "501": { "description": "Not built" } });
    }
    let failure = json!({ "$ref": format!("#/components/schemas/{FAILURE}") });
    json!({
        "200": {
            "description": "`statusCode` 501: not built",
            "content": { JSON: { "schema": failure } },
        },
    })
}
