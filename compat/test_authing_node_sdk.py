"""npm's `authing-node-sdk`, unmodified, through every path that it has.
Schemas are checked on each V3 answer; here it is what the answers say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jwt
import pytest

import bodies
import contract_schema
import node_sdk
import routes
from authorization import LOGOUT_URI, REDIRECT_URI
from bodies import Target
from browser import Browser
from conftest import Server
from node_sdk import AUTHENTICATION, MANAGEMENT, METHODS, Called, Method, NodeSdk
from relying_party import NodeProgram
from rollcall_server import AccessKey
from world import SCOPE, Application, Login, User, World, unique

BUILT = {(route.method, route.path): route for route in routes.built}
UNBUILT = {(route.method, route.path) for route in routes.unbuilt}
OF_THE_CONTRACT = [method for method in METHODS if method.kind == "contract"]


@pytest.fixture
def node(server: Server, node_program: Callable[[str], NodeProgram]) -> NodeSdk:
    return NodeSdk(node_program("authing_node_sdk"), server.url)


@pytest.fixture
def target(world: World) -> Target:
    return bodies.make_target(world)


@pytest.fixture
def root(server: Server) -> AccessKey:
    return server.keys.root


# The table of its methods


def test_every_method_is_classified_and_no_other(node: NodeSdk) -> None:
    found = {(client, name) for client, names in node.methods().items() for name in names}
    assert {(method.client, method.name) for method in METHODS} == found
    assert len(METHODS) == len(found)


@pytest.mark.parametrize("client", [MANAGEMENT, AUTHENTICATION])
def test_every_method_sends_what_the_table_says(client: str, node: NodeSdk) -> None:
    asked = [method for method in METHODS if method.client == client and method.kind != "socket"]
    found = node.requests(client, [method.name for method in asked])
    for method in asked:
        # The path of some has the application's id, which here is `a`.
        assert found[method.name] == ([method.request] if method.request else []), method


def test_the_table_agrees_with_the_contract() -> None:
    for method in METHODS:
        of_the_contract = method.request != "" and method.route in contract_schema.operations()
        assert (method.kind == "contract") == of_the_contract, method
        is_ours = method.request != "" and method.route in {(route.method, route.path) for route in routes.ours}
        assert (method.kind == "ours") == is_ours, method


def test_what_no_method_leads_to_is_known() -> None:
    """Paths of the contract for browsers, for tokens in place of signatures,
    and four that the SDK spells otherwise."""
    led_to = {method.route for method in OF_THE_CONTRACT}
    assert set(contract_schema.operations()) - led_to == {
        ("GET", "/api/v3/link-extidp"),
        ("GET", "/api/v3/signin-by-extidp"),
        ("GET", "/oidc/.well-known/openid-configuration"),
        ("GET", "/oidc/auth"),
        ("GET", "/oidc/session/end"),
        ("POST", "/api/v3/delete-device"),
        ("POST", "/api/v3/disable-device"),
        ("POST", "/api/v3/enable-device"),
        ("POST", "/api/v3/get-management-token"),
        ("POST", "/api/v3/suspend-device"),
        ("POST", "/oidc/me"),
    }


def call(node: NodeSdk, root: AccessKey, method: Method, target: Target, *given: Any) -> Called:
    """As the pool's root, or as an application for the person who signed in."""
    if method.client == MANAGEMENT:
        return node.management(root, method.name, *given)
    route = BUILT.get(method.route) if method.request else None
    of_a_person = route is None or route.who == "user"
    token = {"accessToken": target.login.access_token} if of_a_person else {}
    return node.authentication(target.application, method.name, *given, **token)


NOT_BUILT = [method for method in OF_THE_CONTRACT if method.route in UNBUILT]


@pytest.mark.parametrize("method", NOT_BUILT, ids=str)
def test_a_method_whose_path_is_not_built_is_501(
    method: Method, node: NodeSdk, root: AccessKey, target: Target
) -> None:
    given = ("event", "data") if method.name == "pub" else ({}, {})
    called = call(node, root, method, target, *given)
    assert called.code == 501
    assert method.route[1].rsplit("/", 1)[1].split("{")[0] in called.message


@pytest.mark.parametrize("client", [MANAGEMENT, AUTHENTICATION])
def test_what_is_not_of_this_contract_is_an_unknown_path(
    client: str, node: NodeSdk, root: AccessKey, target: Target
) -> None:
    wants_texts = ("pub", "validateTicketV1", "validateTicketV2")
    found = {}
    for method in METHODS:
        if method.client == client and method.kind == "elsewhere":
            given = ("text", "text") if method.name in wants_texts else ({}, {})
            answers = call(node, root, method, target, *given).answers
            found[method.name] = [(answer.status, answer.body["statusCode"]) for answer in answers]
    assert found
    assert {name: each for name, each in found.items() if each != [(404, 404)]} == {}


# Every method whose path is built


# In place of the good request of bodies.py, where a method asks for it otherwise.
GIVEN: dict[str, Callable[[Target], dict[str, Any]]] = {
    "signInByEmailPassword": lambda t: {"email": t.user.email, "password": t.user.password},
    "signInByPhonePassword": lambda t: {"phone": t.user.phone, "password": t.user.password},
    "signInByUsernamePassword": lambda t: {"username": t.user.username, "password": t.user.password},
    "signInByAccountPassword": lambda t: {"account": t.user.username, "password": t.user.password},
    "signUpByEmailPassword": lambda _: {"email": f"{unique('new')}@example.com", "password": unique("Passw0rd")},
    "signUpByUsernamePassword": lambda _: {"username": unique("new"), "password": unique("Passw0rd")},
}
# By the kinds of sign-in and sign-up that are not built.
KINDS_NOT_BUILT = {
    "signInByEmailPassCode",
    "signInByPhonePassCode",
    "signInByAD",
    "signInByLDAP",
    "signUpByEmailCode",
    "signUpByPhoneCode",
}
# What the data says beyond its schema, where one sentence holds it.
SAYS: dict[str, Callable[[Target, Any], bool]] = {
    "checkSessionStatus": lambda t, data: data == {"active": True},
    "createApplication": lambda t, data: data["appId"] != t.application.id,
    "createExtIdp": lambda t, data: data["id"] != t.ext_idp,
    "createUser": lambda t, data: data["userId"] != t.user.id,
    "deleteUsersBatch": lambda t, data: data["success"] is True,
    "getApplication": lambda t, data: (data["appId"], data["appName"]) == (t.application.id, t.application.name),
    "getApplicationSecret": lambda t, data: data["secret"] == t.application.secret,
    "getExtIdp": lambda t, data: data["id"] == t.ext_idp,
    "getLoggedInApps": lambda t, data: [app["appId"] for app in data] == [t.application.id],
    "getProfile": lambda t, data: data["userId"] == t.user.id,
    "getUserBatch": lambda t, data: [row["userId"] for row in data] == [t.user.id],
    "getUser": lambda t, data: (data["userId"], data["username"]) == (t.user.id, t.user.username),
    "getUserIdentities": lambda t, data: [each["userIdInIdp"] for each in data] == [t.user_id_in_idp],
    "getUserLoggedinApps": lambda t, data: [app["appId"] for app in data] == [t.application.id],
    "getUserLoginHistory": lambda t, data: data["totalCount"] == 1 and data["list"][0]["appId"] == t.application.id,
    "isUserExists": lambda t, data: data == {"exists": True},
    "kickUsers": lambda t, data: data["success"] is True and not t.world.is_active(t.login),
    "listApplicationActiveUsers": lambda t, data: [row["userId"] for row in data["list"]] == [t.user.id],
    "listApplications": lambda t, data: [row["appId"] for row in data["list"]] == [t.application.id],
    "listUsers": lambda t, data: [row["userId"] for row in data["list"]] == [t.user.id],
    "listUsersLegacy": lambda t, data: len(data["list"]) == 1 and data["totalCount"] > 1,
    "refreshApplicationSecret": lambda t, data: data["secret"] != t.application.secret,
    "resignUser": lambda t, data: not t.world.is_active(t.login),
    "resignUserBatch": lambda t, data: not t.world.is_active(t.login),
    "updateUser": lambda t, data: data["userId"] == t.user.id and data["nickname"].startswith("nick"),
}


def _is_called_alone(method: Method) -> bool:
    """A V3 method that needs nothing from another call."""
    is_v3 = method.kind in ("contract", "ours") and method.route[1].startswith("/api/")
    return is_v3 and method.route in BUILT and method.name not in KINDS_NOT_BUILT


ALONE = [method for method in METHODS if _is_called_alone(method)]


@pytest.mark.parametrize("method", ALONE, ids=str)
def test_a_method_whose_path_is_built_succeeds(method: Method, node: NodeSdk, root: AccessKey, target: Target) -> None:
    route = BUILT[method.route]
    given = GIVEN.get(method.name) or bodies.V3[route.method, route.verb]
    called = call(node, root, method, target, given(target))
    data = called.data
    assert [(answer.method, answer.path) for answer in called.answers] == [method.route]
    if method.name.startswith("signIn"):
        claims = jwt.decode(data["access_token"], options={"verify_signature": False})
        assert claims["sub"] == target.user.id
    assert method.name not in SAYS or SAYS[method.name](target, data), data


@pytest.mark.parametrize("name", sorted(KINDS_NOT_BUILT))
def test_a_kind_of_sign_in_that_is_not_built_is_501(name: str, node: NodeSdk, target: Target) -> None:
    given = {"email": "a@example.com", "phone": "13800138000", "passCode": "123456", "sAMAccountName": "a"}
    called = node.authentication(target.application, name, {**given, "password": "Passw0rd"})
    assert called.code == 501, called.body


# Signing in and every end, asked and made by the SDK


def is_active(node: NodeSdk, root: AccessKey, login: Login) -> bool:
    given = {"appId": login.application.id, "userId": login.user.id}
    return node.management(root, "checkSessionStatus", given).data["active"]


def sign_in(node: NodeSdk, user: User, application: Application) -> Login:
    given = {"username": user.username, "password": user.password, "options": {"scope": SCOPE}}
    data = node.authentication(application, "signInByUsernamePassword", given).data
    return Login(user, application, data["access_token"], data["id_token"], data["refresh_token"])


Ends = dict[str, Callable[[NodeSdk, AccessKey, Login], Called]]
ENDS: Ends = {
    "kickUsers": lambda node, root, login: node.management(
        root, "kickUsers", {"userId": login.user.id, "appIds": [login.application.id]}
    ),
    "deleteUsersBatch": lambda node, root, login: node.management(
        root, "deleteUsersBatch", {"userIds": [login.user.id]}
    ),
    "deleteApplication": lambda node, root, login: node.management(
        root, "deleteApplication", {"appId": login.application.id}
    ),
    "updateUser status": lambda node, root, login: node.management(
        root, "updateUser", {"userId": login.user.id, "status": "Suspended"}
    ),
    "updateUser password": lambda node, root, login: node.management(
        root, "updateUser", {"userId": login.user.id, "password": unique("Passw0rd")}
    ),
    "revokeToken": lambda node, root, login: node.authentication(
        login.application, "revokeToken", login.refresh_token
    ),
}
# Afterwards there is nobody to ask about.
GONE = {"deleteUsersBatch": (404, 2004), "deleteApplication": (404, 2011)}


@pytest.mark.parametrize("end", ENDS)
def test_a_sign_in_is_seen_until_its_end(end: str, node: NodeSdk, root: AccessKey, world: World) -> None:
    user, application = world.user(), world.application()
    assert not node.management(root, "checkSessionStatus", {"appId": application.id, "userId": user.id}).data["active"]
    login = sign_in(node, user, application)
    assert is_active(node, root, login)
    called = ENDS[end](node, root, login)
    assert called.result is True if end == "revokeToken" else called.code == 200
    after = node.management(root, "checkSessionStatus", {"appId": application.id, "userId": user.id})
    if end in GONE:
        assert after.outcome() == GONE[end]
    else:
        assert after.data == {"active": False}
    # Whatever the SDK makes of an HTTP 401, no profile comes of it.
    assert world.user_info(login.access_token).status_code == 401


def test_a_password_that_the_person_changes_ends_other_sign_ins(node: NodeSdk, root: AccessKey, world: World) -> None:
    user, application = world.user(), world.application()
    elsewhere, here = sign_in(node, user, world.application()), sign_in(node, user, application)
    given = {"newPassword": unique("Passw0rd"), "oldPassword": user.password}
    changed = node.authentication(application, "updatePassword", given, accessToken=here.access_token)
    assert changed.code == 200
    assert not is_active(node, root, elsewhere)
    assert is_active(node, root, here)


def test_a_wrong_password_is_2333_in_the_sdks_language(node: NodeSdk, target: Target) -> None:
    given = {"username": target.user.username, "password": "wrong"}
    called = node.authentication(target.application, "signInByUsernamePassword", given)
    assert called.outcome() == (401, 2333)


# Signatures


def test_a_wrong_secret_is_1300(node: NodeSdk, root: AccessKey, target: Target) -> None:
    wrong = AccessKey(root.id, "wrong", root.pool)
    given = {"appId": target.application.id, "userId": target.user.id}
    assert node.management(wrong, "checkSessionStatus", given).outcome() == (401, 1300)


def test_a_key_is_refused_what_it_may_not(node: NodeSdk, server: Server, target: Target) -> None:
    key = server.keys.without["check"]
    given = {"appId": target.application.id, "userId": target.user.id}
    assert node.management(key, "checkSessionStatus", given).code == 403
    assert node.management(server.keys.only["check"], "checkSessionStatus", given).data == {"active": True}


def test_a_key_of_another_pool_finds_nobody(node: NodeSdk, server: Server, target: Target) -> None:
    given = {"userId": target.user.id}
    assert node.management(server.keys.other_root, "getUser", given).outcome() == (404, 2004)


NAMES = ["张三", "a&b=c", "a b+c%20", "\N{GRINNING FACE}", '{"a":1}', "é"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_signed_is_what_is_read(name: str, node: NodeSdk, root: AccessKey, world: World) -> None:
    """In a body, and in the query of a GET."""
    data = node.management(root, "createUser", {"username": unique(name), "nickname": name}).data
    assert data["nickname"] == name
    external = f"{name}{data['userId']}"
    node.management(root, "updateUser", {"userId": data["userId"], "externalId": external})
    found = node.management(root, "getUser", {"userId": external, "userIdType": "external_id"})
    assert found.data["userId"] == data["userId"]


def test_messages_are_in_the_language_of_the_client(node: NodeSdk, root: AccessKey) -> None:
    given = {"userId": "0" * 24}
    assert node.management(root, "getUser", given).message == "用户不存在"
    assert "用户" not in node.management(root, "getUser", given, lang="en-US").message


# The standard protocols


@pytest.fixture
def application(world: World) -> Application:
    """Its authorization URLs have a nonce and no `code_challenge`."""
    own = {"require_pkce": False}
    return world.application(redirectUris=[REDIRECT_URI], logoutRedirectUris=[LOGOUT_URI], oidcConfig=own)


def arrive(node: NodeSdk, application: Application, browser: Browser, user: User, more: str = "") -> dict[str, str]:
    """Through the pages with the SDK's authorization URL; what came back."""
    built = node.authentication(application, "buildAuthorizeUrl", {}).result
    page = browser.sign_in(browser.open(built["url"] + more), user)
    # Its URL asks for consent with `offline_access` (OpenID Connect Core, section 11).
    left = page.page("consent").submit(decision="allow").leaves()
    assert left.target == REDIRECT_URI
    assert left.params["state"] == built["state"]
    return {"code": left.params["code"], "nonce": built["nonce"]}


METHODS_OF_PROOF = ("client_secret_post", "client_secret_basic")


@pytest.mark.parametrize("proof", METHODS_OF_PROOF)
def test_a_person_signs_in_with_a_browser(
    proof: str, node: NodeSdk, root: AccessKey, application: Application, browser: Browser, world: World
) -> None:
    user = world.user()
    names = ("tokenEndPointAuthMethod", "introspectionEndPointAuthMethod", "revocationEndPointAuthMethod")
    proofs = dict.fromkeys(names, proof)

    def ask(method: str, *given: Any) -> Any:
        return node.authentication(application, method, *given, **proofs).result

    came = arrive(node, application, browser, user)
    tokens = ask("getAccessTokenByCode", came["code"])
    login = Login(user, application, tokens["access_token"], tokens["id_token"], tokens["refresh_token"])
    assert is_active(node, root, login)
    claims = ask("parseIDToken", login.id_token)
    assert (claims["sub"], claims["aud"], claims["nonce"]) == (user.id, application.id, came["nonce"])
    assert ask("parseAccessToken", login.access_token)["sub"] == user.id
    place = {"method": "GET", "tokenPlace": "header"}
    assert ask("getUserInfoByAccessToken", login.access_token, place)["sub"] == user.id
    assert ask("introspectToken", login.access_token)["active"] is True
    refreshed = ask("getNewAccessTokenByRefreshToken", login.refresh_token)
    assert refreshed["refresh_token"] != login.refresh_token
    assert is_active(node, root, login)
    assert ask("revokeToken", refreshed["refresh_token"]) is True
    assert not is_active(node, root, login)
    assert ask("introspectToken", refreshed["access_token"]) == {"active": False}


def test_a_public_application_shows_its_verifier_alone(
    node: NodeSdk, root: AccessKey, browser: Browser, world: World
) -> None:
    public = world.application(redirectUris=[REDIRECT_URI], appType="spa")
    user = world.user()
    # Its URL has no place for the challenge, which the SDK computes.
    verifier = node.authentication(public, "generateCodeChallenge").result
    challenge = node.authentication(public, "getCodeChallengeDigest", {"codeChallenge": verifier}).result
    came = arrive(node, public, browser, user, f"&code_challenge={challenge}&code_challenge_method=S256")
    given = (came["code"], {"codeVerifier": verifier})
    tokens = node.authentication(public, "getAccessTokenByCode", *given, tokenEndPointAuthMethod="none").result
    login = Login(user, public, tokens["access_token"], tokens["id_token"], tokens["refresh_token"])
    assert is_active(node, root, login)
    none = {"tokenEndPointAuthMethod": "none", "revocationEndPointAuthMethod": "none"}
    refreshed = node.authentication(public, "getNewAccessTokenByRefreshToken", login.refresh_token, **none).result
    assert node.authentication(public, "revokeToken", refreshed["refresh_token"], **none).result is True
    assert not is_active(node, root, login)


def test_signing_out_with_its_url_ends_the_sign_in(
    node: NodeSdk, root: AccessKey, application: Application, browser: Browser, world: World
) -> None:
    user = world.user()
    came = arrive(node, application, browser, user)
    tokens = node.authentication(application, "getAccessTokenByCode", came["code"]).result
    login = Login(user, application, tokens["access_token"], tokens["id_token"], tokens["refresh_token"])
    assert is_active(node, root, login)
    url = node.authentication(application, "buildLogoutUrl", {"idToken": login.id_token, "state": "s"}).result
    left = browser.open(url).leaves()
    assert (left.target, left.params["state"]) == (LOGOUT_URI, "s")
    assert not is_active(node, root, login)


def test_client_credentials_are_for_the_application_itself(node: NodeSdk, world: World) -> None:
    machine = world.application(oidcConfig={"grant_types": ["client_credentials"]})
    keys = {"accessKey": machine.id, "accessSecret": machine.secret}
    called = node.authentication(machine, "getAccessTokenByClientCredentials", "read", keys)
    claims = node.authentication(machine, "parseAccessToken", called.result["access_token"]).result
    assert claims["client_id"] == machine.id


def test_a_token_in_a_query_is_refused(node: NodeSdk, target: Target) -> None:
    """The SDK's default for the user info, which RFC 9700 (section 4.3.2) forbids."""
    called = node.authentication(target.application, "getUserInfoByAccessToken", target.login.access_token)
    assert [answer.status for answer in called.answers] == [401]
