//! A connection that is kept, as balancers and SDKs keep theirs.

use serde_json::Value;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A test that waits for an answer which never comes would be the last line of a run.
const LONGEST_WAIT: Duration = Duration::from_mins(2);

pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Whether it is the connection's last.
    pub(crate) closes: bool,
    /// Null if it is no JSON.
    pub(crate) body: Value,
}

impl Connection {
    pub(crate) fn to(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(LONGEST_WAIT))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    pub(crate) fn send(&mut self, request: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(request.as_bytes())
    }

    pub(crate) fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))?;
        self.answer()
    }

    /// A V3 call.
    pub(crate) fn post(&mut self, verb: &str, token: &str, body: &Value) -> io::Result<Answer> {
        let body = body.to_string();
        let length = body.len();
        self.send(&format!(
            "POST /api/v3/{verb} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\
             Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n\r\n{body}"
        ))?;
        self.answer()
    }

    pub(crate) fn answer(&mut self) -> io::Result<Answer> {
        let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (mut status, mut closes, mut length) = (None, false, 0);
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if status.is_none() {
                status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
            }
            closes |= line == "connection: close";
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.parse().map_err(|_| broken())?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer {
            status: status.ok_or_else(broken)?,
            closes,
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        })
    }
}
