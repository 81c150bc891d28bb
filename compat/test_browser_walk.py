"""People sign in and out in Chromium, as they do: over https, at applications of
another site, with a mouse, with a keyboard alone, and without JavaScript.

Each page is looked at by axe-core, and photographed at the width of a phone and
of a desk, in light and dark, to `.tools/screenshots`: for people to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

import authorization
import programs
from callback import Callback, Came
from conftest import SecureServer
from judged import PHONE, SCREENSHOTS, SIZES, Judged
from webdriver import ENTER, TAB, WebDriver
from world import Application, User, World

SCOPE = "openid profile email phone offline_access"


@dataclass
class Walk(Judged):
    """Somebody's Chromium, and two applications: the first asks for consent, and has a logo."""

    server: SecureServer
    world: World
    chromium: WebDriver
    callback: Callback
    user: User
    first: Application
    second: Application
    # The source of axe-core.
    axe: str = field(repr=False)

    def open(self, application: Application, **changes: str | None) -> None:
        changes = {"redirect_uri": self.callback.redirect_uri, "state": "s", "scope": SCOPE, **changes}
        self.chromium.open(authorization.request(self.server.issuer, application, **changes))

    def end_session(self, **form: str) -> None:
        self.chromium.open(f"{self.server.issuer}/session/end?{urlencode(form)}")

    def active(self) -> tuple[bool, bool]:
        """What the check says of the person, for each application."""
        found = [self.world.check(each, self.user).data["active"] for each in (self.first, self.second)]
        return found[0], found[1]

    def at(self, page: str, error: str = "", shot: str | None = None) -> None:
        """The browser shows this page, and it is as it should be in every form."""
        alert = f'[role="alert"][data-error="{error}"]'
        self.chromium.wait_for(f'body[data-page="{page}"]' + (f":has({alert})" if error else ":not(:has([role=alert]))"))
        self.assert_quiet()
        if shot:
            self.look(shot)

    def came(self, method: str = "GET") -> Came:
        came = self.callback.next()
        assert (came.method, came.path, came.params["iss"]) == (method, "/callback", self.server.issuer)
        assert came.params["state"] == "s"
        self.at("application")
        return came

    def fill(self, password: str | None = None) -> None:
        self.chromium.fill("#identifier", self.user.username)
        self.chromium.fill("#password", password or self.user.password)

    def sign_in(self) -> None:
        self.fill()
        self.chromium.click("button.primary")


@pytest.fixture
def callback() -> Iterator[Callback]:
    made = Callback()
    yield made
    made.stop()


@pytest.fixture(scope="session")
def axe() -> str:
    programs.node()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return (programs.NODE_FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def walk(secure_server: SecureServer, tmp_path: Path, callback: Callback, axe: str) -> Iterator[Walk]:
    world = secure_server.world
    uris = {"redirectUris": [callback.redirect_uri], "logoutRedirectUris": [callback.logout_uri]}
    first = world.application(appName="Harbour Notes", appLogo=callback.logo, **uris)
    world.update_application(first, oidcConfig={"skip_consent": False})
    second = world.application(appName="Ledger & Co. Accounting", **uris)
    user = world.user(name="Mira Castellanos")
    chromium = WebDriver(tmp_path, f"--ignore-certificate-errors-spki-list={secure_server.key_hash}")
    try:
        yield Walk(secure_server, world, chromium, callback, user, first, second, axe)
    finally:
        chromium.stop()


def test_a_walk_through_every_page(walk: Walk) -> None:
    chromium = walk.chromium
    walk.open(walk.first)
    walk.at("sign-in", shot="sign-in")
    assert chromium.focused() == "identifier"
    # The logo comes from our own origin.
    assert chromium.script("return document.querySelector('img.face').naturalWidth") > 0
    assert walk.active() == (False, False)

    walk.fill(password="not the password")
    chromium.click("button.primary")
    walk.at("sign-in", error="wrong_credentials", shot="sign-in-wrong-password")
    assert chromium.attribute("#identifier", "value") == walk.user.username
    assert chromium.focused() == "password"
    assert walk.active() == (False, False)

    walk.sign_in()
    walk.at("consent", shot="consent")
    assert walk.active() == (False, False)
    chromium.click("button[value=allow]")
    assert walk.came().params["code"]
    assert walk.active() == (True, False)

    # Silent sign-on, and an answer that a script posts, under our policy.
    walk.open(walk.second, prompt="none")
    assert walk.came().params["code"]
    assert walk.active() == (True, True)
    walk.open(walk.second, prompt="none", response_mode="form_post")
    assert walk.came("POST").params["code"]
    walk.open(walk.first, response_mode="form_post")
    assert walk.came("POST").params["code"]
    assert walk.active() == (True, True)

    walk.open(walk.second, prompt="select_account")
    walk.at("account", shot="account")
    chromium.click("button[value=continue]")
    assert walk.came().params["code"]
    walk.open(walk.second, prompt="login")
    walk.at("sign-in", shot="sign-in-again")
    walk.sign_in()
    assert walk.came().params["code"]
    assert walk.active() == (True, True)

    walk.open(walk.second, redirect_uri="https://elsewhere.example/callback")
    walk.at("error", error="invalid_request", shot="error")
    assert walk.active() == (True, True)

    walk.end_session(client_id=walk.second.id)
    walk.at("sign-out", shot="sign-out")
    chromium.click("button[value=no]")
    walk.at("not-signed-out", shot="not-signed-out")
    assert walk.active() == (True, True)
    walk.end_session(client_id=walk.second.id)
    walk.at("sign-out")
    chromium.click("button[value=yes]")
    walk.at("signed-out", shot="signed-out")
    assert walk.active() == (False, False)
    walk.open(walk.second, prompt="none")
    assert walk.came().params["error"] == "login_required"
    assert walk.active() == (False, False)


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "ja-JP"])
def test_every_page_fits_a_phone_in_other_languages(walk: Walk, language: str) -> None:
    chromium = walk.chromium

    def look(page: str, error: str = "") -> None:
        walk.at(page, error)
        assert chromium.attribute("html", "lang") == language
        walk.look(f"{page}{'-problem' if error else ''}-{language}", (PHONE,))

    walk.open(walk.first, ui_locales=language)
    look("sign-in")
    walk.fill(password="not the password")
    chromium.click("button.primary")
    look("sign-in", "wrong_credentials")
    walk.sign_in()
    look("consent")
    chromium.click("button[value=allow]")
    walk.came()
    walk.open(walk.second, ui_locales=language, prompt="select_account")
    look("account")
    # The link knows in which language the page was.
    chromium.click(".leave a")
    look("sign-out")
    chromium.click("button[value=no]")
    look("not-signed-out")
    walk.open(walk.second, ui_locales=language, redirect_uri="https://elsewhere.example/callback")
    look("error", "invalid_request")
    walk.end_session(ui_locales=language)
    chromium.click("button[value=yes]")
    look("signed-out")
    assert walk.active() == (False, False)


def test_the_pages_of_a_session_lead_to_its_end(walk: Walk) -> None:
    chromium = walk.chromium
    chromium.disable_scripts()
    for application, prompt, page in ((walk.first, None, "consent"), (walk.second, "select_account", "account")):
        walk.open(walk.second)
        walk.sign_in()
        walk.came()
        assert walk.active() == (False, True)
        walk.open(application, prompt=prompt)
        walk.at(page)
        chromium.click(".leave a")
        walk.at("sign-out")
        # It is the person who asks, and not the application.
        assert "asks" not in chromium.text("header")
        assert walk.active() == (False, True)
        chromium.click("button[value=yes]")
        walk.at("signed-out")
        assert walk.active() == (False, False)


def test_somebody_else_signs_in_in_the_same_browser(walk: Walk) -> None:
    walk.open(walk.second)
    walk.sign_in()
    walk.came()
    former, walk.user = walk.user, walk.world.user()
    walk.open(walk.second, prompt="select_account")
    walk.chromium.click("button[value=other]")
    walk.at("sign-in")
    walk.sign_in()
    walk.came()
    assert walk.active() == (False, True)
    # A browser has one session of a pool: the former one has ended.
    assert not walk.world.check(walk.second, former).data["active"]


def test_a_denied_consent_tells_the_application(walk: Walk) -> None:
    walk.open(walk.first)
    walk.sign_in()
    walk.at("consent")
    walk.chromium.click("button[value=deny]")
    assert walk.came().params["error"] == "access_denied"
    assert walk.active() == (False, False)


def test_sign_out_leads_back_to_the_application(walk: Walk) -> None:
    walk.open(walk.second)
    walk.sign_in()
    walk.came()
    walk.end_session(client_id=walk.second.id, post_logout_redirect_uri=walk.callback.logout_uri, state="out")
    walk.at("sign-out")
    walk.chromium.click("button[value=yes]")
    came = walk.callback.next()
    assert (came.path, came.params) == ("/signed-out", {"state": "out"})
    walk.at("application")
    assert walk.active() == (False, False)


def test_all_of_it_works_without_javascript(walk: Walk) -> None:
    chromium = walk.chromium
    chromium.disable_scripts()
    walk.open(walk.first, response_mode="form_post")
    walk.at("sign-in")
    walk.fill(password="not the password")
    chromium.click("button.primary")
    walk.at("sign-in", error="wrong_credentials")
    walk.sign_in()
    walk.at("consent")
    assert walk.active() == (False, False)
    chromium.click("button[value=allow]")
    # Nothing sends the answer but the person, on the button.
    chromium.wait_for("body[data-page=form-post]")
    assert walk.first.name in chromium.text("header")
    for width, height in SIZES:
        for dark in (False, True):
            file = SCREENSHOTS / f"form-post-{width}-{'dark' if dark else 'light'}.png"
            chromium.screenshot(file, width, height, dark)
    assert walk.active() == (True, False)
    chromium.click("button.primary")
    assert walk.came("POST").params["code"]
    assert walk.active() == (True, False)
    walk.end_session(client_id=walk.first.id)
    walk.at("sign-out")
    chromium.click("button[value=yes]")
    walk.at("signed-out")
    assert walk.active() == (False, False)


def test_all_of_it_works_with_the_keyboard_alone(walk: Walk) -> None:
    chromium = walk.chromium
    walk.open(walk.first)
    walk.at("sign-in")
    # The first field has the focus; Enter in the last one sends the form.
    chromium.type(walk.user.username + TAB + "not the password" + ENTER)
    walk.at("sign-in", error="wrong_credentials")
    assert chromium.focused() == "password"
    chromium.type(walk.user.password + ENTER)
    walk.at("consent")
    assert walk.active() == (False, False)
    # The first stop is what most people want, and the focus is seen.
    chromium.type(TAB)
    assert chromium.focused() == "decision"
    assert chromium.css(":focus", "outline-style") == "solid"
    chromium.type(ENTER)
    assert walk.came().params["code"]
    assert walk.active() == (True, False)
    walk.open(walk.second, prompt="select_account")
    walk.at("account")
    chromium.type(TAB + ENTER)
    assert walk.came().params["code"]
    assert walk.active() == (True, True)
    walk.end_session()
    walk.at("sign-out")
    chromium.type(TAB + ENTER)
    walk.at("signed-out")
    assert walk.active() == (False, False)
