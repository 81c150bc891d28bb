"""The RP-Initiated Logout plan, `oidcc-rp-initiated-logout-certification-test-plan`:
one test for each module. Each begins with a sign-in, and ends with a silent
request that fails, or works where nobody was to be signed out."""

from __future__ import annotations

import base64
import json
import secrets

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from browser import Left, Page
from conformance import LOGGED_OUT, Suite, Tokens
from conftest import SecureServer

PLAN = "oidcc-rp-initiated-logout-certification-test-plan"


@pytest.fixture
def suite(secure_server: SecureServer) -> Suite:
    return Suite(secure_server, PLAN)


@pytest.fixture
def tokens(suite: Suite) -> Tokens:
    return suite.flow()


@pytest.fixture
def state() -> str:
    """A long one, to see that it is not corrupted."""
    return secrets.token_urlsafe(96)


def assert_sent_back(step: Page | Left, state: str | None) -> None:
    left = step.leaves()
    assert left.target == LOGGED_OUT
    assert left.params == ({} if state is None else {"state": state})


def assert_asked_first(suite: Suite, step: Page | Left) -> None:
    """No redirect, and nobody is signed out by a request that anybody could have made;
    a yes ends at a page of ours."""
    page = step.page("sign-out")
    suite.assert_still_signed_in()
    page.submit(decision="yes").page("signed-out")
    suite.assert_signed_out()


def assert_refused(suite: Suite, step: Page | Left) -> None:
    """An error is shown, nobody is sent on, nobody is signed out."""
    page = step.page("error")
    assert (page.status, page.error) == (400, "invalid_request")
    suite.assert_still_signed_in()


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(suite: Suite) -> None:
    assert suite.metadata["end_session_endpoint"].startswith("https://")
    assert suite.metadata["issuer"] == suite.server.issuer


def test_oidcc_rp_initiated_logout(suite: Suite, tokens: Tokens, state: str) -> None:
    """Signed out, and back with the state, by `GET` as by `POST`."""
    step = suite.end_session(id_token_hint=tokens.id_token, post_logout_redirect_uri=LOGGED_OUT, state=state)
    assert_sent_back(step, state)
    suite.assert_signed_out()
    assert suite.refuses(tokens)

    again = suite.flow()
    form = {"id_token_hint": again.id_token, "post_logout_redirect_uri": LOGGED_OUT, "state": state}
    assert_sent_back(suite.browser.post(suite.metadata["end_session_endpoint"], form, cross_site=True), state)
    suite.assert_signed_out()


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(suite: Suite, tokens: Tokens, state: str) -> None:
    """A URI that is not registered."""
    bad = f"{LOGGED_OUT}/{secrets.token_hex(8)}"
    step = suite.end_session(id_token_hint=tokens.id_token, post_logout_redirect_uri=bad, state=state)
    assert_refused(suite, step)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    suite: Suite, tokens: Tokens, state: str
) -> None:
    """The registered URI and more is another URI."""
    bad = f"{LOGGED_OUT}?foo=bar"
    step = suite.end_session(id_token_hint=tokens.id_token, post_logout_redirect_uri=bad, state=state)
    assert_refused(suite, step)


def test_oidcc_rp_initiated_logout_modified_id_token_hint(suite: Suite, tokens: Tokens, state: str) -> None:
    """The hint's header says `none`, and its signature is gone."""
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    for end in ("", tokens.id_token.split(".")[2]):
        hint = ".".join((header, tokens.id_token.split(".")[1], end))
        step = suite.end_session(id_token_hint=hint, post_logout_redirect_uri=LOGGED_OUT, state=state)
        assert_refused(suite, step)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(suite: Suite, tokens: Tokens, state: str) -> None:
    """The hint has the right claims and another's signature, under our key's name too."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for header in ({}, {"kid": jwt.get_unverified_header(tokens.id_token)["kid"]}):
        hint = jwt.encode(tokens.claims, key, "RS256", headers=header)
        step = suite.end_session(id_token_hint=hint, post_logout_redirect_uri=LOGGED_OUT, state=state)
        assert_refused(suite, step)


def test_oidcc_rp_initiated_logout_no_id_token_hint(suite: Suite, tokens: Tokens, state: str) -> None:
    """A redirect URI of nobody in particular is not followed."""
    assert_asked_first(suite, suite.end_session(post_logout_redirect_uri=LOGGED_OUT, state=state))


def test_oidcc_rp_initiated_logout_no_params(suite: Suite, tokens: Tokens) -> None:
    assert_asked_first(suite, suite.end_session())


def test_oidcc_rp_initiated_logout_only_state(suite: Suite, tokens: Tokens, state: str) -> None:
    assert_asked_first(suite, suite.end_session(state=state))


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(suite: Suite, tokens: Tokens, state: str) -> None:
    """Signed out at once, on a page of ours."""
    suite.end_session(id_token_hint=tokens.id_token, state=state).page("signed-out")
    suite.assert_signed_out()


def test_oidcc_rp_initiated_logout_no_state(suite: Suite, tokens: Tokens) -> None:
    step = suite.end_session(id_token_hint=tokens.id_token, post_logout_redirect_uri=LOGGED_OUT)
    assert_sent_back(step, None)
    suite.assert_signed_out()


def test_a_no_signs_nobody_out(suite: Suite, tokens: Tokens) -> None:
    """No module, but what the question of the modules above is for."""
    suite.end_session().page("sign-out").submit(decision="no").page("not-signed-out")
    suite.assert_still_signed_in()
