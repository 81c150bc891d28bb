"""Three applications behind Debian's Apache with mod_auth_openidc, each a
virtual host of an address of its own, since cookies do not tell ports apart:
sign in once, reach all three, sign out at one, and all three refuse."""

from __future__ import annotations

import dataclasses
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

import apache
import deliveries
from apache import Apache, Host
from browser import Browser, Left, Page
from conftest import Server
from world import User, World

ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
# Far above the two seconds that a sign-out waits for its deliveries.
SIGN_OUT_WITHIN_SECONDS = 10


def register(world: World, address: str) -> Host:
    """A virtual host's application. Its URIs name its port, so they come first."""
    host = apache.place(address)
    application = world.application(redirectUris=[host.redirect_uri], logoutRedirectUris=[host.outside])
    world.update_application(application, oidcConfig={"backchannel_logout_uri": host.backchannel_logout_uri})
    return dataclasses.replace(host, application=application)


@dataclass
class Scene:
    """A person and three hosts, none of which they have been to."""

    world: World
    browser: Browser
    user: User
    hosts: list[Host]

    def is_active(self, host: Host) -> bool:
        return self.world.check(host.application, self.user).data["active"]

    def enter(self, host: Host) -> Page | Left:
        return self.browser.open(host.inside)

    def assert_let_in(self, host: Host) -> None:
        page = self.enter(host)
        assert (page.text, page.headers["x-person"]) == ("inside\n", self.user.id)
        assert self.is_active(host)

    def assert_refused(self, host: Host) -> None:
        """The host does not know the browser, nor does the server."""
        self.enter(host).page("sign-in")
        assert not self.is_active(host)

    def sign_in(self) -> None:
        """Once, at the first host; the others are then reached silently."""
        first, *others = self.hosts
        for host in self.hosts:
            self.assert_refused(host)
        page = self.browser.sign_in(self.enter(first), self.user)
        assert page.text == "inside\n"
        for host in others:
            assert not self.is_active(host)
            self.assert_let_in(host)
        for host in self.hosts:
            self.assert_let_in(host)

    def sign_out(self, host: Host) -> float:
        """At one host, by its own link; says how many seconds it took to come back."""
        started = time.monotonic()
        page = self.browser.open(f"{host.redirect_uri}?{urlencode({'logout': host.outside})}")
        took = time.monotonic() - started
        assert (page.url, page.text) == (host.outside, "outside\n")
        return took


@pytest.fixture
def scene(server: Server, world: World) -> Scene:
    hosts = [register(world, address) for address in ADDRESSES]
    return Scene(world, Browser(server.url, *(host.url for host in hosts)), world.user(), hosts)


@pytest.fixture
def serve(server: Server) -> Iterator[Callable[[Sequence[Host]], Apache]]:
    """Starts an Apache for some hosts; all end with the test."""
    started: list[Apache] = []

    def start(hosts: Sequence[Host]) -> Apache:
        started.append(Apache.of(server.issuer, hosts))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.mark.parametrize("at", range(len(ADDRESSES)), ids=ADDRESSES)
def test_one_sign_in_and_one_sign_out_for_three_hosts(
    scene: Scene, serve: Callable[[Sequence[Host]], Apache], at: int
) -> None:
    serve(scene.hosts)
    scene.sign_in()
    scene.sign_out(scene.hosts[at])
    for host in scene.hosts:
        scene.assert_refused(host)
    for host in scene.hosts[:at] + scene.hosts[at + 1 :]:
        deliveries.wait_for(scene.world, host.application, deliveries.confirmed)


def test_a_kick_at_one_host_leaves_the_others(scene: Scene, serve: Callable[[Sequence[Host]], Apache]) -> None:
    serve(scene.hosts)
    scene.sign_in()
    kicked, *others = scene.hosts
    scene.world.root.post("kick-users", userId=scene.user.id, appIds=[kicked.application.id])
    assert not scene.is_active(kicked)
    deliveries.wait_for(scene.world, kicked.application, deliveries.confirmed)
    scene.assert_refused(kicked)
    for host in others:
        scene.assert_let_in(host)


def ended(server: Apache) -> None:
    """Its port refuses connections."""
    server.program.stop()


def held(server: Apache) -> None:
    """Its port takes connections and nothing is answered."""
    server.program.signal_all(signal.SIGSTOP)


@pytest.mark.parametrize("stop", [ended, held], ids=lambda stop: stop.__name__)
def test_one_host_that_is_stopped_delays_nobody(
    scene: Scene, serve: Callable[[Sequence[Host]], Apache], stop: Callable[[Apache], None]
) -> None:
    first, second, third = scene.hosts
    serve([first, second])
    stopped = serve([third])
    scene.sign_in()
    stop(stopped)
    took = scene.sign_out(first)
    assert took < SIGN_OUT_WITHIN_SECONDS
    for host in (first, second):
        scene.assert_refused(host)
    assert not scene.is_active(third)
    (told,) = deliveries.wait_for(scene.world, second.application, deliveries.confirmed)
    assert len(told["attempts"]) == 1
    assert not any(deliveries.confirmed(each) for each in deliveries.of(scene.world, third.application))
