//! Administrators, as tests have them.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses its own part, and a test fails by panicking"
)]

use crate::browser::{Browser, Page, Place};
use crate::support::{Answer, Key, TestServer, get, post_form};
use rollcall_server::console::prepare;

pub const OWNER: &str = "ann@example.com";
pub const SECRET: &str = "a long enough password";

/// Somebody at the console.
#[derive(Clone, Debug)]
pub struct Admin {
    pub browser: Browser,
}

impl Admin {
    /// The first owner, from the first run on.
    pub async fn first(server: &TestServer) -> Self {
        let code = prepare(&server.app).await.unwrap().unwrap().reveal();
        let mut browser = Browser::default();
        let page = browser.open(server, "/console").await.page();
        assert_eq!(page.kind, "first-run");
        let fields = [
            ("code", code.as_str()),
            ("email", OWNER),
            ("password", SECRET),
            ("again", SECRET),
        ];
        let page = browser.submit(server, &page, &fields).await.page();
        Self::sign_in(server, browser, &page, OWNER).await
    }

    /// At the sign-in page.
    pub async fn sign_in(
        server: &TestServer,
        mut browser: Browser,
        page: &Page,
        email: &str,
    ) -> Self {
        assert_eq!(page.kind, "sign-in", "{}", page.answer.text);
        let fields = [("identifier", email), ("password", SECRET)];
        let page = browser.submit(server, page, &fields).await.page();
        assert!(
            ["home", "overview"].contains(&page.kind.as_str()),
            "{page:?}"
        );
        Self { browser }
    }

    /// Another administrator of the pool of this key, by their link.
    pub async fn invite(
        &mut self,
        server: &TestServer,
        key: &Key,
        email: &str,
        role: &str,
    ) -> Self {
        let path = path(key, "administrators");
        let made = self
            .post(
                server,
                key,
                "administrators",
                &[("email", email), ("role", role)],
            )
            .await;
        assert_eq!(made.status, 200, "{path}: {}", made.text);
        let (_, rest) = made.text.split_once("/console/welcome?link=").unwrap();
        let (link, _) = rest.split_once('<').unwrap();
        let mut browser = Browser::default();
        let welcome = format!("/console/welcome?link={link}");
        let page = browser.open(server, &welcome).await.page();
        assert_eq!(page.kind, "welcome");
        let fields = [("password", SECRET), ("again", SECRET)];
        let page = browser.submit(server, &page, &fields).await.page();
        Self::sign_in(server, browser, &page, email).await
    }

    /// A page in the pool of this key; redirects are not followed.
    pub async fn get(&mut self, server: &TestServer, key: &Key, rest: &str) -> Answer {
        self.browser.send(server, get(&path(key, rest), &[])).await
    }

    /// A page that is there.
    pub async fn page(&mut self, server: &TestServer, key: &Key, rest: &str) -> Answer {
        let answer = self.get(server, key, rest).await;
        assert_eq!(answer.status, 200, "{rest}: {}", answer.text);
        answer
    }

    /// A form in the pool of this key, with the token that the console's pages carry.
    pub async fn post(
        &mut self,
        server: &TestServer,
        key: &Key,
        rest: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let token = self.token(server).await;
        let mut form = vec![("csrf", token.as_str())];
        form.extend_from_slice(fields);
        let request = post_form(&path(key, rest), &form);
        self.browser.send(server, request).await
    }

    /// What a form of this sign-in carries.
    pub async fn token(&mut self, server: &TestServer) -> String {
        match self.browser.open(server, "/console").await {
            Place::Page(page) => page.field("csrf").to_owned(),
            Place::Elsewhere(uri, _) => panic!("{uri}"),
        }
    }
}

/// A path in the pool of this key.
pub fn path(key: &Key, rest: &str) -> String {
    format!("/console/{}/{rest}", key.pool)
}
