//! Who is at the console: asked of the store with each request. A cookie names a
//! login and is tagged by us; whether the login is live, and what its person may do
//! in the pool of the path, the cookie does not say.

use super::HOME;
use super::form::Pairs;
use super::frame::{self, Frame, Trouble};
use crate::browser::Visitor;
use crate::pages::choose;
use crate::routes::{Endpoint, Incoming, Shape, Who};
use crate::state::AppState;
use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::response::Response;
use bytes::Bytes;
use http::Method;
use http::header::{HeaderName, HeaderValue};
use rollcall_core::Refusal;
use rollcall_core::ids::{GrantId, LoginId, PoolId, UserId};
use rollcall_core::model::access_key::ManagementCaller;
use rollcall_core::model::console::{ConsoleFacts, Role, Roles};
use rollcall_core::model::event::Origin;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::pool::Pool;
use rollcall_core::operations::console_access::{administrator_in, administrator_name};
use rollcall_core::ports::logins::{Activity, LoginView};
use rollcall_core::ports::users::Found;
use rollcall_wire::v3::Language;
use std::collections::BTreeMap;

/// What handlers answer.
pub(super) type Answer = Result<Response, Trouble>;

/// The tag of the cookie.
const COOKIE: &str = "console";
/// The token of forms.
const FORM: &str = "console form";
/// What htmx follows instead of a redirect.
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const HX_REQUEST: &str = "hx-request";

/// Somebody who is signed in to the console.
#[derive(Clone, Debug)]
pub(super) struct Administrator {
    pub(super) facts: ConsoleFacts,
    pub(super) login: LoginId,
    pub(super) grant: GrantId,
    pub(super) roles: Roles,
    pub(super) name: String,
}

/// An administrator at work in a pool.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) app: AppState,
    pub(super) frame: Frame,
    pub(super) caller: ManagementCaller,
    pub(super) origin: Origin,
    pub(super) pool: Pool,
    pub(super) me: Administrator,
    pub(super) query: Pairs,
    pub(super) form: Pairs,
    path: BTreeMap<String, String>,
}

impl Desk {
    /// A part of the path.
    pub(super) fn part(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A path of the console in this pool.
    pub(super) fn here(&self, rest: &str) -> String {
        format!("{HOME}/{}/{rest}", self.pool.id)
    }

    /// The user of the path.
    pub(super) fn user_id(&self) -> Result<UserId, Trouble> {
        self.part("user").parse().map_err(|_| Trouble::NotFound)
    }
}

/// A browser at a door of the console.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) app: AppState,
    pub(super) visitor: Visitor,
    pub(super) language: Language,
    pub(super) query: Pairs,
    pub(super) form: Pairs,
    pub(super) method: Method,
}

impl Caller {
    fn of(app: AppState, incoming: &Incoming) -> Result<Self, Trouble> {
        let visitor = Visitor::of(&app, incoming);
        let language = choose(None, visitor.accept_language());
        let query = incoming.parts.uri.query().unwrap_or_default();
        Ok(Self {
            query: Pairs::of(query.as_bytes()),
            form: Pairs::of_form(incoming)?,
            method: incoming.parts.method.clone(),
            app,
            visitor,
            language,
        })
    }

    /// Who is signed in here; none: nobody, or not any more.
    pub(super) async fn administrator(
        &self,
        counts: bool,
    ) -> Result<Option<Administrator>, Refusal> {
        let value = self.visitor.console_value();
        let Some((login, grant)) = known_cookie(&self.app, value) else {
            return Ok(None);
        };
        let Some(facts) = self.app.authority.store.console().await? else {
            return Ok(None);
        };
        let Some(view) = self.live(facts, login, grant, counts).await? else {
            return Ok(None);
        };
        let user = view.login.user;
        let is_ours = view.login.application == facts.application;
        let known = view.grant.is_some() && is_ours;
        let store = &self.app.authority.store;
        let found = store.find_user(facts.pool, UserSelector::id(user)).await?;
        let (true, Found::One(found)) = (known, found) else {
            return Ok(None);
        };
        let roles = self.app.authority.roles_of(user).await?;
        Ok(roles.map(|roles| Administrator {
            facts,
            login,
            grant,
            roles,
            name: administrator_name(&found),
        }))
    }

    async fn live(
        &self,
        facts: ConsoleFacts,
        login: LoginId,
        grant: GrantId,
        counts: bool,
    ) -> Result<Option<LoginView>, Refusal> {
        let store = &self.app.authority.store;
        if counts {
            let origin = self.visitor.origin();
            let seen = store.record_activity(facts.pool, login, Some(grant), origin);
            return Ok(match seen.await? {
                Activity::Live(view) => Some(*view),
                Activity::Ended => None,
            });
        }
        let view = store.login(facts.pool, login, Some(grant)).await?;
        Ok(view.filter(|view| view.standing.is_live()))
    }

    /// What a form of the console carries to show that it is ours.
    pub(super) fn form_token(&self) -> String {
        let now = self.app.authority.store.now();
        self.app.forms.token(now, &self.bound_to())
    }

    /// Whether the form that came is ours, and of this very sign-in.
    pub(super) fn is_genuine(&self) -> bool {
        let now = self.app.authority.store.now();
        let token = self.form.get("csrf").unwrap_or_default();
        !self.visitor.is_cross_site() && self.app.forms.check(now, token, &self.bound_to())
    }

    fn bound_to(&self) -> [&str; 3] {
        [FORM, self.visitor.browser(), self.visitor.console_value()]
    }
}

/// The value of the cookie of a login.
pub(super) fn cookie_of(app: &AppState, login: LoginId, grant: GrantId) -> String {
    let (login, grant) = (login.to_string(), grant.to_string());
    let tag = app.forms.tag(&[COOKIE, &login, &grant]);
    format!("{login}.{grant}.{tag}")
}

fn known_cookie(app: &AppState, value: &str) -> Option<(LoginId, GrantId)> {
    let mut parts = value.splitn(3, '.');
    let (login, grant, tag) = (parts.next()?, parts.next()?, parts.next()?);
    let is_ours = app.forms.has_tag(tag, &[COOKIE, login, grant]);
    let ids = (login.parse().ok()?, grant.parse().ok()?);
    is_ours.then_some(ids)
}

/// A route for whoever comes.
pub(super) fn visitor<F, Fut>(handler: F) -> Endpoint
where
    F: Fn(Caller) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = (Answer, Caller)> + Send + 'static,
{
    Endpoint::new(Who::Console(None), Shape::Page, move |app, incoming| {
        let handler = handler.clone();
        async move {
            let frame = Frame::outside(&app, &incoming);
            if !app.settings.console {
                return Trouble::Off.page(&frame);
            }
            let caller = match Caller::of(app, &incoming) {
                Ok(caller) => caller,
                Err(trouble) => return trouble.page(&frame),
            };
            let (answer, caller) = handler(caller).await;
            let response = answer.unwrap_or_else(|trouble| trouble.page(&frame));
            caller.visitor.answer(response)
        }
    })
}

/// A route for administrators who are at least this in the pool of the path.
pub(super) fn administrator<F, Fut>(role: Role, handler: F) -> Endpoint
where
    F: Fn(Desk) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    at_desk(role, true, handler)
}

/// The same for what a page asks for by itself: it keeps nobody signed in.
pub(super) fn passive<F, Fut>(role: Role, handler: F) -> Endpoint
where
    F: Fn(Desk) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    at_desk(role, false, handler)
}

fn at_desk<F, Fut>(role: Role, counts: bool, handler: F) -> Endpoint
where
    F: Fn(Desk) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Answer> + Send + 'static,
{
    Endpoint::new(
        Who::Console(Some(role)),
        Shape::Page,
        move |app, mut incoming| {
            let handler = handler.clone();
            async move {
                let outside = Frame::outside(&app, &incoming);
                if !app.settings.console {
                    return Trouble::Off.page(&outside);
                }
                let caller = match Caller::of(app, &incoming) {
                    Ok(caller) => caller,
                    Err(trouble) => return trouble.page(&outside),
                };
                let answer = match desk(&caller, &mut incoming, role, counts).await {
                    Ok(desk) => {
                        let frame = desk.frame.clone();
                        let answer = handler(desk).await;
                        answer.unwrap_or_else(|trouble| trouble.page(&frame))
                    }
                    Err(Trouble::SignedOut) => sign_in_first(&incoming, &outside),
                    Err(trouble) => trouble.page(&outside),
                };
                caller.visitor.answer(answer)
            }
        },
    )
}

/// The desk of whoever calls, if it is theirs.
async fn desk(
    caller: &Caller,
    incoming: &mut Incoming,
    needed: Role,
    counts: bool,
) -> Result<Desk, Trouble> {
    let me = caller.administrator(counts).await?;
    let me = me.ok_or(Trouble::SignedOut)?;
    let path = path_of(incoming).await;
    let pool = path
        .get("pool")
        .and_then(|text| text.parse::<PoolId>().ok());
    let pool = pool.ok_or(Trouble::NotFound)?;
    // A pool in which they are nothing is not there for them.
    let known = administrator_in(&caller.app.authority, &me.roles, pool).await?;
    let (management, role, pool) = known.ok_or(Trouble::NotFound)?;
    if role < needed {
        return Err(Trouble::NotAllowed(needed));
    }
    if caller.method == Method::POST && !caller.is_genuine() {
        return Err(Trouble::FormExpired);
    }
    let frame = Frame {
        pool: Some((pool.id.to_string(), pool.name.clone())),
        me: me.name.clone(),
        role,
        csrf: caller.form_token(),
        ..Frame::outside(&caller.app, incoming)
    };
    Ok(Desk {
        app: caller.app.clone(),
        frame,
        origin: caller.visitor.origin_of(management.actor()),
        caller: management,
        pool,
        me,
        query: caller.query.clone(),
        form: caller.form.clone(),
        path,
    })
}

async fn path_of(incoming: &mut Incoming) -> BTreeMap<String, String> {
    let raw = RawPathParams::from_request_parts(&mut incoming.parts, &()).await;
    let Ok(raw) = raw else {
        return BTreeMap::new();
    };
    let pairs = raw.iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// To the sign-in, and back to where they wanted to be. A part of a page cannot
/// follow there: the whole page goes.
fn sign_in_first(incoming: &Incoming, outside: &Frame) -> Response {
    let parts = &incoming.parts;
    if parts.headers.contains_key(HX_REQUEST) {
        let mut response = frame::empty();
        let home = HeaderValue::from_static(HOME);
        response.headers_mut().insert(HX_REDIRECT, home);
        return response;
    }
    if parts.method != Method::GET {
        return Trouble::SignedOut.page(outside);
    }
    let wanted = parts
        .uri
        .path_and_query()
        .map_or(HOME, |path| path.as_str());
    frame::see_other(&super::entry::sign_in_path(wanted))
}

/// The body of a request, or why there is none.
pub(super) fn body(incoming: &Incoming) -> Result<Bytes, Trouble> {
    incoming.body.clone().map_err(|error| match error {
        crate::middleware::BodyError::Busy => Trouble::Refused(Refusal::Unavailable),
        crate::middleware::BodyError::TooLarge | crate::middleware::BodyError::Broken => {
            Trouble::BadRequest
        }
    })
}
