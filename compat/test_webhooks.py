"""Webhooks, told by the real server: the signature as others compute it, retries,
ends of logins with their reasons; and both published packages on their paths."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from conftest import Server
from hook import SIGNATURE, TIMESTAMP, Hook
from sdks import Sdk
from world import World, unique

SECRET = "a secret of the receiver"


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
def made(world: World) -> Iterator[list[str]]:
    """Ids of webhooks that go with the test: a pool may have fifty."""
    ids: list[str] = []
    yield ids
    if ids:
        world.root.post("delete-webhook", webhookIds=ids)


def webhook(world: World, hook: Hook, made: list[str], *events: str, **members: Any) -> str:
    given = {
        "name": unique("hook"),
        "url": hook.url,
        "contentType": "application/json",
        "events": list(events),
        "secret": SECRET,
        **members,
    }
    made.append(world.root.post("create-webhook", **given).data["webhookId"])
    return made[-1]


def test_the_end_of_a_login_is_told_with_its_reason(world: World, hook: Hook, made: list[str]) -> None:
    login = world.sign_in()
    webhook(world, hook, made, "login:ended")
    world.kick(login)
    call = hook.next()
    assert call.is_signed(SECRET)
    assert not call.is_signed("another secret")
    assert call.headers["x-authing-webhook-secret"] == SECRET
    assert call.headers["x-authing-userpool-id"] == world.pool
    assert call.json["eventName"] == "login:ended"
    assert call.json["id"] == call.headers["x-rollcall-webhook-id"]
    data = call.json["data"]
    assert (data["userId"], data["appId"]) == (login.user.id, login.application.id)
    assert data["reason"] == "kicked"
    for personal in (login.user.username, login.user.email, login.user.phone):
        assert personal not in call.body.decode()


def test_a_form_is_signed_as_it_came(world: World, hook: Hook, made: list[str]) -> None:
    webhook(world, hook, made, "user:created", contentType="application/x-www-form-urlencoded")
    user = world.user()
    call = hook.next()
    assert call.is_signed(SECRET)
    assert call.headers["content-type"] == "application/x-www-form-urlencoded"
    fields = dict(parse_qsl(call.body.decode(), strict_parsing=True))
    assert fields["eventName"] == "user:created"
    assert json.loads(fields["data"])["userId"] == user.id


def test_what_is_not_heard_is_told_again(world: World, hook: Hook, made: list[str]) -> None:
    hook.answers = [503, 429]
    webhook(world, hook, made, "user:created")
    world.user()
    calls = [hook.next() for _ in range(3)]
    assert len({call.body for call in calls}) == 1
    assert len({call.headers["x-rollcall-webhook-id"] for call in calls}) == 1
    assert len({call.headers[TIMESTAMP] for call in calls}) == 3
    assert all(call.is_signed(SECRET) for call in calls)


def test_without_a_secret_nothing_is_signed(world: World, hook: Hook, made: list[str]) -> None:
    webhook(world, hook, made, "user:created", secret="")
    world.user()
    assert not {SIGNATURE, "x-authing-webhook-secret"} & set(hook.next().headers)


def test_the_published_packages_keep_and_call_webhooks(
    sdk: Sdk, server: Server, world: World, hook: Hook, made: list[str]
) -> None:
    client = sdk.management(server.keys.root)
    created = client.create_webhook(
        content_type="application/json", events=["login", "kick"], url=hook.url, name="hook", secret=SECRET
    )
    webhook_id = created["data"]["webhookId"]
    made.append(webhook_id)
    assert client.get_webhook(webhook_id=webhook_id)["data"] == created["data"]
    listed = client.list_webhooks(page=1, limit=50)["data"]["list"]
    assert created["data"] in listed
    updated = client.update_webhook(webhook_id=webhook_id, name="other", enabled=False)["data"]
    assert (updated["name"], updated["enabled"], updated["events"]) == ("other", False, ["login", "kick"])
    answer = client.trigger_webhook(webhook_id=webhook_id, request_headers={"x-mine": "1"}, request_body={"a": 1})
    assert answer["data"] == {"response": {"heard": True}}
    call = hook.next()
    assert (call.json, call.headers["x-mine"]) == ({"a": 1}, "1")
    assert call.is_signed(SECRET)
    logs = client.get_webhook_logs(webhook_id=webhook_id)["data"]
    assert logs["totalCount"] == 1
    log = logs["list"][0]
    assert (log["eventName"], log["responseStatusCode"], log["success"]) == ("test", 200, True)
    assert (log["requestBody"], log["responseBody"]) == ({"a": 1}, {"heard": True})
    assert SECRET not in json.dumps(logs)
    events = {event["value"] for event in client.get_webhook_event_list()["data"]["events"]}
    assert {"login", "kick", "login:ended"} <= events
    assert client.delete_webhook(webhook_ids=[webhook_id])["statusCode"] == 200
    made.clear()
    assert client.get_webhook(webhook_id=webhook_id)["statusCode"] == 404
