"""People, applications and sign-ins, each made for one test."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from typing import Any

import requests

from callers import Answer, Caller, bearer

SCOPE = "openid profile email phone offline_access"


# By pool.
_COMMON_EXT_IDPS: dict[str, str] = {}
# Counted, not drawn: the suite makes thousands of people, and of eight drawn digits two soon are the same.
_PHONES = itertools.count(1)


def unique(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(6)}"


def unique_phone() -> str:
    """A mobile number of the default country."""
    return f"138{next(_PHONES):08d}"


@dataclass(frozen=True)
class User:
    id: str
    username: str
    email: str
    phone: str
    external_id: str
    password: str


@dataclass(frozen=True)
class Application:
    id: str
    secret: str
    name: str


@dataclass(frozen=True)
class Login:
    """A sign-in and what it was answered with."""

    user: User
    application: Application
    access_token: str
    id_token: str
    refresh_token: str


class World:
    """One pool, seen by a key that may do everything in it."""

    def __init__(self, root: Caller, pool: str) -> None:
        self.root = root
        self.pool = pool
        self.url = root.url
        self.stranger = Caller(root.url)

    @classmethod
    def nowhere(cls) -> World:
        """Without a server, for what a request looks like."""
        world = cls(_Nobody("http://127.0.0.1:9"), "0" * 24)
        world.stranger = world.root
        return world

    def user(self, **members: Any) -> User:
        name = unique("person")
        given = {
            "username": name,
            "email": f"{name}@example.com",
            "phone": unique_phone(),
            "externalId": unique("external"),
            "password": unique("Passw0rd"),
            **members,
        }
        data = self.root.post("create-user", **given).data
        return User(
            data["userId"], given["username"], given["email"], given["phone"], given["externalId"], given["password"]
        )

    def application(self, **members: Any) -> Application:
        name = members.pop("appName", unique("application"))
        given = {"appName": name, "redirectUris": ["http://127.0.0.1:9/callback"], **members}
        app_id = self.root.post("create-application", **given).data["appId"]
        secret = self.root.get("get-application-secret", appId=app_id).data["secret"]
        return Application(app_id, secret, name)

    def ext_idp(self) -> str:
        return self.root.post("create-ext-idp", name=unique("source"), type="oidc").data["id"]

    def common_ext_idp(self) -> str:
        """One source for all who only need some: a pool's sources are counted."""
        if self.pool not in _COMMON_EXT_IDPS:
            _COMMON_EXT_IDPS[self.pool] = self.ext_idp()
        return _COMMON_EXT_IDPS[self.pool]

    def access_key(self, **members: Any) -> str:
        """A key that may do no more than any that may change keys."""
        given = {"type": "userpool", "permissions": ["keys"], **members}
        return self.root.post("create-access-key", **given).data[0]["accessKeyId"]

    def try_sign_in(self, application: Application, user: User, **changes: Any) -> Answer:
        body = {
            "connection": "PASSWORD",
            "passwordPayload": {"username": user.username, "password": user.password},
            "options": {"scope": SCOPE},
            "client_id": application.id,
            "client_secret": application.secret,
            **changes,
        }
        return self.stranger.post("signin", **body)

    def sign_in(self, application: Application | None = None, user: User | None = None) -> Login:
        application = application or self.application()
        user = user or self.user()
        data = self.try_sign_in(application, user).data
        return Login(user, application, data["access_token"], data["id_token"], data["refresh_token"])

    def check(self, application: Application, user: User) -> Answer:
        return self.root.post("check-session-status", appId=application.id, userId=user.id)

    def is_active(self, login: Login) -> bool:
        return self.check(login.application, login.user).data["active"]

    def update_user(self, user: User, **members: Any) -> None:
        assert self.root.post("update-user", userId=user.id, **members).code == 200

    def update_application(self, application: Application, **members: Any) -> None:
        assert self.root.post("update-application", appId=application.id, **members).code == 200

    def kick(self, login: Login) -> None:
        answer = self.root.post("kick-users", userId=login.user.id, appIds=[login.application.id])
        assert answer.data == {"success": True}

    def totals(self) -> tuple[int, int]:
        """How many users and applications the pool has."""
        users = self.root.post("list-users", options={"pagination": {"page": 1, "limit": 1}})
        applications = self.root.get("list-applications", page=1, limit=1)
        return users.data["totalCount"], applications.data["totalCount"]

    # The endpoints under /oidc, which follow their RFCs and not the envelope.

    def oidc(self, path: str, application: Application | None, **form: str) -> requests.Response:
        if application is not None:
            form = {"client_id": application.id, "client_secret": application.secret, **form}
        return self.stranger.raw("POST", f"/oidc/{path}", data=form)

    def introspect(self, application: Application, token: str) -> requests.Response:
        return self.oidc("token/introspection", application, token=token)

    def refresh(self, application: Application, token: str) -> requests.Response:
        return self.oidc("token", application, grant_type="refresh_token", refresh_token=token)

    def revoke(self, application: Application, token: str) -> requests.Response:
        return self.oidc("token/revocation", application, token=token)

    def user_info(self, token: str) -> requests.Response:
        return bearer(self.url, token).raw("GET", "/oidc/me")


class _Anything(str):
    """Also a record or a list, each of whose members is this."""

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(key) if isinstance(key, slice) else self


class _Nobody(Caller):
    """Whatever it asks for succeeds, and nothing was asked."""

    def call(self, method: str, path: str, **options: Any) -> Answer:
        return Answer(200, {}, {"statusCode": 200, "data": _Anything("3" * 24)})
