"""`ManagementClient` of both published packages, unmodified, through every
path of ours that it has. Schemas are checked on each answer by conftest.py;
here it is what the answers say."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Server
from sdks import Sdk
from world import SCOPE, User, World, unique, unique_phone


def data_of(answer: dict[str, Any]) -> Any:
    """What an SDK's success carries."""
    assert answer["statusCode"] == 200, answer
    return answer["data"]


def outcome(answer: dict[str, Any]) -> tuple[int, int | None]:
    return answer["statusCode"], answer.get("apiCode")


@pytest.fixture
def client(sdk: Sdk, server: Server) -> Any:
    return sdk.management(server.keys.root)


# The token that the SDK gets for itself


def test_the_token_names_its_pool_and_its_life(client: Any, server: Server) -> None:
    token, pool = client.http_client.token_provider.get_access_token()
    assert pool == server.keys.root.pool
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["scoped_userpool_id"] == server.keys.root.pool
    head = token.split(".")[0]
    assert json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["typ"] == "management+jwt"


def test_a_wrong_secret_is_the_sdks_exception(sdk: Sdk, server: Server) -> None:
    key = server.keys.root
    client = sdk.management(type(key)(key.id, "wrong", key.pool))
    with pytest.raises(Exception, match=r"(?i)error|401|secret|key"):
        client.get_user(user_id="0" * 24)


# Sessions


IDENTIFIERS: dict[str, Callable[[User], str]] = {
    "user_id": lambda user: user.id,
    "email": lambda user: user.email,
    "phone": lambda user: user.phone,
    "username": lambda user: user.username,
    "external_id": lambda user: user.external_id,
}


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_check_session_status_takes_any_identifier(client: Any, world: World, kind: str) -> None:
    login = world.sign_in()
    answer = client.check_session_status(app_id=login.application.id, user_id=IDENTIFIERS[kind](login.user))
    request_id = answer["requestId"]
    # The headline call, exactly.
    assert answer == {
        "statusCode": 200,
        "message": "Success",
        "requestId": request_id,
        "data": {"active": True},
    }


def test_check_session_status_of_somebody_who_never_signed_in(client: Any, world: World) -> None:
    answer = client.check_session_status(app_id=world.application().id, user_id=world.user().id)
    assert data_of(answer) == {"active": False}


def test_check_session_status_looks_for_the_application_first(client: Any, world: World) -> None:
    unknown = "0123456789abcdef01234567"
    assert outcome(client.check_session_status(app_id=unknown, user_id=unknown)) == (404, 2011)
    application = world.application().id
    for nobody in (unknown, "nobody", "nobody@example.com"):
        assert outcome(client.check_session_status(app_id=application, user_id=nobody)) == (404, 2004)


def test_an_identifier_that_fits_two_people_is_409_and_names_the_kinds(client: Any, world: World) -> None:
    name = unique("double")
    world.user(username=name)
    world.user(externalId=name)
    answer = client.check_session_status(app_id=world.application().id, user_id=name)
    assert answer["statusCode"] == 409
    assert "username" in answer["message"] and "external_id" in answer["message"]


def test_kick_users_ends_the_named_applications_only(client: Any, world: World) -> None:
    first = world.sign_in()
    second = world.sign_in(user=first.user)
    answer = client.kick_users(app_ids=[first.application.id], user_id=first.user.id)
    assert data_of(answer) == {"success": True}
    assert not world.is_active(first)
    assert world.is_active(second)


def test_kick_users_ends_every_device_and_a_later_sign_in_counts(client: Any, world: World) -> None:
    first = world.sign_in()
    world.sign_in(first.application, first.user)
    data_of(client.kick_users(app_ids=[first.application.id], user_id=first.user.id))
    assert not world.is_active(first)
    world.sign_in(first.application, first.user)
    assert world.is_active(first)


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_kick_users_by_each_identifier(client: Any, world: World, kind: str) -> None:
    login = world.sign_in()
    identifier = IDENTIFIERS[kind](login.user)
    answer = client.kick_users(app_ids=[login.application.id], user_id=identifier, options={"userIdType": kind})
    assert data_of(answer) == {"success": True}
    assert not world.is_active(login)


def test_kick_users_with_an_unknown_application_kicks_nobody(client: Any, world: World) -> None:
    login = world.sign_in()
    answer = client.kick_users(app_ids=[login.application.id, "0" * 24], user_id=login.user.id)
    assert outcome(answer) == (404, 2011)
    assert world.is_active(login)
    assert client.kick_users(app_ids=[], user_id=login.user.id)["statusCode"] == 400
    assert world.is_active(login)


def test_kick_users_of_somebody_who_is_not_signed_in_succeeds(client: Any, world: World) -> None:
    answer = client.kick_users(app_ids=[world.application().id], user_id=world.user().id)
    assert data_of(answer) == {"success": True}


def test_list_application_active_users(client: Any, world: World) -> None:
    first = world.sign_in()
    second = world.sign_in(first.application)
    page = data_of(client.list_application_active_users(app_id=first.application.id))
    assert page["totalCount"] == 2
    assert {user["userId"] for user in page["list"]} == {first.user.id, second.user.id}
    options = {"pagination": {"page": 2, "limit": 1}}
    page = data_of(client.list_application_active_users(app_id=first.application.id, options=options))
    assert (page["totalCount"], len(page["list"])) == (2, 1)
    world.kick(first)
    page = data_of(client.list_application_active_users(app_id=first.application.id))
    assert [user["userId"] for user in page["list"]] == [second.user.id]


def test_get_user_login_history_has_a_row_for_each_login(client: Any, world: World) -> None:
    first = world.sign_in()
    second = world.sign_in(user=first.user)
    world.try_sign_in(
        first.application, first.user, passwordPayload={"username": first.user.username, "password": "wrong"}
    )
    page = data_of(client.get_user_login_history(user_id=first.user.id))
    assert page["totalCount"] == 2
    # The latest first.
    assert [row["appId"] for row in page["list"]] == [second.application.id, first.application.id]
    assert {row["clientIp"] for row in page["list"]} == {"127.0.0.1"}
    assert page["list"][0]["appName"] == second.application.name
    page = data_of(client.get_user_login_history(user_id=first.user.id, app_id=first.application.id))
    assert [row["appId"] for row in page["list"]] == [first.application.id]
    page = data_of(client.get_user_login_history(user_id=first.user.id, page=2, limit=1))
    assert (page["totalCount"], [row["appId"] for row in page["list"]]) == (2, [first.application.id])


def test_get_user_action_logs_tells_failures_too(client: Any, world: World) -> None:
    login = world.sign_in()
    wrong = {"username": login.user.username, "password": "wrong"}
    world.try_sign_in(login.application, login.user, passwordPayload=wrong)
    page = data_of(client.get_user_action_logs(user_id=login.user.id))
    assert page["totalCount"] == 2
    assert [(row["eventType"], row["success"]) for row in page["list"]] == [("login", False), ("login", True)]
    assert {row["appName"] for row in page["list"]} == {login.application.name}
    one = page["list"][1]
    page = data_of(client.get_user_action_logs(request_id=one["requestId"], pagination={"page": 1, "limit": 5}))
    assert page["list"] == [one]
    page = data_of(client.get_user_action_logs(user_id=login.user.id, success=False, event_type="login"))
    assert page["totalCount"] == 1


def test_get_admin_audit_logs_names_the_key(client: Any, world: World, server: Server) -> None:
    user = world.user()
    page = data_of(client.get_admin_audit_logs(operation_type="create", resource_type="user"))
    assert page["list"][0]["eventDetail"] == f"create user {user.id}"
    assert page["list"][0]["adminUserId"] == server.keys.root.id
    assert data_of(client.get_admin_audit_logs(success=False)) == {"totalCount": 0, "list": []}


def test_get_user_loggedin_apps(client: Any, world: World) -> None:
    user = world.user()
    assert data_of(client.get_user_loggedin_apps(user_id=user.id)) == []
    login = world.sign_in(user=user)
    apps = data_of(client.get_user_loggedin_apps(user_id=user.email, user_id_type="email"))
    assert [(app["appId"], app["appName"]) for app in apps] == [(login.application.id, login.application.name)]


# Users


def test_create_user_and_get_user_by_each_identifier(client: Any, world: World) -> None:
    name, phone, external = unique("Anna"), unique_phone(), unique("external")
    made = data_of(
        client.create_user(
            username=name,
            email=f"{name}@Example.COM",
            phone=phone,
            phone_country_code="+86",
            external_id=external,
            name="Anna Müller",
            gender="F",
            password="Passw0rd-of-anna",
            custom_data={"plan": "gold"},
        )
    )
    assert made["status"] == "Activated"
    assert made["userSourceType"] == "adminCreated"
    assert made["email"] == f"{name}@example.com".lower()
    assert (made["phone"], made["phoneCountryCode"]) == (phone, "+86")
    assert (made["name"], made["gender"], made["externalId"]) == ("Anna Müller", "F", external)
    assert made["photo"]
    assert "password" not in made
    ext_idp = world.ext_idp()
    data_of(client.link_identity(user_id_in_idp="subject", user_id=made["userId"], ext_idp_id=ext_idp))
    for kind, identifier in {
        "user_id": made["userId"],
        "email": f"{name}@EXAMPLE.com",
        "phone": phone,
        "username": name.upper(),
        "external_id": external,
        "identity": f"{ext_idp}:subject",
    }.items():
        found = data_of(client.get_user(user_id=identifier, user_id_type=kind))
        assert found["userId"] == made["userId"], kind


def test_get_user_answers_more_only_when_asked(client: Any, world: World) -> None:
    user = world.user(customData={"plan": "gold"})
    ext_idp = world.ext_idp()
    data_of(client.link_identity(user_id_in_idp="subject", user_id=user.id, ext_idp_id=ext_idp))
    plain = data_of(client.get_user(user_id=user.id))
    assert not {"identities", "customData", "departmentIds"} & set(plain)
    full = data_of(client.get_user(user_id=user.id, with_custom_data=True, with_identities=True))
    assert full["customData"] == {"plan": "gold"}
    assert [(each["extIdpId"], each["userIdInIdp"]) for each in full["identities"]] == [(ext_idp, "subject")]


def test_a_user_id_is_found_as_nothing_else(client: Any, world: World) -> None:
    user = world.user()
    assert outcome(client.get_user(user_id=user.username)) == (404, 2004)
    assert outcome(client.get_user(user_id=user.email, user_id_type="username")) == (404, 2004)


def test_a_name_that_is_taken_is_a_conflict(client: Any, world: World) -> None:
    user = world.user()
    before = world.totals()
    for taken in (
        {"username": user.username.upper()},
        {"email": user.email.upper()},
        {"phone": user.phone},
        {"username": unique("other"), "external_id": user.external_id},
    ):
        assert client.create_user(**taken)["statusCode"] == 409, taken
    assert world.totals() == before


def test_a_user_has_one_of_three_names(client: Any) -> None:
    answer = client.create_user(nickname="nobody")
    assert answer["statusCode"] == 400
    assert answer["message"] == "Must contain one of the following fields: username, phone, email"


def test_list_users(client: Any, world: World) -> None:
    word = unique("word")
    users = [world.user(username=f"{word}-{index}") for index in range(3)]
    page = data_of(client.list_users(keywords=word, options={"pagination": {"page": 1, "limit": 2}}))
    assert (page["totalCount"], len(page["list"])) == (3, 2)
    rest = data_of(client.list_users(keywords=word, options={"pagination": {"page": 2, "limit": 2}}))
    assert {each["userId"] for each in page["list"] + rest["list"]} == {user.id for user in users}
    exact = [{"field": "username", "operator": "EQUAL", "value": users[1].username}]
    page = data_of(client.list_users(advanced_filter=exact))
    assert [each["userId"] for each in page["list"]] == [users[1].id]
    sort = {"sort": [{"field": "username", "order": "desc"}]}
    page = data_of(client.list_users(keywords=word, options=sort))
    assert [each["userId"] for each in page["list"]] == [user.id for user in reversed(users)]


def test_list_users_legacy(client: Any, world: World) -> None:
    user = world.user()
    page = data_of(client.list_users_legacy(page=1, limit=50))
    assert page["totalCount"] >= 1 and 1 <= len(page["list"]) <= 50
    world.update_user(user, status="Suspended")
    suspended = data_of(client.list_users_legacy(page=1, limit=50, status="Suspended"))
    assert {each["status"] for each in suspended["list"]} == {"Suspended"}
    active = data_of(client.list_users_legacy(page=1, limit=50, status="Activated"))
    assert {each["status"] for each in active["list"]} <= {"Activated"}


def test_update_user_changes_what_is_given(client: Any, world: World) -> None:
    user = world.user(nickname="before", city="Bonn")
    data_of(client.update_user(user_id=user.id, nickname="after"))
    found = data_of(client.get_user(user_id=user.id))
    assert (found["nickname"], found["city"], found["username"]) == ("after", "Bonn", user.username)
    by_name = client.update_user(user_id=user.username, name="Bo", options={"userIdType": "username"})
    assert data_of(by_name)["name"] == "Bo"
    assert outcome(client.update_user(user_id="0" * 24, name="Bo")) == (404, 2004)


def test_delete_users_batch(client: Any, world: World) -> None:
    gone, stays = world.user(), world.user()
    assert data_of(client.delete_users_batch(user_ids=[gone.id])) == {"success": True}
    assert outcome(client.get_user(user_id=gone.id)) == (404, 2004)
    assert data_of(client.get_user(user_id=stays.id))["userId"] == stays.id
    # What was theirs is free again.
    assert data_of(client.is_user_exists(email=gone.email)) == {"exists": False}
    assert data_of(client.create_user(email=gone.email))["userId"] != gone.id


def test_is_user_exists(client: Any, world: World) -> None:
    user = world.user()
    for known in (
        {"username": user.username},
        {"email": user.email},
        {"phone": user.phone},
        {"external_id": user.external_id},
    ):
        assert data_of(client.is_user_exists(**known)) == {"exists": True}
    assert data_of(client.is_user_exists(username=unique("nobody"))) == {"exists": False}


# Identities


def test_identities_are_linked_and_unlinked(client: Any, world: World) -> None:
    user = world.user()
    source = data_of(client.create_ext_idp(name=unique("source"), type="oidc"))
    assert source["type"] == "oidc"
    assert data_of(client.get_ext_idp(id=source["id"]))["name"] == source["name"]
    assert data_of(client.get_user_identities(user_id=user.id)) == []
    answer = client.link_identity(user_id_in_idp="subject", user_id=user.id, ext_idp_id=source["id"], type="sub")
    assert data_of(answer) == {"success": True}
    (identity,) = data_of(client.get_user_identities(user_id=user.username, user_id_type="username"))
    assert identity["extIdpId"] == source["id"]
    assert (identity["userIdInIdp"], identity["type"], identity["provider"]) == ("subject", "sub", "oidc")
    by_identity = f"{source['id']}:subject"
    assert data_of(client.check_session_status(world.application().id, by_identity)) == {"active": False}
    assert data_of(client.unlink_identity(user_id=user.id, ext_idp_id=source["id"])) == {"success": True}
    assert data_of(client.get_user_identities(user_id=user.id)) == []
    assert outcome(client.get_user(user_id=by_identity, user_id_type="identity")) == (404, 2004)


def test_an_identity_belongs_to_one_person(client: Any, world: World) -> None:
    first, second, source = world.user(), world.user(), world.ext_idp()
    data_of(client.link_identity(user_id_in_idp="subject", user_id=first.id, ext_idp_id=source))
    answer = client.link_identity(user_id_in_idp="subject", user_id=second.id, ext_idp_id=source)
    assert answer["statusCode"] == 409
    assert data_of(client.get_user_identities(user_id=second.id)) == []


def test_sources_are_listed_renamed_and_deleted(client: Any, world: World) -> None:
    user = world.user()
    source = data_of(client.create_ext_idp(name=unique("source"), type="oidc", tenant_id=unique("tenant")))
    listed = data_of(client.list_ext_idp(tenant_id=source["tenantId"]))
    assert listed == {"totalCount": 1, "list": [source]}
    assert source in data_of(client.list_ext_idp())["list"]
    renamed = data_of(client.update_ext_idp(id=source["id"], name="Renamed", tenant_id=source["tenantId"]))
    assert renamed == {**source, "name": "Renamed"}
    data_of(client.link_identity(user_id_in_idp="subject", user_id=user.id, ext_idp_id=source["id"]))
    assert data_of(client.delete_ext_idp(id=source["id"])) == {"success": True}
    assert data_of(client.get_user_identities(user_id=user.id)) == []
    assert client.get_ext_idp(id=source["id"])["statusCode"] == 404
    assert client.delete_ext_idp(id=source["id"])["statusCode"] == 404


def test_an_unknown_source_is_404(client: Any, world: World) -> None:
    assert client.get_ext_idp(id="0" * 24)["statusCode"] == 404
    answer = client.link_identity(user_id_in_idp="subject", user_id=world.user().id, ext_idp_id="0" * 24)
    assert answer["statusCode"] == 404


# Applications


def test_applications_are_made_found_and_deleted(client: Any, world: World) -> None:
    name = unique("shop")
    made = data_of(
        client.create_application(
            app_name=name, app_type="web", redirect_uris=["https://shop.example/callback"], app_description="A shop"
        )
    )
    assert (made["appName"], made["appType"], made["userPoolId"]) == (name, "web", world.pool)
    assert made["redirectUris"] == ["https://shop.example/callback"]
    assert made["ssoEnabled"] is True and made["isIntegrateApp"] is False
    found = data_of(client.get_application(app_id=made["appId"]))
    assert (found["appName"], found["appDescription"]) == (name, "A shop")
    secret = data_of(client.get_application_secret(app_id=made["appId"]))["secret"]
    assert secret not in json.dumps([made, found])
    page = data_of(client.list_applications(page=1, limit=10, keywords=name))
    assert [each["appId"] for each in page["list"]] == [made["appId"]]
    assert page["totalCount"] == 1
    assert data_of(client.delete_application(app_id=made["appId"])) == {"success": True}
    assert outcome(client.get_application(app_id=made["appId"])) == (404, 2011)
    assert data_of(client.list_applications(keywords=name))["totalCount"] == 0


def test_a_plain_http_redirect_is_for_loopback_alone(client: Any) -> None:
    for uri in ("http://shop.example/callback", "ftp://shop.example", "shop", "https://shop.example/#part"):
        answer = client.create_application(app_name=unique("shop"), redirect_uris=[uri])
        assert answer["statusCode"] == 400, uri
        assert "redirectUris" in answer["message"]
    for uri in ("http://127.0.0.1:8080/cb", "http://[::1]/cb", "http://localhost/cb", "http://a.localhost/cb"):
        data_of(client.create_application(app_name=unique("shop"), redirect_uris=[uri]))


def test_a_refreshed_secret_replaces_the_old_one(client: Any, world: World) -> None:
    application, user = world.application(), world.user()
    assert data_of(client.get_application_secret(app_id=application.id)) == {"secret": application.secret}
    fresh = data_of(client.refresh_application_secret(app_id=application.id))["secret"]
    assert fresh != application.secret
    assert data_of(client.get_application_secret(app_id=application.id)) == {"secret": fresh}
    assert world.try_sign_in(application, user).code == 401
    assert world.try_sign_in(application, user, client_secret=fresh, options={"scope": SCOPE}).code == 200


# Settings


def test_settings_are_read_changed_and_sent_back(client: Any) -> None:
    before = data_of(client.get_security_settings())
    cookie = {"cookieExpiresIn": before["cookieSettings"]["cookieExpiresIn"] + 1, "cookieExpiresOnBrowserSession": True}
    try:
        changed = data_of(client.update_security_settings(cookie_settings=cookie))
        assert changed["cookieSettings"] == cookie
        assert changed["sessionPolicy"]["idleTimeout"] == cookie["cookieExpiresIn"]
        assert data_of(client.get_security_settings()) == changed
        same = client.update_security_settings(
            verify_code_length=before["verifyCodeLength"], login_anomaly_detection=before["loginAnomalyDetection"]
        )
        assert data_of(same) == changed
    finally:
        # Other tests share the pool.
        data_of(client.update_security_settings(cookie_settings=before["cookieSettings"]))
    assert data_of(client.get_security_settings()) == before


def test_a_setting_that_is_not_built_is_501(client: Any) -> None:
    before = data_of(client.get_security_settings())
    asked = (
        {"login_require_email_verified": True},
        {"verify_code_length": 6},
        {"allowed_origins": ["https://a.example"]},
    )
    for setting in asked:
        assert client.update_security_settings(**setting)["statusCode"] == 501
    assert data_of(client.get_security_settings()) == before


# The other pool


def test_another_pools_client_finds_nothing(sdk: Sdk, server: Server, world: World) -> None:
    client, login = sdk.management(server.keys.other_root), world.sign_in()
    assert outcome(client.check_session_status(login.application.id, login.user.id)) == (404, 2011)
    assert outcome(client.get_user(user_id=login.user.id)) == (404, 2004)
    assert outcome(client.get_application_secret(app_id=login.application.id)) == (404, 2011)
    assert client.kick_users(app_ids=[login.application.id], user_id=login.user.id)["statusCode"] == 404
    assert client.delete_users_batch(user_ids=[login.user.id])["statusCode"] == 404
    assert world.is_active(login)
