//! The console: what administrators see and do in a browser.
//!
//! Pages are made on the server and work without scripts; htmx swaps parts of them
//! where it is there. What is done goes through the operations that the API calls,
//! with the administrator as the actor. Administrators sign in through our own OIDC
//! endpoints like the people of any application ([`entry`]); who they are is asked of
//! the store with each request ([`desk`]).

mod assets;
mod desk;
mod entry;
mod form;
mod frame;
mod live;
mod pages;
mod show;
mod texts;
mod who;

use crate::routes::Routes;
use crate::state::AppState;
use desk::{administrator, passive, visitor};
use parking_lot::Mutex;
use rollcall_core::Refusal;
use rollcall_core::limits;
use rollcall_core::model::console::Role::{Operator, Owner, Viewer};
use rollcall_core::operations::console_access::settle_console;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use rollcall_core::secret::{Secret, TokenDigest};
use std::fmt;
use tokio::sync::Semaphore;

/// Where the console is.
pub(crate) const HOME: &str = "/console";

/// Where its sign-ins come back.
pub(crate) const CALLBACK: &str = "/console/callback";

/// What the console keeps beside the store.
pub struct ConsoleDoor {
    /// The digest of the code that makes the first owner; none: it was used, or there
    /// was an owner when the server started.
    first_run: Mutex<Option<TokenDigest>>,
    /// Places for browsers that watch.
    live_views: Semaphore,
}

impl Default for ConsoleDoor {
    fn default() -> Self {
        Self {
            first_run: Mutex::new(None),
            live_views: Semaphore::new(limits::MAX_LIVE_VIEWS),
        }
    }
}

impl fmt::Debug for ConsoleDoor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsoleDoor")
    }
}

impl ConsoleDoor {
    /// Ends every live view; none begins any more.
    pub fn close(&self) {
        self.live_views.close();
    }

    /// Whether this is the code, however it is grouped.
    fn opens(&self, code: &str) -> bool {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let given = TokenDigest::of(&plain.to_ascii_lowercase());
        *self.first_run.lock() == Some(given)
    }

    fn is_first_run(&self) -> bool {
        self.first_run.lock().is_some()
    }

    fn first_run_is_over(&self) {
        *self.first_run.lock() = None;
    }
}

/// The code that makes the first owner of the console, once.
#[derive(Clone, Debug)]
pub struct FirstRun(Secret);

impl FirstRun {
    /// The code, in groups that can be read out.
    pub fn reveal(&self) -> String {
        let text = self.0.reveal();
        let groups: Vec<&str> = text
            .as_bytes()
            .chunks(8)
            .filter_map(|group| std::str::from_utf8(group).ok())
            .collect();
        groups.join("-")
    }
}

/// Readies the console for a server that is about to answer: settles where its
/// sign-ins come back, or makes the code of the first run.
pub async fn prepare(app: &AppState) -> StoreResult<Option<FirstRun>> {
    if !app.settings.console {
        return Ok(None);
    }
    let Some(facts) = app.authority.store.console().await? else {
        let code = Secret::generate(app.authority.entropy.as_ref());
        *app.console.first_run.lock() = Some(TokenDigest::of(code.reveal()));
        return Ok(Some(FirstRun(code)));
    };
    settle(app, facts).await.map_err(|refusal| match refusal {
        Refusal::Unavailable => StoreError::Unavailable(Detail(String::new())),
        other => StoreError::Fault(Detail(format!("the console is not settled: {other:?}"))),
    })?;
    Ok(None)
}

async fn settle(
    app: &AppState,
    facts: rollcall_core::model::console::ConsoleFacts,
) -> Result<(), Refusal> {
    let url = &app.settings.public_url;
    let (callback, home) = (format!("{url}{CALLBACK}"), format!("{url}{HOME}"));
    settle_console(&app.authority, facts, &callback, &home).await
}

/// All routes of the console, and what one must be to call each.
pub(crate) fn routes() -> Routes {
    Routes::default()
        .merge(doors())
        .merge(sessions())
        .merge(applications())
        .merge(records())
}

/// Before one is anybody.
fn doors() -> Routes {
    Routes::default()
        .get(HOME, visitor(entry::home))
        .get("/console/static/{file}", assets::asset())
        .post("/console/first-run", visitor(entry::first_run))
        .get("/console/welcome", visitor(entry::welcome))
        .post("/console/welcome", visitor(entry::accept))
        .get("/console/sign-in", visitor(entry::sign_in))
        .get(CALLBACK, visitor(entry::callback))
        .post("/console/sign-out", visitor(entry::sign_out))
        .get("/console/signed-out", visitor(entry::signed_out))
        .post("/console/pools", visitor(entry::make_pool))
}

/// Who is signed in where, and making it stop.
fn sessions() -> Routes {
    use pages::{check, kick, online, overview, user, users};
    Routes::default()
        .get(
            "/console/{pool}/overview",
            administrator(Viewer, overview::overview),
        )
        .get(
            "/console/{pool}/online",
            administrator(Viewer, online::online),
        )
        .get("/console/{pool}/online/rows", passive(Viewer, online::rows))
        .get(
            "/console/{pool}/online/events",
            passive(Viewer, live::events),
        )
        .get("/console/{pool}/kick", administrator(Operator, kick::ask))
        .post("/console/{pool}/kick", administrator(Operator, kick::kick))
        .get(
            "/console/{pool}/kicked",
            administrator(Operator, kick::kicked),
        )
        .get("/console/{pool}/kicked/rows", passive(Operator, kick::rows))
        .get("/console/{pool}/check", administrator(Viewer, check::check))
        .get("/console/{pool}/users", administrator(Viewer, users::users))
        .get(
            "/console/{pool}/users/new",
            administrator(Owner, users::ask_new),
        )
        .post(
            "/console/{pool}/users/new",
            administrator(Owner, users::make),
        )
        .get(
            "/console/{pool}/users/{user}",
            administrator(Viewer, user::user),
        )
        .get(
            "/console/{pool}/users/{user}/end",
            administrator(Operator, user::ask_end),
        )
        .post(
            "/console/{pool}/users/{user}/end",
            administrator(Operator, user::end),
        )
        .get(
            "/console/{pool}/users/{user}/suspend",
            administrator(Owner, user::ask_suspend),
        )
        .post(
            "/console/{pool}/users/{user}/suspend",
            administrator(Owner, user::suspend),
        )
        .post(
            "/console/{pool}/users/{user}/activate",
            administrator(Owner, user::activate),
        )
        .get(
            "/console/{pool}/users/{user}/password",
            administrator(Owner, user::ask_password),
        )
        .post(
            "/console/{pool}/users/{user}/password",
            administrator(Owner, user::password),
        )
}

fn applications() -> Routes {
    use pages::{application, applications};
    Routes::default()
        .get(
            "/console/{pool}/applications",
            administrator(Viewer, applications::list),
        )
        .get(
            "/console/{pool}/applications/new",
            administrator(Owner, applications::ask_new),
        )
        .post(
            "/console/{pool}/applications/new",
            administrator(Owner, applications::make),
        )
        .get(
            "/console/{pool}/applications/{app}",
            administrator(Viewer, application::show),
        )
        .post(
            "/console/{pool}/applications/{app}",
            administrator(Owner, application::save),
        )
        .post(
            "/console/{pool}/applications/{app}/secret",
            administrator(Owner, application::secret),
        )
        .get(
            "/console/{pool}/applications/{app}/rotate",
            administrator(Owner, application::ask_rotate),
        )
        .post(
            "/console/{pool}/applications/{app}/rotate",
            administrator(Owner, application::rotate),
        )
        .get(
            "/console/{pool}/applications/{app}/switch",
            administrator(Owner, application::ask_switch),
        )
        .post(
            "/console/{pool}/applications/{app}/switch",
            administrator(Owner, application::switch),
        )
}

fn records() -> Routes {
    use pages::{audit, deliveries, keys, settings};
    Routes::default()
        .get("/console/{pool}/audit", administrator(Viewer, audit::list))
        .get(
            "/console/{pool}/audit.csv",
            administrator(Viewer, audit::csv),
        )
        .get(
            "/console/{pool}/audit.json",
            administrator(Viewer, audit::json),
        )
        .get(
            "/console/{pool}/deliveries",
            administrator(Viewer, deliveries::list),
        )
        .get("/console/{pool}/keys", administrator(Owner, keys::list))
        .post("/console/{pool}/keys", administrator(Owner, keys::make))
        .get(
            "/console/{pool}/keys/{key}/delete",
            administrator(Owner, keys::ask_delete),
        )
        .post(
            "/console/{pool}/keys/{key}/delete",
            administrator(Owner, keys::delete),
        )
        .post(
            "/console/{pool}/keys/{key}/switch",
            administrator(Owner, keys::switch),
        )
        .get(
            "/console/{pool}/settings",
            administrator(Owner, settings::show),
        )
        .post(
            "/console/{pool}/settings",
            administrator(Owner, settings::save),
        )
        .post(
            "/console/{pool}/administrators",
            administrator(Owner, settings::invite),
        )
        .post(
            "/console/{pool}/administrators/{user}",
            administrator(Owner, settings::set_role),
        )
}
