"""Applications with npm's `express-openid-connect`, in a program of `node/`."""

from __future__ import annotations

import itertools
from typing import Any

from browser import Browser, Left, Page
from relying_party import NodeProgram
from world import User, World

# Each on its own host: cookies do not tell ports apart.
_hosts = (f"127.0.1.{number}" for number in itertools.count(1))


class ExpressApp:
    """One application, registered for back-channel logout."""

    def __init__(self, program: NodeProgram, world: World, issuer: str, **oidc_config: Any) -> None:
        self._program = program
        self.world = world
        self.url = program.call("listen", host=next(_hosts))
        self.application = world.application(redirectUris=[f"{self.url}/callback"], logoutRedirectUris=[self.url])
        settings = {"backchannel_logout_uri": f"{self.url}/backchannel-logout", **oidc_config}
        world.update_application(self.application, oidcConfig=settings)
        client = {"client_id": self.application.id, "client_secret": self.application.secret}
        program.call("configure", url=self.url, issuer=issuer, **client)

    def enter(self, browser: Browser) -> Page | Left:
        """The page that asks for a sign-in."""
        return browser.open(f"{self.url}/")

    def whom_it_knows(self, browser: Browser) -> str | None:
        """The user id of whom the application takes the browser for, without asking anyone."""
        return browser.open(f"{self.url}/open").json()["sub"]

    def is_active(self, user: User) -> bool:
        return self.world.check(self.application, user).data["active"]

    def told(self) -> int:
        """Waits for a back-channel logout, and says how the application answered it."""
        path = "/backchannel-logout"
        return self._program.next_event(lambda event: event["app"] == self.url and event["path"] == path)["status"]
