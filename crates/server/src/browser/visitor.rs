//! A browser that asks.

use super::cookies::{self, Jar};
use crate::middleware::Context;
use crate::routes::Incoming;
use crate::state::AppState;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method};
use rollcall_core::ids::PoolId;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;
use std::fmt;

/// How a browser says where a request began (Fetch Metadata).
const FETCH_SITE: &str = "sec-fetch-site";

/// What is known of the browser that asks, and the cookies that it will be given.
pub(crate) struct Visitor {
    jar: Jar,
    cookies: Vec<(String, String)>,
    browser: String,
    set_cookies: Vec<HeaderValue>,
    accept_language: Option<String>,
    is_cross_site: bool,
    device: LoginDevice,
    context: Context,
}

/// Without what proves who somebody is.
impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor")
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

impl Visitor {
    pub(crate) fn of(app: &AppState, incoming: &Incoming) -> Self {
        let headers = &incoming.parts.headers;
        let jar = Jar {
            is_https: app.settings.is_https(),
        };
        let cookies = cookies::of(headers);
        let mut visitor = Self {
            jar,
            browser: String::new(),
            set_cookies: Vec::new(),
            accept_language: text(headers, ACCEPT_LANGUAGE.as_str()),
            is_cross_site: text(headers, FETCH_SITE)
                .is_some_and(|site| site != "same-origin" && site != "none"),
            device: LoginDevice {
                address: incoming.context.address,
                user_agent: incoming.context.user_agent(),
            },
            context: incoming.context.clone(),
            cookies,
        };
        visitor.know_again(app);
        if visitor.is_cross_site && incoming.parts.method == Method::POST {
            visitor.forget_cookies();
        }
        visitor
    }

    /// The browser's own name, which it is given at its first visit.
    fn know_again(&mut self, app: &AppState) {
        let name = self.jar.browser();
        if let Some(known) = self.cookie(&name).filter(|known| is_browser_name(known)) {
            self.browser = known.to_owned();
            return;
        }
        let mut random = [0; 32];
        app.authority.entropy.fill(&mut random);
        self.browser = URL_SAFE_NO_PAD.encode(random);
        let cookie = self.jar.set(&name, &self.browser, None);
        self.set_cookies.extend(cookie);
    }

    /// Gives the browser no cookie. A post from another site comes without those
    /// that it has (`Lax`); a new name would make its open forms another's.
    pub(crate) fn forget_cookies(&mut self) {
        self.set_cookies.clear();
    }

    /// A cookie's value; none if there are two: one of them was planted by somebody
    /// else at this host, and which is not known (RFC 6265 section 8.6).
    fn cookie(&self, name: &str) -> Option<&str> {
        let named = self.cookies.iter().filter(|(known, _)| known == name);
        let mut values = named.map(|(_, value)| value.as_str());
        let first = values.next()?;
        values.all(|other| other == first).then_some(first)
    }

    /// The browser's own name: what binds a form to it.
    pub(crate) fn browser(&self) -> &str {
        &self.browser
    }

    /// The value of the pool's session cookie, as presented: empty if there is none.
    pub(crate) fn session_value(&self, pool: PoolId) -> &str {
        self.cookie(&self.jar.session(pool)).unwrap_or_default()
    }

    /// What the pool's session cookie is looked up by.
    pub(crate) fn session(&self, pool: PoolId) -> Option<TokenDigest> {
        let value = self.session_value(pool);
        (!value.is_empty()).then(|| TokenDigest::of(value))
    }

    /// Every session cookie of ours, by its pool.
    pub(crate) fn sessions(&self) -> Vec<(PoolId, TokenDigest)> {
        let prefix = self.jar.session_prefix();
        let ours = self.cookies.iter().filter_map(|(name, value)| {
            let pool = name.strip_prefix(&prefix)?.parse().ok()?;
            Some((pool, TokenDigest::of(value)))
        });
        ours.collect()
    }

    /// Gives the browser a session's new cookie.
    pub(crate) fn begin_session(&mut self, pool: PoolId, value: &str, lifetime: Option<Span>) {
        let name = self.jar.session(pool);
        self.set_cookies
            .extend(self.jar.set(&name, value, lifetime));
        self.cookies.retain(|(known, _)| *known != name);
        self.cookies.push((name, value.to_owned()));
    }

    /// Takes a session's cookie away.
    pub(crate) fn end_session(&mut self, pool: PoolId) {
        let name = self.jar.session(pool);
        self.set_cookies.extend(self.jar.remove(&name));
    }

    /// Takes the browser's name away: whoever comes next is somebody else, whom the
    /// forms that it has been given so far do not bind.
    pub(crate) fn end_browser(&mut self) {
        let name = self.jar.browser();
        self.set_cookies.extend(self.jar.remove(&name));
    }

    /// The value of the console's cookie; empty without one.
    pub(crate) fn console_value(&self) -> &str {
        self.cookie(&self.jar.console()).unwrap_or_default()
    }

    /// Gives the browser the console's cookie, until it is closed.
    pub(crate) fn begin_console(&mut self, value: &str) {
        self.set_cookies
            .extend(self.jar.set(&self.jar.console(), value, None));
    }

    /// Takes the console's cookie away.
    pub(crate) fn end_console(&mut self) {
        self.set_cookies
            .extend(self.jar.remove(&self.jar.console()));
    }

    /// Whether a page of another site made this request: no form of ours is there.
    pub(crate) fn is_cross_site(&self) -> bool {
        self.is_cross_site
    }

    pub(crate) fn accept_language(&self) -> Option<&str> {
        self.accept_language.as_deref()
    }

    pub(crate) fn request_id(&self) -> &str {
        &self.context.request_id
    }

    /// Where the person comes from, for the login history.
    pub(crate) fn device(&self) -> LoginDevice {
        self.device.clone()
    }

    /// What is kept with every change. Who acts is known once the person is.
    pub(crate) fn origin(&self) -> Origin {
        self.context.origin(Actor::System)
    }

    /// What is kept with a change that this one makes.
    pub(crate) fn origin_of(&self, actor: Actor) -> Origin {
        self.context.origin(actor)
    }

    /// The answer with the cookies that the browser is given.
    pub(crate) fn answer(self, mut response: Response) -> Response {
        for cookie in self.set_cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    value.to_str().ok().map(ToOwned::to_owned)
}

/// 32 bytes in base64url, as we make them. It is no secret and proves nobody.
fn is_browser_name(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok()
}
