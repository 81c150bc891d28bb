"""An administrator's Chromium at the console, and a person's own beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

import authorization
from browser import Browser
from callback import Callback
from rollcall_server import Rollcall
from webdriver import WebDriver
from world import Application, User, World

SCREENSHOTS = Path(__file__).parent / ".tools" / "screenshots"
PHONE, DESK = (390, 844), (1280, 800)
SIZES = (PHONE, DESK)
OWNER, PASSWORD = "ann@example.com", "a long enough password"


@dataclass
class Console:
    """An administrator's Chromium, and the server that it is at."""

    rollcall: Rollcall
    link: str
    world: World
    chromium: WebDriver
    axe: str = field(repr=False)

    @property
    def issuer(self) -> str:
        return f"{self.rollcall.url}/oidc"

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

    def enter(self, application: Application, user: User) -> None:
        """Signs a person in in some other browser, and redeems the code."""
        page = Browser(self.rollcall.url).open(authorization.request(self.issuer, application)).page("sign-in")
        left = page.submit(identifier=user.username, password=user.password).leaves()
        assert authorization.redeem(self.world, application, left.params["code"]).status_code == 200


@dataclass
class Person:
    """Somebody with a Chromium of their own, at an application that is signed in to with Rollcall."""

    console: Console
    application: Application
    callback: Callback
    chromium: WebDriver
    access_token: str = ""

    def _open(self) -> None:
        redirect_uri = self.callback.redirect_uri
        self.chromium.open(authorization.request(self.console.issuer, self.application, redirect_uri=redirect_uri))

    def sign_in(self, username: str, password: str) -> None:
        self._open()
        self.chromium.wait_for('body[data-page="sign-in"]')
        self.chromium.fill("#identifier", username)
        self.chromium.fill("#password", password)
        self.chromium.click("button.primary")
        self.chromium.wait_for('body[data-page="application"]')
        code = self.callback.next().params["code"]
        redirect_uri = self.callback.redirect_uri
        redeemed = authorization.redeem(self.console.world, self.application, code, redirect_uri=redirect_uri)
        self.access_token = redeemed.json()["access_token"]

    def ask(self) -> requests.Response:
        """What the application is told of them, with the token that it has."""
        return self.console.world.user_info(self.access_token)

    def is_refused(self) -> bool:
        """Whether their browser has to sign in again before the application hears of them."""
        self._open()
        self.chromium.wait_for("body[data-page]")
        return self.chromium.has('body[data-page="sign-in"]')
