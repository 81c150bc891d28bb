//! `rollcall init`: a store, a pool, a key. Of a file it takes the folder's lock.

use super::error::BootError;
use super::open::{DEFAULT_POOL_NAME, OpenStore, check_pool_name, open, operator};
use super::place::Place;
use crate::config::StoreConfig;
use crate::passwords::{Argon2Passwords, Cost};
use rollcall_core::Refusal;
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::access_key::{AccessKey, KeyLabels, Permission, Permissions};
use rollcall_core::operations::Authority;
use rollcall_core::operations::console_access::make_owner;
use rollcall_core::operations::create_user_pool::MadePool;
use rollcall_core::ports::access_keys::{KeyChanged, KeyCreated};
use rollcall_core::ports::{Detail, StoreError};
use rollcall_core::secret::Secret;
use rollcall_store::OpenError;
use std::sync::Arc;

/// What to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InitTask {
    /// A store with a first pool.
    Store {
        /// The pool's name.
        pool_name: Option<String>,
    },
    /// Another access key.
    NewKey {
        /// Its pool; the store's first if none is named.
        pool: Option<String>,
        /// Its permissions; all if none is named.
        permissions: Vec<String>,
    },
    /// Another secret of a pool's root key, whose former one is lost, leaked, or was
    /// never known to anybody: `serve` makes a first pool without showing it.
    NewRootSecret {
        /// The pool; the store's first if none is named.
        pool: Option<String>,
    },
    /// Another pool.
    NewPool {
        /// Its name.
        name: String,
    },
}

/// A key that was made. Its secret is shown this once.
#[derive(Debug)]
pub struct IssuedKey {
    /// The key's id.
    pub access_key_id: String,
    /// The pool that it reaches.
    pub user_pool_id: String,
    secret: Secret,
}

impl IssuedKey {
    /// The key's secret.
    pub fn reveal_secret(&self) -> &str {
        self.secret.reveal()
    }

    fn of_pool(pool: PoolId, secret: Secret) -> Self {
        Self {
            access_key_id: pool.root_key().to_string(),
            user_pool_id: pool.to_string(),
            secret,
        }
    }

    fn of_made(made: MadePool) -> Self {
        Self::of_pool(made.id, made.root_secret)
    }
}

/// Does the task on the store; a file may nobody be serving. What is asked wrongly
/// is refused before anything is made.
pub async fn init(config: &StoreConfig, task: InitTask) -> Result<IssuedKey, BootError> {
    match task {
        InitTask::Store { pool_name } => {
            let name = pool_name.as_deref().unwrap_or(DEFAULT_POOL_NAME);
            check_pool_name(name)?;
            make_store(config, name).await
        }
        InitTask::NewKey { pool, permissions } => {
            let permissions = parse_permissions(&permissions)?;
            let store = open_existing(config).await?;
            make_key(&store, pool, permissions).await
        }
        InitTask::NewPool { name } => {
            check_pool_name(&name)?;
            let store = open_existing(config).await?;
            Ok(IssuedKey::of_made(store.make_pool(&name).await?))
        }
        InitTask::NewRootSecret { pool } => {
            let store = open_existing(config).await?;
            let pool = find_pool(&store, pool).await?;
            new_root_secret(&store, pool).await
        }
    }
}

/// A store exists once its first pool does: an `init` that was interrupted
/// before that is finished by the next.
async fn make_store(config: &StoreConfig, pool_name: &str) -> Result<IssuedKey, BootError> {
    let place = Place::of(config);
    let there = place.exists().await?;
    let exists = || BootError::StoreExists(place.described());
    let store = match opened(&place, config).await {
        Ok(store) => store,
        // What may be there is part of a store, which a full disk kept from being made.
        Err(
            error @ BootError::Open {
                source: OpenError::Full(_),
                ..
            },
        ) => return Err(error),
        // In use or not to be opened: in any case it is there.
        Err(_) if there => return Err(exists()),
        Err(error) => return Err(error),
    };
    if store.store.first_pool().await?.is_some() {
        return Err(exists());
    }
    Ok(IssuedKey::of_made(store.make_pool(pool_name).await?))
}

/// Who owns the server's console from now on, and what their link carries.
#[derive(Debug)]
pub struct OwnerMade {
    /// The root key of the store, if that was made too.
    pub key: Option<IssuedKey>,
    link: Secret,
}

impl OwnerMade {
    /// The link with which they choose a password, once, within a day.
    pub fn link(&self, public_url: &str) -> String {
        format!("{public_url}/console/welcome?link={}", self.link.reveal())
    }
}

/// Makes an owner of the whole server, and a store and a console where there is none.
pub async fn init_owner(config: &StoreConfig, email: &str) -> Result<OwnerMade, BootError> {
    let key = if Place::of(config).exists().await? {
        None
    } else {
        Some(make_store(config, DEFAULT_POOL_NAME).await?)
    };
    let store = open_existing(config).await?;
    let authority = Authority {
        store: store.store.clone(),
        entropy: store.entropy.clone(),
        // Nobody's password is hashed: they choose it with the link.
        passwords: Arc::new(Argon2Passwords::new(
            &Cost::lowest(),
            store.entropy.clone(),
        )?),
    };
    match make_owner(&authority, email, operator()).await {
        Ok(link) => Ok(OwnerMade { key, link }),
        Err(Refusal::Invalid(_)) => Err(BootError::InvalidEmail(email.to_owned())),
        Err(Refusal::Unavailable) => Err(StoreError::Busy.into()),
        Err(other) => Err(StoreError::Fault(Detail(format!("{other:?}"))).into()),
    }
}

async fn opened(place: &Place, config: &StoreConfig) -> Result<OpenStore, BootError> {
    open(place.take_folder(config)?, place, config).await
}

async fn open_existing(config: &StoreConfig) -> Result<OpenStore, BootError> {
    let place = Place::of(config);
    if !place.exists().await? {
        return Err(BootError::NoStore(place.described()));
    }
    opened(&place, config).await
}

async fn make_key(
    store: &OpenStore,
    pool: Option<String>,
    permissions: Permissions,
) -> Result<IssuedKey, BootError> {
    let pool = find_pool(store, pool).await?;
    let now = store.store.now();
    let secret = Secret::generate(&*store.entropy);
    let key = AccessKey {
        id: AccessKeyId::generate(now, &*store.entropy),
        pool,
        secret: secret.clone(),
        permissions,
        enabled: true,
        secret_version: 1,
        created_at: now,
        last_used_at: None,
        labels: KeyLabels::default(),
    };
    let access_key_id = key.id.to_string();
    match store.store.create_access_key(key, operator()).await? {
        KeyCreated::Created => {}
        KeyCreated::TooMany => {
            return Err(BootError::TooMany {
                what: "access keys of this user pool",
                most: limits::MAX_ACCESS_KEYS_PER_POOL,
            });
        }
        // The operator may do everything, and is no key that can go away.
        KeyCreated::Beyond(_) | KeyCreated::MakerGone => return Err(not_an_operator()),
    }
    Ok(IssuedKey {
        access_key_id,
        user_pool_id: pool.to_string(),
        secret,
    })
}

async fn new_root_secret(store: &OpenStore, pool: PoolId) -> Result<IssuedKey, BootError> {
    let secret = Secret::generate(&*store.entropy);
    let key = pool.root_key();
    let rotated = store
        .store
        .rotate_access_key(pool, key, secret.clone(), operator());
    match rotated.await? {
        KeyChanged::Changed(_) => Ok(IssuedKey::of_pool(pool, secret)),
        KeyChanged::NotFound => Err(BootError::UnknownPool(pool.to_string())),
        KeyChanged::RootKeyStays
        | KeyChanged::RootKeyNeeded
        | KeyChanged::Beyond(_)
        | KeyChanged::MakerGone => Err(not_an_operator()),
    }
}

fn not_an_operator() -> BootError {
    BootError::Store(StoreError::Fault(Detail(
        "the operator was taken for a caller".to_owned(),
    )))
}

async fn find_pool(store: &OpenStore, named: Option<String>) -> Result<PoolId, BootError> {
    let found = match &named {
        Some(id) => match id.parse() {
            Ok(id) => store.store.pool(id).await?,
            Err(_) => None,
        },
        None => store.store.first_pool().await?,
    };
    match found {
        Some(pool) => Ok(pool.id),
        None => Err(BootError::UnknownPool(named.unwrap_or_default())),
    }
}

fn parse_permissions(names: &[String]) -> Result<Permissions, BootError> {
    if names.is_empty() {
        return Ok(Permissions::all());
    }
    let parse = |name: &String| {
        name.parse::<Permission>()
            .map_err(|_| BootError::UnknownPermission {
                unknown: name.clone(),
                known: Permission::ALL
                    .iter()
                    .map(|permission| permission.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            })
    };
    names.iter().map(parse).collect()
}
