"""A browser without JavaScript: cookies, redirects, pages and forms.

It goes only where it is told to: redirects are followed within the origins
that it was made for, and reported where they lead elsewhere. What a real
browser would refuse, it refuses: cookies (see `cookie_jar.py`), and forms
whose page's policy does not allow where they lead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

import requests

from cookie_jar import CookieJar
from html_page import Form, HtmlPage
from world import User

TIMEOUT_SECONDS = 60
MAX_REDIRECTS = 20
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# Whoever sends a person's browser to us from another site.
ANOTHER_SITE = "https://another.example"


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def parameters(text: str) -> dict[str, str]:
    """The parameters of a query, each of which must be there once."""
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    assert len(dict(pairs)) == len(pairs), f"a parameter is doubled: {text}"
    return dict(pairs)


@dataclass
class Left:
    """A redirect to an origin that is not ours, not followed."""

    url: str
    # Statuses of the answers on the way, the redirect's last.
    statuses: list[int] = field(default_factory=list)

    @property
    def params(self) -> dict[str, str]:
        """Of the query, or of the fragment if there is no query."""
        parts = urlsplit(self.url)
        return parameters(parts.query or parts.fragment)

    @property
    def target(self) -> str:
        """Where it leads, without the parameters."""
        return self.url.split("?")[0].split("#")[0]

    def leaves(self) -> Left:
        return self

    def page(self, kind: str) -> NoReturn:
        raise AssertionError(f"expected the page {kind}, was sent to {self.url}")


class Page:
    """A page that a person looks at."""

    def __init__(self, browser: Browser, response: requests.Response, statuses: list[int]) -> None:
        self.browser = browser
        self.url = response.url
        self.status = response.status_code
        self.statuses = statuses
        self.headers = response.headers
        self.text = response.text
        is_html = response.headers.get("content-type", "").startswith("text/html")
        self.html = HtmlPage(response.text if is_html else "")

    @property
    def kind(self) -> str:
        """`sign-in`, `account`, `consent`, `error`, `signed-out`,
        `not-signed-out`, `sign-out` or `form-post`; empty for what is no page of ours."""
        return self.html.kind

    @property
    def error(self) -> str:
        """The code of the error that the page shows."""
        return self.html.error

    @property
    def title(self) -> str:
        return self.html.title

    def json(self) -> Any:
        return json.loads(self.text)

    def page(self, kind: str) -> Page:
        """Itself, if it is of this kind."""
        assert self.kind == kind, f"expected the page {kind}: {self}"
        return self

    def leaves(self) -> NoReturn:
        raise AssertionError(f"expected to be sent elsewhere: {self}")

    def form(self, **fields: str) -> Form:
        """The one form that takes these."""
        found = [form for form in self.html.forms if all(form.takes(*each) for each in fields.items())]
        assert len(found) == 1, f"{len(found)} forms take {sorted(fields)}: {self}"
        return found[0]

    @property
    def action(self) -> str:
        """Where the page's only form is sent."""
        return urljoin(self.url, self.form().action)

    @property
    def fields(self) -> dict[str, str]:
        """What the page's only form sends if nothing is typed."""
        return self.form().fields

    def submit(self, **fields: str) -> Page | Left:
        """Fills in and sends the form that has these fields or buttons."""
        form = self.form(**fields)
        return self.browser.submit(self, form, {**form.fields, **fields})

    def __str__(self) -> str:
        shown = f" data-error={self.error}" if self.error else ""
        words = (self.html.words or self.text)[:1000]
        return f"{self.status} {self.url} data-page={self.kind}{shown} “{self.title}”: {words}"


@dataclass(frozen=True)
class FormPolicy:
    """The `form-action` of a page, CSP 3, section 6.6.2.1. Chromium holds
    redirects to it too."""

    policy: str
    # The page's origin.
    own: str

    def check(self, url: str) -> None:
        for directive in self.policy.split(";"):
            name, *sources = directive.split() or [""]
            if name.lower() == "form-action":
                allowed = any(self._allows(source, urlsplit(url)) for source in sources)
                assert allowed, f"the page's policy lets no form lead to {url}: {directive.strip()}"

    def _allows(self, source: str, url: SplitResult) -> bool:
        if source == "'self'":
            return f"{url.scheme}://{url.netloc}" == self.own
        if source.endswith(":"):
            # Section 6.7.2.9: http stands for https too.
            return url.scheme == source[:-1].lower() or (url.scheme, source.lower()) == ("https", "http:")
        if source == "*":
            return url.scheme in ("http", "https")
        # Of the rest only what we could send is understood: scheme://host[:port][/path].
        wanted = urlsplit(source)
        any_port = wanted.netloc.endswith(":*") and wanted.hostname == url.hostname
        return wanted.scheme == url.scheme and (any_port or wanted.netloc == url.netloc)


class Browser:
    """One person's browser."""

    def __init__(self, *origins: str, language: str = "en-US", verify: bool | str = True) -> None:
        """`verify` is the file of a certificate authority, for https."""
        self.origins = {origin(each) for each in origins}
        self.jar = CookieJar()
        self.language = language
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify

    def open(self, url: str, *, cross_site: bool = False) -> Page | Left:
        """As typed, or with `cross_site` as sent here by another site."""
        return self._go("GET", url, None, "cross-site" if cross_site else "none")

    def post(self, url: str, form: dict[str, str], *, cross_site: bool = False) -> Page | Left:
        """A form that some page of ours, or with `cross_site` of another site, made the browser send."""
        sender = ANOTHER_SITE if cross_site else origin(url)
        return self._go("POST", url, form, "cross-site" if cross_site else "same-origin", sender)

    def submit(self, page: Page, form: Form, fields: dict[str, str]) -> Page | Left:
        """A page's own form. The page's policy binds where it leads."""
        url = urljoin(page.url, form.action)
        policy = FormPolicy(page.headers.get("content-security-policy", ""), origin(page.url))
        site = "same-origin" if origin(url) == origin(page.url) else "cross-site"
        if form.method != "POST":
            return self._go("GET", f"{url.split('?')[0]}?{urlencode(fields)}", None, site, policy=policy)
        # Fetch, section 3.2: a page that says no-referrer sends no Origin either.
        quiet = page.headers.get("referrer-policy", "") == "no-referrer"
        return self._go("POST", url, fields, site, "null" if quiet else origin(page.url), policy=policy)

    def sign_in(self, step: Page | Left, user: User) -> Page | Left:
        """Fills in the sign-in page."""
        return step.page("sign-in").submit(identifier=user.username, password=user.password)

    def _go(
        self,
        method: str,
        url: str,
        form: dict[str, str] | None,
        site: str,
        sender: str = "",
        policy: FormPolicy | None = None,
    ) -> Page | Left:
        statuses: list[int] = []
        first = url
        for _ in range(MAX_REDIRECTS):
            if policy is not None:
                policy.check(url)
            if origin(url) not in self.origins:
                assert statuses, f"{url} is not of {sorted(self.origins)}"
                return Left(url, statuses)
            response = self._send(method, url, form, site, sender)
            statuses.append(response.status_code)
            if "location" not in response.headers:
                return Page(self, response, statuses)
            assert response.status_code in (301, 302, 303, 307, 308), f"{response.status_code} with a Location"
            # RFC 9700, section 4.12: 307 would send a password on.
            assert method == "GET" or response.status_code in (302, 303), f"a POST was sent on: {response.status_code}"
            following = urljoin(url, response.headers["location"])
            if origin(following) != origin(url):
                site = "cross-site"
            method, form, sender, url = "GET", None, "", following
        raise AssertionError(f"{first}: more than {MAX_REDIRECTS} redirects, the last to {url}")

    def _send(self, method: str, url: str, form: dict[str, str] | None, site: str, sender: str) -> requests.Response:
        parts = urlsplit(url)
        headers = {
            "user-agent": AGENT,
            "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "accept-language": self.language,
            "sec-fetch-site": site,
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
            "upgrade-insecure-requests": "1",
        }
        if sender:
            headers["origin"] = sender
        cookies = self.jar.header(parts, method, site == "cross-site")
        if cookies:
            headers["cookie"] = cookies
        # A fragment stays in the browser.
        sent_to = url.split("#")[0]
        response = self._session.request(
            method, sent_to, data=form, headers=headers, allow_redirects=False, timeout=TIMEOUT_SECONDS
        )
        # Ours is the only jar.
        self._session.cookies.clear()
        for line in response.raw.headers.getlist("set-cookie"):
            self.jar.receive(parts, line)
        return response
