use super::*;
use async_trait::async_trait;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use wiremock::matchers::{body_string, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Names whose addresses are said in turn; which names were asked for is kept.
#[derive(Default)]
struct Said {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Said {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parsed = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(|texts| parsed(texts)).collect()),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Lookup for Said {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let next = self.answers.lock().unwrap().pop_front();
        next.ok_or_else(|| io::Error::other("no such name"))
    }
}

/// Names that nobody ever answers for.
struct Never;

#[async_trait]
impl Lookup for Never {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        std::future::pending().await
    }
}

fn egress(loopback: bool, lookup: Arc<dyn Lookup>) -> Egress {
    let policy = EgressPolicy {
        loopback,
        ..EgressPolicy::default()
    };
    Egress::with_lookup(policy, lookup).unwrap()
}

/// Where this machine may be reached, and no name has an address.
fn local() -> Egress {
    egress(true, Said::new(&[]))
}

/// Answers one connection with these bytes and keeps it open; then says what
/// came first.
async fn answering(bytes: Vec<u8>) -> (SocketAddr, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = vec![0; 4096];
        let length = stream.read(&mut received).await.unwrap();
        received.truncate(length);
        stream.write_all(&bytes).await.unwrap();
        // Until the other side has had enough.
        let _ = stream.read_to_end(&mut Vec::new()).await;
        received
    });
    (address, served)
}

#[tokio::test]
async fn a_url_is_judged_before_anything_is_sent() {
    use EgressError::{BadUrl, Refused, Unresolved};
    for (url, error) in [
        ("", BadUrl),
        ("/out", BadUrl),
        ("ftp://id.example/", BadUrl),
        ("file:///etc/passwd", BadUrl),
        ("data:image/png;base64,AA==", BadUrl),
        ("http://id.example/", BadUrl),
        ("http://10.0.0.1/", BadUrl),
        ("http://localhost.example/", BadUrl),
        ("https://", BadUrl),
        ("https://u@id.example/", BadUrl),
        ("https://u:p@id.example/", BadUrl),
        ("https://:p@id.example/", BadUrl),
        ("http://127.0.0.1:9/", Refused),
        ("http://127.1:9/", Refused),
        ("http://0x7f000001:9/", Refused),
        ("http://2130706433:9/", Refused),
        ("http://017700000001:9/", Refused),
        ("http://[::1]:9/", Refused),
        ("http://localhost:9/", Refused),
        ("http://LOCALHOST.:9/", Refused),
        ("http://a.b.localhost:9/", Refused),
        ("https://localhost:9/", Refused),
        ("https://127.0.0.1.:9/", Refused),
        ("https://0/", Refused),
        ("https://10.0.0.1/", Refused),
        ("https://0x0a.1/", Refused),
        ("https://169.254.169.254/latest/meta-data/", Refused),
        ("https://[fd00:ec2::254]/", Refused),
        ("https://[::ffff:10.0.0.1]/", Refused),
        ("https://[::ffff:a9fe:a9fe]/", Refused),
        ("https://[64:ff9b::10.0.0.1]/", Refused),
        ("https://[2002:a00:1::1]/", Refused),
        ("https://[::]/", Refused),
        ("https://id.example/", Unresolved),
    ] {
        let lookup = Said::new(&[]);
        let egress = egress(false, lookup.clone());
        assert_eq!(egress.post_form(url, &[]).await, Err(error), "{url}");
        assert_eq!(egress.get_image(url).await, Err(error), "{url}");
        let asked = lookup.asked();
        assert_eq!(!asked.is_empty(), error == Unresolved, "{url}: {asked:?}");
    }
}

#[tokio::test]
async fn a_name_is_refused_where_all_its_addresses_are() {
    for (addresses, error) in [
        (&["10.0.0.1"][..], EgressError::Refused),
        (&["10.0.0.1", "fd00::1", "127.0.0.1"], EgressError::Refused),
        (&["::ffff:192.168.0.1"], EgressError::Refused),
        (&[], EgressError::Unresolved),
    ] {
        let egress = egress(false, Said::new(&[addresses]));
        let sent = egress.post_form("https://id.example/", &[]).await;
        assert_eq!(sent, Err(error), "{addresses:?}");
    }
}

/// The name is at an address that may be reached, and then at one that may not:
/// it is resolved once, and the connection is made to what was judged.
#[tokio::test]
async fn the_address_that_was_judged_is_the_one_that_is_reached() {
    let lookup = Said::new(&[&["10.0.0.1", "127.0.0.1", "fd00::1"], &["10.0.0.1"]]);
    let egress = egress(true, lookup.clone());
    let (address, served) = answering(b"this is no TLS".to_vec()).await;
    let url = format!("https://rebound.example:{}/out", address.port());
    let sent = egress.post_form(&url, &[]).await;
    assert_eq!(sent, Err(EgressError::TlsFailed));
    let hello = served.await.unwrap();
    let named = hello.windows(15).any(|part| part == b"rebound.example");
    assert!(named, "the other side was not told whom we want");
    assert_eq!(lookup.asked(), ["rebound.example"]);
    let sent = egress.post_form(&url, &[]).await;
    assert_eq!(sent, Err(EgressError::Refused));
    assert_eq!(lookup.asked().len(), 2);
}

#[tokio::test]
async fn names_of_loopback_are_resolved_without_asking() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(204))
        .expect(3)
        .mount(&server)
        .await;
    let lookup = Said::new(&[&["10.0.0.1"]]);
    let egress = egress(true, lookup.clone());
    for host in ["localhost", "app.localhost", "localhost."] {
        let url = format!("http://{host}:{}/out", server.address().port());
        let sent = egress.post_form(&url, &[]).await;
        assert_eq!(sent, Ok(Sent { status: 204 }), "{host}");
    }
    assert!(lookup.asked().is_empty());
}

#[tokio::test]
async fn a_form_is_posted_and_nothing_kept_of_the_answer() {
    let server = MockServer::start().await;
    Mock::given(path("/out"))
        .and(method("POST"))
        .and(header("user-agent", USER_AGENT))
        .and(header("content-type", "application/x-www-form-urlencoded"))
        .and(body_string("logout_token=a.b%26c"))
        .respond_with(ResponseTemplate::new(200).insert_header("set-cookie", "a=b; Path=/"))
        .expect(2)
        .mount(&server)
        .await;
    let egress = local();
    for _ in 0..2 {
        let url = format!("{}/out", server.uri());
        let sent = egress.post_form(&url, &[("logout_token", "a.b&c")]).await;
        assert_eq!(sent, Ok(Sent { status: 200 }));
    }
    for request in server.received_requests().await.unwrap() {
        for absent in ["cookie", "referer", "authorization", "accept-encoding"] {
            assert!(!request.headers.contains_key(absent), "{absent}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let server = MockServer::start().await;
    for status in [301, 302, 303, 307, 308] {
        let there = ResponseTemplate::new(status).insert_header("location", "/there");
        Mock::given(path(format!("/{status}")))
            .respond_with(there)
            .mount(&server)
            .await;
    }
    Mock::given(path("/there"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(PNG, "image/png"))
        .expect(0)
        .mount(&server)
        .await;
    let egress = local();
    for status in [301, 302, 303, 307, 308] {
        let url = format!("{}/{status}", server.uri());
        assert_eq!(egress.post_form(&url, &[]).await, Ok(Sent { status }));
        let image = egress.get_image(&url).await;
        assert_eq!(image, Err(EgressError::NotAnImage));
    }
}

/// A PNG, as far as we look, of this length.
fn png(length: usize) -> Vec<u8> {
    let mut bytes = PNG.to_vec();
    bytes.resize(length, 0);
    bytes
}

#[tokio::test]
async fn an_image_is_read_up_to_the_limit_and_not_one_byte_past_it() {
    let most = limits::MAX_EGRESS_ANSWER_BYTES;
    let egress = local();
    for (length, fits) in [(most, true), (most + 1, false)] {
        let body = png(length);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: image/png\r\n";
        let counted = format!("{head}content-length: {length}\r\n\r\n");
        let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{length:x}\r\n");
        for (before, after) in [(counted, ""), (chunked, "\r\n0\r\n\r\n")] {
            let answer = [before.as_bytes(), &body, after.as_bytes()].concat();
            let (address, _served) = answering(answer).await;
            let image = egress.get_image(&format!("http://{address}/")).await;
            let expected = Image {
                content_type: "image/png",
                bytes: Bytes::from(body.clone()),
            };
            assert_eq!(
                image,
                if fits {
                    Ok(expected)
                } else {
                    Err(EgressError::TooLarge)
                }
            );
        }
    }
}

#[tokio::test]
async fn what_is_no_image_is_none() {
    let server = MockServer::start().await;
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    for (at, status, declared, body) in [
        ("/svg", 200, "image/svg+xml", &svg[..]),
        ("/svg-as-png", 200, "image/png", &svg[..]),
        ("/html", 200, "text/html", b"<h1>hello</h1>"),
        ("/png-as-html", 200, "text/html", PNG),
        ("/png-as-gif", 200, "image/gif", PNG),
        ("/empty", 200, "image/png", b""),
        ("/missing", 404, "image/png", PNG),
        ("/part", 206, "image/png", PNG),
        ("/broken", 500, "image/png", PNG),
    ] {
        let answer = ResponseTemplate::new(status).set_body_raw(body, declared);
        Mock::given(path(at))
            .respond_with(answer)
            .mount(&server)
            .await;
        let image = local().get_image(&format!("{}{at}", server.uri())).await;
        assert_eq!(image, Err(EgressError::NotAnImage), "{at}");
    }
}

#[tokio::test]
async fn what_went_wrong_is_told_apart() {
    let server = MockServer::start().await;
    let port = server.address().port();
    let egress = local();
    let url = format!("https://127.0.0.1:{port}/");
    assert_eq!(
        egress.post_form(&url, &[]).await,
        Err(EgressError::TlsFailed)
    );
    let (address, _served) = answering(b"SSH-2.0-none\r\n".to_vec()).await;
    let url = format!("http://{address}/");
    assert_eq!(
        egress.post_form(&url, &[]).await,
        Err(EgressError::Unreachable)
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://{address}/");
    assert_eq!(
        egress.post_form(&url, &[]).await,
        Err(EgressError::Unreachable)
    );
}

/// The status is all that is asked for: a body that never ends holds nobody up.
#[tokio::test]
async fn the_body_of_an_answer_to_a_form_is_not_waited_for() {
    let endless = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n";
    let (address, served) = answering(endless.to_vec()).await;
    let sent = local().post_form(&format!("http://{address}/"), &[]).await;
    assert_eq!(sent, Ok(Sent { status: 200 }));
    // The connection was closed, or this would wait.
    served.await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the runtime's clock is paused")]
#[tokio::test(start_paused = true)]
async fn name_connection_and_answer_share_one_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/", listener.local_addr().unwrap());
    let stuck = b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 9\r\n\r\n";
    let (address, _served) = answering(stuck.to_vec()).await;
    let stuck = format!("http://{address}/");
    let egress = egress(true, Arc::new(Never));
    for url in ["https://id.example/", &silent, &stuck] {
        let begun = tokio::time::Instant::now();
        let image = egress.get_image(url).await;
        assert_eq!(image, Err(EgressError::TimedOut), "{url}");
        let took = begun.elapsed();
        let late = took.checked_sub(limits::EGRESS_TIMEOUT).unwrap();
        assert!(late.as_millis() < 10, "{url}: {took:?}");
    }
}

/// What the resolver reads as an address is judged like any other.
#[tokio::test]
async fn the_systems_resolver_is_asked_for_addresses_alone() {
    let found = System::default().addresses("127.0.0.1").await.unwrap();
    assert_eq!(found, [IpAddr::from([127, 0, 0, 1])]);
}
