"""The modules of the Basic and the Form Post plan that ask who the person is, run once for each plan."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance import ADDRESS, BASIC, FORM_POST, PROFILE, Suite, Tokens
from conftest import SecureServer


@pytest.fixture(params=[BASIC, FORM_POST])
def suite(request: pytest.FixtureRequest, secure_server: SecureServer) -> Suite:
    return Suite(secure_server, request.param)


def test_oidcc_userinfo_get(suite: Suite) -> None:
    assert suite.user_info(suite.flow())["sub"] == suite.user.id
    assert suite.is_active()


def test_oidcc_userinfo_post_header(suite: Suite) -> None:
    assert suite.user_info(suite.flow(), "POST")["sub"] == suite.user.id
    assert suite.is_active()


def test_oidcc_userinfo_post_body(suite: Suite) -> None:
    """RFC 6750, section 2.2."""
    form = {"access_token": suite.flow().access_token}
    response = suite.http.post(suite.metadata["userinfo_endpoint"], data=form, timeout=60)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.json() == {"sub": suite.user.id}
    assert suite.is_active()


# The claims of scopes


def told(suite: Suite, scope: str) -> dict[str, Any]:
    """What userinfo tells for a scope, each claim of its type (OIDC Core, section 5.1)."""
    for each in scope.split():
        assert each in suite.metadata["scopes_supported"]
    tokens = suite.flow(scope=scope)
    assert suite.is_active()
    found = suite.user_info(tokens)
    assert set(found) <= set(suite.metadata["claims_supported"])
    for name, value in found.items():
        if name in ("email_verified", "phone_number_verified"):
            assert isinstance(value, bool)
        elif name == "updated_at":
            assert isinstance(value, int) and value > 0
        elif name == "address":
            assert all(isinstance(each, str) and each for each in value.values())
        else:
            assert isinstance(value, str) and value
    return found


def assert_profile(suite: Suite, found: dict[str, Any]) -> None:
    assert {name: found.get(name) for name in PROFILE} == PROFILE
    assert found["updated_at"]


def test_oidcc_scope_profile(suite: Suite) -> None:
    found = told(suite, "openid profile")
    assert_profile(suite, found)
    assert set(found) == {"sub", "updated_at", *PROFILE}


def test_oidcc_scope_email(suite: Suite) -> None:
    found = told(suite, "openid email")
    assert found == {"sub": suite.user.id, "email": suite.user.email, "email_verified": found["email_verified"]}


def test_oidcc_scope_address(suite: Suite) -> None:
    assert told(suite, "openid address") == {"sub": suite.user.id, "address": ADDRESS}


def test_oidcc_scope_phone(suite: Suite) -> None:
    found = told(suite, "openid phone")
    assert set(found) == {"sub", "phone_number", "phone_number_verified"}
    # E.164 (OIDC Core, section 5.1).
    assert found["phone_number"] == f"+86{suite.user.phone}"


def test_oidcc_scope_all(suite: Suite) -> None:
    found = told(suite, "openid profile email address phone")
    assert_profile(suite, found)
    assert (found["email"], found["address"]) == (suite.user.email, ADDRESS)
    assert found["phone_number"].endswith(suite.user.phone)


def test_oidcc_claims_essential(suite: Suite) -> None:
    """The request succeeds, as it must. The `claims` parameter is not supported, as
    discovery says, so the scope alone decides; the module warns of the name that is missing."""
    assert suite.metadata["claims_parameter_supported"] is False
    asked = {"userinfo": {"name": {"essential": True}}}
    tokens: Tokens = suite.flow(claims=json.dumps(asked))
    assert set(suite.user_info(tokens)) == {"sub"}
    assert suite.is_active()
