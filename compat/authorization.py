"""Authorization requests and code redemption by hand, for what no client library can be made to say."""

from __future__ import annotations

from urllib.parse import urlencode

import requests

from world import Application, World

# Nobody listens there: a test takes the URL from the redirect.
REDIRECT_URI = "http://127.0.0.1:9/callback"
LOGOUT_URI = "http://127.0.0.1:9/signed-out"

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def request(issuer: str, application: Application, **changes: str | None) -> str:
    """The URL of a good request. `changes` add to it, replace or, if `None`, remove."""
    given = {
        "client_id": application.id,
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": "openid",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changes,
    }
    return f"{issuer}/auth?{urlencode({name: value for name, value in given.items() if value is not None})}"


def redeem(world: World, application: Application, code: str, **changes: str) -> requests.Response:
    """The code of such a request for tokens."""
    form = {"redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER, **changes}
    return world.oidc("token", application, grant_type="authorization_code", code=code, **form)
