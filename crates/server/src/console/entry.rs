//! The doors: the first run, invitations, and signing in and out through our own OIDC
//! endpoints (authorization code with PKCE). Nothing is kept of a sign-in on its way:
//! state, nonce and verifier follow from the browser's cookie and our key.

use super::desk::{Answer, Caller, cookie_of};
use super::form::query;
use super::frame::{Frame, Shell, Trouble, refusal_text, see_other};
use super::{CALLBACK, HOME};
use askama::Template;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::model::console::{ConsoleFacts, Role};
use rollcall_core::model::event::Actor;
use rollcall_core::operations::console_access::{
    accept_invitation, administrator_in, invited, pools_of, set_up_console,
};
use rollcall_core::operations::create_user_pool::create_user_pool;
use rollcall_core::operations::redeem_code::{RedeemCode, RedeemError, redeem_code};
use rollcall_core::operations::sign_out::sign_out as end;
use rollcall_core::ports::logins::SessionKey;
use rollcall_core::secret::pkce_challenge;
use rollcall_wire::v3::paths::OIDC_AUTHORIZATION;

const STATE: &str = "console sign-in";
const NONCE: &str = "console nonce";
const VERIFIER: &str = "console verifier";
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[derive(Template)]
#[template(path = "console/first_run.html")]
struct FirstRunPage<'a> {
    shell: Shell<'a>,
    email: String,
    problem: String,
    csrf: String,
}

#[derive(Template)]
#[template(path = "console/welcome.html")]
struct WelcomePage<'a> {
    shell: Shell<'a>,
    link: String,
    email: String,
    problem: String,
    csrf: String,
}

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage<'a> {
    shell: Shell<'a>,
    pools: Vec<(String, String)>,
    may_make: bool,
    made_secret: String,
}

#[derive(Template)]
#[template(path = "console/signed_out.html")]
struct SignedOutPage<'a> {
    shell: Shell<'a>,
}

/// The path that signs in and comes back here.
pub(super) fn sign_in_path(wanted: &str) -> String {
    format!("/console/sign-in?{}", query(&[("to", wanted)]))
}

fn frame(caller: &Caller) -> Frame {
    Frame {
        language: caller.language,
        t: super::texts::Texts::of(caller.language),
        pool: None,
        me: String::new(),
        role: Role::Viewer,
        csrf: caller.form_token(),
        request_id: caller.visitor.request_id().to_owned(),
    }
}

/// `GET /console`: to the only pool, or a choice of them; before that, in.
pub(super) async fn home(caller: Caller) -> (Answer, Caller) {
    let answer = home_of(&caller).await;
    (answer, caller)
}

async fn home_of(caller: &Caller) -> Answer {
    let store = &caller.app.authority.store;
    if store.console().await?.is_none() {
        return Ok(first_run_page(caller, "", String::new(), StatusCode::OK));
    }
    let Some(me) = caller.administrator(true).await? else {
        return Ok(see_other(&sign_in_path(HOME)));
    };
    let pools = pools_of(&caller.app.authority, &me.roles).await?;
    if let ([only], false) = (pools.as_slice(), me.roles.is_server_owner()) {
        return Ok(see_other(&format!("{HOME}/{}/overview", only.id)));
    }
    home_page(caller, &me, String::new()).await
}

async fn home_page(
    caller: &Caller,
    me: &super::desk::Administrator,
    made_secret: String,
) -> Answer {
    let pools = pools_of(&caller.app.authority, &me.roles).await?;
    let frame = Frame {
        me: me.name.clone(),
        ..frame(caller)
    };
    let named = pools
        .iter()
        .map(|pool| (pool.id.to_string(), pool.name.clone()));
    let page = HomePage {
        shell: frame.shell("home", frame.t.common.pools),
        pools: named.collect(),
        may_make: me.roles.is_server_owner(),
        made_secret,
    };
    Ok(frame.page(&page))
}

/// `POST /console/pools`: another user pool, by an owner of the server.
pub(super) async fn make_pool(caller: Caller) -> (Answer, Caller) {
    let answer = made_pool(&caller).await;
    (answer, caller)
}

async fn made_pool(caller: &Caller) -> Answer {
    let me = caller
        .administrator(true)
        .await?
        .ok_or(Trouble::SignedOut)?;
    if !caller.is_genuine() {
        return Err(Trouble::FormExpired);
    }
    let authority = &caller.app.authority;
    let console = administrator_in(authority, &me.roles, me.facts.pool).await?;
    let (management, _, _) = console.ok_or(Trouble::NotAllowed(Role::Owner))?;
    let origin = caller.visitor.origin_of(management.actor());
    let name = caller.form.text("name");
    let made = create_user_pool(authority, &management, name, origin).await?;
    let secret = format!("{} {}", made.id.root_key(), made.root_secret.reveal());
    home_page(caller, &me, secret).await
}

fn first_run_page(
    caller: &Caller,
    email: &str,
    problem: String,
    status: StatusCode,
) -> axum::response::Response {
    let frame = frame(caller);
    let page = FirstRunPage {
        shell: frame.shell("first-run", frame.t.doors.first_run),
        email: email.to_owned(),
        problem,
        csrf: frame.csrf.clone(),
    };
    frame.answer(status, &page)
}

/// `POST /console/first-run`: makes the first owner, with the server's code.
pub(super) async fn first_run(caller: Caller) -> (Answer, Caller) {
    let answer = begun(&caller).await;
    (answer, caller)
}

async fn begun(caller: &Caller) -> Answer {
    if !caller.is_genuine() {
        return Err(Trouble::FormExpired);
    }
    let door = &caller.app.console;
    let email = caller.form.text("email");
    let again = |text: String, status| Ok(first_run_page(caller, &email, text, status));
    let t = frame(caller).t;
    if !door.is_first_run() {
        return Err(Trouble::NotFound);
    }
    if !door.opens(&caller.form.text("code")) {
        return again(t.doors.wrong_code.to_owned(), StatusCode::FORBIDDEN);
    }
    let password = caller.form.exact("password");
    if password != caller.form.exact("again") {
        return again(
            t.doors.differing.to_owned(),
            StatusCode::UNPROCESSABLE_ENTITY,
        );
    }
    let authority = &caller.app.authority;
    let origin = caller.visitor.origin_of(Actor::Operator);
    match set_up_console(authority, &email, password, origin).await {
        Ok(()) => {}
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_))) => {
            let text = refusal_text(t, &refusal);
            return again(text, StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(refusal) => return Err(refusal.into()),
    }
    door.first_run_is_over();
    if let Some(facts) = authority.store.console().await? {
        super::settle(&caller.app, facts).await?;
    }
    Ok(see_other(&sign_in_path(HOME)))
}

/// `GET /console/welcome?link=…`: choose a password.
pub(super) async fn welcome(caller: Caller) -> (Answer, Caller) {
    let link = caller.query.text("link");
    let answer = welcome_page(&caller, &link, String::new(), StatusCode::OK).await;
    (answer, caller)
}

async fn welcome_page(caller: &Caller, link: &str, problem: String, status: StatusCode) -> Answer {
    let email = invited(&caller.app.authority, link).await?;
    let frame = frame(caller);
    let (status, email) = match email {
        Some(email) => (status, email),
        None => (StatusCode::NOT_FOUND, String::new()),
    };
    let page = WelcomePage {
        shell: frame.shell("welcome", frame.t.doors.welcome),
        link: link.to_owned(),
        email,
        problem,
        csrf: frame.csrf.clone(),
    };
    Ok(frame.answer(status, &page))
}

/// `POST /console/welcome`
pub(super) async fn accept(caller: Caller) -> (Answer, Caller) {
    let answer = accepted(&caller).await;
    (answer, caller)
}

async fn accepted(caller: &Caller) -> Answer {
    if !caller.is_genuine() {
        return Err(Trouble::FormExpired);
    }
    let link = caller.form.text("link");
    let password = caller.form.exact("password");
    let t = frame(caller).t;
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if password != caller.form.exact("again") {
        return welcome_page(caller, &link, t.doors.differing.to_owned(), wrong).await;
    }
    let origin = caller.visitor.origin_of(Actor::Operator);
    match accept_invitation(&caller.app.authority, &link, password, origin).await {
        Ok(_) => Ok(see_other(&sign_in_path(HOME))),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_))) => {
            welcome_page(caller, &link, refusal_text(t, &refusal), wrong).await
        }
        Err(Refusal::NotAuthenticated) => welcome_page(caller, &link, String::new(), wrong).await,
        Err(refusal) => Err(refusal.into()),
    }
}

/// `GET /console/sign-in?to=…`
pub(super) async fn sign_in(caller: Caller) -> (Answer, Caller) {
    let answer = signing_in(&caller).await;
    (answer, caller)
}

async fn signing_in(caller: &Caller) -> Answer {
    if caller.method == Method::HEAD {
        return Err(Trouble::BadRequest);
    }
    let facts = caller.app.authority.store.console().await?;
    let Some(facts) = facts else {
        return Ok(see_other(HOME));
    };
    let to = own_path(caller.query.get("to"));
    let forms = &caller.app.forms;
    let browser = caller.visitor.browser();
    let now = caller.app.authority.store.now();
    let state = format!("{}~{to}", forms.token(now, &[STATE, browser, &to]));
    let challenge = pkce_challenge(&forms.tag(&[VERIFIER, browser, &state]));
    let asked = [
        ("client_id", facts.application.to_string()),
        ("redirect_uri", callback_uri(caller)),
        ("response_type", "code".to_owned()),
        ("scope", "openid".to_owned()),
        ("nonce", forms.tag(&[NONCE, browser, &state])),
        ("code_challenge", challenge.unwrap_or_default()),
        ("code_challenge_method", "S256".to_owned()),
        ("ui_locales", caller.language.as_str().to_owned()),
        ("state", state),
    ];
    let asked: Vec<(&str, &str)> = asked
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    let url = &caller.app.settings.public_url;
    Ok(see_other(&format!(
        "{url}{OIDC_AUTHORIZATION}?{}",
        query(&asked)
    )))
}

fn callback_uri(caller: &Caller) -> String {
    format!("{}{CALLBACK}", caller.app.settings.public_url)
}

/// A path of the console, and nothing that a browser could take for another host's.
fn own_path(wanted: Option<&str>) -> String {
    let is_plain = |path: &&str| {
        let rest = path.strip_prefix(HOME).unwrap_or("x");
        let begins = rest.is_empty() || rest.starts_with('/') || rest.starts_with('?');
        begins && path.len() <= 512 && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
    };
    wanted.filter(is_plain).unwrap_or(HOME).to_owned()
}

/// `GET /console/callback`: the code comes back, and is redeemed by the operation that
/// the token endpoint calls.
pub(super) async fn callback(mut caller: Caller) -> (Answer, Caller) {
    let answer = match came_back(&caller).await {
        Ok((cookie, to)) => {
            caller.visitor.begin_console(&cookie);
            Ok(see_other(&to))
        }
        Err(trouble) => Err(trouble),
    };
    (answer, caller)
}

async fn came_back(caller: &Caller) -> Result<(String, String), Trouble> {
    if caller.method == Method::HEAD {
        return Err(Trouble::BadRequest);
    }
    let authority = &caller.app.authority;
    let (forms, browser) = (&caller.app.forms, caller.visitor.browser());
    let state = caller.query.text("state");
    let (token, to) = state.split_once('~').ok_or(Trouble::BadRequest)?;
    if !forms.check(authority.store.now(), token, &[STATE, browser, to]) {
        return Err(Trouble::FormExpired);
    }
    // RFC 9207: the answer is ours, and nobody else's.
    let is_ours = caller.query.get("iss") == Some(caller.app.tokens.issuer());
    let code = caller.query.get("code").filter(|_| is_ours);
    let code = code.ok_or(Trouble::BadRequest)?;
    let facts = authority.store.console().await?.ok_or(Trouble::NotFound)?;
    let redeemed = redeemed(caller, facts, code, &state).await?;
    let nonce = forms.tag(&[NONCE, browser, &state]);
    let grant = redeemed.view.grant.as_ref().map(|grant| grant.id);
    let (true, Some(grant)) = (redeemed.nonce == Some(nonce), grant) else {
        return Err(Trouble::BadRequest);
    };
    let cookie = cookie_of(&caller.app, redeemed.view.login.id, grant);
    Ok((cookie, own_path(Some(to))))
}

async fn redeemed(
    caller: &Caller,
    facts: ConsoleFacts,
    code: &str,
    state: &str,
) -> Result<rollcall_core::operations::redeem_code::RedeemedCode, Trouble> {
    let authority = &caller.app.authority;
    let application = authority.store.application(facts.pool, facts.application);
    let application = application.await?.ok_or(Trouble::NotFound)?;
    let browser = caller.visitor.browser();
    let request = RedeemCode {
        application,
        code: code.to_owned(),
        redirect_uri: callback_uri(caller),
        verifier: Some(caller.app.forms.tag(&[VERIFIER, browser, state])),
    };
    let redeemed = redeem_code(authority, request, caller.visitor.origin()).await;
    redeemed.map_err(|error| match error {
        RedeemError::InvalidGrant | RedeemError::UnauthorizedClient => Trouble::FormExpired,
        RedeemError::Refused(refusal) => Trouble::Refused(refusal),
    })
}

/// `POST /console/sign-out`: the console, and the session that it was signed in with.
pub(super) async fn sign_out(mut caller: Caller) -> (Answer, Caller) {
    let answer = signed_out_now(&caller).await;
    if answer.is_ok() {
        caller.visitor.end_console();
    }
    (answer, caller)
}

async fn signed_out_now(caller: &Caller) -> Answer {
    if let Some(me) = caller.administrator(false).await? {
        if !caller.is_genuine() {
            return Err(Trouble::FormExpired);
        }
        let key = SessionKey::Login(me.login);
        let origin = caller.visitor.origin();
        end(&caller.app.authority, me.facts.pool, key, origin).await?;
    }
    let mut response = see_other("/console/signed-out");
    // What the browser kept of private pages goes too (ASVS 5.0, 14.3.1).
    let cleared = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(CLEAR_SITE_DATA, cleared);
    Ok(response)
}

/// `GET /console/signed-out`
pub(super) async fn signed_out(caller: Caller) -> (Answer, Caller) {
    let frame = frame(&caller);
    let page = SignedOutPage {
        shell: frame.shell("signed-out", frame.t.doors.signed_out),
    };
    (Ok(frame.page(&page)), caller)
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn one_comes_back_to_the_console_alone() {
        for path in ["/console", "/console/6a/online?q=x", "/console?x"] {
            assert_eq!(own_path(Some(path)), path);
        }
        for path in [
            "//evil.example",
            "https://evil.example",
            "/console.evil.example",
            "/consolex",
            "/console/\\evil",
            "/console/\r\nx",
            "/oidc/auth",
        ] {
            assert_eq!(own_path(Some(path)), "/console", "{path}");
        }
        assert_eq!(own_path(None), "/console");
    }
}
