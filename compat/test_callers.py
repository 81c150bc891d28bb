"""Every route, tried by those who may not: a stranger, another pool, a key
without the permission; and what no route answers."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import bodies
import contract_schema
import routes
from bodies import Target
from callers import Answer, Caller, bearer
from conftest import Server
from rollcall_server import AccessKey
from routes import Route
from world import World

CallerOf = Callable[[AccessKey], Caller]

# Routes that work on whatever pool asks, so that another pool gets its own
# answer or changes itself; all others name a record, which another pool must not find.
OF_THE_ASKING_POOL = {
    "create-user",
    "create-users-batch",
    "get-user-batch",
    "list-users",
    "list-archived-users",
    "is-user-exists",
    "create-ext-idp",
    "create-application",
    "list-applications",
    "get-security-settings",
    "update-security-settings",
    "get-user-action-logs",
    "get-admin-audit-logs",
}


def each(table: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", table, ids=str)


@pytest.fixture
def target(world: World) -> Target:
    return bodies.make_target(world)


def path_of(route: Route) -> str:
    return route.path.replace("{credentialID}", "credential").replace("{client_id}", "0" * 24)


def asked(caller: Caller, route: Route) -> Answer:
    """A route without a good request: an empty one."""
    options = {"json": {}} if route.method == "POST" else {}
    return caller.call(route.method, path_of(route), **options)


def test_every_contract_path_is_classified_and_no_other() -> None:
    table = [(route.method, route.path) for route in routes.built + routes.unbuilt if route not in routes.ours]
    assert len(table) == len(set(table))
    assert set(table) == set(contract_schema.operations())


def test_every_built_route_has_a_good_request() -> None:
    known = set(bodies.V3) | {("POST", "get-management-token")}
    assert {(route.method, route.verb) for route in routes.built if route.is_v3} == known


@each([route for route in routes.management + routes.server + routes.end_user if route.is_v3])
def test_a_good_request_is_answered(route: Route, target: Target) -> None:
    assert bodies.send(bodies.rightful_caller(route, target), route, target).code == 200


# Strangers


@each([route for route in routes.management + routes.server + routes.end_user if route.is_v3])
def test_a_stranger_is_401(route: Route, target: Target, stranger: Caller) -> None:
    before = bodies.state(target)
    assert bodies.send(stranger, route, target).code == 401
    assert bodies.state(target) == before


@each([route for route in routes.end_user if not route.is_v3])
def test_a_stranger_at_userinfo_is_401(route: Route, stranger: Caller) -> None:
    response = stranger.raw(route.method, route.path)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


@each([route for route in routes.client if not route.is_v3])
def test_an_oidc_request_without_a_client_is_refused(route: Route, target: Target, stranger: Caller) -> None:
    response = stranger.raw("POST", route.path, data=bodies.OIDC[route.path](target))
    assert (response.status_code, response.json()["error"]) in [(401, "invalid_client"), (400, "invalid_request")]
    assert target.world.is_active(target.login)


@each([route for route in routes.client if not route.is_v3])
def test_an_oidc_client_with_a_wrong_secret_is_401(route: Route, target: Target, stranger: Caller) -> None:
    form = {**bodies.OIDC[route.path](target), "client_id": target.application.id, "client_secret": "wrong"}
    response = stranger.raw("POST", route.path, data=form)
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
    assert target.world.is_active(target.login)


def test_sign_in_without_a_client_is_refused(target: Target) -> None:
    answer = target.world.try_sign_in(target.application, target.user, client_id=None, client_secret=None)
    assert answer.code in (400, 401)


def test_sign_in_with_a_wrong_secret_is_401(target: Target) -> None:
    assert target.world.try_sign_in(target.application, target.user, client_secret="wrong").code == 401


@pytest.mark.parametrize("member", ["accessKeyId", "accessKeySecret"])
def test_a_management_token_needs_the_right_key_and_secret(server: Server, stranger: Caller, member: str) -> None:
    key = server.keys.root
    body = {"accessKeyId": key.id, "accessKeySecret": key.secret, member: "0" * 24}
    assert stranger.post("get-management-token", **body).code == 401


# Another pool


@each(routes.management)
def test_another_pool_finds_nothing(route: Route, target: Target, other_world: World) -> None:
    before = bodies.state(target)
    answer = bodies.send(other_world.root, route, target)
    if route.verb in OF_THE_ASKING_POOL:
        shown = json.dumps(answer.data)
        ours = (target.user.id, target.application.id, target.ext_idp, target.world.pool)
        assert not [each for each in ours if each in shown]
        assert route.verb != "is-user-exists" or answer.data == {"exists": False}
        assert route.verb != "get-user-batch" or answer.data == []
        assert route.verb != "list-users" or target.user.username not in shown
    else:
        assert answer.code in (403, 404), answer.body
    assert bodies.state(target) == before


@each(routes.management + routes.server)
def test_a_pool_header_of_another_pool_is_403(route: Route, target: Target, other_world: World) -> None:
    before = bodies.state(target)
    for family in ("genauth", "authing"):
        caller = target.world.root.with_headers(**{f"x_{family}_userpool_id": other_world.pool})
        assert bodies.send(caller, route, target).code == 403
    assert bodies.state(target) == before


def test_empty_headers_are_absent(target: Target) -> None:
    caller = target.world.root.with_headers(x_genauth_userpool_id="", x_genauth_app_id="", x_genauth_lang="")
    assert caller.get("get-user", userId=target.user.id).data["userId"] == target.user.id


def test_an_app_header_of_another_application_is_403(target: Target) -> None:
    other = target.world.application()
    for family in ("genauth", "authing"):
        caller = bearer(target.world.url, target.login.access_token).with_headers(**{f"x_{family}_app_id": other.id})
        assert caller.get("get-profile").code == 403


def test_a_person_of_another_pool_cannot_sign_in(target: Target, other_world: World) -> None:
    answer = other_world.try_sign_in(other_world.application(), target.user)
    assert answer.outcome() == (401, 2333)


def test_an_application_of_another_pool_can_do_nothing_with_a_token(target: Target, other_world: World) -> None:
    other, login = other_world.application(), target.login
    for token in (login.access_token, login.refresh_token):
        assert other_world.introspect(other, token).json() == {"active": False}
        other_world.revoke(other, token)
    assert other_world.refresh(other, login.refresh_token).json()["error"] == "invalid_grant"
    assert target.world.is_active(login)


# Keys


@each(routes.management)
def test_a_key_without_the_permission_is_403(
    route: Route, target: Target, server: Server, key_caller: CallerOf
) -> None:
    before = bodies.state(target)
    answer = bodies.send(key_caller(server.keys.without[route.who]), route, target)
    assert answer.code == 403
    assert bodies.state(target) == before


@each(routes.management)
def test_the_permission_alone_suffices(route: Route, target: Target, server: Server, key_caller: CallerOf) -> None:
    assert bodies.send(key_caller(server.keys.only[route.who]), route, target).code == 200


# What acts on the whole server


@each(routes.server)
def test_only_the_root_key_of_the_first_pool_acts_on_the_server(
    route: Route, target: Target, server: Server, key_caller: CallerOf
) -> None:
    published = target.world.stranger.raw("GET", "/oidc/.well-known/jwks.json").text
    keys = server.keys
    for key in (keys.other_root, *keys.only.values(), *keys.without.values()):
        assert bodies.send(key_caller(key), route, target).code == 403
    assert target.world.stranger.raw("GET", "/oidc/.well-known/jwks.json").text == published


# Tokens of the other kind


@each(routes.management + routes.server)
def test_an_access_token_is_no_management_token(route: Route, target: Target) -> None:
    before = bodies.state(target)
    person = bearer(target.world.url, target.login.access_token)
    assert bodies.send(person, route, target).code == 401
    assert bodies.state(target) == before


@each([route for route in routes.end_user if route.is_v3])
def test_a_management_token_is_no_access_token(route: Route, target: Target) -> None:
    assert bodies.send(target.world.root, route, target).code == 401


def test_userinfo_refuses_management_and_id_tokens(target: Target) -> None:
    management = target.world.root.headers["authorization"].removeprefix("Bearer ")
    for token in (management, target.login.id_token, target.login.refresh_token):
        assert target.world.user_info(token).status_code == 401


# What no route answers


@each([route for route in routes.unbuilt if route.is_v3])
def test_an_unbuilt_path_is_501_for_anyone(route: Route, world: World, stranger: Caller) -> None:
    for caller in (stranger, world.root):
        assert asked(caller, route).code == 501


@pytest.mark.parametrize("path", ["/api/v3/no-such-call", "/api/v3", "/api/v3/get-user/more", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_is_404_in_v3_shape(path: str, method: str, world: World, stranger: Caller) -> None:
    for caller in (stranger, world.root):
        answer = caller.call(method, path)
        assert (answer.http_status, answer.code) == (404, 404)
        assert answer.body["requestId"] and answer.message and "data" not in answer.body


@each(routes.built + routes.unbuilt)
def test_a_wrong_method_is_405_with_allow(route: Route, world: World, stranger: Caller) -> None:
    known = {other.method for other in routes.built + routes.unbuilt if other.path == route.path}
    for method in {"PUT", "GET", "POST", "DELETE"} - known:
        for caller in (stranger, world.root):
            answer = caller.call(method, path_of(route))
            assert (answer.http_status, answer.code) == (405, 405), method
            assert known <= {allowed.strip() for allowed in answer.headers["allow"].split(",")}
            assert answer.body["requestId"] and answer.message


def test_request_ids_differ(stranger: Caller) -> None:
    assert len({stranger.post("check-session-status").body["requestId"] for _ in range(10)}) == 10
