//! Why one user is signed in, or is not.

use super::Doctor;
use crate::records::OpenError;
use crate::records::lifecycle::{LoginState, PoolRules};
use crate::records::users::resolve::{self, resolve as found};
use crate::sql::{Connection, OptionalExtension as _, Result, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::model::event::{End, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::users::Found;
use rollcall_core::time::Timestamp;

/// So many of a user's logins are explained, the newest first.
const LOGINS: u32 = 50;

const POOLS: &str = "SELECT id FROM pools ORDER BY ordinal";
const LOGINS_OF_USER: &str = "SELECT id FROM logins WHERE pool = ?1 AND user = ?2
    ORDER BY begun_revision DESC, begun_index DESC LIMIT ?3";
const KICKS_OF_USER: &str = "SELECT application, at FROM kick_marks
    WHERE pool = ?1 AND user = ?2 ORDER BY at DESC";
const NAME_OF_APPLICATION: &str = "SELECT name FROM applications WHERE pool = ?1 AND id = ?2";

/// Whom to explain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Any identifier.
    pub text: String,
    /// In which pool; in all of them if none is named.
    pub pool: Option<PoolId>,
}

/// A login, and why it stands as it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginExplained {
    /// The login.
    pub id: LoginId,
    /// Its session, which is a device.
    pub session: SessionId,
    /// Its application.
    pub application: ApplicationId,
    /// The application's name; none if it is deleted.
    pub application_name: Option<String>,
    /// Since when.
    pub begun_at: Timestamp,
    /// Its last activity.
    pub last_seen: Timestamp,
    /// Whether it is live; if not, since when and why.
    pub standing: Standing,
    /// Of a live one: the rule by which it ends if nothing happens.
    pub next_end: Option<Reason>,
    /// Of an ended one: whether that is recorded on it.
    pub recorded: bool,
}

/// A kick: a sign-in before it is not enough for this application any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// The application.
    pub application: ApplicationId,
    /// When.
    pub at: Timestamp,
}

/// How a user stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The user's pool.
    pub pool: PoolId,
    /// The user.
    pub user: UserId,
    /// The user's status, as V3 calls it.
    pub status: String,
    /// The newest logins first.
    pub logins: Vec<LoginExplained>,
    /// The newest kicks first.
    pub kicks: Vec<Mark>,
}

impl Doctor {
    /// Explains each user whom the text means: one in a pool.
    pub fn explain(&self, subject: &Subject) -> std::result::Result<Vec<Explanation>, OpenError> {
        Ok(self.explained(subject)?)
    }

    fn explained(&self, subject: &Subject) -> Result<Vec<Explanation>> {
        let mut pools = self.conn.prepare(POOLS)?;
        let pools: Vec<[u8; 12]> = pools
            .query_map((), |row| row.get(0))?
            .collect::<Result<_>>()?;
        let mut explained = Vec::new();
        for pool in pools {
            let pool = PoolId::from_bytes(pool);
            if subject.pool.is_some_and(|named| named != pool) {
                continue;
            }
            for user in meant(&self.conn, pool, &subject.text)? {
                explained.push(self.of_user(pool, user)?);
            }
        }
        Ok(explained)
    }

    fn of_user(&self, pool: PoolId, user: UserId) -> Result<Explanation> {
        let key = (pool.as_bytes(), user.as_bytes());
        let status: Option<String> = self
            .conn
            .prepare(resolve::STATUS)?
            .query_row(key, |row| row.get(0))
            .optional()?;
        let mut select = self.conn.prepare(LOGINS_OF_USER)?;
        let ids: Vec<[u8; 16]> = select
            .query_map(params![key.0, key.1, LOGINS], |row| row.get(0))?
            .collect::<Result<_>>()?;
        let rules = PoolRules::of(&self.conn, pool)?;
        let mut logins = Vec::new();
        for id in ids {
            let login = LoginId::from_bytes(id);
            if let Some(state) = LoginState::of_login(&self.conn, pool, login)? {
                logins.push(self.of_login(&rules, &state)?);
            }
        }
        let mut select = self.conn.prepare(KICKS_OF_USER)?;
        let kicks = select.query_map(key, |row| {
            Ok(Mark {
                application: ApplicationId::from_bytes(row.get(0)?),
                at: Timestamp::from_millis(row.get(1)?),
            })
        })?;
        Ok(Explanation {
            pool,
            user,
            status: status.unwrap_or_default(),
            logins,
            kicks: kicks.collect::<Result<_>>()?,
        })
    }

    fn of_login(&self, rules: &PoolRules, state: &LoginState) -> Result<LoginExplained> {
        let login = &state.login;
        let standing = rules.standing(state, self.now);
        // Asked as of its limit, the same rules tell which limit that is.
        let next_end = match standing {
            Standing::Live { expires_at } => match rules.standing(state, expires_at) {
                Standing::Ended(End { reason, .. }) => Some(reason),
                Standing::Live { .. } => None,
            },
            Standing::Ended(_) => None,
        };
        let application = (state.pool.as_bytes(), login.application.as_bytes());
        let name = self
            .conn
            .prepare_cached(NAME_OF_APPLICATION)?
            .query_row(application, |row| row.get(0))
            .optional()?;
        Ok(LoginExplained {
            id: login.id,
            session: login.session,
            application: login.application,
            application_name: name,
            begun_at: login.begun_at,
            last_seen: login.last_seen,
            standing,
            next_end,
            recorded: login.end.is_some(),
        })
    }
}

/// Everybody whom the text can mean in the pool: a check would call two of them
/// ambiguous, and here that is to be seen.
fn meant(conn: &Connection, pool: PoolId, text: &str) -> Result<Vec<UserId>> {
    let Ok(selector) = UserSelector::any(text, "user") else {
        return Ok(Vec::new());
    };
    let mut users = Vec::new();
    for candidate in selector.candidates() {
        let candidate = UserSelector::any_of(vec![candidate.clone()]);
        if let Found::One(user) = found(conn, pool, &candidate)?
            && !users.contains(&user)
        {
            users.push(user);
        }
    }
    Ok(users)
}
