"""Cookies as a browser keeps them: RFC 6265bis, as far as a server here can tell.

`requests` has a jar too, but knows neither the prefixes nor SameSite, and is
kinder than a browser to cookies that no browser would keep.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import SplitResult

# RFC 6265bis, section 5.6: name and value together.
NAME_AND_VALUE_BYTES = 4096


@dataclass(frozen=True)
class Cookie:
    name: str
    value: str
    host: str
    path: str
    # Sent to hosts below `host` too: a Domain was given.
    below: bool
    secure: bool
    http_only: bool
    # `strict`, `lax` or `none`; a browser takes the lack of it for `lax`.
    same_site: str
    # Seconds since 1970; `None` ends with the browser.
    expires: float | None


class CookieJar:
    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], Cookie] = {}
        # What a browser would not have kept, and why: for messages.
        self.refused: list[str] = []

    def __iter__(self):
        return iter(list(self._cookies.values()))

    def get(self, name: str) -> Cookie | None:
        """The cookie of this name, of whatever host."""
        found = [cookie for cookie in self if cookie.name == name]
        assert len(found) <= 1, f"several cookies are called {name}"
        return found[0] if found else None

    def put(self, cookie: Cookie) -> None:
        self._cookies[cookie.host, cookie.path, cookie.name] = cookie

    def remove(self, cookie: Cookie) -> None:
        del self._cookies[cookie.host, cookie.path, cookie.name]

    def receive(self, url: SplitResult, line: str) -> None:
        """A `Set-Cookie` of an answer to a navigation to `url`."""
        pair, *rest = line.split(";")
        name, _, value = (part.strip() for part in pair.partition("="))
        attributes = {}
        for each in rest:
            key, _, given = each.partition("=")
            attributes[key.strip().lower()] = given.strip()
        why = _refusal(url, name, value, attributes)
        if why:
            self.refused.append(f"{name}: {why}")
            return
        path = attributes.get("path", "")
        cookie = Cookie(
            name,
            value,
            attributes.get("domain", "").lstrip(".").lower() or url.hostname,
            path if path.startswith("/") else url.path.rsplit("/", 1)[0] or "/",
            below=bool(attributes.get("domain")),
            secure="secure" in attributes,
            http_only="httponly" in attributes,
            same_site=attributes.get("samesite", "lax").lower(),
            expires=_expiry(attributes),
        )
        if cookie.expires is not None and cookie.expires <= time.time():
            self._cookies.pop((cookie.host, cookie.path, cookie.name), None)
        else:
            self.put(cookie)

    def header(self, url: SplitResult, method: str, cross_site: bool) -> str:
        """The `Cookie` of a navigation to `url`. Ports do not count: RFC 6265, section 8.5."""
        sent = [cookie for cookie in self if _goes(cookie, url, method, cross_site)]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)


def _refusal(url: SplitResult, name: str, value: str, attributes: dict[str, str]) -> str:
    """Why a browser would not keep it; empty if it would."""
    secure, domain = "secure" in attributes, attributes.get("domain", "").lstrip(".").lower()
    if not name:
        return "no name"
    if len((name + value).encode()) > NAME_AND_VALUE_BYTES:
        return "too long"
    if domain and domain != url.hostname and not url.hostname.endswith("." + domain):
        return "another's domain"
    if secure and url.scheme != "https":
        # Chromium and Firefox forgive this on loopback hosts, Safari does not.
        return "Secure, over http"
    if name.startswith("__Host-") and not (secure and attributes.get("path") == "/" and "domain" not in attributes):
        return "__Host- without Secure and Path=/, or with a Domain"
    if name.startswith("__Secure-") and not secure:
        return "__Secure- without Secure"
    if attributes.get("samesite", "").lower() == "none" and not secure:
        return "SameSite=None without Secure"
    return ""


def _expiry(attributes: dict[str, str]) -> float | None:
    """Max-Age wins over Expires."""
    if "max-age" in attributes:
        return time.time() + int(attributes["max-age"])
    if "expires" in attributes:
        return parsedate_to_datetime(attributes["expires"]).timestamp()
    return None


def _goes(cookie: Cookie, url: SplitResult, method: str, cross_site: bool) -> bool:
    path, expires = url.path or "/", cookie.expires
    if url.hostname != cookie.host and not (cookie.below and url.hostname.endswith("." + cookie.host)):
        return False
    if path != cookie.path and not path.startswith(cookie.path.rstrip("/") + "/"):
        return False
    if cookie.secure and url.scheme != "https":
        return False
    if expires is not None and expires <= time.time():
        return False
    # All requests of this browser are navigations of the whole window.
    if cross_site and cookie.same_site == "lax":
        return method == "GET"
    return not (cross_site and cookie.same_site == "strict")
