//! The document is whole.

use super::*;
use std::collections::BTreeSet;

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                found.insert(reference.clone());
            }
            object.values().for_each(|each| references(each, found));
        }
        Value::Array(list) => list.iter().for_each(|each| references(each, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_referred_to() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let place = document.pointer(reference.trim_start_matches('#'));
        assert!(place.is_some(), "{reference} leads nowhere");
    }
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(&reference), "nobody refers to {name}");
        // schemars counts up where two types have one name.
        assert!(
            !name.ends_with(|c: char| c.is_ascii_digit()),
            "two types are {name}"
        );
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    let document = document();
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} twice");
        }
    }
    assert_eq!(names.len(), told_of().len());
}

#[test]
fn an_answer_says_more_than_a_request_and_has_its_own_name_where_it_does() {
    let document = document();
    let check = &document["paths"]["/api/v3/check-session-status"]["post"];
    let request = &check["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        request["$ref"],
        "#/components/schemas/CheckSessionStatusDto"
    );
    let request = &document["components"]["schemas"]["CheckSessionStatusDto"];
    assert_eq!(request["required"], json!(["userId", "appId"]));
    let answers = &check["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"];
    assert_eq!(
        answers[0]["required"],
        json!(["statusCode", "message", "requestId", "data"])
    );
    assert_eq!(answers[0]["properties"]["statusCode"]["const"], 200);
    assert_eq!(answers[1]["$ref"], "#/components/schemas/Failure");
    assert_eq!(check["security"][0]["management"], json!(["check"]));
}
