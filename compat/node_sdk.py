"""npm's `authing-node-sdk` 4.0.1, unmodified, driven by `node/authing_node_sdk.mjs`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contract_schema
from authorization import LOGOUT_URI, REDIRECT_URI
from relying_party import NodeProgram
from rollcall_server import AccessKey
from world import SCOPE, Application

MANAGEMENT = "ManagementClient"
AUTHENTICATION = "AuthenticationClient"
TABLE = Path(__file__).parent / "node" / "authing_node_sdk_methods.txt"


@dataclass(frozen=True)
class Method:
    client: str
    name: str
    # `contract`, `ours`, `elsewhere`, `local` or `socket`: see the head of the table.
    kind: str
    # The HTTP method and the path; empty where nothing is sent.
    request: str

    def __str__(self) -> str:
        return f"{self.client}.{self.name}"

    @property
    def route(self) -> tuple[str, str]:
        method, path = self.request.split(" ", 1)
        return method, path


def _read(line: str) -> Method:
    client, name, kind, *request = line.split()
    return Method(client, name, kind, " ".join(request))


_LINES = TABLE.read_text(encoding="utf-8").splitlines()
METHODS = [_read(line) for line in _LINES if line and not line.startswith("#")]


@dataclass(frozen=True)
class Answer:
    """An answer that the SDK's HTTP client got."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Called:
    """What became of a call."""

    answers: list[Answer]
    result: Any
    # The message of what the SDK threw over an HTTP status.
    raised: str | None

    @property
    def body(self) -> dict[str, Any]:
        """What the method gave back, which is the server's answer as it came."""
        assert self.raised is None, self
        return self.result

    @property
    def code(self) -> int:
        return self.body["statusCode"]

    @property
    def message(self) -> str:
        return self.body["message"]

    @property
    def data(self) -> Any:
        assert self.code == 200, self.body
        return self.body.get("data")

    def outcome(self) -> tuple[int, int | None]:
        return self.code, self.body.get("apiCode")


class NodeSdk:
    """The package against one server."""

    def __init__(self, program: NodeProgram, url: str) -> None:
        self._program = program
        self.url = url

    def methods(self) -> dict[str, list[str]]:
        return self._program.call("methods")

    def requests(self, client: str, methods: list[str]) -> dict[str, list[str]]:
        """Where each method would send its request; none is sent."""
        nowhere = "http://127.0.0.1:9"
        options = {
            MANAGEMENT: {"accessKeyId": "id", "accessKeySecret": "secret", "host": nowhere},
            AUTHENTICATION: {"appId": "a", "appSecret": "secret", "appHost": nowhere, "accessToken": "token"},
        }[client]
        return self._program.call("requests", client=client, methods=methods, options=options)

    def _call(self, client: str, options: dict[str, Any], method: str, given: tuple[Any, ...]) -> Called:
        told = self._program.call("call", client=client, options=options, method=method, given=given)
        answers = [Answer(**answer) for answer in told["answers"]]
        for answer in answers:
            if answer.path.startswith("/api/v3/"):
                contract_schema.check_answer(answer.method, answer.path, answer.status, answer.headers, answer.body)
        return Called(answers, told.get("result"), told.get("raised"))

    def management(self, key: AccessKey, method: str, *given: Any, **options: Any) -> Called:
        """A call that is signed with this key."""
        own = {"accessKeyId": key.id, "accessKeySecret": key.secret, "host": self.url}
        return self._call(MANAGEMENT, {**own, **options}, method, given)

    def authentication(self, application: Application, method: str, *given: Any, **options: Any) -> Called:
        """A call of an application's client."""
        own = {
            "appId": application.id,
            "appSecret": application.secret,
            "appHost": self.url,
            "redirectUri": REDIRECT_URI,
            "logoutRedirectUri": LOGOUT_URI,
            "scope": SCOPE,
        }
        return self._call(AUTHENTICATION, {**own, **options}, method, given)
