"""People sign in with a browser to certified clients: npm's `openid-client` and
`oauth4webapi`, and Python's Authlib. Each validates what it is given by its
own rules. After each step the check is asked, and agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import jwt
import pytest

import authorization
import callers
from authorization import LOGOUT_URI, REDIRECT_URI
from browser import Browser, Left
from conftest import NewRollcall, SecureServer, Server
from relying_party import Refused, RelyingParty, Tokens
from world import Application, User, World

OpenParty = Callable[[str, Application], RelyingParty]


@dataclass
class Scene:
    """A person with a browser, and an application that asks who it is."""

    world: World
    issuer: str
    browser: Browser
    user: User
    party: RelyingParty

    @property
    def active(self) -> bool:
        return self.world.check(self.party.application, self.user).data["active"]

    def arrive(self, **params: str) -> Left:
        """Through the sign-in page and back to the application with a code."""
        assert not self.active
        step = self.browser.open(self.party.begin(**params))
        # A page that is looked at is no sign-in.
        assert not self.active
        left = self.browser.sign_in(step, self.user).leaves()
        assert left.target == REDIRECT_URI
        assert left.params["iss"] == self.issuer
        # A login begins with its code.
        assert self.active
        return left

    def sign_in(self, **params: str) -> Tokens:
        tokens = self.party.finish(self.arrive(**params).url)
        assert self.active
        return tokens


def new_application(world: World, **members: Any) -> Application:
    return world.application(redirectUris=[REDIRECT_URI], logoutRedirectUris=[LOGOUT_URI], **members)


@pytest.fixture
def scene(server: Server, world: World, browser: Browser, open_party: OpenParty) -> Scene:
    party = open_party(server.issuer, new_application(world))
    return Scene(world, server.issuer, browser, world.user(), party)


def assert_refused(scene: Scene, tokens: Tokens) -> None:
    """Of an ended login nothing is of use to its application."""
    assert not scene.active
    for token in (tokens.access_token, tokens.refresh_token):
        assert scene.party.introspect(token) == {"active": False}
    with pytest.raises(Refused) as refused:
        scene.party.refresh(tokens.refresh_token)
    assert refused.value.error == "invalid_grant"


# Signing in


def test_a_sign_in_is_accepted_by_the_client(scene: Scene) -> None:
    claims = scene.sign_in().claims
    assert (claims["iss"], claims["sub"]) == (scene.issuer, scene.user.id)
    assert scene.party.application.id in (claims["aud"], *claims["aud"])
    assert claims["sid"]
    assert claims["amr"] == ["pwd"]
    assert claims["auth_time"] <= claims["iat"]


def test_a_form_post_response_is_accepted_by_the_client(scene: Scene) -> None:
    step = scene.browser.open(scene.party.begin(response_mode="form_post"))
    page = scene.browser.sign_in(step, scene.user).page("form-post")
    assert scene.active
    assert page.action == REDIRECT_URI
    tokens = scene.party.finish(page.action, page.fields)
    assert tokens.claims["sub"] == scene.user.id
    assert scene.active


def test_a_second_application_needs_no_second_sign_in(scene: Scene, open_party: OpenParty) -> None:
    first = scene.sign_in()
    scene.party = open_party(scene.issuer, new_application(scene.world))
    assert not scene.active
    left = scene.browser.open(scene.party.begin(prompt="none"), cross_site=True).leaves()
    assert scene.active
    second = scene.party.finish(left.url)
    assert second.claims["sub"] == first.claims["sub"]
    assert second.claims["auth_time"] == first.claims["auth_time"]
    # A login of its own, so that its end is its own.
    assert second.claims["sid"] != first.claims["sid"]


def test_an_error_reaches_the_client(scene: Scene) -> None:
    left = scene.browser.open(scene.party.begin(prompt="none")).leaves()
    assert left.params["error"] == "login_required"
    with pytest.raises(Refused) as refused:
        scene.party.finish(left.url)
    assert refused.value.error == "login_required"
    assert not scene.active


# What the application does then


def test_userinfo_is_of_the_person(scene: Scene) -> None:
    tokens = scene.sign_in()
    found = scene.party.userinfo(tokens.access_token, scene.user.id)
    assert found["sub"] == scene.user.id
    assert found["email"] == scene.user.email
    assert scene.active


def test_a_refresh_gives_new_tokens_of_the_same_login(scene: Scene) -> None:
    first = scene.sign_in()
    second = scene.party.refresh(first.refresh_token)
    assert scene.active
    assert first.refresh_token != second.refresh_token
    assert first.access_token != second.access_token
    same = ("iss", "sub", "aud", "sid", "auth_time")
    assert [second.claims[name] for name in same] == [first.claims[name] for name in same]
    assert scene.party.userinfo(second.access_token, scene.user.id)["sub"] == scene.user.id
    assert scene.party.refresh(second.refresh_token).refresh_token
    assert scene.active


def test_a_refresh_token_used_twice_ends_the_login(scene: Scene) -> None:
    first = scene.sign_in()
    second = scene.party.refresh(first.refresh_token)
    assert scene.active
    with pytest.raises(Refused) as refused:
        scene.party.refresh(first.refresh_token)
    assert refused.value.error == "invalid_grant"
    assert_refused(scene, second)


def test_introspection_agrees_with_the_check(scene: Scene) -> None:
    tokens = scene.sign_in()
    for token in (tokens.access_token, tokens.refresh_token):
        found = scene.party.introspect(token)
        assert found["active"] is True
        assert (found["sub"], found["client_id"]) == (scene.user.id, scene.party.application.id)
    scene.world.root.post("kick-users", userId=scene.user.id, appIds=[scene.party.application.id])
    assert_refused(scene, tokens)


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_revocation_ends_the_login_and_the_session_brings_it_back(scene: Scene, which: str) -> None:
    tokens = scene.sign_in()
    scene.party.revoke(getattr(tokens, which))
    assert_refused(scene, tokens)
    # It was the application's login that ended, not the browser's session.
    again = scene.party.finish(scene.browser.open(scene.party.begin()).leaves().url)
    assert scene.active
    assert again.claims["sid"] != tokens.claims["sid"]


def test_a_kick_shows_the_sign_in_page_again(scene: Scene) -> None:
    tokens = scene.sign_in()
    scene.world.root.post("kick-users", userId=scene.user.id, appIds=[scene.party.application.id])
    assert_refused(scene, tokens)
    silent = scene.browser.open(scene.party.begin(prompt="none")).leaves()
    assert silent.params["error"] == "login_required"
    assert not scene.active
    again = scene.sign_in()
    assert again.claims["sid"] != tokens.claims["sid"]


# Signing out


def test_sign_out_comes_back_with_the_state(scene: Scene) -> None:
    tokens = scene.sign_in()
    left = scene.browser.open(scene.party.end_session(tokens.id_token, LOGOUT_URI, "a b&c")).leaves()
    assert (left.target, left.params) == (LOGOUT_URI, {"state": "a b&c"})
    assert_refused(scene, tokens)
    # The browser is not known any more, to any application.
    scene.browser.open(scene.party.begin()).page("sign-in")
    silent = scene.browser.open(scene.party.begin(prompt="none")).leaves()
    assert silent.params["error"] == "login_required"
    assert not scene.active


def test_sign_out_is_of_every_application_of_the_browser(scene: Scene, open_party: OpenParty) -> None:
    first = scene.sign_in()
    elsewhere = open_party(scene.issuer, new_application(scene.world))
    second = elsewhere.finish(scene.browser.open(elsewhere.begin()).leaves().url)
    assert scene.world.check(elsewhere.application, scene.user).data["active"]
    scene.browser.open(elsewhere.end_session(second.id_token, LOGOUT_URI, "x")).leaves()
    assert_refused(scene, first)
    assert not scene.world.check(elsewhere.application, scene.user).data["active"]


def test_sign_out_leaves_another_browser_alone(scene: Scene) -> None:
    here, there = scene.browser, Browser(scene.world.url)
    tokens = scene.sign_in()
    left = there.sign_in(there.open(scene.party.begin()), scene.user).leaves()
    other = scene.party.finish(left.url)
    here.open(scene.party.end_session(tokens.id_token, LOGOUT_URI, "x")).leaves()
    # One of the two browsers is still signed in.
    assert scene.active
    assert scene.party.introspect(tokens.access_token) == {"active": False}
    there.open(scene.party.end_session(other.id_token, LOGOUT_URI, "x")).leaves()
    assert_refused(scene, other)


# Servers of their own


@pytest.fixture(scope="module")
def algorithms_world(new_rollcall: NewRollcall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server apart: the published Python SDKs cannot read a key set with other keys than RSA's."""
    rollcall = new_rollcall(tmp_path_factory.mktemp("algorithms"))
    root = rollcall.init()
    try:
        rollcall.serve()
        yield World(callers.management(rollcall.url, root), root.pool)
    finally:
        rollcall.stop()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_an_id_token_is_signed_as_the_application_asks(
    algorithms_world: World, open_party: OpenParty, algorithm: str
) -> None:
    world = algorithms_world
    application = new_application(world)
    world.update_application(application, oidcConfig={"id_token_signed_response_alg": algorithm})
    issuer = f"{world.url}/oidc"
    scene = Scene(world, issuer, Browser(world.url), world.user(), open_party(issuer, application))
    tokens = scene.sign_in()
    assert jwt.get_unverified_header(tokens.id_token)["alg"] == algorithm
    assert scene.party.refresh(tokens.refresh_token).claims["sub"] == scene.user.id
    assert scene.active
    scene.browser.open(scene.party.end_session(tokens.id_token, LOGOUT_URI, "x")).leaves()
    assert_refused(scene, tokens)


def test_people_sign_in_over_https(secure_server: SecureServer) -> None:
    """The pages and cookies as they are in production; the clients are the conformance tests' part."""
    world = secure_server.world
    application, user = new_application(world), world.user()
    browser = Browser(secure_server.url, verify=secure_server.authority)
    step = browser.open(authorization.request(secure_server.issuer, application))
    left = browser.sign_in(step, user).leaves()
    assert left.params["iss"] == secure_server.issuer
    assert world.check(application, user).data["active"]
    assert browser.jar.refused == []
    for cookie in browser.jar:
        assert cookie.name.startswith("__Host-rollcall-")
        assert (cookie.secure, cookie.http_only, cookie.same_site, cookie.path) == (True, True, "lax", "/")
