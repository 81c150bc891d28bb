"""Access keys through `ManagementClient` of both published packages: each key that is
made is used by a client of its own, unmodified, that keeps its token."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Server
from rollcall_server import AccessKey
from sdks import Sdk
from test_management_client import data_of, outcome
from world import World, unique

MASK = "*" * 32


@pytest.fixture
def client(sdk: Sdk, server: Server) -> Any:
    return sdk.management(server.keys.root)


def made(client: Any, pool: str) -> tuple[dict[str, Any], AccessKey]:
    (told,) = data_of(client.create_access_key(type="userpool", user_id=unique("admin")))
    return told, AccessKey(told["accessKeyId"], told["accessKeySecret"], pool)


def test_a_key_is_made_used_switched_and_deleted(sdk: Sdk, client: Any, world: World) -> None:
    told, key = made(client, world.pool)
    theirs = sdk.management(key)
    user = world.user()
    assert data_of(theirs.get_user(user_id=user.id))["userId"] == user.id
    masked = {**told, "accessKeySecret": MASK}
    (found,) = data_of(client.get_access_key(user_id=told["userId"], access_key_id=key.id))
    assert {**found, "lastDate": masked["lastDate"]} == masked
    (listed,) = data_of(client.get_access_key_list(user_id=told["userId"], type="userpool", status=["activated"]))
    assert listed["accessKeyId"] == key.id
    for enable, code in ((False, 401), (True, 200)):
        assert data_of(client.update_access_key(enable=enable, access_key_id=key.id)) == {"success": True}
        assert theirs.get_user(user_id=user.id)["statusCode"] == code
        status = "activated" if enable else "revoked"
        (listed,) = data_of(client.get_access_key_list(user_id=told["userId"], status=[status]))
        assert (listed["status"], listed["enable"]) == (status, enable)
    deleted = client.delete_access_key(access_key_id=key.id)
    assert deleted["statusCode"] == 200 and "data" not in deleted
    assert theirs.get_user(user_id=user.id)["statusCode"] == 401
    assert client.delete_access_key(access_key_id=key.id)["statusCode"] == 404


def test_the_root_key_is_listed_and_stays(client: Any, world: World) -> None:
    first = data_of(client.get_access_key_list())[0]
    assert (first["accessKeyId"], first["accessKeySecret"]) == (world.pool, MASK)
    assert client.update_access_key(enable=False, access_key_id=world.pool)["statusCode"] == 422
    assert client.delete_access_key(access_key_id=world.pool)["statusCode"] == 422
    assert data_of(client.get_access_key_list())[0] == first


def test_a_rotated_key_needs_its_new_secret(sdk: Sdk, client: Any, world: World) -> None:
    _, key = made(client, world.pool)
    former = sdk.management(key)
    user = world.user()
    assert former.get_user(user_id=user.id)["statusCode"] == 200
    told = world.root.post("rotate-access-key", accessKeyId=key.id).data
    assert former.get_user(user_id=user.id)["statusCode"] == 401
    new = sdk.management(AccessKey(key.id, told["accessKeySecret"], key.pool))
    assert new.get_user(user_id=user.id)["statusCode"] == 200


def test_a_new_pool_is_apart_from_all_others(sdk: Sdk, client: Any, world: World) -> None:
    told = world.root.post("create-user-pool", name="Staff").data
    root = told["rootKey"]
    theirs = sdk.management(AccessKey(root["accessKeyId"], root["accessKeySecret"], told["userPoolId"]))
    (key,) = data_of(theirs.get_access_key_list())
    assert key["userPoolId"] == told["userPoolId"]
    user = world.user()
    assert outcome(theirs.get_user(user_id=user.id)) == (404, 2004)
    made_there = data_of(theirs.create_user(username=unique("staff")))
    assert outcome(client.get_user(user_id=made_there["userId"])) == (404, 2004)


def test_applications_are_told_of_in_few_words(client: Any, world: World) -> None:
    application = world.application()
    told = data_of(client.get_application_simple_info(app_id=application.id))
    assert (told["appId"], told["appName"], told["isIntegrateApp"]) == (application.id, application.name, False)
    listed = data_of(client.list_application_simple_info(keywords=application.name))
    assert listed == {"list": [told], "totalCount": 1}
