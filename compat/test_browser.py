"""The suite's own browser refuses what a real one would: else tests that pass
with it would say little about people's browsers."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from browser import Browser
from conftest import SecureServer
from cookie_jar import CookieJar
from express_app import ExpressApp
from html_page import HtmlPage
from webdriver import WebDriver
from world import World

HTTPS = urlsplit("https://id.example/oidc/auth")
HTTP = urlsplit("http://127.0.0.1:7250/oidc/auth")


def sent(*lines: str, to: str = "https://id.example/oidc/token", method: str = "GET", cross_site: bool = False) -> str:
    jar = CookieJar()
    for line in lines:
        jar.receive(HTTPS, line)
    return jar.header(urlsplit(to), method, cross_site)


@pytest.mark.parametrize(
    "line",
    [
        "__Host-a=1; Path=/",
        "__Host-a=1; Secure",
        "__Host-a=1; Secure; Path=/oidc",
        "__Host-a=1; Secure; Path=/; Domain=id.example",
        "__Secure-a=1; Path=/",
        "a=1; SameSite=None",
        "a=1; Domain=other.example",
        f"a={'1' * 4096}",
        "=1",
    ],
)
def test_a_cookie_that_no_browser_keeps_is_not_kept(line: str) -> None:
    assert sent(line) == ""


def test_a_secure_cookie_is_neither_kept_from_nor_sent_over_http() -> None:
    jar = CookieJar()
    jar.receive(HTTP, "a=1; Secure; Path=/")
    assert (list(jar), jar.refused) == ([], ["a: Secure, over http"])
    assert sent("a=1; Secure; Path=/", to="http://id.example/") == ""
    assert sent("__Host-a=1; Secure; Path=/") == "__Host-a=1"


def test_a_cookie_goes_to_its_host_and_path_at_any_port() -> None:
    assert sent("a=1; Path=/", to="https://id.example:8443/") == "a=1"
    assert sent("a=1; Path=/", to="https://other.example/") == ""
    # Without a Domain not even to hosts below.
    assert sent("a=1; Path=/", to="https://www.id.example/") == ""
    assert sent("a=1; Path=/; Domain=id.example", to="https://www.id.example/") == "a=1"
    # Without a Path, the folder of the page that set it.
    assert sent("a=1", to="https://id.example/oidc/token") == "a=1"
    assert sent("a=1", to="https://id.example/oidcx") == ""


@pytest.mark.parametrize(
    ("attribute", "by_link", "by_form"),
    [("", True, False), ("; SameSite=Lax", True, False), ("; SameSite=Strict", False, False)],
)
def test_same_site_says_what_another_site_can_make_a_browser_send(
    attribute: str, by_link: bool, by_form: bool
) -> None:
    line = f"a=1; Path=/{attribute}"
    assert sent(line) == sent(line, method="POST") == "a=1"
    assert bool(sent(line, cross_site=True)) == by_link
    assert bool(sent(line, cross_site=True, method="POST")) == by_form
    none = "a=1; Path=/; Secure; SameSite=None"
    assert sent(none, cross_site=True, method="POST") == "a=1"


def test_a_cookie_ends_when_it_is_told_to() -> None:
    for end in ("Max-Age=0", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"):
        assert sent("a=1; Path=/", f"a=; Path=/; {end}") == ""
        # A cookie of another path is another cookie.
        assert sent("a=1; Path=/", f"a=; Path=/oidc; {end}") == "a=1"


def test_a_page_is_read_as_it_is_shown() -> None:
    page = HtmlPage(
        """<!doctype html><html lang=ja-JP><head><title>Sign in</title><style>p{}</style></head>
        <body data-page="sign-in"><div role="alert" data-error="bad_password">Wrong &amp; gone</div>
        <form method="post" action="/x"><input type=hidden name=csrf value="a&quot;b">
        <input name=identifier value=ann><input type=password name=password>
        <button name=choice value=other>Other</button></form><p>Bye</p></body></html>"""
    )
    assert (page.title, page.language, page.kind, page.error) == ("Sign in", "ja-JP", "sign-in", "bad_password")
    assert page.words == "Wrong & gone Other Bye"
    form = page.forms[0]
    assert (form.method, form.fields) == ("POST", {"csrf": 'a"b', "identifier": "ann", "password": ""})
    assert form.takes("choice", "other") and not form.takes("choice", "continue")


# Answers of a server that says what a test wants

# By path: status, headers, and a body into which what was asked is put.
Answers = dict[str, tuple[int, dict[str, str], str]]


@pytest.fixture
def site() -> Iterator[Callable[[Answers], str]]:
    """Serves fixed answers by path; returns its URL."""
    servers = []

    def serve(answers: Answers) -> str:
        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                body = self.rfile.read(length).decode()
                status, headers, text = answers[self.path]
                asked = {name.lower().replace("-", "_"): value for name, value in self.headers.items()}
                text = text.format(body=body, method=self.command, **asked)
                self.send_response(status)
                for name, value in {"content-type": "text/html", "content-length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


FORM = '<form method=post action="/to"><input type=hidden name=a value=1><button name=b value=2>Go</button></form>'


def test_redirects_end_at_another_origin(site: Callable[[Answers], str]) -> None:
    url = site(
        {
            "/from": (303, {"location": "/to", "set-cookie": "a=1; Path=/"}, ""),
            "/to": (302, {"location": "http://127.0.0.1:9/callback?code=x&state=a%20b"}, ""),
        }
    )
    left = Browser(url).open(f"{url}/from").leaves()
    assert left.target == "http://127.0.0.1:9/callback"
    assert left.params == {"code": "x", "state": "a b"}
    assert left.statuses == [303, 302]


def test_a_form_is_sent_as_its_page_says(site: Callable[[Answers], str]) -> None:
    answers = {"/": (200, {}, FORM), "/to": (200, {}, "{method} {body} {origin} {sec_fetch_site}")}
    url = site(answers)
    assert Browser(url).open(url + "/").submit(b="2").text == f"POST a=1&b=2 {url} same-origin"
    answers["/"] = (200, {"referrer-policy": "no-referrer"}, FORM)
    assert Browser(url).open(url + "/").submit(b="2").text == "POST a=1&b=2 null same-origin"


@pytest.mark.parametrize(
    ("policy", "goes"),
    [
        ("default-src 'none'", True),
        ("form-action 'self'", False),
        ("form-action 'none'", False),
        ("form-action 'self' http://127.0.0.1:9", True),
        ("form-action 'self' http://127.0.0.1:*", True),
        ("form-action 'self' http://127.0.0.1:8", False),
        ("form-action 'self' http:", True),
    ],
)
def test_a_pages_policy_binds_where_its_form_leads(
    site: Callable[[Answers], str], policy: str, goes: bool
) -> None:
    url = site(
        {
            "/": (200, {"content-security-policy": policy}, FORM),
            "/to": (303, {"location": "http://127.0.0.1:9/callback"}, ""),
        }
    )
    page = Browser(url).open(url + "/")
    if goes:
        assert page.submit(b="2").leaves()
    else:
        with pytest.raises(AssertionError, match="lets no form lead to"):
            page.submit(b="2")


def test_a_posted_secret_is_not_sent_on(site: Callable[[Answers], str]) -> None:
    url = site({"/": (200, {}, FORM), "/to": (307, {"location": "/"}, "")})
    with pytest.raises(AssertionError, match="sent on: 307"):
        Browser(url).open(url + "/").submit(b="2")


# The real ones


def test_a_browser_gets_through_the_proxy(secure_server: SecureServer) -> None:
    browser = Browser(secure_server.url, verify=secure_server.authority)
    metadata = browser.open(f"{secure_server.issuer}/.well-known/openid-configuration").json()
    assert metadata["issuer"] == secure_server.issuer
    assert metadata["token_endpoint"].startswith(secure_server.url)


def test_chromium_gets_through_the_proxy(secure_server: SecureServer, tmp_path: Path) -> None:
    chromium = WebDriver(tmp_path, f"--ignore-certificate-errors-spki-list={secure_server.key_hash}")
    try:
        chromium.open(f"{secure_server.issuer}/.well-known/openid-configuration")
        assert secure_server.issuer in chromium.text()
        chromium.screenshot(tmp_path / "phone.png", 390, 844, dark=True)
        # A PNG's header, then its width and height.
        image = (tmp_path / "phone.png").read_bytes()
        assert (image[1:4], *struct.unpack(">II", image[16:24])) == (b"PNG", 390, 844)
        assert chromium.script("return matchMedia('(prefers-color-scheme: dark)').matches")
    finally:
        chromium.stop()


def test_chromium_signs_in_and_is_signed_out(
    world: World, express_app: Callable[[], ExpressApp], tmp_path: Path
) -> None:
    """A real browser's cookies, and its own reading of the pages' policy."""
    app, user = express_app(), world.user()
    chromium = WebDriver(tmp_path)
    try:
        chromium.open(f"{app.url}/")
        assert chromium.attribute("body", "data-page") == "sign-in"
        chromium.fill("[name=identifier]", user.username)
        chromium.fill("[name=password]", user.password)
        chromium.click("button[type=submit]")
        chromium.wait_for_text(user.id)
        assert app.is_active(user)
        assert world.root.post("kick-users", userId=user.id, appIds=[app.application.id]).data == {"success": True}
        assert app.told() == 204
        chromium.open(f"{app.url}/")
        assert chromium.attribute("body", "data-page") == "sign-in"
        assert not app.is_active(user)
    finally:
        chromium.stop()
