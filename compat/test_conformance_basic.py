"""The flows of the Basic and the Form Post plan: one test for each module, run
once for each plan. `test_conformance_claims.py` has the rest of them."""

from __future__ import annotations

import base64
import json

import jwt
import pytest

from browser import ANOTHER_SITE, Left, Page
from conformance import BASIC, CALLBACK, FORM_POST, Suite, Tokens
from conftest import SecureServer


@pytest.fixture(params=[BASIC, FORM_POST])
def suite(request: pytest.FixtureRequest, secure_server: SecureServer) -> Suite:
    return Suite(secure_server, request.param)


def test_oidcc_server(suite: Suite) -> None:
    """Code flow: the answer, the tokens and a call with the access token."""
    suite.flow()


def test_oidcc_response_type_missing(suite: Suite) -> None:
    """An error of one of two names."""
    error = suite.error(suite.ask(response_type=None))
    assert error in ("invalid_request", "unsupported_response_type")
    assert not suite.is_active()


def test_oidcc_idtoken_signature(suite: Suite) -> None:
    """Signed with a published key, which its header names."""
    tokens = suite.flow()
    header = jwt.get_unverified_header(tokens.id_token)
    assert header["alg"] == "RS256"
    kids = [key["kid"] for key in suite.keys()]
    assert kids.count(header["kid"]) == 1


def test_oidcc_idtoken_unsigned(suite: Suite) -> None:
    """Skipped by the suite where `none` is not offered, which ASVS 5.0 (9.1.2) demands: it cannot be asked for."""
    assert "none" not in suite.metadata["id_token_signing_alg_values_supported"]
    settings = {"id_token_signed_response_alg": "none"}
    refused = suite.world.root.post("update-application", appId=suite.client.id, oidcConfig=settings)
    assert refused.code != 200
    assert jwt.get_unverified_header(suite.flow().id_token)["alg"] == "RS256"


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite: Suite) -> None:
    """A deviation: an application without PKCE must send a nonce, or nothing would bind
    its code (RFC 9700, section 2.1.1). With PKCE it goes as the module has it."""
    assert suite.error(suite.ask(nonce=None)) == "invalid_request"
    assert not suite.is_active()
    assert "nonce" not in suite.flow(pkce=True, nonce=None).claims


def test_oidcc_alternate_happy_flow(suite: Suite) -> None:
    """Neither the order of scopes nor that of parameters means anything."""
    form = suite.request(scope="email openid")
    found = suite.finish(suite.sign_in(suite.open(dict(reversed(form.items())))))
    told = suite.user_info(found)
    assert told["email"] == suite.user.email
    assert "name" not in told


def test_oidcc_display_page(suite: Suite) -> None:
    suite.flow(display="page")


def test_oidcc_display_popup(suite: Suite) -> None:
    suite.flow(display="popup")


def test_oidcc_prompt_login(suite: Suite) -> None:
    """The second request shows the page again, and tells of the later sign-in."""
    first = suite.flow()
    suite.let_a_second_pass()
    step = suite.ask(prompt="login").page("sign-in")
    second = suite.finish(suite.sign_in(step))
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_prompt_none_not_logged_in(suite: Suite) -> None:
    assert suite.error(suite.ask(prompt="none")) == "login_required"
    assert not suite.is_active()


def test_oidcc_prompt_none_logged_in(suite: Suite) -> None:
    first = suite.flow()
    second = suite.finish(suite.ask(prompt="none"))
    for claim in ("sub", "auth_time"):
        assert second.claims[claim] == first.claims[claim]


def test_oidcc_max_age_1(suite: Suite) -> None:
    """The module waits for two seconds; here the server itself says when one is over."""
    first = suite.flow()
    suite.let_a_second_pass()
    step = suite.ask(max_age="1").page("sign-in")
    second = suite.finish(suite.sign_in(step))
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert second.claims["iat"] - second.claims["auth_time"] < 60


def test_oidcc_max_age_10000(suite: Suite) -> None:
    """No second page, and the first sign-in's time."""
    first = suite.flow()
    second = suite.finish(suite.ask(max_age="10000"))
    assert second.claims["auth_time"] == first.claims["auth_time"]
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(suite: Suite) -> None:
    suite.flow(extra="foobar")


def test_oidcc_id_token_hint(suite: Suite) -> None:
    first = suite.flow()
    second = suite.finish(suite.ask(prompt="none", id_token_hint=first.id_token))
    assert second.claims["sub"] == first.claims["sub"]


def test_oidcc_login_hint(suite: Suite) -> None:
    """The suite's hint, which is nobody's name here: the page has it, and somebody else may sign in."""
    hint = "buffy@localhost"
    step = suite.ask(login_hint=hint).page("sign-in")
    assert step.fields["identifier"] == hint
    suite.finish(suite.sign_in(step))


def test_oidcc_ui_locales(suite: Suite) -> None:
    suite.flow(ui_locales="se")


def test_oidcc_claims_locales(suite: Suite) -> None:
    suite.flow(claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) -> None:
    """`acr` may be any of those asked for; what is told is what was done."""
    asked = " ".join(suite.metadata["acr_values_supported"])
    assert suite.flow(acr_values=asked).claims["acr"] in asked.split()
    # Values that we do not know are voluntary too (OIDC Core, section 3.1.2.1).
    second = suite.finish(suite.ask(acr_values="urn:mace:incommon:iap:silver urn:mace:incommon:iap:bronze"))
    assert second.claims["acr"] == "1"


def code_used_again(suite: Suite, between: bool) -> None:
    code = suite.code(suite.sign_in(suite.ask(scope="openid offline_access")))
    tokens = suite.tokens(suite.redeem(code))
    assert suite.user_info(tokens) and suite.is_active()
    if between:
        refreshed = suite.call_token_endpoint(
            suite.client, grant_type="refresh_token", refresh_token=tokens.refresh_token
        )
        tokens = suite.tokens(refreshed, refreshed=True)
    again = suite.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert set(again.json()) <= {"error", "error_description", "error_uri"}
    # RFC 6749, section 4.1.2: what the code gave is revoked. The login ends with it.
    assert suite.refuses(tokens)
    assert not suite.is_active()


def test_oidcc_codereuse(suite: Suite) -> None:
    code_used_again(suite, between=False)


def test_oidcc_codereuse_30seconds(suite: Suite) -> None:
    """What was made of the first tokens dies too. Nothing here sleeps for half a minute:
    that time changes nothing is shown where the clock can be set, by
    `a_used_code_ends_its_login_after_its_time_too` in `oidc_token_codes.rs`."""
    code_used_again(suite, between=True)


def test_oidcc_ensure_registered_redirect_uri(suite: Suite) -> None:
    """The error is shown, and goes nowhere."""
    page = suite.ask(redirect_uri=f"{CALLBACK}/unregistered").page("error")
    assert (page.status, page.error) == (400, "invalid_request")
    assert not suite.is_active()


def test_oidcc_ensure_post_request_succeeds(suite: Suite) -> None:
    """A form of the client's site, without a session and with one."""
    endpoint = suite.metadata["authorization_endpoint"]
    step = suite.browser.post(endpoint, suite.request(), cross_site=True)
    first = suite.finish(suite.sign_in(step))
    second = suite.finish(suite.browser.post(endpoint, suite.request(), cross_site=True))
    assert second.claims["auth_time"] == first.claims["auth_time"]


def test_oidcc_server_client_secret_post(suite: Suite) -> None:
    """With a client that is registered for it; one registered for another method is refused."""
    suite.client = suite.new_client(token_endpoint_auth_method="client_secret_post")
    code = suite.code(suite.sign_in(suite.ask()))
    assert suite.redeem(code).json()["error"] == "invalid_client"
    secret = {"client_id": suite.client.id, "client_secret": suite.client.secret}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **secret}
    response = suite.http.post(suite.metadata["token_endpoint"], data=form, timeout=60)
    assert suite.user_info(suite.tokens(response))
    assert suite.is_active()


def unsigned(claims: dict[str, str]) -> str:
    """A request object with `alg` `none`."""
    parts = [json.dumps(each).encode() for each in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(suite: Suite) -> None:
    """Refused by its own error, as discovery says: a URI of a request is not fetched."""
    assert suite.metadata["request_uri_parameter_supported"] is False
    step = suite.ask(request_uri=f"{ANOTHER_SITE}/request#hash")
    assert suite.error(step) == "request_uri_not_supported"
    assert not suite.is_active()


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(suite: Suite) -> None:
    """Refused by its own error, as discovery says."""
    assert suite.metadata["request_parameter_supported"] is False
    form = suite.request()
    # What OAuth needs stands beside the object (OIDC Core, section 6.1).
    step = suite.open({**form, "request": unsigned(form)})
    assert suite.error(step) == "request_not_supported"
    assert not suite.is_active()


def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    """Skipped by the suite where request objects are not supported: with a redirect URI
    in the object alone registered, the error is shown and goes nowhere."""
    form = suite.request()
    outside = {**form, "redirect_uri": f"{CALLBACK}/invalid"}
    page = suite.open({**outside, "request": unsigned(form)}).page("error")
    assert page.error == "invalid_request"
    assert suite.error(suite.open({**form, "request": unsigned(outside)})) == "request_not_supported"
    assert not suite.is_active()


def test_oidcc_refresh_token(suite: Suite) -> None:
    """The second ID token against the first, and a token of another client's.

    A deviation: every refresh token is used once, so the answer has a new one."""
    assert "refresh_token" in suite.metadata["grant_types_supported"]
    scope = {"scope": "openid offline_access", "prompt": "consent"}
    first = consented(suite, **scope)
    response = suite.call_token_endpoint(
        suite.client, grant_type="refresh_token", refresh_token=first.refresh_token
    )
    second = suite.tokens(response, refreshed=True)
    # OIDC Core, section 12.2.
    for claim in ("iss", "sub", "aud", "auth_time"):
        assert second.claims[claim] == first.claims[claim]
    assert second.claims["iat"] >= first.claims["iat"]
    assert second.access_token != first.access_token
    assert second.refresh_token not in (None, first.refresh_token)
    assert suite.user_info(second) and suite.is_active()

    other = suite.new_client()
    of_other = suite.tokens(suite.redeem(suite.code(allow(suite.ask(other, **scope)))))
    refused = suite.call_token_endpoint(
        suite.client, grant_type="refresh_token", refresh_token=of_other.refresh_token
    )
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert suite.is_active() and suite.is_active(other)


def consented(suite: Suite, **changes: str) -> Tokens:
    step = suite.sign_in(suite.ask(**changes))
    # Who has signed in has not consented yet.
    assert not suite.is_active()
    return suite.finish(allow(step))


def allow(step: Page | Left) -> Page | Left:
    return step.page("consent").submit(decision="allow")


def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) -> None:
    suite.flow(pkce=True)
