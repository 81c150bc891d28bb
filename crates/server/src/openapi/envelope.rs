//! The envelope's schemas, from the wire's own `Envelope`.

use super::of;
use rollcall_wire::v3::envelope::SUCCESS;
use rollcall_wire::v3::{ApiCode, Envelope, NoData, RowResultDto, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

/// The name of what every V3 call may answer.
pub(super) const FAILURE: &str = "Failure";

/// The envelope with these members in the place of `data` and `results`.
fn envelope(generator: &mut SchemaGenerator, members: &[(&str, Schema)]) -> Schema {
    let mut schema = Envelope::<NoData>::json_schema(generator);
    schema.remove("description");
    let wanted = |name: &str| members.iter().any(|(member, _)| *member == name);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| !matches!(name.as_str(), "data" | "results" | "apiCode"));
        for (name, member) in members {
            properties.insert((*name).to_owned(), member.clone().to_value());
        }
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        let names = ["data", "results"].into_iter().filter(|name| wanted(name));
        required.extend(names.map(Value::from));
    }
    schema
}

/// A success with these members.
fn success(generator: &mut SchemaGenerator, members: &[(&str, Schema)]) -> Schema {
    let mut schema = envelope(generator, members);
    if let Some(code) = schema.pointer_mut("/properties/statusCode") {
        *code = json!({ "type": "integer", "const": SUCCESS });
    }
    schema
}

/// A success without data.
pub(crate) fn done(generator: &mut SchemaGenerator) -> Schema {
    success(generator, &[])
}

/// A success with data.
pub(crate) fn with_data<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let data = of::<T>(generator);
    success(generator, &[("data", data)])
}

/// A success with data, and what became of each row.
pub(crate) fn with_results<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let data = of::<T>(generator);
    let results = of::<Vec<RowResultDto>>(generator);
    success(generator, &[("data", data), ("results", results)])
}

/// A success whose members stand beside those of the envelope.
pub(crate) fn beside<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = success(generator, &[]);
    let mut members = T::json_schema(generator);
    for part in ["properties", "required"] {
        match (schema.get_mut(part), members.remove(part)) {
            (Some(Value::Object(all)), Some(Value::Object(more))) => all.extend(more),
            (Some(Value::Array(all)), Some(Value::Array(more))) => all.extend(more),
            _ => {}
        }
    }
    schema
}

/// A failure.
pub(super) fn failure(generator: &mut SchemaGenerator) -> Schema {
    let results = of::<Option<Vec<RowResultDto>>>(generator);
    let mut schema = envelope(generator, &[]);
    let codes: Vec<_> = StatusCode::ALL.iter().map(|code| code.number()).collect();
    let reasons: Vec<_> = ApiCode::ALL.iter().map(|code| code.number()).collect();
    if let Some(properties) = schema.get_mut("properties") {
        properties["statusCode"] = json!({
            "type": "integer",
            "enum": codes,
            "description": "What kind of failure it was. HTTP's own status is 200.",
        });
        properties["apiCode"] = json!({
            "type": "integer",
            "enum": reasons,
            "description": "The finer reason, where there is one.",
        });
        let mut results = results.to_value();
        super::schemas::without_null(&mut results);
        results["description"] =
            "Of a bulk change all of whose rows failed: why each of them did.".into();
        properties["results"] = results;
    }
    schema.insert(
        "description".to_owned(),
        "Why a V3 call did nothing.".into(),
    );
    schema
}
