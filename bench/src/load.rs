//! The generator: keep-alive connections, each with one request under way, whose
//! answers are counted and not assumed right.

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What is asked of which server, how often.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) address: String,
    pub(crate) token: String,
    pub(crate) body: String,
    pub(crate) connections: u64,
    pub(crate) requests: u64,
}

impl Load {
    /// A tenth of the load, not counted.
    pub(crate) async fn warm_up(mut self) -> Result<()> {
        self.requests /= 10;
        self.run().await.map(|_| ())
    }

    /// Sends the requests and answers how many answers were right.
    pub(crate) async fn run(&self) -> Result<u64> {
        let mut connections = JoinSet::new();
        for number in 0..self.connections {
            let mine = self.requests / self.connections
                + u64::from(number < self.requests % self.connections);
            connections.spawn(connection(self.address.clone(), self.request(), mine));
        }
        let mut right = 0;
        while let Some(done) = connections.join_next().await {
            right += done??;
        }
        Ok(right)
    }

    fn request(&self) -> Vec<u8> {
        format!(
            "POST /api/v3/check-session-status HTTP/1.1\r\nhost: {}\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{}",
            self.address,
            self.token,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }
}

async fn connection(address: String, request: Vec<u8>, requests: u64) -> Result<u64> {
    let mut stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let mut answer = Vec::with_capacity(2048);
    let mut right = 0;
    for _ in 0..requests {
        stream.write_all(&request).await?;
        answer.clear();
        let body = read_answer(&mut stream, &mut answer).await?;
        right += u64::from(answer[body..].ends_with(br#""data":{"active":true}}"#));
    }
    Ok(right)
}

/// Reads one answer and tells where its body begins.
async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<usize> {
    loop {
        ensure!(
            stream.read_buf(answer).await? > 0,
            "the server closed the connection"
        );
        let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .context("an answer without content-length")?;
        let body = end + 4;
        let whole = body + length.trim().parse::<usize>()?;
        while answer.len() < whole {
            ensure!(
                stream.read_buf(answer).await? > 0,
                "the server closed the connection"
            );
        }
        return Ok(body);
    }
}
