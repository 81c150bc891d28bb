//! What a command reads from people and files.

use crate::failure::Failure;
use crate::output::remark_unfinished;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::Path;

/// Asks whether to do what cannot be undone, unless that was said already.
pub(crate) fn confirm(yes: bool, what: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!(
            "{what} cannot be undone, and there is nobody to ask: repeat it with --yes"
        )));
    }
    remark_unfinished(&format!("{what}? This cannot be undone. [y/N] "));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::usage(format!("standard input: {error}")))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        Ok(())
    } else {
        Err(Failure::usage("not confirmed; nothing was done"))
    }
}

/// A secret from standard input, up to its first line break. It is not typed: a
/// terminal would show it.
pub(crate) fn secret_from_stdin() -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        return Err(Failure::usage(
            "a secret is read from a pipe or a file: a terminal would show it",
        ));
    }
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    read.map_err(|error| Failure::usage(format!("standard input: {error}")))?;
    let secret = line.trim_end_matches(['\n', '\r']);
    if secret.is_empty() {
        return Err(Failure::usage("standard input has no secret"));
    }
    Ok(secret.to_owned())
}

/// The body of a call: what a file says, and over it what flags say.
pub(crate) struct Body(Map<String, Value>);

impl Body {
    pub(crate) fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file else {
            return Ok(Self(Map::new()));
        };
        let wrong = |error: &dyn std::fmt::Display| {
            Failure::usage(format!("--body {}: {error}", path.display()))
        };
        let text = if path == Path::new("-") {
            let mut text = String::new();
            let read = io::stdin().lock().read_to_string(&mut text);
            read.map(|_| text)
        } else {
            fs::read_to_string(path)
        };
        let text = text.map_err(|error| wrong(&error))?;
        let members = serde_json::from_str(&text);
        members.map(Self).map_err(|error| wrong(&error))
    }

    /// A body that was read already.
    pub(crate) fn of(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// The members themselves.
    pub(crate) fn into_object(self) -> Map<String, Value> {
        self.0
    }

    /// Sets a member, if the flag was given.
    pub(crate) fn set(&mut self, member: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.0.insert(member.to_owned(), value.into());
        }
    }

    /// Sets a list, if the flag was given.
    pub(crate) fn set_list(&mut self, member: &str, values: Vec<String>) {
        self.set(member, (!values.is_empty()).then_some(values));
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The request. A member that it does not have is refused here: the API would
    /// ignore it, and with it what was meant.
    pub(crate) fn request<T: DeserializeOwned + Serialize>(self) -> Result<T, Failure> {
        let given: Vec<String> = self
            .0
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(member, _)| member.clone())
            .collect();
        let request: T = serde_json::from_value(Value::Object(self.0))
            .map_err(|error| Failure::usage(error.to_string()))?;
        let understood =
            serde_json::to_value(&request).map_err(|error| Failure::usage(error.to_string()))?;
        match given.iter().find(|member| understood.get(member).is_none()) {
            Some(member) => Err(Failure::usage(format!(
                "`{member}` is no member of this call"
            ))),
            None => Ok(request),
        }
    }
}
