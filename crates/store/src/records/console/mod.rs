//! The console's records: where administrators sign in, what each is in which pool,
//! and links that were given to them.

mod live;
mod people;
#[cfg(test)]
mod plans;
mod standing;
mod tally;

use super::columns::Columns;
use super::{Commit, SqlStore, WriteError, applications, pools, users};
use crate::sql::{Connection, OptionalExtension as _, Result, params};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::console::{
    Administrator, ConsoleFacts, NewAdministrator, NewConsole, Role, RoleIn, Roles,
};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::model::pool::Pool;
use rollcall_core::model::user::{NewPassword, User, UserChange};
use rollcall_core::ports::applications::Created;
use rollcall_core::ports::console::{AdministratorAdded, Console, ConsoleMade, RoleSet};
use rollcall_core::ports::pools::PoolCreated;
use rollcall_core::ports::users::{Found, Saved};
use rollcall_core::ports::{Detail, StoreResult};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Timestamp, expired};

pub(crate) const FACTS: &str = "SELECT pool, application FROM console WHERE only_row = 1";
pub(crate) const ROLES: &str =
    "SELECT pool, role FROM console_roles WHERE administrator = ?1 ORDER BY pool LIMIT ?2";
pub(crate) const ADMINISTRATORS: &str =
    "SELECT administrator, role FROM console_roles WHERE pool = ?1
    ORDER BY administrator LIMIT ?2";
const COUNT_OF_POOL: &str = "SELECT count(*) FROM console_roles WHERE pool = ?1";
const OTHER_OWNERS: &str = "SELECT count(*) FROM console_roles
    WHERE pool = ?1 AND role = 'owner' AND administrator <> ?2";
const SET_ROLE: &str =
    "INSERT INTO console_roles (administrator, pool, role, given_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (administrator, pool) DO UPDATE SET role = excluded.role";
const REMOVE_ROLE: &str = "DELETE FROM console_roles WHERE administrator = ?1 AND pool = ?2";
const INSERT_INVITATION: &str =
    "INSERT INTO console_invitations (digest, administrator, expires_at) VALUES (?1, ?2, ?3)";
/// All of somebody's: one that is used takes the others with it.
const REMOVE_INVITATIONS: &str = "DELETE FROM console_invitations WHERE administrator = ?1";
pub(crate) const INVITATION: &str =
    "SELECT administrator, expires_at FROM console_invitations WHERE digest = ?1";
const REMOVE_ROLES: &str = "DELETE FROM console_roles WHERE administrator = ?1";
const POOL_IDS: &str = "SELECT id FROM pools ORDER BY ordinal LIMIT ?1";

/// What no page may pay for with the number of people or logins.
#[cfg(test)]
pub(super) const READS: &[(&str, &str)] = &[
    ("console::ROLES", ROLES),
    ("console::ADMINISTRATORS", ADMINISTRATORS),
    ("console::INVITATION", INVITATION),
    ("console::NEWEST", people::NEWEST),
    ("console::BY_USERNAME", people::BY_USERNAME),
    ("console::BY_EMAIL", people::BY_EMAIL),
    ("console::DETAILS", standing::DETAILS),
    ("console::OPEN", standing::OPEN),
    ("console::PAST", standing::PAST),
    ("console::LAST_ENDED", standing::LAST_ENDED),
    ("console::ACTIONS", tally::ACTIONS),
    ("console::FORGET", tally::FORGET),
    ("console::HOURS", tally::HOURS),
    ("console::WAITING", tally::WAITING),
    ("console::NAMES", applications::list::NAMES),
];

fn facts(conn: &Connection) -> Result<Option<ConsoleFacts>> {
    conn.prepare_cached(FACTS)?
        .query_row((), |row| {
            let mut columns = Columns::of(row);
            Ok(ConsoleFacts {
                pool: PoolId::from_bytes(columns.get()?),
                application: ApplicationId::from_bytes(columns.get()?),
            })
        })
        .optional()
}

fn roles(conn: &Connection, administrator: UserId) -> Result<Vec<RoleIn>> {
    conn.prepare_cached(ROLES)?
        .query_map((administrator.as_bytes(), limits::MAX_ROLES), |row| {
            let mut columns = Columns::of(row);
            Ok(RoleIn {
                pool: PoolId::from_bytes(columns.get()?),
                role: columns.meaning(Role::from_name)?,
            })
        })?
        .collect()
}

fn roles_of(conn: &Connection, user: UserId) -> Result<Option<Roles>> {
    let Some(console) = facts(conn)? else {
        return Ok(None);
    };
    Ok(Some(Roles {
        user,
        console: console.pool,
        given: roles(conn, user)?,
    }))
}

/// What an administrator is in a pool.
pub(super) fn role_in(conn: &Connection, user: UserId, pool: PoolId) -> Result<Option<Role>> {
    Ok(roles_of(conn, user)?.and_then(|roles| roles.in_pool(pool)))
}

/// Whether an administrator owns the whole server.
pub(super) fn is_server_owner(conn: &Connection, user: UserId) -> Result<bool> {
    Ok(roles_of(conn, user)?.is_some_and(|roles| roles.is_server_owner()))
}

/// Makes the console and its first owner.
fn set_up(
    commit: &mut Commit<'_>,
    new: NewConsole,
    owner: NewAdministrator,
    origin: &Origin,
) -> std::result::Result<ConsoleMade, WriteError> {
    if facts(commit.conn())?.is_some() {
        return Ok(ConsoleMade::AlreadyThere);
    }
    let pool = new.pool.pool.id;
    let application = new.application.application.id;
    if pools::create(commit, new.pool, origin)? == PoolCreated::TooMany {
        return Ok(ConsoleMade::TooManyPools);
    }
    match applications::make(commit, new.application, origin)? {
        Created::Created => {}
        Created::IdentifierTaken => return Err(fault("the console's own name is taken")),
    }
    commit
        .conn()
        .prepare_cached("INSERT INTO console (only_row, pool, application) VALUES (1, ?1, ?2)")?
        .perform((pool.as_bytes(), application.as_bytes()))?;
    match add(commit, owner, origin)? {
        AdministratorAdded::Added(_) => Ok(ConsoleMade::Made),
        AdministratorAdded::NotFound
        | AdministratorAdded::TooMany
        | AdministratorAdded::Elsewhere => Err(fault("a new console has no room for its owner")),
    }
}

fn fault(text: &str) -> WriteError {
    WriteError::Fault(Detail(text.to_owned()))
}

/// Gives somebody a role, and makes them if nobody has their e-mail.
fn add(
    commit: &mut Commit<'_>,
    new: NewAdministrator,
    origin: &Origin,
) -> std::result::Result<AdministratorAdded, WriteError> {
    let Some(console) = facts(commit.conn())? else {
        return Ok(AdministratorAdded::NotFound);
    };
    if pools::by_id(commit.conn(), new.scope)?.is_none() {
        return Ok(AdministratorAdded::NotFound);
    }
    let present: u32 = commit
        .conn()
        .prepare_cached(COUNT_OF_POOL)?
        .query_row([new.scope.as_bytes()], |row| row.get(0))?;
    if present >= limits::MAX_ADMINISTRATORS_PER_POOL {
        return Ok(AdministratorAdded::TooMany);
    }
    let email = new.user.email.clone().unwrap_or_default();
    let selector = UserSelector::any_of(vec![Identifier::Email(email)]);
    let user = match users::resolve(commit.conn(), console.pool, &selector)? {
        Found::One(known) if !may_invite(commit.conn(), known, new.scope, origin)? => {
            return Ok(AdministratorAdded::Elsewhere);
        }
        Found::One(known) => known,
        Found::Nobody | Found::Ambiguous(_) => match users::make(commit, new.user, origin)? {
            Saved::Saved(user) => user.id,
            Saved::Taken(_) | Saved::ExtIdpNotFound | Saved::NotFound => {
                return Err(fault("a new administrator could not be stored"));
            }
        },
    };
    write_role(commit, user, new.scope, Some(new.role), origin)?;
    if let Some(link) = new.invitation {
        // The newest link is the one that counts.
        let conn = commit.conn();
        conn.prepare_cached(REMOVE_INVITATIONS)?
            .perform([user.as_bytes()])?;
        conn.prepare_cached(INSERT_INVITATION)?.perform((
            link.digest.as_bytes(),
            user.as_bytes(),
            link.expires_at.as_millis(),
        ))?;
    }
    Ok(AdministratorAdded::Added(user))
}

/// Whether the actor may give a link to somebody who is there already. It lets whoever
/// holds it choose that person's password: an owner of one pool would come by what the
/// person is in others.
fn may_invite(conn: &Connection, known: UserId, scope: PoolId, origin: &Origin) -> Result<bool> {
    let Actor::Administrator(inviter) = origin.actor else {
        return Ok(true);
    };
    let known = roles(conn, known)?;
    let is_elsewhere = known.iter().any(|given| given.pool != scope);
    Ok(!is_elsewhere || is_server_owner(conn, inviter)?)
}

fn write_role(
    commit: &mut Commit<'_>,
    user: UserId,
    pool: PoolId,
    role: Option<Role>,
    origin: &Origin,
) -> std::result::Result<(), WriteError> {
    let now = commit.now().as_millis();
    let conn = commit.conn();
    let (action, detail) = match role {
        Some(role) => {
            conn.prepare_cached(SET_ROLE)?.perform(params![
                user.as_bytes(),
                pool.as_bytes(),
                role.as_str(),
                now
            ])?;
            (AuditAction::Update, role.as_str())
        }
        None => {
            conn.prepare_cached(REMOVE_ROLE)?
                .perform((user.as_bytes(), pool.as_bytes()))?;
            (AuditAction::Delete, "")
        }
    };
    let resource = AuditResource::Administrator;
    commit.audit(pool, origin, action, resource, user.to_string(), detail)
}

fn set_role(
    commit: &mut Commit<'_>,
    user: UserId,
    pool: PoolId,
    role: Option<Role>,
    origin: &Origin,
) -> std::result::Result<RoleSet, WriteError> {
    let given = roles(commit.conn(), user)?;
    if !given.iter().any(|given| given.pool == pool) {
        return Ok(RoleSet::NotFound);
    }
    let console = facts(commit.conn())?;
    let of_server = console.is_some_and(|console| console.pool == pool);
    if of_server && role != Some(Role::Owner) {
        let others: u32 = commit
            .conn()
            .prepare_cached(OTHER_OWNERS)?
            .query_row((pool.as_bytes(), user.as_bytes()), |row| row.get(0))?;
        if others == 0 {
            return Ok(RoleSet::LastOwner);
        }
    }
    write_role(commit, user, pool, role, origin)?;
    Ok(RoleSet::Set)
}

/// Whoever is deleted is no administrator any more. Ids are of one pool alone and never
/// used again, so nobody else loses anything.
pub(super) fn forget(conn: &Connection, user: UserId) -> Result<()> {
    for sql in [REMOVE_ROLES, REMOVE_INVITATIONS] {
        conn.prepare_cached(sql)?.perform([user.as_bytes()])?;
    }
    Ok(())
}

/// Whom a link invites, and in which pool they are.
fn invited(
    conn: &Connection,
    link: TokenDigest,
    now: Timestamp,
) -> Result<Option<(PoolId, UserId)>> {
    let found = conn
        .prepare_cached(INVITATION)?
        .query_row([link.as_bytes()], |row| {
            let mut columns = Columns::of(row);
            Ok((UserId::from_bytes(columns.get()?), columns.instant()?))
        })
        .optional()?;
    let live = found.filter(|(_, until)| !expired(*until, now));
    let console = facts(conn)?;
    Ok(live
        .zip(console)
        .map(|((user, _), console)| (console.pool, user)))
}

fn accept(
    commit: &mut Commit<'_>,
    link: TokenDigest,
    password: NewPassword,
    origin: &Origin,
) -> std::result::Result<Option<UserId>, WriteError> {
    let Some((pool, user)) = invited(commit.conn(), link, commit.now())? else {
        return Ok(None);
    };
    commit
        .conn()
        .prepare_cached(REMOVE_INVITATIONS)?
        .perform([user.as_bytes()])?;
    let change = UserChange {
        password: Some(password),
        ..UserChange::default()
    };
    match users::change(commit, pool, user, change, origin)? {
        Saved::Saved(_) => Ok(Some(user)),
        Saved::Taken(_) | Saved::ExtIdpNotFound | Saved::NotFound => Ok(None),
    }
}

fn administrators(conn: &Connection, pool: PoolId) -> Result<Vec<Administrator>> {
    let Some(console) = facts(conn)? else {
        return Ok(Vec::new());
    };
    let most = limits::MAX_ADMINISTRATORS_PER_POOL;
    let rows: Vec<(UserId, Role)> = conn
        .prepare_cached(ADMINISTRATORS)?
        .query_map((pool.as_bytes(), most), |row| {
            let mut columns = Columns::of(row);
            let user = UserId::from_bytes(columns.get()?);
            Ok((user, columns.meaning(Role::from_name)?))
        })?
        .collect::<Result<_>>()?;
    let mut list = Vec::with_capacity(rows.len());
    for (user, role) in rows {
        let known = users::by_ids(conn, console.pool, &[user])?;
        let known = known.into_iter();
        list.extend(known.map(|user| Administrator { user, role }));
    }
    list.sort_by(|a, b| a.user.email.cmp(&b.user.email));
    Ok(list)
}

fn all_pools(conn: &Connection) -> Result<Vec<Pool>> {
    let ids: Vec<PoolId> = conn
        .prepare_cached(POOL_IDS)?
        .query_map([limits::MAX_USER_POOLS], |row| {
            row.get(0).map(PoolId::from_bytes)
        })?
        .collect::<Result<_>>()?;
    let pools = ids.into_iter().map(|id| pools::by_id(conn, id));
    pools.filter_map(Result::transpose).collect()
}

#[async_trait]
impl Console for SqlStore {
    async fn console(&self) -> StoreResult<Option<ConsoleFacts>> {
        self.read(facts).await
    }

    async fn set_up_console(
        &self,
        console: NewConsole,
        owner: NewAdministrator,
        origin: Origin,
    ) -> StoreResult<ConsoleMade> {
        self.write(move |commit| set_up(commit, console, owner, &origin))
            .await
    }

    async fn add_administrator(
        &self,
        new: NewAdministrator,
        origin: Origin,
    ) -> StoreResult<AdministratorAdded> {
        self.write(move |commit| add(commit, new, &origin)).await
    }

    async fn roles(&self, administrator: UserId) -> StoreResult<Vec<RoleIn>> {
        self.read(move |conn| roles(conn, administrator)).await
    }

    async fn administrators(&self, pool: PoolId) -> StoreResult<Vec<Administrator>> {
        self.scan(move |conn| administrators(conn, pool)).await
    }

    async fn set_role(
        &self,
        administrator: UserId,
        pool: PoolId,
        role: Option<Role>,
        origin: Origin,
    ) -> StoreResult<RoleSet> {
        self.write(move |commit| set_role(commit, administrator, pool, role, &origin))
            .await
    }

    async fn invited(&self, link: TokenDigest) -> StoreResult<Option<User>> {
        self.read(move |conn| {
            let Some((pool, user)) = invited(conn, link, conn.now()?)? else {
                return Ok(None);
            };
            Ok(users::by_ids(conn, pool, &[user])?.into_iter().next())
        })
        .await
    }

    async fn accept_invitation(
        &self,
        link: TokenDigest,
        password: NewPassword,
        origin: Origin,
    ) -> StoreResult<Option<UserId>> {
        self.write(move |commit| accept(commit, link, password, &origin))
            .await
    }

    async fn all_pools(&self) -> StoreResult<Vec<Pool>> {
        self.scan(all_pools).await
    }
}
