"""Every module of the plans that we answer for has a test of its name."""

from __future__ import annotations

import pytest

import test_conformance_backchannel
import test_conformance_basic
import test_conformance_claims
import test_conformance_config
import test_conformance_rp_initiated_logout
from conformance import BASIC, FORM_POST

BASIC_MODULES = """
    oidcc-server oidcc-response-type-missing oidcc-idtoken-signature oidcc-idtoken-unsigned
    oidcc-userinfo-get oidcc-userinfo-post-header oidcc-userinfo-post-body
    oidcc-ensure-request-without-nonce-succeeds-for-code-flow
    oidcc-scope-profile oidcc-scope-email oidcc-scope-address oidcc-scope-phone oidcc-scope-all
    oidcc-alternate-happy-flow oidcc-display-page oidcc-display-popup
    oidcc-prompt-login oidcc-prompt-none-not-logged-in oidcc-prompt-none-logged-in
    oidcc-max-age-1 oidcc-max-age-10000 oidcc-ensure-request-with-unknown-parameter-succeeds
    oidcc-id-token-hint oidcc-login-hint oidcc-ui-locales oidcc-claims-locales
    oidcc-ensure-request-with-acr-values-succeeds oidcc-codereuse oidcc-codereuse-30seconds
    oidcc-ensure-registered-redirect-uri oidcc-ensure-post-request-succeeds
    oidcc-server-client-secret-post
    oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
    oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
    oidcc-claims-essential oidcc-ensure-request-object-with-redirect-uri
    oidcc-refresh-token oidcc-ensure-request-with-valid-pkce-succeeds
""".split()

LOGOUT_MODULES = """
    oidcc-rp-initiated-logout-discovery-endpoint-verification oidcc-rp-initiated-logout
    oidcc-rp-initiated-logout-bad-post-logout-redirect-uri
    oidcc-rp-initiated-logout-modified-id-token-hint oidcc-rp-initiated-logout-no-id-token-hint
    oidcc-rp-initiated-logout-no-params oidcc-rp-initiated-logout-no-post-logout-redirect-uri
    oidcc-rp-initiated-logout-no-state oidcc-rp-initiated-logout-only-state
    oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
    oidcc-rp-initiated-logout-bad-id-token-hint
""".split()

# Plans, with how many modules each has.
PLANS = {
    BASIC: (BASIC_MODULES, 38),
    FORM_POST: (BASIC_MODULES, 38),
    test_conformance_config.PLAN: (["oidcc-discovery-endpoint-verification"], 1),
    test_conformance_rp_initiated_logout.PLAN: (LOGOUT_MODULES, 11),
    test_conformance_backchannel.PLAN: (
        ["oidcc-backchannel-logout-discovery-endpoint-verification", "oidcc-backchannel-rp-initiated-logout"],
        2,
    ),
}
FILES = {
    BASIC: (test_conformance_basic, test_conformance_claims),
    FORM_POST: (test_conformance_basic, test_conformance_claims),
    test_conformance_config.PLAN: (test_conformance_config,),
    test_conformance_rp_initiated_logout.PLAN: (test_conformance_rp_initiated_logout,),
    test_conformance_backchannel.PLAN: (test_conformance_backchannel,),
}


@pytest.mark.parametrize("plan", PLANS)
def test_each_module_has_a_test(plan: str) -> None:
    modules, count = PLANS[plan]
    assert len(set(modules)) == len(modules) == count
    names = {name for file in FILES[plan] for name in vars(file)}
    assert [module for module in modules if "test_" + module.replace("-", "_") not in names] == []


@pytest.mark.parametrize("file", [test_conformance_basic, test_conformance_claims], ids=lambda file: file.__name__)
def test_basic_and_form_post_are_run_by_the_same_tests(file: object) -> None:
    fixture = vars(file)["suite"]
    assert list(fixture._fixture_function_marker.params) == [BASIC, FORM_POST]
