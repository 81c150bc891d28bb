"""Callers that speak plain HTTP, for what no SDK can be made to say."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from rollcall_server import AccessKey

TIMEOUT_SECONDS = 30

# One session for all callers keeps connections, which is most of a call's
# time; it must keep nothing else from one caller to the next.
_SESSION = requests.Session()
_SESSION.trust_env = False
_SESSION.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))


@dataclass(frozen=True)
class Answer:
    """An answer of a V3 path."""

    http_status: int
    headers: Any
    body: dict

    @property
    def code(self) -> int:
        return self.body["statusCode"]

    @property
    def api_code(self) -> int | None:
        return self.body.get("apiCode")

    @property
    def message(self) -> str:
        return self.body["message"]

    @property
    def data(self) -> Any:
        """What a success carries; fails on anything but a success."""
        assert self.code == 200, self.body
        return self.body["data"]

    def outcome(self) -> tuple[int, int | None]:
        return self.code, self.api_code


class Caller:
    """Somebody with certain headers; without any, a stranger."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.headers = headers or {}

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """The request as given, our headers beneath the given ones."""
        headers = {**self.headers, **options.pop("headers", {})}
        return _SESSION.request(
            method, self.url + path, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False, **options
        )

    def call(self, method: str, path: str, **options: Any) -> Answer:
        """A call of a V3 path."""
        response = self.raw(method, path, **options)
        return Answer(response.status_code, response.headers, response.json())

    def get(self, verb: str, **query: Any) -> Answer:
        return self.call("GET", f"/api/v3/{verb}", params=query)

    def post(self, verb: str, **body: Any) -> Answer:
        return self.call("POST", f"/api/v3/{verb}", json=body)

    def with_headers(self, **headers: str) -> Caller:
        """The same caller with more headers; `_` in a name stands for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return Caller(self.url, {**self.headers, **more})


def bearer(url: str, token: str) -> Caller:
    return Caller(url, {"authorization": f"Bearer {token}"})


def management(url: str, key: AccessKey) -> Caller:
    """A caller that got its management token with this key."""
    answer = Caller(url).post("get-management-token", accessKeyId=key.id, accessKeySecret=key.secret)
    return bearer(url, answer.data["access_token"])
