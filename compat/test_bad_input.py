"""Bad input: its documented statusCode, the field named, nothing changed."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest

import bad_values
import bodies
import routes
from bad_values import Case, Field
from bodies import Target
from callers import Answer, Caller, bearer
from routes import Route
from world import World

POSTS = [route for route in routes.built if route.method == "POST" and route.is_v3]
BY_PATH = {route.path: route for route in POSTS}

# Optional in the schema, but what the good request of bodies.py stands on.
ANCHORS = {
    "/api/v3/create-user": ("username",),
    "/api/v3/is-user-exists": ("username",),
    "/api/v3/signin": ("passwordPayload", "passwordPayload.username", "client_id", "client_secret"),
    "/api/v3/signup": ("passwordPayload", "passwordPayload.username"),
}
INSIDE = {
    "/api/v3/signin": ("passwordPayload", "options"),
    "/api/v3/signup": ("passwordPayload", "profile"),
    "/api/v3/list-users": ("options",),
    "/api/v3/get-user-action-logs": ("pagination",),
    "/api/v3/get-admin-audit-logs": ("pagination",),
    "/api/v3/list-application-active-users": ("options",),
    "/api/v3/kick-users": ("options",),
    "/api/v3/create-user": ("options",),
    "/api/v3/create-users-batch": ("options",),
    "/api/v3/update-user-batch": ("options",),
    "/api/v3/update-user": ("options",),
}
# Secrets that a client sends are compared and not described.
NOT_NAMED = {"client_id", "client_secret", "accessKeyId", "accessKeySecret"}

FIELDS = [field for path in BY_PATH for field in bad_values.fields(path, ANCHORS.get(path, ()), INSIDE.get(path, ()))]


@pytest.fixture
def target(world: World) -> Target:
    return bodies.make_target(world)


def good_body(path: str, target: Target) -> dict[str, Any]:
    if path == "/api/v3/get-management-token":
        return {"accessKeyId": "0" * 24, "accessKeySecret": "no such secret"}
    return bodies.V3["POST", BY_PATH[path].verb](target)


def with_value(body: dict[str, Any], field: Field, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place = changed
    for name in field.at[:-1]:
        place = place.setdefault(name, {})
    place[field.leaf] = value
    return changed


def judge(field: Field, case: Case, answer: Answer) -> None:
    codes = set(case.codes)
    if field.path == "/api/v3/get-management-token":
        # Its good request is one with an unknown key, which is 401.
        codes |= {401}
    if field.leaf in ("client_id", "client_secret"):
        codes |= {401, 404}
    assert answer.code in codes, answer.body
    if answer.code in (400, bad_values.NOT_BUILT) and field.leaf not in NOT_NAMED and not field.required:
        assert field.leaf in answer.message, answer.body
    if answer.code == 400 and case.name.startswith("wrong type"):
        assert field.leaf in answer.message, answer.body


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_a_bad_value(field: Field, target: Target, subtests: pytest.Subtests) -> None:
    route = BY_PATH[field.path]
    before = bodies.state(target)
    for case in bad_values.cases(field):
        with subtests.test(case=case.name):
            body = with_value(good_body(field.path, target), field, case.value)
            answer = bodies.send_body(bodies.rightful_caller(route, target), route, body)
            judge(field, case, answer)
            if answer.code == 200:
                # It was a good request after all: go on with another target.
                target = bodies.make_target(target.world)
                before = bodies.state(target)
            else:
                assert bodies.state(target) == before


# Bodies


# Grammatical JSON: a route that asks for nothing may ignore the unknown field.
ASK_FOR_NOTHING = {
    "list-users",
    "list-logout-deliveries",
    "rotate-signing-keys",
    "update-security-settings",
    "update-profile",
    "get-user-action-logs",
    "get-admin-audit-logs",
}
IGNORABLE = {"lone surrogate", "deep array", "deep object"}
NO_JSON = {
    "broken": b'{"userId":',
    "trailing": b'{"userId":"a"} more',
    "array": b"[1, 2]",
    "text": b'"text"',
    "number": b"42",
    "not UTF-8": b'{"userId":"\xff\xfe"}',
    "lone surrogate": b'{"userId":"\\ud800"}',
    "deep array": b'{"userId":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "deep object": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
}


@pytest.mark.parametrize("route", POSTS, ids=str)
@pytest.mark.parametrize("name", NO_JSON)
def test_a_body_that_is_no_json_object_is_400(route: Route, name: str, target: Target) -> None:
    before = bodies.state(target)
    caller = bodies.rightful_caller(route, target)
    headers = {"content-type": "application/json"}
    answer = caller.call("POST", route.path, data=NO_JSON[name], headers=headers)
    asks_for_nothing = route.verb in ASK_FOR_NOTHING and name in IGNORABLE
    assert answer.code in ((200, 400) if asks_for_nothing else (400,))
    assert bodies.state(target) == before


@pytest.mark.parametrize("route", POSTS, ids=str)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_a_wrong_content_type_is_400(route: Route, content_type: str, target: Target) -> None:
    before = bodies.state(target)
    data = json.dumps(good_body(route.path, target)).encode()
    caller = bodies.rightful_caller(route, target)
    assert caller.call("POST", route.path, data=data, headers={"content-type": content_type}).code == 400
    assert bodies.state(target) == before


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_a_json_content_type_has_several_spellings(content_type: str, target: Target) -> None:
    data = json.dumps({"userId": target.user.id, "appId": target.application.id}).encode()
    headers = {"content-type": content_type}
    answer = target.world.root.call("POST", "/api/v3/check-session-status", data=data, headers=headers)
    assert answer.data == {"active": True}


@pytest.mark.parametrize("route", POSTS, ids=str)
def test_two_mebibytes_are_413(route: Route, target: Target) -> None:
    before = bodies.state(target)
    body = {**good_body(route.path, target), "padding": "a" * (2 * 1024 * 1024)}
    caller = bodies.rightful_caller(route, target)
    assert caller.call("POST", route.path, json=body).code == 413
    assert bodies.state(target) == before


def test_one_mebibyte_is_the_limit(target: Target) -> None:
    def body_of(size: int) -> bytes:
        body = {"userId": target.user.id, "appId": target.application.id, "padding": ""}
        body["padding"] = "a" * (size - len(json.dumps(body)))
        return json.dumps(body).encode()

    headers = {"content-type": "application/json"}
    for size, code in ((1024 * 1024, 200), (1024 * 1024 + 1, 413)):
        data = body_of(size)
        assert len(data) == size
        answer = target.world.root.call("POST", "/api/v3/check-session-status", data=data, headers=headers)
        assert answer.code == code


def test_unknown_fields_are_ignored(target: Target) -> None:
    answer = target.world.root.post(
        "check-session-status", userId=target.user.id, appId=target.application.id, noSuchField={"a": [1]}
    )
    assert answer.data == {"active": True}


# Queries


LISTS = [
    ("list-users", {}),
    ("list-archived-users", {}),
    ("list-applications", {}),
    ("get-user-login-history", {"userId": ""}),
]


@pytest.mark.parametrize(("verb", "needs"), LISTS, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize(("name", "value"), [("page", 0), ("page", -1), ("page", "x"), ("limit", 0), ("limit", "x")])
def test_a_bad_page_is_400_and_named(verb: str, needs: dict, name: str, value: object, target: Target) -> None:
    query = {**dict.fromkeys(needs, target.user.id), name: value}
    answer = target.world.root.get(verb, **query)
    assert answer.code == 400
    assert name in answer.message


@pytest.mark.parametrize(("verb", "needs"), LISTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_limit_above_fifty_has_its_own_words(verb: str, needs: dict, target: Target) -> None:
    query = dict.fromkeys(needs, target.user.id)
    answer = target.world.root.get(verb, **query, limit=51)
    assert (answer.code, answer.message) == (400, "limit must less than 50")
    assert target.world.root.get(verb, **query, limit=50).code == 200


ABOUT_A_USER = (
    "get-user",
    "get-user-identities",
    "get-user-login-history",
    "get-user-loggedin-apps",
    "get-user-mfa-info",
    "get-user-accessible-apps",
    "get-user-logged-in-identities",
)


@pytest.mark.parametrize(("kind", "code"), [("nobody", 400), ("sync_relation", 501), ("custom_field", 501)])
def test_a_user_id_type_that_is_not_built_or_unknown(kind: str, code: int, target: Target) -> None:
    user = target.user.id
    for verb in ABOUT_A_USER:
        answer = target.world.root.get(verb, userId=user, userIdType=kind)
        assert answer.code == code
        assert "userIdType" in answer.message or kind in answer.message
    options = {"userIdType": kind}
    for verb, body in (
        ("kick-users", {"userId": user, "appIds": [target.application.id]}),
        ("update-user", {"userId": user, "nickname": "changed"}),
        ("delete-users-batch", {"userIds": [user]}),
    ):
        assert target.world.root.post(verb, **body, options=options).code == code
    assert target.world.is_active(target.login)


@pytest.mark.parametrize("value", ["", bad_values.LONG, bad_values.NUL, bad_values.EMOJI])
def test_a_bad_user_id_in_a_query(value: str, target: Target) -> None:
    for verb in ABOUT_A_USER:
        answer = target.world.root.get(verb, userId=value)
        assert answer.code in (400, 404)
        assert answer.code == 404 or "userId" in answer.message
        assert answer.code == 400 or answer.api_code == 2004


def test_a_missing_parameter_is_named(target: Target) -> None:
    for verb, name in (("get-user", "userId"), ("get-application", "appId"), ("get-ext-idp", "id")):
        answer = target.world.root.get(verb)
        assert answer.code == 400
        assert name in answer.message


# Tokens


def tampered(token: str, **claims: object) -> str:
    """The token with other claims and its old signature."""
    head, payload, signature = token.split(".")
    read = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    changed = json.dumps({**read, **claims}).encode()
    return ".".join([head, base64.urlsafe_b64encode(changed).rstrip(b"=").decode(), signature])


def unsigned(token: str) -> str:
    """The token under `alg: none`."""
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return ".".join([head, token.split(".")[1], ""])


def bad_tokens(token: str) -> dict[str, str]:
    return {
        "extended": tampered(token, exp=4_102_444_800),
        "expired": tampered(token, exp=1),
        "unsigned": unsigned(token),
        "cut": token[:-4],
        "garbage": "garbage",
        "dots": "a.b.c",
        "long": "a" * 5000,
    }


NAMES = list(bad_tokens("e30.e30.x"))


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_management_token_is_401(name: str, target: Target) -> None:
    token = target.world.root.headers["authorization"].removeprefix("Bearer ")
    caller = bearer(target.world.url, bad_tokens(token)[name])
    before = bodies.state(target)
    assert caller.post("kick-users", userId=target.user.id, appIds=[target.application.id]).code == 401
    assert caller.get("get-user", userId=target.user.id).code == 401
    assert bodies.state(target) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_access_token_is_nobodys(name: str, target: Target) -> None:
    token = bad_tokens(target.login.access_token)[name]
    assert bearer(target.world.url, token).get("get-profile").code == 401
    assert target.world.user_info(token).status_code == 401
    assert target.world.introspect(target.application, token).json() == {"active": False}
    assert target.world.revoke(target.application, token).status_code == 200
    assert target.world.is_active(target.login)


def test_a_management_token_of_another_pool_with_our_pools_header_is_403(target: Target, other_world: World) -> None:
    caller = other_world.root.with_headers(x_authing_userpool_id=target.world.pool)
    assert caller.get("get-user", userId=target.user.id).code == 403


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic Og==", "authing", "authing x", "Digest a=b"])
def test_an_authorization_that_says_nothing_is_401(value: str, stranger: Caller, target: Target) -> None:
    caller = stranger.with_headers(authorization=value)
    assert caller.get("get-user", userId=target.user.id).code == 401
    assert caller.get("get-profile").code == 401
