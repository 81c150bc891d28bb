"""Bad input: its documented statusCode, the field named, nothing changed."""

from __future__ import annotations

import base64
import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

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
GETS = [route for route in routes.built if route.method == "GET" and route.is_v3]
GETS_BY_PATH = {route.path: route for route in GETS}

# Optional in the schema, but what the good request of bodies.py stands on.
ANCHORS = {
    "/api/v3/end-all-sessions": ("userId",),
    "/api/v3/create-user": ("username",),
    "/api/v3/create-users-batch": ("list.username",),
    "/api/v3/is-user-exists": ("username",),
    "/api/v3/list-users": ("advancedFilter.value",),
    "/api/v3/signin": ("passwordPayload", "passwordPayload.username", "client_id", "client_secret"),
    "/api/v3/signup": ("passwordPayload", "passwordPayload.username"),
}
# Objects that are looked into beside those that the good request shows.
OF_APPLICATIONS = (
    "brandingConfig",
    "loginConfig",
    "loginConfig.defaultLoginMethod",
    "registerConfig",
    "sessionPolicy",
)
INSIDE = {
    "/api/v3/signin": ("passwordPayload", "options"),
    "/api/v3/signup": ("passwordPayload", "profile"),
    "/api/v3/list-users": ("options",),
    "/api/v3/get-user-action-logs": ("pagination",),
    "/api/v3/get-admin-audit-logs": ("pagination",),
    "/api/v3/list-application-active-users": ("options", "options.pagination"),
    "/api/v3/kick-users": ("options",),
    "/api/v3/create-application": OF_APPLICATIONS,
    "/api/v3/update-application": OF_APPLICATIONS,
    "/api/v3/update-security-settings": (
        "changeEmailStrategy",
        "changePhoneStrategy",
        "loginAnomalyDetection",
        "loginAnomalyDetection.loginFailCheck",
        "qrcodeLoginStrategy",
        "registerAnomalyDetection",
        "selfUnlockAccount",
        "sessionPolicy",
    ),
    "/api/v3/create-user": ("options",),
    "/api/v3/create-users-batch": ("options",),
    "/api/v3/update-user-batch": ("options",),
    "/api/v3/update-user": ("options",),
}
# Parameters of what is not there, whatever they say: a source has no connections.
IGNORED = {("/api/v3/get-ext-idp", "appId"), ("/api/v3/get-ext-idp", "tenantId")}
# What the contract requires and the server does without: the SDKs' shorthands for
# registering leave it out. And lists that may be empty, as they are.
NOT_MISSED = {
    ("/api/v3/signup", "context", "null"),
    ("/api/v3/create-application", "enabledBasicRegisterMethods", "empty"),
    ("/api/v3/update-application", "enabledBasicRegisterMethods", "empty"),
    ("/api/v3/update-security-settings", "robotVerifyloginWeekStartEndTime", "empty"),
}
# An object in the contract; what its clients send is text or a number.
ANY_VALUE = {("/api/v3/list-users", "value")}
# Secrets that a client sends are compared and not described.
NOT_NAMED = {"client_id", "client_secret", "accessKeyId", "accessKeySecret"}


def good_request(route: Route, target: Target) -> dict[str, Any]:
    if route.path == "/api/v3/get-management-token":
        return {"accessKeyId": "0" * 24, "accessKeySecret": "no such secret"}
    return bodies.V3[route.method, route.verb](target)


def shape(route: Route) -> dict[str, Any]:
    """What a good request has, before there is a server."""
    try:
        return good_request(route, bodies.shape())
    except requests.ConnectionError:
        # It begins with a question to the server; the contract alone has to do.
        return {}


FIELDS = [
    field
    for path, route in BY_PATH.items()
    for field in bad_values.fields(path, ANCHORS.get(path, ()), INSIDE.get(path, ()), shape(route))
]
QUERY_FIELDS = [
    field
    for path, route in GETS_BY_PATH.items()
    for field in bad_values.query_fields(path, ANCHORS.get(path, ()), shape(route))
]


@pytest.fixture
def target(world: World) -> Target:
    return bodies.make_target(world)


def good_body(path: str, target: Target) -> dict[str, Any]:
    return good_request(BY_PATH[path], target)


class Targets:
    """A target for many cases in turn, and what it was like before them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._renew()

    def _renew(self) -> None:
        self.now = bodies.make_target(self._world)
        self._before = bodies.state(self.now)
        self._was_refused = False

    def refused(self) -> None:
        self._was_refused = True

    def assert_unchanged(self) -> None:
        """By all that was refused."""
        if self._was_refused:
            assert bodies.state(self.now) == self._before
            self._was_refused = False

    def settle(self) -> None:
        """After a request that was good after all, or another test."""
        if bodies.state(self.now) != self._before:
            self._renew()


@pytest.fixture(scope="module")
def _targets(world: World) -> Targets:
    return Targets(world)


@pytest.fixture
def targets(_targets: Targets) -> Targets:
    """Kept from test to test while nothing changes it."""
    _targets.settle()
    return _targets


def with_value(body: dict[str, Any], field: Field, value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    place: Any = changed
    for name in field.at[:-1]:
        place = place[name] if isinstance(name, int) else place.setdefault(name, {})
    if field.in_query and value is None:
        place.pop(field.leaf, None)
    else:
        place[field.leaf] = value
    return changed


def judge(field: Field, case: Case, answer: Answer) -> None:
    codes = set(case.codes)
    if field.path == "/api/v3/get-management-token":
        # Its good request is one with an unknown key, which is 401.
        codes |= {401}
    if field.leaf in ("client_id", "client_secret"):
        codes |= {401, 404}
    if (field.path, field.leaf) in IGNORED or (field.path, field.leaf, case.name) in NOT_MISSED:
        codes |= {200}
    if (field.path, field.leaf) in ANY_VALUE:
        codes |= {200}
    assert answer.code in codes, answer.body
    if answer.code == bad_values.NOT_BUILT:
        # By the member, or by the object of them that is not built as a whole.
        assert any(str(name) in answer.message for name in field.at), answer.body
    elif answer.code == 400 and field.leaf not in NOT_NAMED and not field.required:
        assert field.leaf in answer.message, answer.body
    if answer.code == 400 and case.name.startswith("wrong type"):
        assert field.leaf in answer.message, answer.body


def try_all(field: Field, route: Route, targets: Targets) -> None:
    """All bad values of a field. What can only be refused comes first, so that
    one look afterwards does for all of it."""
    found = list(bad_values.cases(field))
    for case in sorted(found, key=lambda case: 200 in case.codes):
        if 200 in case.codes:
            targets.assert_unchanged()
        body = with_value(good_request(route, targets.now), field, case.value)
        answer = bodies.send_body(bodies.rightful_caller(route, targets.now), route, body)
        try:
            judge(field, case, answer)
        except AssertionError as error:
            error.add_note(f"{route}, {'.'.join(map(str, field.at))}: {case.name}")
            raise
        if answer.code != 200:
            targets.refused()
        elif route.method == "POST":
            targets.settle()
    targets.assert_unchanged()


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_a_bad_value(field: Field, targets: Targets) -> None:
    try_all(field, BY_PATH[field.path], targets)


@pytest.mark.parametrize("field", QUERY_FIELDS, ids=str)
def test_a_bad_parameter(field: Field, targets: Targets) -> None:
    try_all(field, GETS_BY_PATH[field.path], targets)


# Records of another pool


ID = re.compile(r"[0-9a-f]{24,}")


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def replaced(value: Any, by: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: replaced(member, by) for name, member in value.items()}
    if isinstance(value, list):
        return [replaced(member, by) for member in value]
    return by.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("route", [*POSTS, *GETS], ids=str)
def test_another_pools_records_are_nobodys(route: Route, target: Target, other_world: World) -> None:
    """A request that would be good there, sent by somebody of ours."""
    theirs = bodies.make_target(other_world)
    # An application's own credentials stay its own.
    credentials = {
        theirs.application.id: target.application.id,
        theirs.application.secret: target.application.secret,
    }
    asked = replaced(good_request(route, theirs), credentials if route.who in ("client", "anyone") else {})
    records = {theirs.user.username, theirs.user.external_id, theirs.application.name, theirs.user_id_in_idp}
    named = {text for text in texts(asked) if ID.fullmatch(text) or text in records}
    if not named - {target.application.id, target.application.secret}:
        # It makes something, or asks for everything.
        return
    before = (bodies.state(target), bodies.state(theirs))
    answer = bodies.send_body(bodies.rightful_caller(route, target), route, asked)
    if answer.code == 200:
        # None found, or a failure for each row; nothing that was not said already.
        told = {text for text in texts(answer.data) if ID.fullmatch(text) or text in records}
        assert told <= named, answer.body
    else:
        assert answer.code in (400, 401, 403, 404), answer.body
    assert (bodies.state(target), bodies.state(theirs)) == before


# Bodies


# Grammatical JSON: a route that asks for nothing may ignore the unknown field.
ASK_FOR_NOTHING = set(BY_PATH) - {field.path for field in FIELDS if field.required and len(field.at) == 1}
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
    asks_for_nothing = route.path in ASK_FOR_NOTHING and name in IGNORABLE
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


def test_a_query_of_a_mebibyte_is_refused_before_it_is_read(target: Target) -> None:
    """With the head that it is part of, by what reads HTTP for all routes."""
    response = target.world.root.raw("GET", f"/api/v3/list-users?padding={'a' * 1024 * 1024}")
    assert (response.status_code, response.content) == (431, b"")


LISTS = [route for route in GETS if {"page", "limit"} <= {f.leaf for f in QUERY_FIELDS if f.path == route.path}]


@pytest.mark.parametrize("route", LISTS, ids=str)
@pytest.mark.parametrize(("name", "value"), [("page", 0), ("page", -1), ("page", "x"), ("limit", 0), ("limit", "x")])
def test_a_bad_page_is_400_and_named(route: Route, name: str, value: object, target: Target) -> None:
    caller = bodies.rightful_caller(route, target)
    answer = bodies.send_body(caller, route, {**good_request(route, target), name: value})
    assert answer.code == 400
    assert name in answer.message


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_limit_above_fifty_has_its_own_words(route: Route, target: Target) -> None:
    caller = bodies.rightful_caller(route, target)
    answer = bodies.send_body(caller, route, {**good_request(route, target), "limit": 51})
    assert (answer.code, answer.message) == (400, "limit must less than 50")
    assert bodies.send_body(caller, route, {**good_request(route, target), "limit": 50}).code == 200


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
