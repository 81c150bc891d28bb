"""An application's end of back-channel logout, as a test wants it: prompt, failing, silent or gone."""

from __future__ import annotations

import queue
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import requests

from browser import parameters

# A bound on waiting for a delivery, not a measure of it: retries come after a second, two, four.
TOLD_WITHIN_SECONDS = 20
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True)
class Received:
    """One attempt of a delivery."""

    path: str
    headers: dict[str, str]
    form: dict[str, str]
    # The version of TLS, such as `TLSv1.3`, if it came by that.
    tls: str | None

    @property
    def token(self) -> str:
        return self.form["logout_token"]


class Receiver:
    """Listens from the start; `url` is for `backchannel_logout_uri`."""

    def __init__(self, host: str = "127.0.0.1", certificate: str | None = None) -> None:
        """`certificate` is a file with its key, for https."""
        self._host = host
        self._certificate = certificate
        self._received: queue.SimpleQueue[Received] = queue.SimpleQueue()
        # Statuses of the next answers; after them all are 200.
        self.answers: list[int] = []
        self._may_answer = threading.Event()
        self._may_answer.set()
        self._server: ThreadingHTTPServer | None = None
        self.start(0)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://{host}:{self._port}/backchannel-logout"

    def start(self, port: int | None = None) -> None:
        """Listens, at the port that it had before."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._take(self)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer((self._host, self._port if port is None else port), Handler)
        if self._certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        # A held answer must not hold the end of the test.
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        secured = isinstance(request.connection, ssl.SSLSocket)
        tls = request.connection.version() if secured else None
        self._received.put(Received(request.path, headers, parameters(body), tls))
        self._may_answer.wait(TOLD_WITHIN_SECONDS)
        request.send_response(self.answers.pop(0) if self.answers else 200)
        request.send_header("content-length", "0")
        request.end_headers()

    def next(self) -> Received:
        """The next attempt, waited for."""
        try:
            return self._received.get(timeout=TOLD_WITHIN_SECONDS)
        except queue.Empty:
            raise AssertionError(f"nobody told {self.url}") from None

    def none_yet(self) -> bool:
        """Whether no attempt is waiting to be looked at."""
        return self._received.empty()

    def hold(self) -> None:
        """From now on it takes requests and answers none."""
        self._may_answer.clear()

    def stop(self) -> None:
        """Connections are refused from now on."""
        self._may_answer.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def verified(url: str, issuer: str, client_id: str, token: str, verify: bool | str = True) -> dict[str, Any]:
    """The claims of a logout token, after the checks of Back-Channel Logout 1.0,
    section 2.6. `url` is where the server is reached, `verify` the file of an
    authority, for https."""
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "logout+jwt"
    session = requests.Session()
    session.trust_env = False
    keys = jwt.PyJWKSet.from_dict(session.get(f"{url}/oidc/.well-known/jwks.json", timeout=30, verify=verify).json())
    claims = jwt.decode(
        token,
        keys[header["kid"]],
        algorithms=["RS256", "ES256", "EdDSA"],
        issuer=issuer,
        audience=client_id,
        options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]},
    )
    assert claims["events"] == {EVENT: {}}
    assert "sub" in claims or "sid" in claims
    assert "nonce" not in claims
    return claims
