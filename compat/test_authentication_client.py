"""`AuthenticationClient` of both published packages, unmodified.

What cannot work by the SDKs' own fault, and is asserted as such here:

- `client_secret_basic` at `/api/v3/signin`. The SDK means to send a Basic
  header there, but compares the whole URL, host included, with bare paths, so
  the header is never sent; and it leaves the secret out of the body because
  the method is not `client_secret_post`. A confidential application's sign-in
  then has no credentials and is refused. At `/oidc` another HTTP client of the
  SDK sends the header, and all three endpoints work.
- The SDKs send `x-*-app-id` and an empty `x-*-lang`, which is absent.
"""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from sdks import Sdk
from world import SCOPE, Application, User, World, unique

OPTIONS = {"scope": SCOPE}
PUBLIC = {
    "token_endpoint_auth_method": "none",
    "introspection_endpoint_auth_method": "none",
    "revocation_endpoint_auth_method": "none",
}


def data_of(answer: dict[str, Any]) -> Any:
    assert answer["statusCode"] == 200, answer
    return answer["data"]


def outcome(answer: dict[str, Any]) -> tuple[int, int | None]:
    return answer["statusCode"], answer.get("apiCode")


def make_application(world: World, method: str) -> Application:
    """An application that is registered for the way it authenticates."""
    if method == "none":
        return world.application(appType="spa", oidcConfig=PUBLIC)
    return world.application()


def sign_in(sdk: Sdk, application: Application, user: User, method: str | None = None) -> dict[str, Any]:
    """A sign-in through the SDK, by a way that the SDK can."""
    client = sdk.authentication(application, "none" if method == "none" else None)
    return data_of(client.sign_in_by_username_password(user.username, user.password, options=OPTIONS))


# Signing in


WAYS = {
    "email": lambda client, user, password: client.sign_in_by_email_password(user.email, password, options=OPTIONS),
    "phone": lambda client, user, password: client.sign_in_by_phone_password(user.phone, password, options=OPTIONS),
    "username": lambda client, user, password: client.sign_in_by_username_password(
        user.username, password, options=OPTIONS
    ),
    "account, a username": lambda client, user, password: client.sign_in_by_account_password(
        user.username, password, options=OPTIONS
    ),
    "account, an e-mail": lambda client, user, password: client.sign_in_by_account_password(
        user.email, password, options=OPTIONS
    ),
    "account, a phone": lambda client, user, password: client.sign_in_by_account_password(
        user.phone, password, options=OPTIONS
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["client_secret_post", "none"])
def test_sign_in(sdk: Sdk, world: World, way: str, method: str) -> None:
    application, user = make_application(world, method), world.user()
    assert world.check(application, user).data == {"active": False}
    tokens = data_of(WAYS[way](sdk.authentication(application, method), user, user.password))
    assert world.check(application, user).data == {"active": True}
    assert tokens["token_type"].lower() == "bearer"
    assert tokens["expires_in"] == tokens["expire_in"] == 7200
    assert tokens["refresh_token"]
    claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    assert (claims["sub"], claims["aud"], claims["iss"]) == (user.id, application.id, f"{sdk.url}/oidc")


@pytest.mark.parametrize("way", WAYS)
def test_a_wrong_password_and_an_unknown_account_look_alike(sdk: Sdk, world: World, way: str) -> None:
    application, user = world.application(), world.user()
    client = sdk.authentication(application)
    nobody = User("", unique("nobody"), f"{unique('nobody')}@example.com", "13900000000", "", "")
    wrong = WAYS[way](client, user, "wrong-password")
    unknown = WAYS[way](client, nobody, "wrong-password")
    assert outcome(wrong) == (401, 2333)
    assert {**wrong, "requestId": ""} == {**unknown, "requestId": ""}
    assert world.check(application, user).data == {"active": False}


def test_without_offline_access_there_is_no_refresh_token(sdk: Sdk, world: World) -> None:
    user = world.user()
    client = sdk.authentication(world.application())
    tokens = data_of(client.sign_in_by_username_password(user.username, user.password, options={"scope": "openid"}))
    assert "refresh_token" not in tokens


def test_sign_in_with_basic_cannot_work_by_the_sdks_fault(sdk: Sdk, world: World) -> None:
    application, user = world.application(), world.user()
    client = sdk.authentication(application, "client_secret_basic")
    answer = client.sign_in_by_username_password(user.username, user.password, options=OPTIONS)
    assert answer["statusCode"] == 401
    assert world.check(application, user).data == {"active": False}


def test_sign_in_with_basic_works_for_a_client_that_sends_it(world: World) -> None:
    application, user = world.application(), world.user()
    body = {
        "connection": "PASSWORD",
        "passwordPayload": {"username": user.username, "password": user.password},
    }
    response = world.stranger.raw("POST", "/api/v3/signin", json=body, auth=(application.id, application.secret))
    assert response.json()["statusCode"] == 200
    assert world.check(application, user).data == {"active": True}


def test_a_confidential_application_cannot_sign_in_as_public(sdk: Sdk, world: World) -> None:
    application, user = world.application(), world.user()
    client = sdk.authentication(application, "none")
    assert client.sign_in_by_username_password(user.username, user.password)["statusCode"] == 401
    assert world.check(application, user).data == {"active": False}


def test_sign_in_is_refused_where_the_application_says_so(sdk: Sdk, world: World) -> None:
    user = world.user()
    application = world.application(oidcConfig={"skip_consent": False})
    client = sdk.authentication(application)
    answer = client.sign_in_by_username_password(user.username, user.password)
    assert answer["statusCode"] not in (200, 500)
    assert world.check(application, user).data == {"active": False}


@pytest.mark.parametrize("status", ["Suspended", "Resigned", "Archived", "Deactivated"])
def test_a_closed_account_is_told_only_with_the_right_password(sdk: Sdk, world: World, status: str) -> None:
    application, user = world.application(), world.user()
    world.update_user(user, status=status)
    client = sdk.authentication(application)
    assert outcome(client.sign_in_by_username_password(user.username, "wrong-password")) == (401, 2333)
    assert outcome(client.sign_in_by_username_password(user.username, user.password)) == (403, 2005)


# The signed-in person


@pytest.fixture
def person(sdk: Sdk, world: World) -> tuple[Any, User, Application, dict[str, Any]]:
    """A client that holds its person's access token."""
    application, user = world.application(), world.user(customData={"plan": "gold"})
    tokens = sign_in(sdk, application, user)
    client = sdk.authentication(application)
    client.set_access_token(tokens["access_token"])
    return client, user, application, tokens


def test_get_profile(person: tuple) -> None:
    client, user, _, tokens = person
    profile = data_of(client.get_profile())
    assert (profile["userId"], profile["username"], profile["email"]) == (user.id, user.username, user.email)
    assert profile["loginsCount"] == 1 and profile["lastIp"] == "127.0.0.1"
    assert not {"identities", "customData"} & set(profile)
    assert data_of(client.get_profile(with_custom_data=True))["customData"] == {"plan": "gold"}
    assert data_of(client.get_profile(with_identities=True))["identities"] == []
    # With the scheme word too.
    client.set_access_token(f"Bearer {tokens['access_token']}")
    assert data_of(client.get_profile())["userId"] == user.id


def test_get_logged_in_apps(person: tuple, world: World) -> None:
    client, user, application, _ = person
    second = world.sign_in(user=user)
    apps = {each["appId"]: each for each in data_of(client.get_logged_in_apps())}
    assert set(apps) == {application.id, second.application.id}
    assert apps[application.id]["active"] is True
    assert apps[application.id]["appName"] == application.name


def test_get_login_history(person: tuple, world: World) -> None:
    client, user, application, _ = person
    wrong = {"username": user.username, "password": "wrong"}
    world.try_sign_in(application, user, passwordPayload=wrong)
    page = data_of(client.get_login_history())
    assert [row["success"] for row in page["list"]] == [False, True]
    assert {row["appId"] for row in page["list"]} == {application.id}
    assert data_of(client.get_login_history(success=True, limit=1))["totalCount"] == 1


def test_update_password(person: tuple, sdk: Sdk) -> None:
    client, user, application, _ = person
    assert outcome(client.update_password("New-passw0rd", old_password="wrong")) == (401, 2006)
    assert client.update_password("New-passw0rd", old_password=user.password)["statusCode"] == 200
    again = sdk.authentication(application)
    assert outcome(again.sign_in_by_username_password(user.username, user.password)) == (401, 2333)
    data_of(again.sign_in_by_username_password(user.username, "New-passw0rd"))


def test_update_password_soon_after_signing_in_needs_no_old_one(person: tuple) -> None:
    client = person[0]
    assert client.update_password("New-passw0rd")["statusCode"] == 200


def test_without_a_token_nobody_is_signed_in(sdk: Sdk, world: World) -> None:
    client = sdk.authentication(world.application())
    assert outcome(client.get_profile()) == (401, 2020)
    assert outcome(client.get_logged_in_apps()) == (401, 2020)
    assert outcome(client.update_password("New-passw0rd")) == (401, 2020)
    assert outcome(client.get_accessible_apps()) == (401, 2020)
    assert outcome(client.get_security_level()) == (401, 2020)
    assert outcome(client.get_identities()) == (401, 2020)
    assert outcome(client.update_profile(nickname="Nick")) == (401, 2020)
    assert outcome(client.list()) == (401, 2020)
    assert outcome(client.revoke("0" * 32)) == (401, 2020)
    assert outcome(client.unbind("0" * 32)) == (401, 2020)


# Registering


def made_user(answer: dict[str, Any], username: str, email: str, password: str) -> User:
    return User(data_of(answer)["userId"], username, email, "", "", password)


@pytest.mark.parametrize("method", ["client_secret_post", "none"])
def test_sign_up_by_username(sdk: Sdk, world: World, method: str) -> None:
    application = make_application(world, method)
    client = sdk.authentication(application, method)
    name, password = unique("registered"), unique("Passw0rd")
    answer = client.sign_up_by_username_password(name, password, profile={"nickname": "Nick", "locality": "Oslo"})
    user = made_user(answer, name, "", password)
    told = data_of(answer)
    assert (told["username"], told["nickname"], told["city"]) == (name, "Nick", "Oslo")
    assert told["userSourceType"] == "register"
    # It signs nobody in.
    assert world.check(application, user).data == {"active": False}
    data_of(client.sign_in_by_username_password(name, password, options=OPTIONS))
    assert world.check(application, user).data == {"active": True}
    again = client.sign_up_by_username_password(name.upper(), password)
    assert again["statusCode"] == 409
    assert world.check(application, user).data == {"active": True}


def test_sign_up_by_email(sdk: Sdk, world: World) -> None:
    application = world.application()
    client = sdk.authentication(application)
    email, password = f"{unique('registered')}@example.com", unique("Passw0rd")
    user = made_user(client.sign_up_by_email_password(email, password), "", email, password)
    # An address that is only asserted names nobody, and is no news to who asks.
    assert world.root.post("check-session-status", appId=application.id, userId=email).outcome() == (404, 2004)
    assert outcome(client.sign_in_by_email_password(email, password)) == (401, 2333)
    assert client.sign_up_by_email_password(email, password)["statusCode"] == 200
    assert world.check(application, user).data == {"active": False}
    world.update_user(user, emailVerified=True)
    data_of(client.sign_in_by_email_password(email, password, options=OPTIONS))
    assert world.root.post("check-session-status", appId=application.id, userId=email).data == {"active": True}


def test_sign_up_by_code_is_not_built(sdk: Sdk, world: World) -> None:
    client = sdk.authentication(world.application())
    assert client.sign_up_by_email_passcode("a@example.com", "123456")["statusCode"] == 501


def test_sign_up_is_off_unless_the_pool_says_otherwise(sdk: Sdk, other_world: World) -> None:
    client = sdk.authentication(other_world.application())
    answer = client.sign_up_by_username_password(unique("registered"), unique("Passw0rd"))
    assert outcome(answer) == (403, 2031)


# One's own account


def test_get_accessible_apps(person: tuple, world: World) -> None:
    client, user, application, _ = person
    off = world.application()
    world.update_application(off, enabled=False)
    apps = {each["appId"]: each for each in data_of(client.get_accessible_apps())}
    assert apps[application.id]["active"] is True and apps[application.id]["appName"] == application.name
    assert off.id not in apps
    assert world.check(application, user).data == {"active": True}


def test_get_security_level(person: tuple, world: World) -> None:
    client, user, application, _ = person
    info = data_of(client.get_security_level())
    assert (info["passwordSet"], info["mfaEnrolled"]) == (True, False)
    assert (info["emailBinded"], info["phoneBinded"]) == (True, True)
    assert info["securityScore"] == info["passwordSecurityLevel"] * 20 + 20
    assert world.check(application, user).data == {"active": True}


def test_get_identities(person: tuple, world: World) -> None:
    client, user, application, _ = person
    assert data_of(client.get_identities()) == []
    source, subject = world.ext_idp(), unique("subject")
    assert world.root.post("link-identity", extIdpId=source, userId=user.id, userIdInIdp=subject).code == 200
    (identity,) = data_of(client.get_identities())
    assert (identity["extIdpId"], identity["userIdInIdp"]) == (source, subject)
    assert not {"accessToken", "refreshToken"} & set(identity)
    assert world.check(application, user).data == {"active": True}


def test_update_profile(person: tuple, world: World) -> None:
    client, user, application, _ = person
    name = unique("renamed")
    told = data_of(client.update_profile(nickname="Nick", username=name, photo="https://a.example/p.png"))
    assert (told["nickname"], told["username"], told["photo"]) == ("Nick", name, "https://a.example/p.png")
    by_name = {"appId": application.id, "userId": name}
    assert world.root.post("check-session-status", **by_name).data == {"active": True}
    assert world.root.post("check-session-status", **{**by_name, "userId": user.username}).code == 404
    for wrong, code in (
        ({"username": "12345"}, 422),
        ({"photo": "javascript:alert(1)"}, 400),
        ({"external_id": unique("external")}, 501),
        ({"custom_data": {"plan": "platinum"}}, 501),
    ):
        assert client.update_profile(**wrong)["statusCode"] == code, wrong
    assert data_of(client.update_profile(external_id=user.external_id))["externalId"] == user.external_id
    assert data_of(client.get_profile(with_custom_data=True))["customData"] == {"plan": "gold"}
    assert world.check(application, user).data == {"active": True}


def test_get_system_info(sdk: Sdk, world: World) -> None:
    info = sdk.authentication(world.application()).get_system_info()
    assert info["version"]["server"] and info["publicIps"] == []
    # No key: nothing can be encrypted for it.
    assert info["rsa"]["publicKey"] == info["sm2"]["publicKey"] == ""


@pytest.mark.parametrize("way", ["revoke", "unbind"])
def test_a_device_is_signed_out(person: tuple, sdk: Sdk, world: World, way: str) -> None:
    client, user, application, tokens = person
    elsewhere = world.sign_in(user=user)
    devices = data_of(client.list(page=1, limit=10))
    assert [each["online"] for each in devices] == [True, True]
    # The one that was signed in to last comes first.
    device = devices[0]["device"]
    assert (device["type"], device["status"]) == ("Desktop", "activated")
    assert device["name"] == "python-requests" and devices[0]["lastIp"] == "127.0.0.1"
    assert getattr(client, way)(device["deviceId"])["statusCode"] == 200
    assert world.check(elsewhere.application, user).data == {"active": False}
    assert world.introspect(elsewhere.application, elsewhere.access_token).json() == {"active": False}
    assert world.check(application, user).data == {"active": True}
    assert [each["device"]["deviceId"] for each in data_of(client.list())] == [devices[1]["device"]["deviceId"]]
    # Removed it is there no more; signed out it may be signed out again.
    assert client.revoke(device["deviceId"])["statusCode"] == (404 if way == "unbind" else 200)
    # One's own, last.
    assert getattr(client, way)(devices[1]["device"]["deviceId"])["statusCode"] == 200
    assert world.check(application, user).data == {"active": False}
    assert outcome(client.get_profile()) == (401, 2020)


def test_nobody_elses_device_is_there(person: tuple, sdk: Sdk, world: World, other_world: World) -> None:
    client = person[0]
    for login in (world.sign_in(), other_world.sign_in()):
        theirs = sdk.authentication(login.application)
        theirs.set_access_token(login.access_token)
        (device,) = data_of(theirs.list())
        for way in ("revoke", "unbind"):
            assert getattr(client, way)(device["device"]["deviceId"])["statusCode"] == 404
        assert len(data_of(theirs.list())) == 1
    assert world.check(person[2], person[1]).data == {"active": True}


# OIDC


METHODS = ["client_secret_post", "client_secret_basic", "none"]
CONFIDENTIAL = METHODS[:2]


@pytest.mark.parametrize("method", METHODS)
def test_refresh_rotates(sdk: Sdk, world: World, method: str) -> None:
    application, user = make_application(world, method), world.user()
    tokens = sign_in(sdk, application, user, method)
    client = sdk.authentication(application, method)
    fresh = client.get_new_access_token_by_refresh_token(tokens["refresh_token"])
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert fresh["access_token"] != tokens["access_token"]
    before = jwt.decode(tokens["id_token"], options={"verify_signature": False})
    after = jwt.decode(fresh["id_token"], options={"verify_signature": False})
    for claim in ("iss", "sub", "aud", "sid", "auth_time"):
        assert after[claim] == before[claim], claim
    assert world.check(application, user).data == {"active": True}


@pytest.mark.parametrize("method", CONFIDENTIAL)
def test_introspect_token(sdk: Sdk, world: World, method: str) -> None:
    application, user = world.application(), world.user()
    tokens = sign_in(sdk, application, user)
    client = sdk.authentication(application, method)
    told = client.introspect_token(tokens["access_token"])
    assert told["active"] is True
    assert (told["sub"], told["client_id"], told["iss"]) == (user.id, application.id, f"{sdk.url}/oidc")
    assert told["exp"] - told["iat"] == 7200
    assert set(told["scope"].split()) == set(SCOPE.split())
    assert client.introspect_token(tokens["refresh_token"])["active"] is True
    assert client.introspect_token("no token") == {"active": False}


def test_introspection_by_a_public_client_tells_it_its_own_or_nothing(sdk: Sdk, world: World) -> None:
    application, user = make_application(world, "none"), world.user()
    tokens = sign_in(sdk, application, user, "none")
    told = sdk.authentication(application, "none").introspect_token(tokens["access_token"])
    # RFC 7662 section 2.1 wants the caller authorised, which nobody can be
    # without a secret; what is answered must at least not be another's.
    assert told.get("error") == "invalid_client" or told in ({"active": False},) or told["client_id"] == application.id


def test_another_application_is_told_nothing(sdk: Sdk, world: World) -> None:
    tokens = sign_in(sdk, world.application(), world.user())
    other = sdk.authentication(world.application())
    assert other.introspect_token(tokens["access_token"]) == {"active": False}
    assert other.introspect_token(tokens["refresh_token"]) == {"active": False}


@pytest.mark.parametrize("name", ["access_token", "id_token"])
def test_introspect_token_offline(sdk: Sdk, world: World, name: str) -> None:
    application, user = world.application(), world.user()
    tokens = sign_in(sdk, application, user)
    claims = sdk.authentication(application).introspect_token_offline(tokens[name])
    assert (claims["sub"], claims["aud"], claims["iss"]) == (user.id, application.id, f"{sdk.url}/oidc")
    typ = jwt.get_unverified_header(tokens[name])["typ"]
    assert typ == {"access_token": "at+jwt", "id_token": "JWT"}[name]


def test_offline_introspection_is_for_the_audience(sdk: Sdk, world: World) -> None:
    tokens = sign_in(sdk, world.application(), world.user())
    with pytest.raises(jwt.InvalidAudienceError):
        sdk.authentication(world.application()).introspect_token_offline(tokens["access_token"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_revoke_token(sdk: Sdk, world: World, method: str, name: str) -> None:
    application, user = make_application(world, method), world.user()
    tokens = sign_in(sdk, application, user, method)
    client = sdk.authentication(application, method)
    assert client.revoke_token(tokens[name]) is True
    assert world.check(application, user).data == {"active": False}
    assert client.get_new_access_token_by_refresh_token(tokens["refresh_token"])["error"] == "invalid_grant"
    # Unknown tokens are revoked already.
    assert client.revoke_token("no token") is True


def test_revoking_anothers_token_does_nothing(sdk: Sdk, world: World) -> None:
    application, user = world.application(), world.user()
    tokens = sign_in(sdk, application, user)
    other = sdk.authentication(world.application())
    other.revoke_token(tokens["refresh_token"])
    other.revoke_token(tokens["access_token"])
    assert world.check(application, user).data == {"active": True}


def test_get_user_info_by_access_token(sdk: Sdk, world: World) -> None:
    application, user = world.application(), world.user(nickname="Nick", emailVerified=True)
    tokens = sign_in(sdk, application, user)
    told = sdk.authentication(application).get_user_info_by_access_token(tokens["access_token"])
    assert (told["sub"], told["email"], told["nickname"]) == (user.id, user.email, "Nick")
    assert told["email_verified"] is True


def test_client_credentials(sdk: Sdk, world: World) -> None:
    application = world.application(oidcConfig={"grant_types": ["client_credentials"]})
    client = sdk.authentication(application)
    granted = client.get_access_token_by_client_credentials("profile", application.id, application.secret)
    assert "refresh_token" not in granted and "id_token" not in granted
    told = client.introspect_token(granted["access_token"])
    assert (told["active"], told["sub"], told["client_id"]) == (True, application.id, application.id)
    wrong = client.get_access_token_by_client_credentials("profile", application.id, "wrong")
    assert wrong["error"] == "invalid_client"
    # Nobody is signed in by it.
    assert world.root.post("list-application-active-users", appId=application.id).data["totalCount"] == 0
    # A new secret ends what the old one was given.
    fresh = world.root.post("refresh-application-secret", appId=application.id).data["secret"]
    assert world.introspect(Application(application.id, fresh, ""), granted["access_token"]).json() == {"active": False}


def test_a_grant_that_the_application_lacks(sdk: Sdk, world: World) -> None:
    application = world.application()
    client = sdk.authentication(application)
    answer = client.get_access_token_by_client_credentials("profile", application.id, application.secret)
    assert answer["error"] == "unauthorized_client"


def test_the_password_grant_does_not_exist(world: World) -> None:
    application, user = world.application(), world.user()
    response = world.oidc("token", application, grant_type="password", username=user.username, password=user.password)
    assert (response.status_code, response.json()["error"]) == (400, "unsupported_grant_type")
