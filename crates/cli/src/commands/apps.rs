//! `rollcall apps`: a client of the server, never of its store.

use super::remote::{Remote, show, told};
use super::users::after;
use crate::arguments::{
    AppsCommand, ChangedApp, CreateAppArguments, DeleteAppsArguments, GetAppArguments,
    ListAppsArguments, SecretArguments, UpdateAppArguments,
};
use crate::failure::Failure;
use crate::input::{Body, confirm};
use crate::table::{Table, facts, or_empty};
use rollcall_client::types::{
    ApplicationDto, ApplicationPaginatedDataDto, ListApplicationsQuery, Whole,
};
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(command: AppsCommand) -> Result<ExitCode, Failure> {
    match command {
        AppsCommand::List(arguments) => list(arguments).await,
        AppsCommand::Get(arguments) => get(arguments).await,
        AppsCommand::Create(arguments) => create(arguments).await,
        AppsCommand::Update(arguments) => update(arguments).await,
        AppsCommand::Delete(arguments) => delete(arguments).await,
        AppsCommand::Secret(arguments) => secret(arguments).await,
    }
}

async fn list(arguments: ListAppsArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let request = ListApplicationsQuery {
        keywords: arguments.keywords,
        page: Some(arguments.paging.page.into()),
        limit: Some(arguments.paging.limit.into()),
        ..ListApplicationsQuery::default()
    };
    let paging = if arguments.all {
        let rows = remote.client.all_applications(request);
        let list = remote.all(rows, "applications").await?;
        ApplicationPaginatedDataDto {
            total_count: Whole::try_from(list.len() as u64).unwrap_or_default(),
            list,
        }
    } else {
        remote.answered(remote.client.list_applications(&request).await)?
    };
    show(arguments.json, &paging, |paging| table(&paging.list))
}

fn table(apps: &[ApplicationDto]) -> String {
    let mut table = Table::new(["APP ID", "NAME", "TYPE", "ENABLED"]);
    for app in apps {
        table.row([
            app.app_id.clone(),
            app.app_name.clone(),
            app.app_type.to_string(),
            or_empty(app.enabled.as_ref()),
        ]);
    }
    table.for_output()
}

async fn get(arguments: GetAppArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let app = remote.answered(remote.client.get_application(&arguments.app).await)?;
    show(arguments.json, &app, described)
}

fn described(app: &ApplicationDto) -> String {
    let policy = app.session_policy.as_ref();
    let seconds = |value: Option<Whole>| or_empty(value.map(|value| format!("{value} s")).as_ref());
    facts(&[
        ("appId", app.app_id.clone()),
        ("appName", app.app_name.clone()),
        ("appIdentifier", app.app_identifier.clone()),
        ("appType", app.app_type.to_string()),
        ("enabled", or_empty(app.enabled.as_ref())),
        ("apiSignIn", or_empty(app.api_sign_in.as_ref())),
        ("ssoEnabled", app.sso_enabled.to_string()),
        ("redirectUris", app.redirect_uris.join(" ")),
        ("logoutRedirectUris", app.logout_redirect_uris.join(" ")),
        (
            "idleTimeout",
            seconds(policy.and_then(|policy| policy.idle_timeout)),
        ),
        (
            "maxLifetime",
            seconds(policy.and_then(|policy| policy.max_lifetime)),
        ),
    ])
}

/// The body that a new application and a change have in common.
fn body(app: ChangedApp) -> Result<Body, Failure> {
    let mut body = Body::read(app.body.as_deref())?;
    body.set("appType", app.app_type);
    body.set_list("redirectUris", app.redirect_uris);
    body.set_list("logoutRedirectUris", app.logout_redirect_uris);
    Ok(body)
}

async fn create(arguments: CreateAppArguments) -> Result<ExitCode, Failure> {
    let mut body = body(arguments.app)?;
    body.set("appName", Some(arguments.name));
    let request = body.request()?;
    let remote = Remote::new(arguments.server)?;
    let app = remote.answered(remote.client.create_application(&request).await)?;
    show(arguments.json, &app, described)
}

async fn update(arguments: UpdateAppArguments) -> Result<ExitCode, Failure> {
    let mut body = body(arguments.change)?;
    body.set("appName", arguments.name);
    body.set("enabled", arguments.enabled);
    if body.is_empty() {
        return Err(Failure::usage("nothing to change was given"));
    }
    body.set("appId", Some(arguments.app));
    let request = body.request()?;
    let remote = Remote::new(arguments.server)?;
    let app = remote.answered(remote.client.update_application(&request).await)?;
    show(arguments.json, &app, described)
}

async fn delete(arguments: DeleteAppsArguments) -> Result<ExitCode, Failure> {
    let apps = arguments.apps;
    let remote = Remote::new(arguments.server)?;
    let what = if let [app] = apps.as_slice() {
        format!("Deleting the application {app}")
    } else {
        format!("Deleting {} applications", apps.len())
    };
    confirm(arguments.confirmation.yes, &what)?;
    for (deleted, app) in apps.iter().enumerate() {
        let outcome = remote.answered(remote.client.delete_application(app).await);
        outcome.map_err(|failure| after(deleted, apps.len(), "deleted", failure))?;
    }
    told(&format!("deleted {}", apps.len()))
}

async fn secret(arguments: SecretArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let app = arguments.app.as_str();
    let secret = if arguments.refresh {
        let what = format!("Replacing the secret of {app}");
        confirm(arguments.confirmation.yes, &what)?;
        remote.answered(remote.client.refresh_application_secret(app).await)?
    } else {
        remote.answered(remote.client.get_application_secret(app).await)?
    };
    let answer = json!({ "secret": secret.as_str() });
    show(arguments.json, &answer, |_| secret.as_str().to_owned())
}
