//! `rollcall keys` and `rollcall pools`: clients of the server, never of its store.

use super::remote::{Remote, show, told};
use super::users::after;
use crate::arguments::{
    CreateKeyArguments, CreatePoolArguments, DeleteKeysArguments, KeysCommand, ListKeysArguments,
    PoolsCommand, RotateKeyArguments, UpdateKeyArguments,
};
use crate::failure::Failure;
use crate::input::confirm;
use crate::table::{Table, date, facts, instant};
use rollcall_client::types::{
    AccessKeyDto, CreateAccessKeyDto, CreateUserPoolDataDto, ListAccessKeyQuery, UpdateAccessKeyDto,
};
use std::process::ExitCode;

pub(crate) async fn run(command: KeysCommand) -> Result<ExitCode, Failure> {
    match command {
        KeysCommand::List(arguments) => list(arguments).await,
        KeysCommand::Create(arguments) => create(arguments).await,
        KeysCommand::Update(arguments) => update(arguments).await,
        KeysCommand::Rotate(arguments) => rotate(arguments).await,
        KeysCommand::Delete(arguments) => delete(arguments).await,
    }
}

async fn list(arguments: ListKeysArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let query = ListAccessKeyQuery::default();
    let keys = remote.answered(remote.client.list_access_key(&query).await)?;
    show(arguments.json, &keys, |keys| table(keys))
}

fn table(keys: &[AccessKeyDto]) -> String {
    let mut table = Table::new(["KEY ID", "ENABLED", "CREATED", "LAST USED", "PERMISSIONS"]);
    for key in keys {
        table.row([
            key.access_key_id.clone(),
            key.enable.to_string(),
            date(key.created_at),
            instant(key.last_date),
            permissions(key),
        ]);
    }
    table.for_output()
}

fn permissions(key: &AccessKeyDto) -> String {
    key.permissions.as_deref().unwrap_or_default().join(",")
}

/// A list that was given.
fn given(list: Vec<String>) -> Option<Vec<String>> {
    (!list.is_empty()).then_some(list)
}

async fn create(arguments: CreateKeyArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let request = CreateAccessKeyDto {
        r#type: arguments.key_type,
        permissions: given(arguments.permissions),
        ..CreateAccessKeyDto::default()
    };
    let key = remote.answered(remote.client.create_access_key(&request).await)?;
    show(arguments.json, &key, with_secret)
}

fn with_secret(key: &AccessKeyDto) -> String {
    let facts = facts(&[
        ("accessKeyId", key.access_key_id.clone()),
        ("accessKeySecret", key.access_key_secret.as_str().to_owned()),
        ("userPoolId", key.user_pool_id.clone()),
        ("permissions", permissions(key)),
    ]);
    format!("{facts}\n\nThe secret is shown this once.")
}

async fn rotate(arguments: RotateKeyArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let what = format!("Replacing the secret of the access key {}", arguments.key);
    confirm(arguments.confirmation.yes, &what)?;
    let key = remote.client.rotate_access_key(&arguments.key).await;
    show(arguments.json, &remote.answered(key)?, with_secret)
}

async fn update(arguments: UpdateKeyArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let request = UpdateAccessKeyDto {
        access_key_id: arguments.key,
        enable: arguments.enable,
        permissions: given(arguments.permissions),
    };
    remote.answered(remote.client.update_access_key(&request).await)?;
    told("changed")
}

async fn delete(arguments: DeleteKeysArguments) -> Result<ExitCode, Failure> {
    let keys = arguments.keys;
    let remote = Remote::new(arguments.server)?;
    let what = if let [key] = keys.as_slice() {
        format!("Deleting the access key {key}")
    } else {
        format!("Deleting {} access keys", keys.len())
    };
    confirm(arguments.confirmation.yes, &what)?;
    for (deleted, key) in keys.iter().enumerate() {
        let outcome = remote.answered(remote.client.delete_access_key(key).await);
        outcome.map_err(|failure| after(deleted, keys.len(), "deleted", failure))?;
    }
    told(&format!("deleted {}", keys.len()))
}

pub(crate) async fn run_pools(command: PoolsCommand) -> Result<ExitCode, Failure> {
    match command {
        PoolsCommand::Create(arguments) => create_pool(arguments).await,
    }
}

async fn create_pool(arguments: CreatePoolArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let pool = remote.client.create_user_pool(&arguments.name).await;
    let pool = remote.answered(pool)?;
    show(arguments.json, &pool, |pool: &CreateUserPoolDataDto| {
        let key = &pool.root_key;
        let facts = facts(&[
            ("userPoolId", pool.user_pool_id.clone()),
            ("name", pool.name.clone()),
            ("accessKeyId", key.access_key_id.clone()),
            ("accessKeySecret", key.access_key_secret.as_str().to_owned()),
        ]);
        format!("{facts}\n\nThe secret is shown this once.")
    })
}
