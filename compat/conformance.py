"""The part of OpenID's conformance suite in its OP plans: a client that is strict
about what it is given. Modules are re-expressed one by one in
`test_conformance_*.py`, each under its own name; what is common to them is here.

A deviation that is recorded (`docs/oidc.md`) is asserted as it is documented, and
the test says why.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
import requests

from authorization import CHALLENGE, VERIFIER
from browser import Browser, FormPolicy, Left, Page, origin
from conftest import SecureServer
from world import Application, User

# The suite's own, which is https; nobody is there, and nothing is sent to it.
CALLBACK = "https://suite.example/test/a/rollcall/callback"
LOGGED_OUT = "https://suite.example/test/a/rollcall/post_logout_redirect"

BASIC = "oidcc-basic-certification-test-plan"
FORM_POST = "oidcc-formpost-basic-certification-test-plan"

# A bound, not a measure: what is waited for takes one second.
OLDER_WITHIN_SECONDS = 20

# What each scope tells of a person (OIDC Core, section 5.4).
PROFILE = {
    "name": "Hanako Tanaka",
    "given_name": "Hanako",
    "family_name": "Tanaka",
    "middle_name": "Aiko",
    "nickname": "Hana",
    "preferred_username": "hanako",
    "profile": "https://people.example/hanako",
    "picture": "https://people.example/hanako.png",
    "website": "https://hanako.example",
    "gender": "female",
    "birthdate": "1990-02-03",
    "zoneinfo": "Asia/Tokyo",
    "locale": "ja-JP",
}
ADDRESS = {
    "formatted": "1-2-3 Marunouchi, Chiyoda, Tokyo",
    "street_address": "1-2-3 Marunouchi",
    "locality": "Chiyoda",
    "region": "Tokyo",
    "postal_code": "100-0005",
    "country": "JP",
}
# Both as V3 calls them.
MEMBERS = {
    "name": PROFILE["name"],
    "givenName": PROFILE["given_name"],
    "familyName": PROFILE["family_name"],
    "middleName": PROFILE["middle_name"],
    "nickname": PROFILE["nickname"],
    "preferredUsername": PROFILE["preferred_username"],
    "profile": PROFILE["profile"],
    "photo": PROFILE["picture"],
    "website": PROFILE["website"],
    "gender": "F",
    "birthdate": PROFILE["birthdate"] + "T00:00:00.000Z",
    "zoneinfo": PROFILE["zoneinfo"],
    "locale": PROFILE["locale"],
    "formatted": ADDRESS["formatted"],
    "streetAddress": ADDRESS["street_address"],
    "city": ADDRESS["locality"],
    "region": ADDRESS["region"],
    "postalCode": ADDRESS["postal_code"],
    "country": ADDRESS["country"],
}


@dataclass(frozen=True)
class Tokens:
    access_token: str
    id_token: str
    refresh_token: str | None
    claims: dict[str, Any]


@dataclass
class Request:
    """What was asked last, to hold the answer against."""

    client: Application
    state: str
    nonce: str | None
    verifier: str | None = None
    form: dict[str, str] = field(default_factory=dict)


class Suite:
    """One module's run: a person with a new browser, and the two clients that are configured."""

    def __init__(self, server: SecureServer, plan: str) -> None:
        self.server, self.world, self.plan = server, server.world, plan
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = server.authority
        self.metadata = self._json(f"{server.issuer}/.well-known/openid-configuration")
        self.browser = Browser(server.url, verify=server.authority)
        self.user: User = self.world.user(**MEMBERS)
        self.client = self.new_client()
        self.asked = Request(self.client, "", None)

    def new_client(self, **oidc_config: Any) -> Application:
        """As the plans are configured: static, `client_secret_basic`, and no PKCE, which their modules do not send."""
        client = self.world.application(redirectUris=[CALLBACK], logoutRedirectUris=[LOGGED_OUT])
        settings = {"require_pkce": False, "token_endpoint_auth_method": "client_secret_basic", **oidc_config}
        self.world.update_application(client, oidcConfig=settings)
        return client

    def _json(self, url: str) -> dict[str, Any]:
        response = self.http.get(url, timeout=60)
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        return response.json()

    def keys(self) -> list[dict[str, Any]]:
        """The published keys."""
        return self._json(self.metadata["jwks_uri"])["keys"]

    def is_active(self, client: Application | None = None) -> bool:
        """What the check says of the person, which every step is held against."""
        return self.world.check(client or self.client, self.user).data["active"]

    # The authorization endpoint

    def request(self, client: Application | None = None, *, pkce: bool = False, **changes: str | None) -> dict[str, str]:
        """The suite's request. `changes` add to it, replace or, if `None`, remove."""
        client = client or self.client
        given: dict[str, str | None] = {
            "client_id": client.id,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "response_type": "code",
            **({"response_mode": "form_post"} if self.plan == FORM_POST else {}),
            **({"code_challenge": CHALLENGE, "code_challenge_method": "S256"} if pkce else {}),
            **changes,
        }
        form = {name: value for name, value in given.items() if value is not None}
        self.asked = Request(client, form["state"], form.get("nonce"), VERIFIER if pkce else None, form)
        return form

    def open(self, form: dict[str, str]) -> Page | Left:
        """The browser is sent there by the client's site."""
        return self.browser.open(f"{self.metadata['authorization_endpoint']}?{urlencode(form)}", cross_site=True)

    def ask(self, client: Application | None = None, *, pkce: bool = False, **changes: str | None) -> Page | Left:
        return self.open(self.request(client, pkce=pkce, **changes))

    def sign_in(self, step: Page | Left) -> Page | Left:
        """On the page that is shown, with what it is filled in with replaced."""
        return self.browser.sign_in(step, self.user)

    def answer(self, step: Page | Left) -> dict[str, str]:
        """What the client is given, in the way that it asked for."""
        if self.asked.form.get("response_mode") == "form_post":
            page = step.page("form-post")
            FormPolicy(page.headers["content-security-policy"], origin(page.url)).check(page.action)
            target, given = page.action, page.fields
        else:
            left = step.leaves()
            assert not urlsplit(left.url).fragment
            target, given = left.target, left.params
        assert target == CALLBACK
        assert given["state"] == self.asked.state
        # RFC 9207.
        assert given["iss"] == self.metadata["issuer"]
        return given

    def code(self, step: Page | Left) -> str:
        given = self.answer(step)
        assert set(given) == {"code", "state", "iss"}
        assert self.is_active(self.asked.client)
        return given["code"]

    def error(self, step: Page | Left) -> str:
        """An error goes to the client with the state, and without a code."""
        given = self.answer(step)
        assert set(given) <= {"error", "error_description", "state", "iss"}
        # RFC 6749, section 4.1.2.1.
        description = given.get("error_description", "")
        assert all(" " <= each <= "~" and each not in '"\\' for each in description)
        return given["error"]

    # The token endpoint

    def call_token_endpoint(self, client: Application, **form: str) -> requests.Response:
        basic = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
        headers = {"authorization": "Basic " + base64.b64encode(basic.encode()).decode()}
        response = self.http.post(self.metadata["token_endpoint"], data=form, headers=headers, timeout=60)
        assert response.headers["content-type"] == "application/json"
        assert response.headers["cache-control"] == "no-store"
        return response

    def redeem(self, code: str, **changes: str) -> requests.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **changes}
        if self.asked.verifier is not None:
            form["code_verifier"] = self.asked.verifier
        return self.call_token_endpoint(self.asked.client, **form)

    def tokens(self, response: requests.Response, *, refreshed: bool = False) -> Tokens:
        """A token response, and its ID token verified by the published keys."""
        assert response.status_code == 200, response.text
        found = response.json()
        assert found["token_type"].lower() == "bearer"
        assert isinstance(found["expires_in"], int) and found["expires_in"] > 0
        for name in {"access_token", "refresh_token"} & set(found):
            # RFC 6749, appendix A.
            assert found[name] and all(" " <= each <= "~" for each in found[name])
        claims = self.verified(found["id_token"], found["access_token"])
        assert claims.get("nonce") == (None if refreshed else self.asked.nonce)
        return Tokens(found["access_token"], found["id_token"], found.get("refresh_token"), claims)

    def verified(self, id_token: str, access_token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(id_token)
        keys = jwt.PyJWKSet.from_dict({"keys": self.keys()})
        assert header["alg"] == "RS256" and header["alg"] in self.metadata["id_token_signing_alg_values_supported"]
        claims = jwt.decode(
            id_token,
            keys[header["kid"]],
            algorithms=[header["alg"]],
            issuer=self.metadata["issuer"],
            audience=self.asked.client.id,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
        assert claims.get("azp", self.asked.client.id) == self.asked.client.id
        assert claims["sub"] == self.user.id and claims["sub"].isascii() and len(claims["sub"]) <= 255
        assert abs(claims["iat"] - time.time()) < 300
        assert claims["auth_time"] <= claims["iat"]
        assert isinstance(claims["acr"], str)
        digest = hashlib.sha256(access_token.encode("ascii")).digest()
        assert claims["at_hash"] == base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
        # Where an access token is issued, claims of scopes are userinfo's (OIDC Core, section 5.4).
        assert not {"name", "email", "phone_number", "address"} & set(claims)
        return claims

    def finish(self, step: Page | Left) -> Tokens:
        """From the answer to the tokens, and a call with the access token."""
        tokens = self.tokens(self.redeem(self.code(step)))
        assert self.is_active(self.asked.client)
        assert self.user_info(tokens)["sub"] == self.user.id
        return tokens

    def flow(self, client: Application | None = None, *, pkce: bool = False, **changes: str | None) -> Tokens:
        """A first authorization, with the sign-in page."""
        step = self.ask(client, pkce=pkce, **changes)
        assert not self.is_active(client)
        return self.finish(self.sign_in(step))

    # The userinfo endpoint

    def user_info(self, tokens: Tokens, method: str = "GET") -> dict[str, Any]:
        headers = {"authorization": f"Bearer {tokens.access_token}"}
        response = self.http.request(method, self.metadata["userinfo_endpoint"], headers=headers, timeout=60)
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/json"
        found = response.json()
        assert found["sub"] == tokens.claims["sub"]
        return found

    def refuses(self, tokens: Tokens) -> bool:
        """Whether the access token is of no use any more."""
        headers = {"authorization": f"Bearer {tokens.access_token}"}
        response = self.http.get(self.metadata["userinfo_endpoint"], headers=headers, timeout=60)
        return response.status_code == 401 and 'error="invalid_token"' in response.headers["www-authenticate"]

    def let_a_second_pass(self) -> None:
        """Until the sign-in is older than a second, which the server itself says.

        No clock of ours is waited for: the silent question is asked until the
        answer to it changes, as it must.
        """
        end = time.monotonic() + OLDER_WITHIN_SECONDS
        while time.monotonic() < end:
            found = self.answer(self.ask(prompt="none", max_age="1"))
            if "error" in found:
                assert found["error"] == "login_required"
                return
        raise AssertionError("a session of a second ago is still not older than max_age=1")

    # The end-session endpoint

    def end_session(self, **form: str) -> Page | Left:
        return self.browser.open(f"{self.metadata['end_session_endpoint']}?{urlencode(form)}", cross_site=True)

    def assert_signed_out(self) -> None:
        """As every module of the logout plans ends: silent sign-on fails, and nothing is left."""
        assert not self.is_active()
        assert self.error(self.ask(prompt="none")) == "login_required"
        assert not self.is_active()

    def assert_still_signed_in(self) -> None:
        assert self.is_active()
        self.code(self.ask(prompt="none"))
