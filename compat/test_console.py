"""The console in Chromium, as a new administrator meets it: from the first link on,
through an application, a user, their sign-in in another browser, and a kick.

Each page is judged by axe-core and photographed as in `test_browser_walk.py`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

import callers
import programs
from browser import Browser
from receiver import Receiver
from rollcall_server import AccessKey, Rollcall, _environment
from webdriver import ENTER, TAB, WebDriver
from world import World

SCREENSHOTS = Path(__file__).parent / ".tools" / "screenshots"
PHONE, DESK = (390, 844), (1280, 800)
SIZES = (PHONE, DESK)
OWNER, PASSWORD = "ann@example.com", "a long enough password"
# RFC 7636, appendix B.
VERIFIER, CHALLENGE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@dataclass
class Console:
    """An administrator's Chromium, and the server that it is at."""

    rollcall: Rollcall
    link: str
    world: World
    chromium: WebDriver
    axe: str = field(repr=False)

    def path(self, rest: str) -> str:
        return f"{self.rollcall.url}/console/{self.world.pool}/{rest}"

    def open(self, rest: str, page: str) -> None:
        self.chromium.open(self.path(rest))
        self.at(page)

    def at(self, page: str) -> None:
        """The browser shows this page, and has nothing to complain of."""
        self.chromium.wait_for(f'body[data-page="{page}"]')
        complaints = [line for line in self.chromium.console() if "the server responded with a status of" not in line]
        assert complaints == []

    def look(self, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Photographs the page and has it judged, at these widths and in both schemes."""
        for width, height in sizes:
            for dark in (False, True):
                file = SCREENSHOTS / f"console-{name}-{width}-{'dark' if dark else 'light'}.png"
                self.chromium.screenshot(file, width, height, dark)
                assert self.overflow() == 0, f"{name} is wider than {width}"
                assert self.violations() == [], f"{name} at {width}, dark: {dark}"
        self.chromium.show(*DESK)

    def overflow(self) -> int:
        return self.chromium.script("const at = document.documentElement; return at.scrollWidth - at.clientWidth")

    def violations(self) -> list[Any]:
        if not self.chromium.script("return 'axe' in window"):
            self.chromium.script(self.axe)
        return self.chromium.script(
            "return axe.run().then(found => found.violations.map("
            "each => [each.id, each.help, each.nodes.map(node => node.html.slice(0, 200))]))"
        )

    def choose_password(self) -> None:
        self.chromium.open(self.rollcall.url + self.link)
        self.at("welcome")
        self.chromium.fill("#password", PASSWORD)
        self.chromium.fill("#again", PASSWORD)
        self.chromium.click("button.primary")
        self.at("sign-in")

    def sign_in(self) -> None:
        self.chromium.fill("#identifier", OWNER)
        self.chromium.fill("#password", PASSWORD)
        self.chromium.click("button.primary")
        self.chromium.wait_for("body[data-page]:not([data-page=sign-in])")

    def enter(self, app_id: str, username: str, password: str) -> Browser:
        """Signs a person in in another browser, and redeems the code."""
        browser = Browser(self.rollcall.url)
        asked = {
            "client_id": app_id,
            "redirect_uri": "http://127.0.0.1:9/callback",
            "response_type": "code",
            "scope": "openid",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        page = browser.open(f"{self.rollcall.url}/oidc/auth?{urlencode(asked)}").page("sign-in")
        left = page.submit(identifier=username, password=password).leaves()
        secret = self.world.root.get("get-application-secret", appId=app_id).data["secret"]
        redeemed = requests.post(
            f"{self.rollcall.url}/oidc/token",
            data={
                "grant_type": "authorization_code",
                "code": left.params["code"],
                "redirect_uri": asked["redirect_uri"],
                "code_verifier": VERIFIER,
                "client_id": app_id,
                "client_secret": secret,
            },
            timeout=60,
        )
        assert redeemed.status_code == 200, redeemed.text
        return browser


@pytest.fixture(scope="module")
def axe() -> str:
    programs.node()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return (programs.NODE_FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def console(binary: Path, tmp_path: Path, axe: str) -> Iterator[Console]:
    rollcall = Rollcall(binary, tmp_path / "rollcall")
    rollcall.folder.mkdir()
    command = [str(binary), "init", "--data", str(rollcall.data), "--owner", OWNER, "--json"]
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    root = AccessKey(printed["accessKeyId"], printed["accessKeySecret"], printed["userPoolId"])
    link = urlsplit(printed["link"])
    rollcall.serve()
    chromium = WebDriver(tmp_path)
    chromium.show(*DESK)
    try:
        world = World(callers.management(rollcall.url, root), root.pool)
        yield Console(rollcall, f"{link.path}?{link.query}", world, chromium, axe)
    finally:
        chromium.stop()
        rollcall.stop()
    assert link.query not in rollcall.log.read_text(errors="replace"), "a link is in the log"


def test_from_the_first_link_to_a_kick(console: Console) -> None:
    chromium = console.chromium
    chromium.open(console.rollcall.url + console.link)
    console.at("welcome")
    console.look("welcome")
    console.choose_password()
    console.sign_in()
    console.at("home")
    console.look("home")

    # Nothing is there yet, and the pages say what to do.
    console.open("overview", "overview")
    console.look("overview-empty")
    chromium.click("a.button.primary")
    console.at("new-application")
    chromium.fill("#name", "Harbour Notes")
    chromium.fill("#redirect_uris", "http://127.0.0.1:9/callback")
    console.look("new-application")
    chromium.click("button.primary")
    console.at("application")
    app_id = urlsplit(chromium.url).path.split("/")[-1]
    assert app_id in chromium.text("#snippet-curl")
    console.look("application")
    console.open(f"online?app={app_id}", "online")
    assert "Nobody is signed in" in chromium.text("#rows")
    console.look("online-empty")

    console.open("users/new", "new-user")
    console.look("new-user")
    chromium.fill("#name", "Mira Castellanos")
    chromium.fill("#username", "mira")
    chromium.fill("#email", "mira@example.com")
    chromium.fill("#password", "her own password")
    chromium.click("button.primary")
    console.at("user")
    user_id = urlsplit(chromium.url).path.split("/")[-1]

    # She signs in elsewhere, and appears without anybody asking.
    console.open(f"online?app={app_id}", "online")
    console.enter(app_id, "mira", "her own password")
    chromium.wait_for(f'#rows li[data-user="{user_id}"]')
    console.enter(app_id, "mira", "her own password")
    console.look("online")
    assert chromium.attribute("#rows time", "title")

    console.open("check?" + urlencode({"user": "mira@example.com", "app": app_id}), "check")
    chromium.wait_for('[data-answer="active"]')
    console.look("check-active")
    console.open(f"users/{user_id}", "user")
    console.look("user")

    # Kicked: the effect first, the result after; whoever watches sees her go.
    console.open(f"online?app={app_id}", "online")
    chromium.click(f'input[value="{user_id}"]')
    chromium.click("button.danger")
    console.at("kick")
    assert "on every device" in chromium.text("#effects")
    console.look("kick")
    chromium.click("button.danger")
    console.at("kicked")
    console.look("kicked")
    console.open(f"online?app={app_id}", "online")
    assert not chromium.has("#rows li[data-user]")
    console.open("check?" + urlencode({"user": "mira", "app": app_id}), "check")
    chromium.wait_for('[data-answer="inactive"]')
    assert chromium.text("[data-why]") == "Kicked"
    console.look("check-inactive")
    assert not console.world.root.post("check-session-status", userId=user_id, appId=app_id).data["active"]
    console.open("audit", "audit")
    assert "administrator" in chromium.text('tr[data-action="kick"]')
    console.look("audit")


def test_what_others_see_live_and_every_other_page(console: Console, receiver: Receiver) -> None:
    chromium = console.chromium
    console.choose_password()
    console.sign_in()
    application = console.world.application(appName="Ledger & Co. Accounting")
    console.world.update_application(application, oidcConfig={"backchannel_logout_uri": receiver.url})
    people = [console.world.user(name=name) for name in ("Mira Castellanos", "Tomás Ó Súilleabháin", "山田 花子")]
    for person in people:
        console.enter(application.id, person.username, person.password)
    console.open(f"online?app={application.id}", "online")
    chromium.click(f'input[value="{people[1].id}"]')
    # Kicked by somebody else: she vanishes here, and what was chosen stays so.
    console.world.root.post("kick-users", userId=people[0].id, appIds=[application.id])
    chromium.wait_for(f'#rows:not(:has(li[data-user="{people[0].id}"]))')
    assert chromium.script("return document.querySelector('input:checked').value") == people[1].id
    chromium.click("button.danger")
    console.at("kick")
    chromium.click("button.danger")
    console.at("kicked")
    chromium.wait_for('[data-told="confirmed"]')
    console.look("kicked-told")
    for rest, page, name in (
        ("overview", "overview", "overview"),
        ("users", "users", "users"),
        (f"users/{people[1].id}", "user", "user-kicked"),
        (f"users/{people[1].id}/password", "user", "password"),
        ("applications", "applications", "applications"),
        ("deliveries", "deliveries", "deliveries"),
        ("keys", "keys", "keys"),
        ("settings", "settings", "settings"),
        ("users/nobody", "trouble", "trouble"),
    ):
        console.open(rest, page)
        if rest == "overview":
            chromium.wait_for("[data-figure]")
        console.look(name)


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "ja-JP"])
def test_every_page_fits_a_phone_in_other_languages(console: Console, tmp_path: Path, language: str) -> None:
    console.choose_password()
    console.sign_in()
    application = console.world.application(appName="Ledger")
    person = console.world.user(name="山田 花子")
    console.enter(application.id, person.username, person.password)
    console.chromium.devtools("Network.enable")
    console.chromium.devtools("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
    for rest, page in (
        ("overview", "overview"),
        (f"online?app={application.id}", "online"),
        (f"check?app={application.id}&user={person.username}", "check"),
        (f"users/{person.id}", "user"),
        (f"applications/{application.id}", "application"),
        ("audit", "audit"),
        ("settings", "settings"),
    ):
        console.open(rest, page)
        assert console.chromium.attribute("html", "lang") == language
        console.look(f"{page}-{language}", (PHONE,))


def test_a_kick_with_the_keyboard_alone(console: Console) -> None:
    chromium = console.chromium
    console.choose_password()
    chromium.type(OWNER + TAB + PASSWORD + ENTER)
    console.at("home")
    application = console.world.application(appName="Ledger")
    person = console.world.user()
    console.enter(application.id, person.username, person.password)
    console.open("check", "check")
    # The box has the focus from the start.
    chromium.type(person.username + ENTER)
    chromium.wait_for('[data-answer="active"]')
    console.open(f"kick?app={application.id}&user={person.id}", "kick")
    chromium.script("document.getElementById('main').focus()")
    chromium.type(TAB)
    assert chromium.css(":focus", "outline-style") == "solid"
    chromium.type(ENTER)
    console.at("kicked")
    assert not console.world.check(application, person).data["active"]


def test_the_console_works_without_javascript_and_forgets_after_sign_out(console: Console) -> None:
    chromium = console.chromium
    console.choose_password()
    console.sign_in()
    chromium.disable_scripts()
    application = console.world.application(appName="Ledger")
    person = console.world.user()
    console.enter(application.id, person.username, person.password)
    console.open(f"online?app={application.id}", "online")
    chromium.click(f'input[value="{person.id}"]')
    chromium.click("button.danger")
    console.at("kick")
    chromium.click("button.danger")
    console.at("kicked")
    assert not console.world.check(application, person).data["active"]
    chromium.click(".bar form button")
    console.at("signed-out")
    console.look("signed-out")
    chromium.open(console.path("users"))
    chromium.wait_for("body[data-page=sign-in]")
