//! The generator: keep-alive connections, each with one request under way, whose
//! answers are counted and looked at, not assumed right.

use anyhow::{Context as _, Result, bail, ensure};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How answers are told apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// HTTP/1.1 with a length or chunks.
    Http,
    /// A bulk string of redis.
    Redis,
}

/// What is asked of which server, how often.
#[derive(Clone)]
pub struct Load {
    /// Host and port.
    pub address: String,
    /// How its answers end.
    pub protocol: Protocol,
    /// Requests as they are sent; if there are fewer than are to be sent, they are
    /// sent again in their order.
    pub requests: Arc<Vec<Vec<u8>>>,
    /// What a right answer has in its body.
    pub right: &'static str,
    /// How many are sent in all.
    pub count: usize,
    /// Connections, each with one request under way.
    pub connections: usize,
}

/// What became of a load.
#[derive(Clone, Copy, Debug)]
pub struct Answers {
    /// Right ones.
    pub right: usize,
    /// From the first request to the last answer.
    pub took: Duration,
    /// 99 of 100 were answered within this time. Each connection waits for its answer
    /// before it asks again, so it says how long callers wait, not how long a queue grows.
    pub p99: Duration,
}

impl Load {
    /// Sends the requests; a wrong answer is an error that shows it.
    pub async fn run(&self) -> Result<Answers> {
        let began = Instant::now();
        let mut connections = JoinSet::new();
        for first in 0..self.connections.min(self.count) {
            connections.spawn(connection(self.clone(), first));
        }
        let mut times = Vec::with_capacity(self.count);
        while let Some(done) = connections.join_next().await {
            times.extend(done??);
        }
        let (right, took) = (times.len(), began.elapsed());
        ensure!(right == self.count, "{right} of {} answers", self.count);
        times.sort_unstable();
        let p99 = times.get((right * 99).div_ceil(100).saturating_sub(1));
        let p99 = p99.copied().unwrap_or_default();
        Ok(Answers { right, took, p99 })
    }
}

async fn connection(load: Load, first: usize) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(&load.address).await?;
    stream.set_nodelay(true)?;
    let right = contains(load.right);
    let mut answer = Vec::with_capacity(4096);
    let mut times = Vec::with_capacity(load.count / load.connections + 1);
    let mut index = first;
    while index < load.count {
        let request = &load.requests[index % load.requests.len()];
        let asked = Instant::now();
        stream.write_all(request).await?;
        answer.clear();
        let body = read_answer(&mut stream, load.protocol, &mut answer).await?;
        if !right(&answer[body..]) {
            let body = String::from_utf8_lossy(&answer[body..]);
            bail!("a wrong answer: {body}");
        }
        times.push(asked.elapsed());
        index += load.connections;
    }
    Ok(times)
}

/// Whether a body has this text in it.
fn contains(text: &'static str) -> impl Fn(&[u8]) -> bool {
    let text = text.as_bytes();
    move |body| body.ends_with(text) || body.windows(text.len()).any(|window| window == text)
}

/// Reads one answer and tells where its body begins.
async fn read_answer(
    stream: &mut TcpStream,
    protocol: Protocol,
    answer: &mut Vec<u8>,
) -> Result<usize> {
    loop {
        let read = stream.read_buf(answer).await?;
        ensure!(read > 0, "the server closed the connection");
        let whole = match protocol {
            Protocol::Http => http_answer(answer)?,
            Protocol::Redis => redis_answer(answer)?,
        };
        if let Some(body) = whole {
            return Ok(body);
        }
    }
}

/// Where the body of an answer begins, once all of it is there.
fn http_answer(answer: &[u8]) -> Result<Option<usize>> {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let body = end + 4;
    for line in answer[..end].split(|byte| *byte == b'\n').skip(1) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            let length: usize = std::str::from_utf8(value)?.parse()?;
            return Ok((answer.len() >= body + length).then_some(body));
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Ok(answer.ends_with(b"\r\n0\r\n\r\n").then_some(body));
        }
    }
    bail!("an answer of unknown length")
}

/// Where a bulk string begins (RESP2: `$<length>\r\n<data>\r\n`), once it is there.
fn redis_answer(answer: &[u8]) -> Result<Option<usize>> {
    let Some(end) = answer.windows(2).position(|window| window == b"\r\n") else {
        return Ok(None);
    };
    let body = end + 2;
    match answer.first() {
        Some(b'+') => Ok(Some(0)),
        Some(b'$') => {
            let length: i64 = std::str::from_utf8(&answer[1..end])?.parse()?;
            let length = usize::try_from(length).context("no such key")?;
            Ok((answer.len() >= body + length + 2).then_some(body))
        }
        _ => bail!("redis: {}", String::from_utf8_lossy(answer)),
    }
}

/// A `POST` of JSON with an authorization, as it is sent.
pub fn post_json(address: &str, path: &str, authorization: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: {authorization}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_its_last_byte() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(http_answer(answer).unwrap(), Some(38));
        assert_eq!(http_answer(&answer[..39]).unwrap(), None);
        assert_eq!(http_answer(&answer[..20]).unwrap(), None);
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
        assert_eq!(http_answer(chunked).unwrap(), Some(47));
        assert_eq!(http_answer(&chunked[..chunked.len() - 1]).unwrap(), None);
        assert!(http_answer(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn redis_answers_what_it_has() {
        assert_eq!(redis_answer(b"$2\r\nok\r\n").unwrap(), Some(4));
        assert_eq!(redis_answer(b"$2\r\nok").unwrap(), None);
        assert_eq!(redis_answer(b"+OK\r\n").unwrap(), Some(0));
        assert!(redis_answer(b"$-1\r\n").is_err());
    }
}
