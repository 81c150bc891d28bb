//! Just enough HTTP to talk to the server under test.

use crate::run::Key;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Status and body of an answer.
pub(crate) fn get(address: &str, path: &str) -> (u16, Value) {
    exchange(address, &format!("GET {path} HTTP/1.1\r\n"), "", None)
}

/// The ids of the published keys, sorted.
pub(crate) fn published_keys(address: &str) -> Vec<String> {
    let (status, answer) = get(address, "/oidc/.well-known/jwks.json");
    assert_eq!(status, 200);
    let keys = answer["keys"].as_array().unwrap().iter();
    let ids = keys.map(|key| key["kid"].as_str().unwrap().to_owned());
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids
}

/// The `data` of a V3 answer that must be a success.
pub(crate) fn get_with(address: &str, path: &str, token: &str) -> Value {
    let head = format!("GET {path} HTTP/1.1\r\n");
    let (_, answer) = exchange(address, &head, "", Some(token));
    assert_eq!(answer["statusCode"], 200, "{answer}");
    answer["data"].clone()
}

/// The same of a call with a body.
pub(crate) fn post(address: &str, path: &str, token: Option<&str>, body: &Value) -> Value {
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\n");
    let (status, answer) = exchange(address, &head, &body.to_string(), token);
    assert_eq!(
        (status, &answer["statusCode"]),
        (200, &json!(200)),
        "{answer}"
    );
    answer["data"].clone()
}

/// A V3 answer, whatever it is.
pub(crate) fn post_any(address: &str, path: &str, body: &Value) -> Value {
    post_answer(address, path, None, body)
}

/// The same, to a caller with a token.
pub(crate) fn post_answer(address: &str, path: &str, token: Option<&str>, body: &Value) -> Value {
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\n");
    exchange(address, &head, &body.to_string(), token).1
}

/// The same, as a proxy hands it on from this address.
pub(crate) fn post_any_from(address: &str, path: &str, from: &str, body: &Value) -> Value {
    post_any_with(
        address,
        path,
        &[("X-Forwarded-For", from)],
        &body.to_string(),
    )
}

/// A V3 answer to a text, with further headers.
pub(crate) fn post_any_with(
    address: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Value {
    let mut head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\n");
    for (name, value) in headers {
        head += &[name, ": ", value, "\r\n"].concat();
    }
    exchange(address, &head, body, None).1
}

/// A management token.
pub(crate) fn token(address: &str, key: &Key) -> String {
    let body = json!({ "accessKeyId": key.id, "accessKeySecret": key.secret });
    let data = post(address, "/api/v3/get-management-token", None, &body);
    data["access_token"].as_str().unwrap().to_owned()
}

/// Status and head of an answer.
pub(crate) fn get_with_headers(address: &str, path: &str, token: &str) -> (u16, String) {
    let head = format!("GET {path} HTTP/1.1\r\n");
    let (status, head, _) = whole(address, &head, "", Some(token));
    (status, head)
}

fn exchange(address: &str, head: &str, body: &str, token: Option<&str>) -> (u16, Value) {
    let (status, _, body) = whole(address, head, body, token);
    (status, body)
}

fn whole(address: &str, head: &str, body: &str, token: Option<&str>) -> (u16, String, Value) {
    let authorization = token.map_or(String::new(), |t| format!("Authorization: Bearer {t}\r\n"));
    let length = body.len();
    let request = format!(
        "{head}Host: {address}\r\n{authorization}Content-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let body = serde_json::from_str(body).unwrap_or(Value::Null);
    (status, head.to_owned(), body)
}
