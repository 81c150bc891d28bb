//! The listener: HTTP/1.1 and HTTP/2, in clear text or over TLS, with limits against
//! slow and greedy peers, and a graceful end.

use crate::front::Front;
use crate::spare_timers::SpareTimers;
use crate::stop::Phase;
use crate::tls::Tls;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use rollcall_core::limits;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::timeout;

pub use crate::stop::Stop;

/// How often, and for how long, a silent HTTP/2 peer is asked whether it lives.
const HTTP2_PING: Duration = Duration::from_secs(20);

/// Why there is no listener.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error("{0} is in use: another process listens there; choose another with --listen")]
    InUse(SocketAddr),
    /// The operating system refused.
    #[error("cannot listen on {address}: {source}")]
    Refused {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
}

impl BindError {
    fn of(address: SocketAddr, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::AddrInUse {
            Self::InUse(address)
        } else {
            Self::Refused { address, source }
        }
    }
}

/// A socket that has its address and does not listen yet: whether the port is
/// free is known before anything else is touched, and nobody connects before
/// the store is open.
#[derive(Debug)]
pub struct Bound {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Bound {
    /// Takes the address; port 0 takes a free port.
    pub fn bind(listen: SocketAddr) -> Result<Self, BindError> {
        let bind = || -> io::Result<Self> {
            let socket = if listen.is_ipv4() {
                TcpSocket::new_v4()?
            } else {
                TcpSocket::new_v6()?
            };
            // Connections of a former process may linger in TIME_WAIT.
            socket.set_reuseaddr(true)?;
            socket.bind(listen)?;
            let address = socket.local_addr()?;
            Ok(Self { socket, address })
        };
        bind().map_err(|error| BindError::of(listen, error))
    }

    /// The address, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Begins to listen.
    pub fn listen(self) -> Result<Listening, BindError> {
        let listener = self.socket.listen(limits::LISTEN_BACKLOG);
        let listener = listener.map_err(|error| BindError::of(self.address, error))?;
        Ok(Listening {
            listener,
            address: self.address,
        })
    }
}

/// A socket to which peers can connect.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until told to stop. Then it goes on for a while, so that balancers notice;
    /// then it accepts nobody, lets requests in flight finish and closes the
    /// connections behind them. Told again, it stops at once.
    pub async fn serve(
        self,
        front: impl Into<Front>,
        tls: Option<&Tls>,
        stop: Stop,
        patience: Patience,
    ) -> io::Result<()> {
        let handle = Handle::new();
        let mut server = Server::from_listener(self.listener)
            .handle(handle.clone())
            .first_request_timeout(limits::HEADER_READ_TIMEOUT)
            .accept_error_handler(|peer: Option<&SocketAddr>, error: &io::Error| {
                tracing::warn!(?peer, %error, "a connection could not be accepted");
            });
        server
            .http_builder()
            .http1()
            .timer(SpareTimers::default())
            .keep_alive(true)
            .header_read_timeout(limits::HEADER_READ_TIMEOUT)
            .max_buf_size(limits::HTTP1_BUFFER_BYTES)
            .http2()
            .max_concurrent_streams(limits::HTTP2_STREAMS)
            .max_header_list_size(limits::HTTP2_HEADER_BYTES)
            .keep_alive_interval(HTTP2_PING)
            .keep_alive_timeout(HTTP2_PING);
        let service = front.into();
        match tls {
            None => until_stopped(server.serve(service), handle, stop, patience).await,
            Some(tls) => {
                let acceptor = RustlsAcceptor::new(tls.config());
                let serving = server.acceptor(acceptor).serve(service);
                until_stopped(serving, handle, stop, patience).await
            }
        }
    }
}

/// How long the end may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The listener goes on accepting for so long.
    pub drain_delay: Duration,
    /// Requests in flight may then take so long.
    pub grace: Duration,
}

async fn until_stopped(
    serving: impl Future<Output = io::Result<()>>,
    handle: Handle<SocketAddr>,
    stop: Stop,
    patience: Patience,
) -> io::Result<()> {
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return ended,
        () = stop.reached(Phase::Leaving) => {}
    }
    let noticed = timeout(patience.drain_delay, stop.reached(Phase::Draining));
    tokio::select! {
        ended = &mut serving => return ended,
        _ = noticed => {}
    }
    handle.graceful_shutdown(Some(patience.grace));
    tokio::select! {
        ended = &mut serving => ended,
        () = stop.reached(Phase::AtOnce) => {
            handle.shutdown();
            serving.await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::routing::get;
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::Notify;

    const LOOPBACK: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

    /// No request of a test takes as long as its server would wait for it.
    const PATIENCE: Patience = Patience {
        drain_delay: Duration::from_mins(1),
        grace: Duration::from_mins(1),
    };

    /// The same, with no balancer that has to notice first.
    const AT_ONCE: Patience = Patience {
        drain_delay: Duration::ZERO,
        ..PATIENCE
    };

    async fn request(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        stream
    }

    async fn answer(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// A handler that says when it was entered and answers when it is let.
    fn slow(entered: Arc<Notify>, let_go: Arc<Notify>) -> Router {
        Router::new().route(
            "/",
            get(|| async move {
                entered.notify_one();
                let_go.notified().await;
                "done"
            }),
        )
    }

    #[tokio::test]
    async fn nobody_connects_before_it_listens() {
        let bound = Bound::bind(LOOPBACK).unwrap();
        let address = bound.address();
        assert!(TcpStream::connect(address).await.is_err());
        let _listening = bound.listen().unwrap();
        assert!(TcpStream::connect(address).await.is_ok());
    }

    #[tokio::test]
    async fn a_port_in_use_is_said_to_be() {
        let first = Bound::bind(LOOPBACK).unwrap().listen().unwrap();
        let error = Bound::bind(first.address()).unwrap_err();
        assert!(matches!(error, BindError::InUse(_)), "{error}");
    }

    /// The limit is hyper's own, so it is looked at here.
    #[tokio::test]
    async fn as_many_headers_are_read_as_the_limit_says() {
        let listening = Bound::bind(LOOPBACK).unwrap().listen().unwrap();
        let address = listening.address();
        let stop = Stop::default();
        let router = Router::new().route("/", get(async || "done"));
        let server = tokio::spawn(listening.serve(router, None, stop.clone(), AT_ONCE));
        for (headers, status) in [
            (limits::MAX_HEADERS, "200"),
            (limits::MAX_HEADERS + 1, "431"),
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            let more = "x: y\r\n".repeat(headers - 2);
            let request = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let answer = answer(stream).await;
            assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
        }
        stop.request();
        server.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_request_in_flight_is_answered_after_the_stop() {
        let (entered, let_go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let listening = Bound::bind(LOOPBACK).unwrap().listen().unwrap();
        let address = listening.address();
        let stop = Stop::default();
        let router = slow(entered.clone(), let_go.clone());
        let server = tokio::spawn(listening.serve(router, None, stop.clone(), AT_ONCE));
        let stream = request(address).await;
        entered.notified().await;
        stop.request();
        let_go.notify_one();
        assert!(answer(stream).await.ends_with("done"));
        server.await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_second_stop_waits_for_nothing() {
        let (entered, never) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let listening = Bound::bind(LOOPBACK).unwrap().listen().unwrap();
        let address = listening.address();
        let stop = Stop::default();
        let router = slow(entered.clone(), never);
        let server = tokio::spawn(listening.serve(router, None, stop.clone(), PATIENCE));
        let stream = request(address).await;
        entered.notified().await;
        stop.request();
        stop.request();
        server.await.unwrap().unwrap();
        assert_eq!(answer(stream).await, "");
    }
}
