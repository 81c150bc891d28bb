//! The rows of a file: JSON lines, or CSV under a head of member names.

use crate::arguments::ImportFormat;
use crate::failure::Failure;
use crate::input::Body;
use rollcall_client::types::CreateUserReqDto;
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

/// Members that are no texts.
const BOOLEANS: &[&str] = &["emailVerified", "phoneVerified"];
const JSON: &[&str] = &["customData", "identities"];

/// A user to be.
pub(super) struct Row {
    /// Where in the file, from 1; a CSV's head is line 1.
    pub(super) line: u64,
    pub(super) user: CreateUserReqDto,
    /// As JSON.
    pub(super) bytes: usize,
}

/// All rows. One that cannot be read fails all, before anything is sent.
pub(super) fn read(path: &Path, format: Option<ImportFormat>) -> Result<Vec<Row>, Failure> {
    let wrong = |text: String| Failure::usage(format!("{}: {text}", path.display()));
    let format = format.or_else(|| by_name(path));
    let format = format.ok_or_else(|| {
        wrong("neither .jsonl nor .csv; say which it is with --format".to_owned())
    })?;
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let objects = match format {
        ImportFormat::Jsonl => json_lines(&text),
        ImportFormat::Csv => csv(&text),
    };
    let rows = objects.map_err(wrong)?.into_iter().map(|(line, object)| {
        let user = Body::of(object).request();
        let user = user.map_err(|failure| wrong(format!("line {line}: {}", failure.message)))?;
        let bytes = serde_json::to_vec(&user).map_or(0, |json| json.len());
        Ok(Row { line, user, bytes })
    });
    rows.collect()
}

fn by_name(path: &Path) -> Option<ImportFormat> {
    match path.extension()?.to_str()? {
        "jsonl" | "ndjson" => Some(ImportFormat::Jsonl),
        "csv" => Some(ImportFormat::Csv),
        _ => None,
    }
}

type Objects = Result<Vec<(u64, Map<String, Value>)>, String>;

fn json_lines(text: &str) -> Objects {
    let lines = (1..).zip(text.lines());
    let full = lines.filter(|(_, text)| !text.trim().is_empty());
    full.map(|(line, text)| {
        let object = serde_json::from_str(text);
        Ok((
            line,
            object.map_err(|error| format!("line {line}: {error}"))?,
        ))
    })
    .collect()
}

fn csv(text: &str) -> Objects {
    // A mark that spreadsheets put before UTF-8.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut objects = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut object = Map::new();
        for (name, cell) in head.iter().zip(&record) {
            // An empty cell says nothing.
            if !cell.is_empty() {
                let value = value(name, cell).map_err(|error| format!("line {line}: {error}"))?;
                object.insert(name.to_owned(), value);
            }
        }
        objects.push((line, object));
    }
    Ok(objects)
}

fn value(name: &str, cell: &str) -> Result<Value, String> {
    if BOOLEANS.contains(&name) {
        let said = cell.parse::<bool>();
        return said
            .map(Value::Bool)
            .map_err(|_| format!("{name}: neither true nor false"));
    }
    if JSON.contains(&name) {
        return serde_json::from_str(cell).map_err(|error| format!("{name}: {error}"));
    }
    Ok(Value::String(cell.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_csv_has_members_by_its_head() {
        let text = "\u{feff}username,name,emailVerified,customData\n\
                    alice,\"Liddell, Alice\",true,\"{\"\"room\"\":7}\"\n\
                    bob,,,\n";
        let objects = csv(text).unwrap();
        assert_eq!(objects[0].0, 2);
        assert_eq!(objects[0].1["name"], "Liddell, Alice");
        assert_eq!(objects[0].1["emailVerified"], true);
        assert_eq!(objects[0].1["customData"]["room"], 7);
        assert_eq!((objects[1].0, objects[1].1.len()), (3, 1));
        assert!(
            csv("username,emailVerified\na,yes\n")
                .unwrap_err()
                .contains("line 2")
        );
        assert!(csv("username,name\na\n").is_err());
    }

    #[test]
    fn json_lines_may_have_empty_ones_between() {
        let objects = json_lines("{\"username\":\"a\"}\n\n{\"username\":\"b\"}\n").unwrap();
        assert_eq!(
            objects.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [1, 3]
        );
        assert!(json_lines("{}\n[]\n").unwrap_err().contains("line 2"));
    }
}
