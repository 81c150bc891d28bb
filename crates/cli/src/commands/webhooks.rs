//! `rollcall webhooks`: a client of the server, never of its store.

use super::remote::{Remote, show, told};
use crate::arguments::{
    ChangedWebhook, CreateWebhookArguments, DeleteWebhooksArguments, GetWebhookArguments,
    ListWebhooksArguments, TriggerWebhookArguments, UpdateWebhookArguments, WebhookLogsArguments,
    WebhooksCommand,
};
use crate::failure::Failure;
use crate::input::{Body, confirm, secret_from_stdin};
use crate::table::{Table, facts, instant, or_empty};
use rollcall_client::types::{
    TriggerWebhookDto, WebhookContentType, WebhookDto, WebhookEventName, WebhookLogDto,
};
use std::process::ExitCode;

pub(crate) async fn run(command: WebhooksCommand) -> Result<ExitCode, Failure> {
    match command {
        WebhooksCommand::List(arguments) => list(arguments).await,
        WebhooksCommand::Get(arguments) => get(arguments).await,
        WebhooksCommand::Create(arguments) => create(arguments).await,
        WebhooksCommand::Update(arguments) => update(arguments).await,
        WebhooksCommand::Delete(arguments) => delete(arguments).await,
        WebhooksCommand::Trigger(arguments) => trigger(arguments).await,
        WebhooksCommand::Logs(arguments) => logs(arguments).await,
    }
}

async fn list(arguments: ListWebhooksArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let paging = &arguments.paging;
    let page = remote.client.list_webhooks(paging.page, paging.limit).await;
    show(arguments.json, &remote.answered(page)?, |page| {
        let mut table = Table::new(["WEBHOOK ID", "NAME", "ENABLED", "URL", "EVENTS"]);
        for webhook in &page.list {
            table.row([
                webhook.webhook_id.clone(),
                webhook.name.clone(),
                webhook.enabled.to_string(),
                webhook.url.clone(),
                events(&webhook.events),
            ]);
        }
        table.for_output()
    })
}

fn events(events: &[WebhookEventName]) -> String {
    let names: Vec<_> = events.iter().map(|event| event.as_str()).collect();
    names.join(",")
}

async fn get(arguments: GetWebhookArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let webhook = remote.client.get_webhook(&arguments.webhook).await;
    show(arguments.json, &remote.answered(webhook)?, described)
}

fn described(webhook: &WebhookDto) -> String {
    facts(&[
        ("webhookId", webhook.webhook_id.clone()),
        ("name", webhook.name.clone()),
        ("url", webhook.url.clone()),
        ("contentType", webhook.content_type.to_string()),
        ("enabled", webhook.enabled.to_string()),
        ("events", events(&webhook.events)),
        ("createdAt", webhook.created_at.to_string()),
        ("updatedAt", webhook.updated_at.to_string()),
    ])
}

/// The body that a new webhook and a change have in common.
fn body(webhook: ChangedWebhook) -> Result<Body, Failure> {
    let mut body = Body::read(None)?;
    body.set("url", webhook.to);
    body.set_list("events", webhook.events);
    body.set("contentType", webhook.content_type);
    body.set("enabled", webhook.enabled);
    if webhook.secret_stdin {
        body.set("secret", Some(secret_from_stdin()?));
    }
    Ok(body)
}

async fn create(arguments: CreateWebhookArguments) -> Result<ExitCode, Failure> {
    let in_json = arguments.webhook.content_type.is_none();
    if arguments.webhook.to.is_none() || arguments.webhook.events.is_empty() {
        return Err(Failure::usage("a new webhook needs --to and --event"));
    }
    let mut body = body(arguments.webhook)?;
    body.set("name", Some(arguments.name));
    let json = in_json.then_some(WebhookContentType::Json.as_str());
    body.set("contentType", json);
    let request = body.request()?;
    let remote = Remote::new(arguments.server)?;
    let webhook = remote.client.create_webhook(&request).await;
    show(arguments.json, &remote.answered(webhook)?, described)
}

async fn update(arguments: UpdateWebhookArguments) -> Result<ExitCode, Failure> {
    let mut body = body(arguments.change)?;
    body.set("name", arguments.name);
    if body.is_empty() {
        return Err(Failure::usage("nothing to change was given"));
    }
    body.set("webhookId", Some(arguments.webhook));
    let request = body.request()?;
    let remote = Remote::new(arguments.server)?;
    let webhook = remote.client.update_webhook(&request).await;
    show(arguments.json, &remote.answered(webhook)?, described)
}

async fn delete(arguments: DeleteWebhooksArguments) -> Result<ExitCode, Failure> {
    let ids: Vec<_> = arguments.webhooks.iter().map(String::as_str).collect();
    let remote = Remote::new(arguments.server)?;
    let what = if let [webhook] = ids.as_slice() {
        format!("Deleting the webhook {webhook}")
    } else {
        format!("Deleting {} webhooks", ids.len())
    };
    confirm(arguments.confirmation.yes, &what)?;
    remote.answered(remote.client.delete_webhook(&ids).await)?;
    told(&format!("deleted {}", ids.len()))
}

async fn trigger(arguments: TriggerWebhookArguments) -> Result<ExitCode, Failure> {
    let body = match &arguments.body {
        Some(file) => Some(Body::read(Some(file))?.into_object()),
        None => None,
    };
    let remote = Remote::new(arguments.server)?;
    let call = TriggerWebhookDto {
        webhook_id: arguments.webhook,
        request_body: body,
        ..TriggerWebhookDto::default()
    };
    let answer = remote.answered(remote.client.trigger_webhook(&call).await)?;
    told(&answer.to_string())
}

async fn logs(arguments: WebhookLogsArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let (webhook, paging) = (arguments.webhook.as_str(), &arguments.paging);
    let logs = remote
        .client
        .get_webhook_logs(webhook, paging.page, paging.limit);
    let logs = remote.answered(logs.await)?;
    show(arguments.json, &logs, |logs| calls(&logs.list))
}

fn calls(list: &[WebhookLogDto]) -> String {
    let mut table = Table::new(["TIME", "EVENT", "STATUS", "SUCCESS", "ERROR"]);
    for call in list {
        table.row([
            instant(call.timestamp),
            call.event_name.to_string(),
            call.response_status_code.to_string(),
            call.success.to_string(),
            or_empty(call.error_message.as_ref()),
        ]);
    }
    table.for_output()
}
