//! A real receiver: a socket, and what came over it.

use serde_json::Value;
use std::collections::BTreeMap;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What a call was.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// It answers every call with the same.
pub(crate) struct Receiver {
    pub(crate) url: String,
    pub(crate) calls: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    /// One that answers so: the status line's rest and what follows it.
    pub(crate) async fn answering(answer: impl Into<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in", listener.local_addr().unwrap());
        let (sender, calls) = mpsc::unbounded_channel();
        // A connection for each call: the next one never meets a closing one.
        let answer = answer
            .into()
            .replacen("\r\n", "\r\nConnection: close\r\n", 1);
        let answer = format!("HTTP/1.1 {answer}");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, answer) = (sender.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let received = receive(&mut stream).await;
                    // Who has read enough of an answer closes.
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                    let _ = sender.send(received);
                });
            }
        });
        Self { url, calls }
    }

    /// One that says that all is well.
    pub(crate) async fn new() -> Self {
        Self::answering("200 OK\r\nX-Seen: yes\r\nContent-Length: 11\r\n\r\n{\"ok\":true}").await
    }

    pub(crate) async fn next(&mut self) -> Received {
        self.calls.recv().await.unwrap()
    }
}

async fn receive(stream: &mut BufReader<TcpStream>) -> Received {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    Received {
        line: line.trim_end().to_owned(),
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}
