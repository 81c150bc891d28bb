"""`ManagementClient` of both published packages, unmodified: many users at once,
and what else is known of one."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from conftest import Server
from sdks import Sdk
from test_management_client import data_of, outcome
from world import World, unique


@pytest.fixture
def client(sdk: Sdk, server: Server) -> Any:
    return sdk.management(server.keys.root)


def test_create_users_batch_answers_who_was_made(client: Any, world: World) -> None:
    taken = world.user().username
    names = [unique("batch"), taken, unique("batch")]
    answer = client.create_users_batch(list=[{"username": name} for name in names])
    assert [user["username"] for user in data_of(answer)] == [names[0], names[2]]
    assert [row["statusCode"] for row in answer["results"]] == [200, 409, 200]
    again = client.create_users_batch(list=[{"username": taken}])
    assert again["statusCode"] == 409 and "username" in again["message"]


def test_create_users_batch_takes_hashes_made_elsewhere(client: Any, world: World) -> None:
    name, application = unique("imported"), world.application()
    rounds, salt, password = 1000, "seasalt", "correct horse"
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), rounds)
    django = f"pbkdf2_sha256${rounds}${salt}${base64.b64encode(key).decode()}"
    rows = [{"username": name, "password": django, "salt": salt}]
    made = data_of(client.create_users_batch(list=rows, options={"keepPassword": True}))
    for _ in range(2):
        answer = world.stranger.post(
            "signin",
            connection="PASSWORD",
            passwordPayload={"username": name, "password": password},
            client_id=application.id,
            client_secret=application.secret,
        )
        assert answer.code == 200, answer.body
    assert data_of(client.get_user(user_id=made[0]["userId"]))["loginsCount"] == 2


def test_get_user_batch_in_both_spellings(client: Any, world: World) -> None:
    first, second = world.user(), world.user()
    ids = [second.id, first.id]
    for spelling in (ids, ",".join(ids)):
        found = data_of(client.get_user_batch(user_ids=spelling, with_custom_data=True))
        assert [user["userId"] for user in found] == ids
        assert [user["customData"] for user in found] == [{}, {}]
    by_name = client.get_user_batch(user_ids=[first.username, "nobody"], user_id_type="username")
    assert [user["userId"] for user in data_of(by_name)] == [first.id]


def test_update_user_batch_ends_what_single_changes_end(client: Any, world: World) -> None:
    login, other = world.sign_in(), world.sign_in()
    rows = [{"userId": login.user.id, "status": "Suspended"}, {"userId": other.user.id, "nickname": "Bo"}]
    answer = client.update_user_batch(list=rows)
    assert [user["userId"] for user in data_of(answer)] == [row["userId"] for row in rows]
    assert not world.is_active(login)
    assert world.is_active(other)


def test_resigned_users_are_signed_out(client: Any, world: World) -> None:
    first, second, third = world.sign_in(), world.sign_in(), world.sign_in()
    assert data_of(client.resign_user(user_id=first.user.id)) == {"success": True}
    names = [second.user.username, third.user.username]
    answer = client.resign_user_batch(user_ids=names, user_id_type="username")
    assert data_of(answer) == {"success": True}
    for login in (first, second, third):
        assert not world.is_active(login)
        assert data_of(client.get_user(user_id=login.user.id))["status"] == "Resigned"
    assert outcome(client.resign_user(user_id="0" * 24)) == (404, 2004)


def test_list_archived_users(client: Any, world: World) -> None:
    user = world.user()
    data_of(client.update_user(user_id=user.id, status="Archived"))
    newest = data_of(client.list_archived_users(page=1, limit=1))
    assert [each["userId"] for each in newest["list"]] == [user.id]
    later = data_of(client.list_archived_users(start_at=4_102_444_800))
    assert later == {"totalCount": 0, "list": []}


def test_what_else_is_known_of_a_user(client: Any, world: World) -> None:
    login = world.sign_in()
    factors = data_of(client.get_user_mfa_info(user_id=login.user.id))
    assert set(factors.values()) == {"disabled"}
    assert data_of(client.get_user_loggedin_identities(user_id=login.user.id)) == []
    apps = data_of(client.get_user_accessible_apps(user_id=login.user.id))
    assert login.application.id in [app["appId"] for app in apps]
    assert {app["appDefaultLoginStrategy"] for app in apps} == {"ALLOW_ALL"}
