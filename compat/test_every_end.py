"""Every end of a login that these paths can cause. After each, at once: the
check says no, introspection says no, userinfo refuses, refresh refuses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from callers import bearer
from world import Application, Login, World


@dataclass
class Scene:
    """A login about to end, and one of the same person elsewhere."""

    world: World
    login: Login
    elsewhere: Login
    # The newest tokens of `login`, where the way to its end makes new ones.
    access_token: str = ""
    refresh_token: str = ""
    # The application's secret, where it is changed.
    application: Application | None = None

    @property
    def client(self) -> Application:
        return self.application or self.login.application

    def refresh(self) -> None:
        fresh = self.world.refresh(self.client, self.refresh_token).json()
        self.access_token, self.refresh_token = fresh["access_token"], fresh["refresh_token"]


@pytest.fixture
def scene(world: World) -> Scene:
    login = world.sign_in()
    elsewhere = world.sign_in(user=login.user)
    scene = Scene(world, login, elsewhere, login.access_token, login.refresh_token)
    assert_alive(scene)
    return scene


def assert_alive(scene: Scene) -> None:
    world = scene.world
    assert world.is_active(scene.login) and world.is_active(scene.elsewhere)
    for token in (scene.access_token, scene.refresh_token):
        assert world.introspect(scene.client, token).json()["active"] is True
    assert world.user_info(scene.access_token).status_code == 200


def assert_ended(scene: Scene) -> None:
    """The record is there and says no, and so does everything else."""
    assert scene.world.check(scene.login.application, scene.login.user).data == {"active": False}
    assert_tokens_dead(scene)


def assert_tokens_dead(scene: Scene) -> None:
    world, login = scene.world, scene.login
    for token in {scene.access_token, scene.refresh_token, login.access_token, login.refresh_token}:
        assert world.introspect(scene.client, token).json() == {"active": False}
    for token in {scene.access_token, login.access_token}:
        response = world.user_info(token)
        assert response.status_code == 401
        assert 'error="invalid_token"' in response.headers["www-authenticate"]
        assert bearer(world.url, token).get("get-profile").code == 401
    response = world.refresh(scene.client, scene.refresh_token)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_grant")


def assert_client_refused(scene: Scene) -> None:
    """An application that is gone or off has no credentials that count."""
    world = scene.world
    for token in (scene.access_token, scene.refresh_token):
        response = world.introspect(scene.client, token)
        assert response.status_code == 401 or response.json() == {"active": False}
    assert world.user_info(scene.access_token).status_code == 401
    assert world.refresh(scene.client, scene.refresh_token).json()["error"] in ("invalid_client", "invalid_grant")


# Ends of this one login


def kicked(scene: Scene) -> None:
    scene.world.kick(scene.login)


def refresh_token_revoked(scene: Scene) -> None:
    assert scene.world.revoke(scene.client, scene.refresh_token).status_code == 200


def access_token_revoked(scene: Scene) -> None:
    assert scene.world.revoke(scene.client, scene.access_token).status_code == 200


def newest_access_token_revoked_after_a_refresh(scene: Scene) -> None:
    scene.refresh()
    access_token_revoked(scene)


def newest_refresh_token_revoked_after_a_refresh(scene: Scene) -> None:
    scene.refresh()
    refresh_token_revoked(scene)


def refresh_token_used_twice(scene: Scene) -> None:
    scene.refresh()
    again = scene.world.refresh(scene.client, scene.login.refresh_token)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def password_changed_by_the_person_elsewhere(scene: Scene) -> None:
    person = bearer(scene.world.url, scene.elsewhere.access_token)
    assert person.post("update-password", newPassword="New-passw0rd", oldPassword=scene.login.user.password).code == 200


def device_ended_by_the_person_elsewhere(call: str) -> Callable[[Scene], None]:
    def end(scene: Scene) -> None:
        person = bearer(scene.world.url, scene.elsewhere.access_token)
        # The one that was signed in to last, which is the other's, comes first.
        _, device = person.get("mydevices/list").data
        assert person.post(f"mydevices/{call}", deviceId=device["device"]["deviceId"]).code == 200

    end.__name__ = f"device_{call}"
    return end


ONE = [
    kicked,
    refresh_token_revoked,
    access_token_revoked,
    newest_access_token_revoked_after_a_refresh,
    newest_refresh_token_revoked_after_a_refresh,
    refresh_token_used_twice,
    password_changed_by_the_person_elsewhere,
    device_ended_by_the_person_elsewhere("revoke-session"),
    device_ended_by_the_person_elsewhere("unbind"),
]


@pytest.mark.parametrize("end", ONE, ids=lambda end: end.__name__)
def test_an_end_of_one_login_leaves_the_others(scene: Scene, end: Callable[[Scene], None]) -> None:
    end(scene)
    assert_ended(scene)
    assert scene.world.is_active(scene.elsewhere)
    assert scene.world.user_info(scene.elsewhere.access_token).status_code == 200


# Ends of everything of the person


def password_changed_by_an_administrator(scene: Scene) -> None:
    scene.world.update_user(scene.login.user, password="New-passw0rd")


def status_changed_to(status: str) -> Callable[[Scene], None]:
    def end(scene: Scene) -> None:
        scene.world.update_user(scene.login.user, status=status)

    end.__name__ = status.lower()
    return end


ALL = [
    password_changed_by_an_administrator,
    *(status_changed_to(status) for status in ("Suspended", "Resigned", "Archived", "Deactivated")),
]


@pytest.mark.parametrize("end", ALL, ids=lambda end: end.__name__)
def test_an_end_of_all_logins_of_a_person(scene: Scene, end: Callable[[Scene], None]) -> None:
    other = scene.world.sign_in(scene.login.application)
    end(scene)
    assert_ended(scene)
    assert not scene.world.is_active(scene.elsewhere)
    assert scene.world.user_info(scene.elsewhere.access_token).status_code == 401
    assert scene.world.is_active(other)


@pytest.mark.parametrize("status", ["Suspended", "Resigned", "Archived", "Deactivated"])
def test_reinstating_a_person_revives_nothing(scene: Scene, status: str) -> None:
    scene.world.update_user(scene.login.user, status=status)
    scene.world.update_user(scene.login.user, status="Activated")
    assert_ended(scene)
    scene.world.sign_in(scene.login.application, scene.login.user)
    assert scene.world.is_active(scene.login)


def test_a_deleted_person(scene: Scene) -> None:
    world = scene.world
    other = world.sign_in(scene.login.application)
    assert world.root.post("delete-users-batch", userIds=[scene.login.user.id]).code == 200
    for login in (scene.login, scene.elsewhere):
        assert world.check(login.application, login.user).outcome() == (404, 2004)
    assert_tokens_dead(scene)
    assert world.user_info(scene.elsewhere.access_token).status_code == 401
    assert world.is_active(other)


# Ends of everything in the application


def test_a_disabled_application(scene: Scene) -> None:
    world = scene.world
    other = world.sign_in(scene.login.application)
    world.update_application(scene.login.application, enabled=False)
    for login in (scene.login, other):
        assert world.check(login.application, login.user).data == {"active": False}
    assert_client_refused(scene)
    assert world.is_active(scene.elsewhere)
    assert world.try_sign_in(scene.login.application, scene.login.user).code != 200


def test_enabling_an_application_revives_nothing(scene: Scene) -> None:
    world = scene.world
    world.update_application(scene.login.application, enabled=False)
    world.update_application(scene.login.application, enabled=True)
    assert_ended(scene)
    world.sign_in(scene.login.application, scene.login.user)
    assert world.is_active(scene.login)


def test_a_deleted_application(scene: Scene) -> None:
    world = scene.world
    assert world.root.post("delete-application", appId=scene.login.application.id).code == 200
    assert world.check(scene.login.application, scene.login.user).outcome() == (404, 2011)
    assert_client_refused(scene)
    assert world.is_active(scene.elsewhere)


# Limits. The shortest that can be set is a second. Until it has passed the
# answer is asked for again and again, which must not count as activity; after
# it the answer is no, whether or not the expiry was recorded.


def ask_until(world: World, login: Login, instant: float) -> None:
    while time.time() < instant:
        assert world.check(login.application, login.user).code == 200


LIMITS = [{"idleTimeout": 1}, {"maxLifetime": 1}, {"idleTimeout": 1, "maxLifetime": 1}]


@pytest.mark.parametrize("policy", LIMITS, ids=lambda policy: "+".join(policy))
def test_a_limit_of_the_application(world: World, policy: dict[str, int]) -> None:
    application = world.application()
    world.update_application(application, sessionPolicy=policy)
    login = world.sign_in(application)
    signed_in_by = time.time()
    ask_until(world, login, signed_in_by + 1.001)
    assert_ended(Scene(world, login, login, login.access_token, login.refresh_token))


@pytest.mark.parametrize("policy", LIMITS, ids=lambda policy: "+".join(policy))
def test_a_shortened_policy_reaches_logins_that_began_before(scene: Scene, policy: dict[str, int]) -> None:
    ask_until(scene.world, scene.login, time.time() + 1.001)
    assert scene.world.is_active(scene.login)
    scene.world.update_application(scene.login.application, sessionPolicy=policy)
    assert_ended(scene)
    assert scene.world.is_active(scene.elsewhere)
    # Lengthening it again revives nothing.
    scene.world.update_application(scene.login.application, sessionPolicy={name: 3600 for name in policy})
    assert_ended(scene)


def test_activity_moves_the_idle_limit_and_not_the_lifetime(world: World) -> None:
    application = world.application()
    world.update_application(application, sessionPolicy={"idleTimeout": 2, "maxLifetime": 3600})
    login = world.sign_in(application)
    end = time.time() + 3
    while time.time() < end:
        assert world.user_info(login.access_token).status_code == 200
    assert world.is_active(login)
    ask_until(world, login, time.time() + 2.001)
    assert not world.is_active(login)
    # Activity after the limit never revives.
    assert world.user_info(login.access_token).status_code == 401
    assert not world.is_active(login)


# More sign-ins than are allowed


def test_a_newer_sign_in_replaces_the_oldest_login(scene: Scene) -> None:
    world, login = scene.world, scene.login
    world.update_application(login.application, sessionPolicy={"maxSessionsPerUser": 1})
    assert world.is_active(login)
    newer = world.sign_in(login.application, login.user)
    assert_tokens_dead(scene)
    assert world.is_active(newer) and world.is_active(scene.elsewhere)


def test_one_sign_in_too_many_is_refused(scene: Scene) -> None:
    world, login = scene.world, scene.login
    policy = {"maxSessionsPerUser": 1, "sessionLimitAction": "refuse"}
    world.update_application(login.application, sessionPolicy=policy)
    assert world.try_sign_in(login.application, login.user).outcome() == (403, None)
    assert_alive(scene)
    world.kick(login)
    world.sign_in(login.application, login.user)


# What is no end


def test_a_superseded_access_token_ends_only_itself(scene: Scene) -> None:
    scene.refresh()
    old = scene.login.access_token
    assert scene.world.revoke(scene.client, old).status_code == 200
    assert scene.world.introspect(scene.client, old).json() == {"active": False}
    assert scene.world.user_info(old).status_code == 401
    assert_alive(scene)


def test_another_clients_revocation_ends_nothing(scene: Scene) -> None:
    for token in (scene.access_token, scene.refresh_token):
        scene.world.revoke(scene.elsewhere.application, token)
    assert_alive(scene)


def test_a_new_application_secret_ends_no_login(scene: Scene) -> None:
    application = scene.login.application
    fresh = scene.world.root.post("refresh-application-secret", appId=application.id).data["secret"]
    scene.application = Application(application.id, fresh, application.name)
    assert_alive(scene)


def test_a_failed_sign_in_ends_nothing(scene: Scene) -> None:
    answer = scene.world.try_sign_in(
        scene.client, scene.login.user, passwordPayload={"username": scene.login.user.username, "password": "wrong"}
    )
    assert answer.outcome() == (401, 2333)
    assert_alive(scene)


def test_a_second_sign_in_is_a_device_of_its_own(scene: Scene) -> None:
    second = scene.world.sign_in(scene.login.application, scene.login.user)
    scene.world.revoke(scene.client, second.refresh_token)
    # One of the two devices is still signed in.
    assert_alive(scene)
