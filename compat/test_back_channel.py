"""Logout that arrives. npm's `express-openid-connect` keeps sessions of its
own and asks nobody: only a logout token can make it refuse. What it does not
do, such as failing on purpose, a receiver of the suite does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import jwt
import pytest

import authorization
import deliveries
from browser import Browser
from conftest import Server
from express_app import ExpressApp
from receiver import Receiver, verified
from world import Application, Login, User, World

# Far above the two seconds that a sign-out waits for its deliveries, and far
# below what waiting for one that does not answer would take.
SIGN_OUT_WITHIN_SECONDS = 10


@dataclass
class Scene:
    """One person in one browser, signed in to two applications."""

    world: World
    browser: Browser
    user: User
    app: ExpressApp
    elsewhere: ExpressApp


@pytest.fixture
def scene(server: Server, world: World, express_app: Callable[[], ExpressApp]) -> Scene:
    app, elsewhere = express_app(), express_app()
    browser, user = Browser(server.url, app.url, elsewhere.url), world.user()
    assert app.whom_it_knows(browser) is None
    entered = browser.sign_in(app.enter(browser), user).json()
    assert entered["sub"] == user.id
    assert app.is_active(user) and not elsewhere.is_active(user)
    assert elsewhere.enter(browser).json()["sub"] == user.id
    assert app.is_active(user) and elsewhere.is_active(user)
    return Scene(world, browser, user, app, elsewhere)


def assert_told(scene: Scene, app: ExpressApp) -> None:
    """The application accepted the logout token, refuses the browser by itself, and the server knows."""
    assert app.told() == 204
    assert app.whom_it_knows(scene.browser) is None
    (delivery,) = deliveries.wait_for(scene.world, app.application, deliveries.confirmed)
    assert len(delivery["attempts"]) == 1


# Every way in which somebody else ends a login


def kicked(scene: Scene) -> None:
    answer = scene.world.root.post("kick-users", userId=scene.user.id, appIds=[scene.app.application.id])
    assert answer.data == {"success": True}


def signed_out_elsewhere(scene: Scene) -> None:
    # Back at the application, which asks for a sign-in again.
    scene.browser.open(f"{scene.elsewhere.url}/logout").page("sign-in")


def password_changed_by_an_administrator(scene: Scene) -> None:
    scene.world.update_user(scene.user, password="New-passw0rd")


def suspended(scene: Scene) -> None:
    scene.world.update_user(scene.user, status="Suspended")


def archived(scene: Scene) -> None:
    scene.world.update_user(scene.user, status="Archived")


def application_disabled(scene: Scene) -> None:
    scene.world.update_application(scene.app.application, enabled=False)


# Whether the other application's login ends with it.
ENDS = {
    kicked: False,
    signed_out_elsewhere: True,
    password_changed_by_an_administrator: True,
    suspended: True,
    archived: True,
    application_disabled: False,
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_an_end_reaches_the_application(scene: Scene, end: Callable[[Scene], None]) -> None:
    end(scene)
    assert not scene.app.is_active(scene.user)
    assert_told(scene, scene.app)
    # Who asks to be let in again is asked to sign in, or told why not.
    assert scene.app.enter(scene.browser).page("error" if end is application_disabled else "sign-in")
    assert not scene.app.is_active(scene.user)
    if ENDS[end]:
        assert not scene.elsewhere.is_active(scene.user)
        if end is not signed_out_elsewhere:
            assert_told(scene, scene.elsewhere)
    else:
        assert scene.elsewhere.is_active(scene.user)
        assert scene.elsewhere.whom_it_knows(scene.browser) == scene.user.id
        assert deliveries.of(scene.world, scene.elsewhere.application) == []


def test_a_deleted_person_is_gone_from_applications_too(scene: Scene) -> None:
    assert scene.world.root.post("delete-users-batch", userIds=[scene.user.id]).code == 200
    for app in (scene.app, scene.elsewhere):
        assert_told(scene, app)
        assert scene.world.check(app.application, scene.user).outcome() == (404, 2004)


def test_a_revoked_token_ends_the_application_that_it_was_stolen_from(scene: Scene, receiver: Receiver) -> None:
    application = told_by(scene.world, receiver)
    login = scene.world.sign_in(application, scene.user)
    assert scene.world.revoke(application, login.refresh_token).status_code == 200
    assert receiver.next().token
    assert not scene.world.is_active(login)
    assert scene.app.is_active(scene.user)
    assert scene.app.whom_it_knows(scene.browser) == scene.user.id


def test_after_a_logout_the_application_lets_the_person_in_again(scene: Scene) -> None:
    kicked(scene)
    assert_told(scene, scene.app)
    again = scene.browser.sign_in(scene.app.enter(scene.browser), scene.user).json()
    assert again["sub"] == scene.user.id
    assert scene.app.is_active(scene.user)
    assert scene.app.whom_it_knows(scene.browser) == scene.user.id


# The logout token and its delivery


def told_by(world: World, receiver: Receiver, **oidc_config: object) -> Application:
    application = world.application()
    settings = {"backchannel_logout_uri": receiver.url, "backchannel_logout_session_required": True, **oidc_config}
    world.update_application(application, oidcConfig=settings)
    return application


@pytest.fixture
def login(world: World, receiver: Receiver) -> Login:
    """A sign-in by the API: every login's end is told, however it began."""
    return world.sign_in(told_by(world, receiver))


def test_a_logout_token_is_as_the_specification_says(
    server: Server, world: World, login: Login, receiver: Receiver
) -> None:
    world.kick(login)
    received = receiver.next()
    assert set(received.form) == {"logout_token"}
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    claims = verified(server.url, server.issuer, login.application.id, received.token)
    assert claims["sub"] == login.user.id
    assert claims["exp"] - claims["iat"] == 120
    # The login that the application knows from its ID token.
    assert claims["sid"] == jwt.decode(login.id_token, options={"verify_signature": False})["sid"]
    deliveries.wait_for(world, login.application, deliveries.confirmed)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_failure_is_tried_again_with_a_fresh_token(
    server: Server, world: World, login: Login, receiver: Receiver, status: int
) -> None:
    receiver.answers = [status]
    world.kick(login)
    first, second = receiver.next(), receiver.next()
    tokens = [verified(server.url, server.issuer, login.application.id, each.token) for each in (first, second)]
    assert tokens[0]["jti"] != tokens[1]["jti"]
    assert tokens[0]["sid"] == tokens[1]["sid"]
    (delivery,) = deliveries.wait_for(world, login.application, deliveries.confirmed)
    assert len(delivery["attempts"]) == 2


@pytest.mark.parametrize("status", [302, 400, 404, 410])
def test_a_refusal_is_final(world: World, login: Login, receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    world.kick(login)
    receiver.next()
    (delivery,) = deliveries.wait_for(world, login.application, deliveries.given_up)
    assert len(delivery["attempts"]) == 1
    assert receiver.none_yet()


def test_a_receiver_that_was_down_is_told_once_it_is_up(world: World, login: Login, receiver: Receiver) -> None:
    receiver.stop()
    world.kick(login)
    assert not world.is_active(login)
    deliveries.wait_for(world, login.application, lambda each: len(each["attempts"]) >= 1)
    receiver.start()
    receiver.next()
    (delivery,) = deliveries.wait_for(world, login.application, deliveries.confirmed)
    assert len(delivery["attempts"]) >= 2


# One that is dead or slow delays nobody


def refuses(receiver: Receiver) -> None:
    receiver.stop()


def keeps_silent(receiver: Receiver) -> None:
    receiver.hold()


@pytest.mark.parametrize("fault", [refuses, keeps_silent], ids=lambda fault: fault.__name__)
def test_a_receiver_that_is_stopped_delays_nobody(
    scene: Scene, receiver: Receiver, fault: Callable[[Receiver], None]
) -> None:
    stopped = told_by(scene.world, receiver)
    lost = scene.world.sign_in(stopped, scene.user)
    fault(receiver)
    scene.world.update_user(scene.user, password="New-passw0rd")
    for app in (scene.app, scene.elsewhere):
        assert_told(scene, app)
    assert not scene.world.is_active(lost)
    assert not any(deliveries.confirmed(each) for each in deliveries.of(scene.world, stopped))


@pytest.mark.parametrize("fault", [refuses, keeps_silent], ids=lambda fault: fault.__name__)
def test_a_sign_out_does_not_wait_for_one_that_is_stopped(
    server: Server, scene: Scene, receiver: Receiver, fault: Callable[[Receiver], None]
) -> None:
    stopped = told_by(scene.world, receiver)
    # It joins the browser's session.
    scene.browser.open(authorization.request(server.issuer, stopped)).leaves()
    assert scene.world.check(stopped, scene.user).data["active"]
    fault(receiver)
    started = time.monotonic()
    signed_out_elsewhere(scene)
    assert time.monotonic() - started < SIGN_OUT_WITHIN_SECONDS
    assert_told(scene, scene.app)
    for application in (stopped, scene.app.application, scene.elsewhere.application):
        assert not scene.world.check(application, scene.user).data["active"]
