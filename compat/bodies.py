"""A good request for each built route, against a target made for one test."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import hook
from callers import Answer, Caller, bearer
from routes import Route
from world import Application, Login, User, World, unique


@dataclass(frozen=True)
class Target:
    """What a request is about."""

    world: World
    user: User
    application: Application
    ext_idp: str
    user_id_in_idp: str
    login: Login


def make_target(world: World) -> Target:
    user, application, ext_idp = world.user(), world.application(), world.common_ext_idp()
    user_id_in_idp = unique("subject")
    linked = world.root.post("link-identity", extIdpId=ext_idp, userId=user.id, userIdInIdp=user_id_in_idp)
    assert linked.code == 200
    return Target(world, user, application, ext_idp, user_id_in_idp, world.sign_in(application, user))


def shape() -> Target:
    """A target of nobody, for what good requests look like."""
    user = User("0" * 24, "nobody", "nobody@example.com", "13800000000", "nobody", "password")
    application = Application("1" * 24, "secret", "application")
    world = World.nowhere()
    return Target(world, user, application, "2" * 24, "subject", Login(user, application, "access", "id", "refresh"))


def _about_user(target: Target) -> dict[str, Any]:
    return {"userId": target.user.id}


def _about_application(target: Target) -> dict[str, Any]:
    return {"appId": target.application.id}


def _about_key(target: Target) -> dict[str, Any]:
    """A key for this request alone: targets are many, and a pool's keys are counted."""
    return {"accessKeyId": target.world.access_key(userId=target.user.id)}


def _new_identity(target: Target) -> dict[str, Any]:
    """At a source of its own: a user has one id of a kind at each."""
    return {"userId": target.user.id, "extIdpId": target.world.ext_idp(), "userIdInIdp": unique("subject")}


def _about_both(target: Target) -> dict[str, Any]:
    return {"userId": target.user.id, "appId": target.application.id}


def _identity(target: Target) -> dict[str, Any]:
    return {"extIdpId": target.ext_idp, "userId": target.user.id}


def _sign_in(target: Target) -> dict[str, Any]:
    return {
        "connection": "PASSWORD",
        "passwordPayload": {"username": target.user.username, "password": target.user.password},
        "client_id": target.application.id,
        "client_secret": target.application.secret,
    }


def _update_password(target: Target) -> dict[str, Any]:
    return {"newPassword": unique("Passw0rd"), "oldPassword": target.user.password}


def _sign_up(target: Target) -> dict[str, Any]:
    """By an application that shows its secret, and so is believed where its people are:
    each comes from an address of its own, since one may register only so often."""
    address = ".".join(["10", *(str(secrets.randbelow(256)) for _ in range(3))])
    return {
        "connection": "PASSWORD",
        "passwordPayload": {"username": unique("registered"), "password": unique("Passw0rd")},
        "options": {"clientIp": address, "context": {}},
        "client_id": target.application.id,
        "client_secret": target.application.secret,
    }


def _own_device(target: Target) -> dict[str, Any]:
    devices = bearer(target.world.url, target.login.access_token).get("mydevices/list").data
    return {"deviceId": devices[0]["device"]["deviceId"]}


def _settings_as_they_are(target: Target) -> dict[str, Any]:
    """What is so already: other tests share the pool and go on as before."""
    return target.world.root.get("get-security-settings").data


def _looks(target: Target) -> dict[str, Any]:
    """The configurations of an application, as the server tells them."""
    told = target.world.root.get("get-application", appId=target.application.id).data
    return {name: told[name] for name in ("loginConfig", "registerConfig", "brandingConfig")}


def _found_users(target: Target) -> dict[str, Any]:
    sort = [{"field": "createdAt", "order": "desc"}]
    return {
        "advancedFilter": [{"field": "username", "operator": "EQUAL", "value": target.user.username}],
        "options": {"pagination": {"page": 1, "limit": 10}, "sort": sort},
    }


def _new_webhook(target: Target) -> dict[str, Any]:
    """Those that other tests made go when they are many: a pool may have fifty."""
    root = target.world.root
    others = root.get("list-webhooks", limit=50).data["list"]
    if len(others) > 40:
        root.post("delete-webhook", webhookIds=[webhook["webhookId"] for webhook in others])
    return {
        "name": unique("hook"),
        "url": hook.listening().url,
        "events": ["test"],
        "contentType": "application/json",
    }


def _webhook(target: Target) -> dict[str, Any]:
    made = target.world.root.post("create-webhook", **_new_webhook(target))
    return {"webhookId": made.data["webhookId"]}


# The JSON body of a POST or the query of a GET, by (method, last part of path).
V3: dict[tuple[str, str], Callable[[Target], dict[str, Any]]] = {
    ("POST", "check-session-status"): _about_both,
    ("POST", "kick-users"): lambda t: {"userId": t.user.id, "appIds": [t.application.id]},
    ("POST", "list-application-active-users"): _about_application,
    ("POST", "list-logout-deliveries"): _about_both,
    ("GET", "get-user-login-history"): _about_user,
    ("GET", "get-user-loggedin-apps"): _about_user,
    ("POST", "get-user-action-logs"): _about_both,
    ("POST", "get-admin-audit-logs"): lambda _: {"resourceType": "user"},
    ("POST", "create-user"): lambda _: {"username": unique("made")},
    ("GET", "get-user"): _about_user,
    ("POST", "list-users"): _found_users,
    ("GET", "list-users"): lambda _: {"page": 1, "limit": 1},
    ("POST", "update-user"): lambda t: {"userId": t.user.id, "nickname": unique("nick")},
    ("POST", "delete-users-batch"): lambda t: {"userIds": [t.user.id]},
    ("GET", "get-user-batch"): lambda t: {"userIds": [t.user.id]},
    ("POST", "create-users-batch"): lambda _: {"list": [{"username": unique("made")}]},
    ("POST", "update-user-batch"): lambda t: {"list": [{"userId": t.user.id, "nickname": unique("nick")}]},
    ("POST", "resign-user"): _about_user,
    ("POST", "resign-user-batch"): lambda t: {"userIds": [t.user.id]},
    ("GET", "list-archived-users"): lambda _: {"page": 1, "limit": 1},
    ("GET", "get-user-mfa-info"): _about_user,
    ("GET", "get-user-accessible-apps"): _about_user,
    ("GET", "get-user-logged-in-identities"): _about_user,
    ("POST", "is-user-exists"): lambda t: {"username": t.user.username},
    ("GET", "get-user-identities"): _about_user,
    ("POST", "link-identity"): _new_identity,
    ("POST", "unlink-identity"): _identity,
    ("POST", "create-ext-idp"): lambda _: {"name": unique("source"), "type": "oidc"},
    ("GET", "get-ext-idp"): lambda t: {"id": t.ext_idp},
    ("POST", "create-application"): lambda t: {"appName": unique("made"), **_looks(t)},
    ("GET", "get-application"): _about_application,
    ("GET", "list-applications"): lambda t: {"keywords": t.application.name},
    ("POST", "update-application"): lambda t: {"appId": t.application.id, "appDescription": "changed", **_looks(t)},
    ("POST", "delete-application"): _about_application,
    ("GET", "get-application-secret"): _about_application,
    ("POST", "refresh-application-secret"): _about_application,
    ("GET", "get-security-settings"): lambda _: {},
    ("POST", "update-security-settings"): _settings_as_they_are,
    ("POST", "end-all-sessions"): lambda t: {"scope": "user", "userId": t.user.id},
    ("GET", "list-ext-idp"): lambda _: {},
    ("POST", "update-ext-idp"): lambda t: {"id": t.ext_idp, "name": unique("source")},
    ("POST", "delete-ext-idp"): lambda t: {"id": t.world.ext_idp()},
    ("GET", "get-application-simple-info"): _about_application,
    ("GET", "list-application-simple-info"): lambda t: {"keywords": t.application.name},
    ("POST", "create-access-key"): lambda _: {"type": "userpool", "permissions": ["keys"]},
    ("GET", "list-access-key"): lambda _: {},
    ("GET", "get-access-key"): lambda t: {**_about_user(t), **_about_key(t)},
    ("POST", "update-access-key"): lambda t: {**_about_key(t), "enable": True},
    ("POST", "delete-access-key"): _about_key,
    ("POST", "rotate-access-key"): _about_key,
    ("POST", "create-user-pool"): lambda _: {"name": unique("pool")},
    ("POST", "create-webhook"): _new_webhook,
    ("GET", "get-webhook"): _webhook,
    ("GET", "list-webhooks"): lambda _: {"page": 1, "limit": 1},
    ("POST", "update-webhook"): lambda t: {**_webhook(t), "name": unique("changed")},
    ("POST", "delete-webhook"): lambda t: {"webhookIds": list(_webhook(t).values())},
    ("POST", "trigger-webhook"): _webhook,
    ("POST", "get-webhook-logs"): _webhook,
    ("GET", "get-webhook-event-list"): lambda _: {},
    ("POST", "rotate-signing-keys"): lambda _: {},
    ("POST", "signin"): _sign_in,
    ("GET", "get-profile"): lambda _: {},
    ("POST", "update-password"): _update_password,
    ("GET", "get-my-logged-in-apps"): lambda _: {},
    ("GET", "get-my-login-history"): lambda _: {},
    ("POST", "signup"): _sign_up,
    ("GET", "system"): lambda _: {},
    ("GET", "get-identities"): lambda _: {},
    ("GET", "get-my-accessible-apps"): lambda _: {},
    ("GET", "get-security-info"): lambda _: {},
    ("POST", "update-profile"): lambda _: {"nickname": unique("nick")},
    ("GET", "list"): lambda _: {"page": 1, "limit": 10},
    ("POST", "unbind"): _own_device,
    ("POST", "revoke-session"): _own_device,
}

# The forms of /oidc, without the client's own credentials.
OIDC: dict[str, Callable[[Target], dict[str, str]]] = {
    "/oidc/token": lambda t: {"grant_type": "refresh_token", "refresh_token": t.login.refresh_token},
    "/oidc/token/introspection": lambda t: {"token": t.login.access_token},
    "/oidc/token/revocation": lambda t: {"token": t.login.refresh_token},
}


def send(caller: Caller, route: Route, target: Target) -> Answer:
    """The good request of a V3 route, as this caller."""
    return send_body(caller, route, V3[route.method, route.verb](target))


def send_body(caller: Caller, route: Route, body: dict[str, Any]) -> Answer:
    if route.method == "GET":
        return caller.call("GET", route.path, params=body)
    return caller.call("POST", route.path, json=body)


def rightful_caller(route: Route, target: Target) -> Caller:
    """Somebody who may make the request: the pool's root, the person, or for
    what carries its proof in the body a stranger."""
    if route.who == "user":
        return bearer(target.world.url, target.login.access_token)
    if route.who in ("client", "anyone"):
        return target.world.stranger
    return target.world.root


def state(target: Target) -> dict[str, Any]:
    """What a refused request must leave as it was."""
    root = target.world.root
    user = root.get("get-user", userId=target.user.id, withIdentities=True, withCustomData=True).body
    application = root.get("get-application", appId=target.application.id).body
    active = target.world.check(target.application, target.user).body
    secret = root.get("get-application-secret", appId=target.application.id).body
    settings = root.get("get-security-settings").body
    found = {
        "user": user,
        "application": application,
        "active": active,
        "secret": secret,
        "settings": settings,
    }
    kept = {name: {k: v for k, v in body.items() if k != "requestId"} for name, body in found.items()}
    return {**kept, "totals": target.world.totals()}
