"""The Config plan, `oidcc-config-certification-test-plan`: what discovery says, and that it is true."""

from __future__ import annotations

import base64
import re
from urllib.parse import urlsplit

import pytest

from conformance import Suite
from conftest import SecureServer

PLAN = "oidcc-config-certification-test-plan"

# RFC 6749, section 3.3.
SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
# BCP 47, as far as locales need it, in the case that section 2.1.1 recommends.
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
REQUIRED = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)
# The members of a private key, and of one that is symmetric: RFC 7518, section 6.
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


@pytest.fixture
def suite(secure_server: SecureServer) -> Suite:
    return Suite(secure_server, PLAN)


def urls(value: object) -> list[str]:
    """Every URL that is anywhere in a document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [url for each in value for url in urls(each)]
    return [value] if isinstance(value, str) and "://" in value else []


def test_oidcc_discovery_endpoint_verification(suite: Suite) -> None:
    """`Suite` has seen that it is JSON with the status 200."""
    metadata, server = suite.metadata, suite.server
    assert all(name in metadata for name in REQUIRED)
    # The issuer: as it was asked for, a URL of scheme, host and path.
    assert metadata["issuer"] == server.issuer
    issuer = urlsplit(metadata["issuer"])
    assert (issuer.scheme, issuer.query, issuer.fragment, issuer.username) == ("https", "", "", None)
    for url in urls(metadata):
        assert urlsplit(url).scheme == "https", url
    # Values that must be there.
    assert metadata["response_types_supported"] == ["code"]
    assert set(metadata["subject_types_supported"]) <= {"public", "pairwise"}
    assert "RS256" in metadata["id_token_signing_alg_values_supported"]
    assert "none" not in metadata["id_token_signing_alg_values_supported"]
    assert {"authorization_code", "refresh_token"} <= set(metadata["grant_types_supported"])
    assert not {"implicit", "password"} & set(metadata["grant_types_supported"])
    assert "openid" in metadata["scopes_supported"]
    assert all(SCOPE.fullmatch(scope) for scope in metadata["scopes_supported"])
    assert all(LOCALE.fullmatch(locale) for locale in metadata["ui_locales_supported"])
    assert {"sub", "iss", "auth_time", "acr", "name", "email"} <= set(metadata["claims_supported"])
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    # RFC 8414, section 3.2: no array without elements.
    assert all(value for value in metadata.values() if isinstance(value, list))
    # What is absent would mean true for the second.
    for name in ("request_parameter_supported", "request_uri_parameter_supported", "claims_parameter_supported"):
        assert metadata[name] is False


def test_the_keys_are_public_strong_and_told_apart(suite: Suite) -> None:
    """The part of the module that looks at the JWKS."""
    keys = suite.keys()
    assert keys
    assert len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert not PRIVATE & set(key)
        assert key["use"] == "sig"
        if key["kty"] == "RSA":
            modulus = base64.urlsafe_b64decode(key["n"] + "==")
            assert len(modulus) >= 256 and modulus[0] != 0


def test_rfc_8414_has_the_same_document(suite: Suite) -> None:
    """Its path is inserted before the issuer's (RFC 8414, section 3.1)."""
    issuer = urlsplit(suite.server.issuer)
    inserted = f"{suite.server.url}/.well-known/oauth-authorization-server{issuer.path}"
    assert suite.http.get(inserted, timeout=60).json() == suite.metadata
