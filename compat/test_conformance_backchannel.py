"""The Back-Channel Logout plan, `oidcc-backchannel-rp-initiated-logout-certification-test-plan`,
with a receiver that is told over https."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

import pytest

from conformance import LOGGED_OUT, Suite
from conftest import SecureServer
from receiver import Receiver, verified

PLAN = "oidcc-backchannel-rp-initiated-logout-certification-test-plan"


@pytest.fixture
def receiver(secure_server: SecureServer) -> Iterator[Receiver]:
    made = Receiver("localhost", secure_server.certificate)
    yield made
    made.stop()


def test_oidcc_backchannel_logout_discovery_endpoint_verification(secure_server: SecureServer) -> None:
    metadata = Suite(secure_server, PLAN).metadata
    assert metadata["backchannel_logout_supported"] is True
    assert metadata["backchannel_logout_session_supported"] is True
    assert metadata["end_session_endpoint"].startswith("https://")


def test_oidcc_backchannel_rp_initiated_logout(secure_server: SecureServer, receiver: Receiver) -> None:
    """The logout token, then the state at the redirect URI, then a silent request that fails.

    The module does not ask for `exp`, which the errata of Back-Channel Logout 1.0
    demand, nor for the type: `verified` does."""
    suite = Suite(secure_server, PLAN)
    told = {"backchannel_logout_uri": receiver.url, "backchannel_logout_session_required": True}
    suite.client = suite.new_client(**told)
    tokens, state = suite.flow(), secrets.token_urlsafe(96)

    step = suite.end_session(id_token_hint=tokens.id_token, post_logout_redirect_uri=LOGGED_OUT, state=state)
    left = step.leaves()
    # It was told before the browser was sent back.
    assert not receiver.none_yet()
    received = receiver.next()
    assert received.tls in ("TLSv1.2", "TLSv1.3")
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    assert set(received.form) == {"logout_token"}
    server = suite.server
    claims = verified(server.url, server.issuer, suite.client.id, received.token, server.authority)
    # Neither ahead by more than five minutes nor a day old.
    assert -86400 < claims["iat"] - time.time() < 300
    assert claims["jti"]
    assert (claims["sub"], claims["sid"]) == (tokens.claims["sub"], tokens.claims["sid"])

    assert (left.target, left.params) == (LOGGED_OUT, {"state": state})
    suite.assert_signed_out()
    assert receiver.none_yet()
