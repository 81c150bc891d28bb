"""Published relying parties behind one interface: two of Node's, driven by
lines of JSON, and Python's Authlib."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp, FrameworkIntegration, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session

import programs
from authorization import REDIRECT_URI
from programs import Program
from world import SCOPE, Application


class Refused(Exception):
    """What a relying party's library raised."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__(json.dumps(found))
        self.found = found

    @property
    def error(self) -> str | None:
        """The OAuth error code behind it, if there is one."""
        return self.found.get("oauth") or (Refused(self.found["cause"]).error if self.found.get("cause") else None)


@dataclass(frozen=True)
class Tokens:
    access_token: str
    refresh_token: str | None
    id_token: str | None
    scope: str | None
    # Of the ID token, once the library has accepted it.
    claims: dict[str, Any] | None


class RelyingParty(Protocol):
    """One application's client."""

    application: Application

    def begin(self, **params: str) -> str:
        """The authorization URL, with a state, a nonce and a PKCE challenge of its own."""

    def finish(self, url: str, form: dict[str, str] | None = None) -> Tokens:
        """What the browser brought back: a URL with a query, or a form posted to the URL."""

    def refresh(self, refresh_token: str) -> Tokens: ...

    def userinfo(self, access_token: str, sub: str) -> dict[str, Any]: ...

    def introspect(self, token: str) -> dict[str, Any]: ...

    def revoke(self, token: str) -> None: ...

    def end_session(self, id_token: str, uri: str, state: str) -> str:
        """The URL that signs the person out."""


class NodeProgram:
    """A program of `node/`, one command at a time; events may come between."""

    def __init__(self, name: str, folder: Path) -> None:
        command = [programs.node(), str(programs.NODE_FOLDER / f"{name}.mjs")]
        self.program = Program(command, folder / f"{name}.log", errors_too=False)
        self.events: list[dict[str, Any]] = []

    def call(self, command: str, **given: Any) -> Any:
        self.program.write_line(json.dumps({"do": command, "with": given}))
        while "event" in (line := json.loads(self.program.next_line())):
            self.events.append(line["event"])
        if "error" in line:
            raise Refused(line["error"])
        return line["answer"]

    def next_event(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event of this kind that nobody asked for yet, waited for."""
        while True:
            for event in self.events:
                if wanted(event):
                    self.events.remove(event)
                    return event
            self.events.append(json.loads(self.program.next_line())["event"])


class NodeParty:
    """A client within a program of `node/`."""

    def __init__(self, program: NodeProgram, issuer: str, application: Application) -> None:
        self._program = program
        self.application = application
        self.metadata = self._call("open", issuer=issuer, client_secret=application.secret, redirect_uri=REDIRECT_URI)

    def _call(self, command: str, **given: Any) -> Any:
        return self._program.call(command, client_id=self.application.id, **given)

    def begin(self, **params: str) -> str:
        return self._call("begin", scope=SCOPE, params=params)

    def finish(self, url: str, form: dict[str, str] | None = None) -> Tokens:
        return _tokens(self._call("finish", url=url, form=form))

    def refresh(self, refresh_token: str) -> Tokens:
        return _tokens(self._call("refresh", refresh_token=refresh_token))

    def userinfo(self, access_token: str, sub: str) -> dict[str, Any]:
        return self._call("userinfo", access_token=access_token, sub=sub)

    def introspect(self, token: str) -> dict[str, Any]:
        return self._call("introspect", token=token)

    def revoke(self, token: str) -> None:
        self._call("revoke", token=token)

    def end_session(self, id_token: str, uri: str, state: str) -> str:
        return self._call("end_session", id_token=id_token, uri=uri, state=state)


def _tokens(found: dict[str, Any]) -> Tokens:
    return Tokens(*(found.get(name) for name in ("access_token", "refresh_token", "id_token", "scope", "claims")))


class _Framework(FrameworkIntegration):
    def update_token(self, token: Any, refresh_token: Any = None, access_token: Any = None) -> None:
        """Keeps nothing: tests hold the tokens."""


class _AuthlibApp(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's integrations with Flask and Django are made of, without either."""

    client_cls = OAuth2Session


class AuthlibParty:
    def __init__(self, issuer: str, application: Application) -> None:
        self.application = application
        self._app = _AuthlibApp(
            _Framework("rollcall"),
            name="rollcall",
            client_id=application.id,
            client_secret=application.secret,
            server_metadata_url=f"{issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "trust_env": False},
        )
        self._begun: dict[str, dict[str, str]] = {}
        self.metadata = self._app.load_server_metadata()

    def _session(self) -> OAuth2Session:
        return self._app._get_oauth_client(**self.metadata)

    def begin(self, **params: str) -> str:
        begun = self._app.create_authorization_url(REDIRECT_URI, **params)
        self._begun[begun["state"]] = begun
        return begun["url"]

    def finish(self, url: str, form: dict[str, str] | None = None) -> Tokens:
        # As its integration with Flask does it.
        given = form if form is not None else dict(parse_qsl(urlsplit(url).query))
        if "error" in given:
            raise Refused({"oauth": given["error"], "description": given.get("error_description")})
        begun = self._begun.pop(given["state"])
        token = _raising(
            self._app.fetch_access_token,
            redirect_uri=REDIRECT_URI,
            code=given["code"],
            state=given["state"],
            code_verifier=begun["code_verifier"],
        )
        return self._accept(token, begun["nonce"])

    def _accept(self, token: dict[str, Any], nonce: str | None) -> Tokens:
        claims = self._app.parse_id_token(token, nonce=nonce)
        return _tokens({**token, "claims": claims and dict(claims)})

    def refresh(self, refresh_token: str) -> Tokens:
        with self._session() as session:
            token = _raising(session.refresh_token, self.metadata["token_endpoint"], refresh_token=refresh_token)
        return self._accept(token, None)

    def userinfo(self, access_token: str, sub: str) -> dict[str, Any]:
        token = {"access_token": access_token, "token_type": "Bearer"}
        found = dict(self._app.userinfo(token=token))
        assert found["sub"] == sub
        return found

    def introspect(self, token: str) -> dict[str, Any]:
        with self._session() as session:
            response = session.introspect_token(self.metadata["introspection_endpoint"], token=token)
        response.raise_for_status()
        return response.json()

    def revoke(self, token: str) -> None:
        with self._session() as session:
            response = session.revoke_token(self.metadata["revocation_endpoint"], token=token)
        response.raise_for_status()

    def end_session(self, id_token: str, uri: str, state: str) -> str:
        return self._app.create_logout_url(uri, id_token_hint=id_token, state=state)["url"]


def _raising(call: Callable[..., dict[str, Any]], *given: Any, **named: Any) -> dict[str, Any]:
    try:
        return call(*given, **named)
    except AuthlibBaseError as error:
        raise Refused({"oauth": error.error, "description": error.description}) from error
