"""An administrator's Chromium at the console, and a person's own beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import requests

import authorization
from browser import Browser
from callback import Callback
from judged import DESK, SIZES, Judged
from rollcall_server import Rollcall
from webdriver import WebDriver
from world import Application, User, World

OWNER, PASSWORD = "ann@example.com", "a long enough password"


@dataclass
class Console(Judged):
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
        self.assert_quiet()

    def look(self, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        super().look(f"console-{name}", sizes)
        self.chromium.show(*DESK)

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
