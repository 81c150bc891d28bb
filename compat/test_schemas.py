"""Shapes: V3 answers against the published contract, `/oidc` against its RFCs.

The contract's check of each V3 answer of the whole suite is in conftest.py;
here it is tried itself, and every built route is shown to be covered by it.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import bodies
import contract_schema
import routes
from bodies import Target
from callers import Caller
from conftest import Server
from routes import Route
from world import World

GOOD = {"statusCode": 200, "message": "Success", "requestId": "r", "data": {"active": True}}
FAILED = {"statusCode": 404, "message": "No such user", "requestId": "r", "apiCode": 2004}
JSON = {"content-type": "application/json"}


@pytest.fixture
def target(world: World) -> Target:
    return bodies.make_target(world)


# The contract and the judge


def test_the_contract_is_whole() -> None:
    paths = {
        name: {path for (_, path), (of, _) in contract_schema.operations().items() if of == name}
        for name in contract_schema.DOCUMENTS
    }
    assert {name: len(found) for name, found in paths.items()} == {"management-v3": 72, "authentication-v3": 49}


@pytest.mark.parametrize("name", contract_schema.DOCUMENTS)
def test_every_reference_of_the_contract_resolves(name: str) -> None:
    document = json.loads((contract_schema.FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    def references(node: Any) -> list[str]:
        if isinstance(node, list):
            return [each for item in node for each in references(item)]
        if not isinstance(node, dict):
            return []
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [each for item in node.values() for each in references(item)]

    found = references(document)
    assert found
    for reference in found:
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def judge(body: dict, http_status: int = 200, headers: dict | None = None) -> None:
    headers = JSON if headers is None else headers
    contract_schema.check_answer("POST", "/api/v3/check-session-status", http_status, headers, body)


def test_the_judge_accepts_what_is_right() -> None:
    judge(GOOD)
    judge(FAILED)
    judge({"statusCode": 404, "message": "m", "requestId": "r"}, 404)
    judge({"statusCode": 405, "message": "m", "requestId": "r"}, 405, {**JSON, "allow": "POST"})
    judge({"statusCode": 429, "message": "m", "requestId": "r"}, 200, {**JSON, "retry-after": "1"})


@pytest.mark.parametrize(
    ("body", "http_status", "headers"),
    [
        ({**GOOD, "data": {"active": "yes"}}, 200, JSON),
        ({**GOOD, "data": {}}, 200, JSON),
        ({key: value for key, value in GOOD.items() if key != "data"}, 200, JSON),
        ({key: value for key, value in GOOD.items() if key != "requestId"}, 200, JSON),
        ({**GOOD, "apiCode": 2004}, 200, JSON),
        ({**GOOD, "statusCode": 201}, 200, JSON),
        (GOOD, 201, JSON),
        (GOOD, 200, {"content-type": "text/html"}),
        ({**FAILED, "data": None}, 200, JSON),
        ({**FAILED, "statusCode": 400}, 200, JSON),
        ({**FAILED, "message": ""}, 200, JSON),
        (FAILED, 500, JSON),
        ({"statusCode": 405, "message": "m", "requestId": "r"}, 405, JSON),
        ({"statusCode": 429, "message": "m", "requestId": "r"}, 200, JSON),
    ],
)
def test_the_judge_refuses_what_is_wrong(body: dict, http_status: int, headers: dict) -> None:
    with pytest.raises(AssertionError):
        judge(body, http_status, headers)


def test_times_have_milliseconds() -> None:
    user = {
        "userId": "u",
        "createdAt": "2026-01-02T03:04:05.678Z",
        "updatedAt": "2026-01-02T03:04:05.678Z",
        "status": "Activated",
        "workStatus": "Active",
        "gender": "U",
        "emailVerified": False,
        "phoneVerified": False,
        "userSourceType": "adminCreated",
    }
    body = {**GOOD, "data": user}
    contract_schema.check_success("GET", "/api/v3/get-user", body)
    for wrong in ("2026-01-02T03:04:05Z", "2026-01-02 03:04:05.678", "1767322845678"):
        changed = copy.deepcopy(body)
        changed["data"]["createdAt"] = wrong
        with pytest.raises(AssertionError):
            contract_schema.check_success("GET", "/api/v3/get-user", changed)


# Successes of every built route


V3 = [route for route in routes.built if route.is_v3 and route.verb != "get-management-token"]


# What became of each row, beside `data`.
WITH_RESULTS = {"create-users-batch", "update-user-batch", "resign-user-batch"}


@pytest.mark.parametrize("route", V3, ids=str)
def test_a_success_is_complete_to_its_schema(route: Route, target: Target) -> None:
    answer = bodies.send(bodies.rightful_caller(route, target), route, target)
    assert answer.code == 200, answer.body
    contract_schema.check_success(route.method, route.path, answer.body)
    ours = {"results"} if route.verb in WITH_RESULTS else set()
    # Some have no `data`, and `system` has its members in its place.
    assert set(answer.body) == contract_schema.success_members(route.method, route.path) | ours


def test_get_management_token_is_complete_to_its_schema(server: Server, stranger: Caller) -> None:
    key = server.keys.root
    answer = stranger.post("get-management-token", accessKeyId=key.id, accessKeySecret=key.secret)
    contract_schema.check_success("POST", "/api/v3/get-management-token", answer.body)
    assert answer.data["expires_in"] == 7200


def test_the_headline_call_has_these_bytes_but_for_its_request_id(target: Target) -> None:
    body = {"appId": target.application.id, "userId": target.user.id}
    response = target.world.root.raw("POST", "/api/v3/check-session-status", json=body)
    request_id = response.json()["requestId"]
    expected = f'{{"statusCode":200,"message":"Success","requestId":"{request_id}","data":{{"active":true}}}}'
    assert response.content.decode() == expected


# /oidc


def test_discovery_is_as_rfc_8414_wants_it(stranger: Caller) -> None:
    response = stranger.raw("GET", "/oidc/.well-known/openid-configuration")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/json")
    told = response.json()
    issuer = f"{stranger.url}/oidc"
    assert told["issuer"] == issuer
    assert told["token_endpoint"] == f"{issuer}/token"
    assert told["userinfo_endpoint"] == f"{issuer}/me"
    assert told["introspection_endpoint"] == f"{issuer}/token/introspection"
    assert told["revocation_endpoint"] == f"{issuer}/token/revocation"
    assert told["jwks_uri"] == f"{issuer}/.well-known/jwks.json"
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert told["subject_types_supported"] == ["public"]
    assert {"refresh_token", "client_credentials"} <= set(told["grant_types_supported"])
    assert not {"password", "implicit"} & set(told["grant_types_supported"])
    # Arrays without elements are left out (section 3.2).
    assert [] not in told.values()


def test_the_key_set_has_public_rsa_keys_alone(stranger: Caller) -> None:
    keys = stranger.raw("GET", "/oidc/.well-known/jwks.json").json()["keys"]
    assert keys
    assert len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key)


def test_token_answers_are_not_stored(target: Target) -> None:
    response = target.world.refresh(target.application, target.login.refresh_token)
    assert response.status_code == 200
    # RFC 6749 section 5.1.
    assert response.headers["cache-control"] == "no-store"
    told = response.json()
    assert told["token_type"].lower() == "bearer" and told["expires_in"] == 7200
    response = target.world.introspect(target.application, told["access_token"])
    assert response.headers["cache-control"] == "no-store"
    response = target.world.oidc("token", target.application, grant_type="refresh_token", refresh_token="unknown")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")
    assert response.headers["cache-control"] == "no-store"


def test_oidc_errors_are_as_rfc_6749_wants_them(target: Target) -> None:
    world, application = target.world, target.application
    for form, error in (
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "no_such_grant"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "a" * 5000}, "invalid_grant"),
    ):
        response = world.oidc("token", application, **form)
        assert (response.status_code, response.json()["error"]) == (400, error), form
    wrong = world.stranger.raw("POST", "/oidc/token", data={"grant_type": "refresh_token"}, auth=("a", "b"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")


def test_revocation_is_200_with_an_empty_body(target: Target) -> None:
    for token in (target.login.refresh_token, "unknown"):
        response = target.world.revoke(target.application, token)
        assert (response.status_code, response.content) == (200, b"")


def test_introspection_and_revocation_want_a_token(target: Target) -> None:
    for path in ("token/introspection", "token/revocation"):
        response = target.world.oidc(path, target.application)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
