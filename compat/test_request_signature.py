"""The request signature: what is signed, and each way in which it fails."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

import pytest

import bodies
import signature
from bodies import Target
from callers import Answer, Caller
from conftest import Server
from rollcall_server import AccessKey
from world import World


class Signer:
    """Signs requests of one key and sends them as signed, or changed after."""

    def __init__(self, url: str, key: AccessKey, family: str = "authing", scheme: str = "authing") -> None:
        self.caller, self.key, self.family, self.scheme = Caller(url), key, family, scheme

    def headers(self, verb: str, path: str, parameters: dict[str, Any], **changes: str) -> dict[str, str]:
        """Headers with the signature of this request."""
        extra = changes.pop("extra", {})
        headers = {**signature.signed_headers(self.family, **changes), **extra}
        text = signature.string_to_sign(verb, path, headers, parameters)
        return {**headers, "authorization": signature.authorization(self.key.id, self.key.secret, text, self.scheme)}

    def get(self, verb: str, query: dict[str, str], **changes: Any) -> Answer:
        path = f"/api/v3/{verb}"
        return self.caller.call("GET", path, params=query, headers=self.headers("GET", path, query, **changes))

    def post(self, verb: str, body: dict[str, Any], **changes: Any) -> Answer:
        path = f"/api/v3/{verb}"
        headers = {**self.headers("POST", path, body, **changes), "content-type": "application/json"}
        data = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        return self.caller.call("POST", path, data=data, headers=headers)


@pytest.fixture
def target(world: World) -> Target:
    return bodies.make_target(world)


@pytest.fixture
def signer(server: Server) -> Signer:
    return Signer(server.url, server.keys.root)


# What is accepted


@pytest.mark.parametrize("family", ["authing", "genauth"])
@pytest.mark.parametrize("scheme", ["authing", "genauth"])
def test_a_signed_get_and_post(server: Server, target: Target, family: str, scheme: str) -> None:
    signer = Signer(server.url, server.keys.root, family, scheme)
    assert signer.get("get-user", {"userId": target.user.id}).data["userId"] == target.user.id
    body = {"userId": target.user.id, "appId": target.application.id}
    assert signer.post("check-session-status", body).data == {"active": True}


def test_a_get_without_parameters(signer: Signer) -> None:
    assert signer.get("list-applications", {}).data["totalCount"] >= 0


def test_a_post_of_an_empty_object(signer: Signer) -> None:
    assert signer.post("list-users", {}).data["totalCount"] >= 0


def test_every_kind_of_json_value(signer: Signer, target: Target) -> None:
    body = {
        "userId": target.user.id,
        "nickname": None,
        "name": 'Ümlaut "quoted" \\ & = 文字 \N{GRINNING FACE}',
        "emailVerified": True,
        "customData": {"z": [1, 2.5, {"y": None, "x": "ä"}], "a": False},
        "options": {"userIdType": "user_id"},
    }
    answer = signer.post("update-user", body)
    assert answer.data["name"] == body["name"]
    found = target.world.root.get("get-user", userId=target.user.id, withCustomData=True).data
    assert found["customData"] == body["customData"]


def test_arrays_in_a_body(signer: Signer, target: Target) -> None:
    body = {"appIds": [target.application.id], "userId": target.user.id}
    assert signer.post("kick-users", body).data == {"success": True}
    assert not target.world.is_active(target.login)


def test_json_is_signed_compacted_with_its_order_and_escapes(signer: Signer, target: Target) -> None:
    path = "/api/v3/update-user"
    sent = (
        f'{{ "userId" : "{target.user.id}",\n  "name": "\\u00fcber",\n'
        '  "customData" : { "b" : "\\u00e4 b",  "a" : [ 1.50, 2e3 ] } }'
    )
    # A string signs as its text, an object as received without its spaces.
    text_of = {"userId": target.user.id, "name": "über", "customData": r'{"b":"\u00e4 b","a":[1.50,2e3]}'}
    headers = {**signer.headers("POST", path, text_of), "content-type": "application/json"}
    answer = signer.caller.call("POST", path, data=sent.encode(), headers=headers)
    assert answer.data["name"] == "über"


def test_a_query_is_signed_decoded(signer: Signer, target: Target) -> None:
    name = f"a b+c&d=ü/{target.user.id}"
    target.world.update_user(target.user, externalId=name)
    query = {"userId": name, "userIdType": "external_id"}
    assert signer.get("get-user", query).data["userId"] == target.user.id


def test_a_repeated_parameter_is_signed_as_an_array(signer: Signer, target: Target) -> None:
    path = "/api/v3/get-user"
    headers = signer.headers("GET", path, {"userId": target.user.id, "extra": ["a", "b"]})
    query = urlencode([("userId", target.user.id), ("extra[]", "a"), ("extra[]", "b")])
    answer = signer.caller.call("GET", f"{path}?{query}", headers=headers)
    assert answer.data["userId"] == target.user.id


def test_further_headers_of_the_families_are_signed(signer: Signer, target: Target) -> None:
    extra = {"x-authing-lang": "zh-CN", "x-authing-userpool-id": target.world.pool, "x-genauth-sdk-version": "own  "}
    assert signer.get("get-user", {"userId": "0" * 24}, extra=extra).message == "用户不存在"


def test_a_key_signs_with_its_permissions(server: Server, target: Target) -> None:
    signer = Signer(server.url, server.keys.only["check"])
    body = {"userId": target.user.id, "appId": target.application.id}
    assert signer.post("check-session-status", body).data == {"active": True}
    assert signer.get("get-user", {"userId": target.user.id}).code == 403


def test_another_pools_key_finds_nothing(server: Server, target: Target) -> None:
    signer = Signer(server.url, server.keys.other_root)
    assert signer.get("get-user", {"userId": target.user.id}).outcome() == (404, 2004)


# What is not, and with which code


def refused(signer: Signer, target: Target, code: int, **changes: str) -> None:
    """A kick with such a signature fails with this apiCode, and nobody is kicked."""
    body = {"userId": target.user.id, "appIds": [target.application.id]}
    assert signer.post("kick-users", body, **changes).outcome() == (401, code)
    assert target.world.is_active(target.login)


def test_1300_a_wrong_secret(server: Server, target: Target) -> None:
    key = server.keys.root
    refused(Signer(server.url, AccessKey(key.id, "wrong", key.pool)), target, 1300)


def test_1300_an_unknown_key(server: Server, target: Target) -> None:
    refused(Signer(server.url, AccessKey("0" * 24, "wrong", "")), target, 1300)


@pytest.mark.parametrize(
    "value", ["authing KEY:", "authing KEY:bm9uZQ==", "authing KEY:***", "genauth KEY:" + "a" * 5000]
)
def test_1300_something_else_in_its_place(signer: Signer, target: Target, value: str) -> None:
    path, body = "/api/v3/kick-users", {"userId": target.user.id, "appIds": [target.application.id]}
    headers = signer.headers("POST", path, body)
    headers["authorization"] = value.replace("KEY", signer.key.id)
    assert signer.caller.call("POST", path, json=body, headers=headers).outcome() == (401, 1300)
    assert target.world.is_active(target.login)


@pytest.mark.parametrize("changed", ["body", "header", "path", "query"])
def test_1300_a_request_changed_after_it_was_signed(signer: Signer, target: Target, changed: str) -> None:
    other = target.world.user()
    path, body = "/api/v3/kick-users", {"userId": other.id, "appIds": [target.application.id]}
    headers = signer.headers("POST", path, body, extra={"x-authing-lang": "en-US"})
    if changed == "body":
        body = {**body, "userId": target.user.id}
    elif changed == "header":
        headers["x-authing-lang"] = "zh-CN"
    elif changed == "path":
        path, body = "/api/v3/delete-users-batch", {"userIds": [target.user.id]}
    else:
        path = f"/api/v3/get-user?userId={target.user.id}"
        headers = signer.headers("GET", "/api/v3/get-user", {"userId": other.id})
        assert signer.caller.call("GET", path, headers=headers).outcome() == (401, 1300)
        return
    assert signer.caller.call("POST", path, json=body, headers=headers).outcome() == (401, 1300)
    assert target.world.is_active(target.login)


@pytest.mark.parametrize("method", ["HMAC-SHA256", "hmac-md5", "none"])
def test_1301_another_method(signer: Signer, target: Target, method: str) -> None:
    refused(signer, target, 1301, method=method)


@pytest.mark.parametrize("version", ["1", "2.0", "x"])
def test_1302_another_version(signer: Signer, target: Target, version: str) -> None:
    refused(signer, target, 1302, version=version)


@pytest.mark.parametrize("date", ["yesterday", "2026-13-45", "Xyz, 99 Abc 2026 25:61:61 GMT"])
def test_1303_a_malformed_date(signer: Signer, target: Target, date: str) -> None:
    refused(signer, target, 1303, date=date)


def test_1304_no_date(signer: Signer, target: Target) -> None:
    refused(signer, target, 1304, date="")


@pytest.mark.parametrize("seconds", [3600, -3600, 310, -310, 10**9])
def test_1305_a_clock_that_is_off(signer: Signer, target: Target, seconds: int) -> None:
    refused(signer, target, 1305, date=formatdate(time.time() + seconds, usegmt=True))


@pytest.mark.parametrize("seconds", [-290, 290])
def test_five_minutes_are_tolerated(signer: Signer, seconds: int) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    answer = signer.get("list-applications", {}, date=date)
    # A date before the server's start is refused, whatever its distance: the
    # nonces of that time may have been lost with the restart.
    assert answer.outcome() in ([(200, None)] if seconds > 0 else [(200, None), (401, 1305)])


def test_1306_a_nonce_used_again(signer: Signer, target: Target) -> None:
    nonce = signature.signed_headers()["x-authing-signature-nonce"]
    assert signer.get("get-user", {"userId": target.user.id}, nonce=nonce).code == 200
    refused(signer, target, 1306, nonce=nonce)
    # And the very same request.
    path, query = "/api/v3/get-user", {"userId": target.user.id}
    headers = signer.headers("GET", path, query)
    assert signer.caller.call("GET", path, params=query, headers=headers).code == 200
    assert signer.caller.call("GET", path, params=query, headers=headers).outcome() == (401, 1306)


def test_a_nonce_is_used_by_its_key_alone(server: Server, signer: Signer, target: Target) -> None:
    nonce = signature.signed_headers()["x-authing-signature-nonce"]
    assert signer.get("get-user", {"userId": target.user.id}, nonce=nonce).code == 200
    other = Signer(server.url, server.keys.only["users:read"])
    assert other.get("get-user", {"userId": target.user.id}, nonce=nonce).code == 200


def test_a_wrong_signature_does_not_use_up_a_nonce(server: Server, signer: Signer, target: Target) -> None:
    nonce = signature.signed_headers()["x-authing-signature-nonce"]
    key = server.keys.root
    refused(Signer(server.url, AccessKey(key.id, "wrong", key.pool)), target, 1300, nonce=nonce)
    assert signer.get("get-user", {"userId": target.user.id}, nonce=nonce).code == 200
