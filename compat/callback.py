"""An application as the browser sees it: a page of its own where it gets its answers, and a logo."""

from __future__ import annotations

import base64
import queue
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from browser import parameters

# A bound, not a measure.
COMES_WITHIN_SECONDS = 20
# A yellow disk on blue: 24 by 24 pixels, as a PNG.
LOGO = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAIAAABvFaqvAAAAR0lEQVR42mOQsIqjCmIYNYhSg/5fS4MjMg1CNoIY4xhIMgWPWQykmoLLLJoZ"
    "RIwpWM0aQQYNvlijZoKkZhahZqYdLSGpbxAA4jxwe7hd2dAAAAAASUVORK5CYII="
)
PAGE = b"<!doctype html><html lang=en><title>Application</title><body data-page=application><h1>Welcome</h1>"


@dataclass(frozen=True)
class Came:
    """What the browser brought."""

    method: str
    path: str
    params: dict[str, str]


class Callback:
    """Listens from the start, on a site that is not the server's."""

    def __init__(self) -> None:
        self._came: queue.SimpleQueue[Came] = queue.SimpleQueue()
        callback = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                callback._answer(self)

            do_GET = do_POST = answer

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.redirect_uri, self.logout_uri = f"{self.url}/callback", f"{self.url}/signed-out"
        self.logo = f"{self.url}/logo.png"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        url = urlsplit(request.path)
        text = url.query
        if request.command == "POST":
            text = request.rfile.read(int(request.headers["content-length"])).decode()
        is_image = url.path.endswith((".png", ".ico"))
        body, kind = (LOGO, "image/png") if is_image else (PAGE, "text/html")
        if not is_image:
            self._came.put(Came(request.command, url.path, parameters(text)))
        request.send_response(200)
        request.send_header("content-type", kind)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def next(self) -> Came:
        """The next visit, waited for."""
        try:
            return self._came.get(timeout=COMES_WITHIN_SECONDS)
        except queue.Empty:
            raise AssertionError(f"nobody came to {self.url}") from None

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
