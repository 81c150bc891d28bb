"""A webhook's end: it takes calls as they come, and answers as a test wants."""

from __future__ import annotations

import functools
import json
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import snippets

# A bound on waiting for a call, not a measure of it: retries come after a second, two, four.
TOLD_WITHIN_SECONDS = 20
SIGNATURE = "x-rollcall-webhook-signature"
TIMESTAMP = "x-rollcall-webhook-timestamp"


@dataclass(frozen=True)
class Call:
    """One call."""

    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    def is_signed(self, secret: str) -> bool:
        """By the very lines in which `docs/webhooks.md` tells receivers how to check it."""
        return _documented()["is_ours"](self.headers, self.body, secret)


@functools.cache
def _documented() -> dict[str, Any]:
    (snippet,) = (each for each in snippets.of_page("docs/webhooks.md") if each.language == "python")
    names: dict[str, Any] = {}
    exec(compile(snippet.text, str(snippet), "exec"), names)
    return names


class Hook:
    """Listens from the start."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()
        # Statuses of the next answers; after them all are 200.
        self.answers: list[int] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook._take(self)

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def _take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = b'{"heard":true}'
        request.send_response(self.answers.pop(0) if self.answers else 200)
        request.send_header("content-type", "application/json")
        request.send_header("content-length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)
        self._calls.put(Call(headers, body))

    def next(self) -> Call:
        """The next call, waited for."""
        try:
            return self._calls.get(timeout=TOLD_WITHIN_SECONDS)
        except queue.Empty:
            raise AssertionError(f"nobody called {self.url}") from None


@functools.cache
def listening() -> Hook:
    """One for whoever only needs somebody who answers."""
    return Hook()
