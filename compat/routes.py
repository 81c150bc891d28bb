"""Every route, and who may call it.

A route that is in the contract and not here fails a test, as does one here
that is not in the contract; so each was classified by somebody.
"""

from __future__ import annotations

from dataclasses import dataclass

PERMISSIONS = (
    "check",
    "sessions:read",
    "sessions:end",
    "users:read",
    "users:write",
    "apps:read",
    "apps:write",
    "apps:secret",
    "keys",
    "settings",
    "audit",
)

# Built: a permission stands for a management caller who has it; `user` for an
# end user's access token, `client` for an application's credentials, `anyone`
# for what needs no proof beyond the request itself, `browser` for the pages,
# `server` for the root key of the server's first pool.
BUILT = """
POST /api/v3/list-users users:read
GET  /api/v3/list-users users:read
GET  /api/v3/get-user users:read
POST /api/v3/create-user users:write
POST /api/v3/update-user users:write
POST /api/v3/delete-users-batch users:write
GET  /api/v3/get-user-batch users:read
POST /api/v3/create-users-batch users:write
POST /api/v3/update-user-batch users:write
GET  /api/v3/get-user-mfa-info users:read
GET  /api/v3/list-archived-users users:read
GET  /api/v3/get-user-accessible-apps users:read
GET  /api/v3/get-user-logged-in-identities sessions:read
POST /api/v3/resign-user users:write
POST /api/v3/resign-user-batch users:write
GET  /api/v3/get-user-identities users:read
POST /api/v3/kick-users sessions:end
POST /api/v3/is-user-exists users:read
GET  /api/v3/get-user-login-history sessions:read
GET  /api/v3/get-user-loggedin-apps sessions:read
POST /api/v3/get-user-action-logs audit
POST /api/v3/get-admin-audit-logs audit
POST /api/v3/check-session-status check
POST /api/v3/link-identity users:write
POST /api/v3/unlink-identity users:write
POST /api/v3/get-management-token anyone
GET  /api/v3/get-ext-idp apps:read
POST /api/v3/create-ext-idp apps:write
GET  /api/v3/get-application apps:read
GET  /api/v3/list-applications apps:read
POST /api/v3/create-application apps:write
POST /api/v3/delete-application apps:write
GET  /api/v3/get-application-secret apps:secret
POST /api/v3/refresh-application-secret apps:secret
POST /api/v3/list-application-active-users sessions:read
GET  /api/v3/get-security-settings settings
POST /api/v3/update-security-settings settings
POST /oidc/token client
POST /oidc/token/introspection client
POST /oidc/token/revocation client
GET  /oidc/auth browser
GET  /oidc/session/end browser
GET  /oidc/me user
POST /oidc/me user
GET  /oidc/.well-known/openid-configuration anyone
GET  /oidc/.well-known/jwks.json anyone
POST /api/v3/signin client
GET  /api/v3/get-my-logged-in-apps user
GET  /api/v3/get-my-login-history user
GET  /api/v3/get-profile user
POST /api/v3/update-password user
POST /api/v3/signup anyone
GET  /api/v3/get-identities user
GET  /api/v3/get-my-accessible-apps user
POST /api/v3/update-profile user
GET  /api/v3/get-security-info user
GET  /api/v3/system anyone
GET  /api/v3/mydevices/list user
POST /api/v3/mydevices/unbind user
POST /api/v3/mydevices/revoke-session user
"""

# In the contract and not built: they answer 501 to anyone.
UNBUILT = """
POST /api/v3/device-status
POST /api/v3/delete-device
POST /api/v3/suspend-device
POST /api/v3/disable-device
POST /api/v3/enable-device
POST /api/v3/import-otp
POST /api/v3/set-mfa-status
GET  /api/v3/get-mfa-status
GET  /api/v3/list-ext-idp
POST /api/v3/update-ext-idp
POST /api/v3/delete-ext-idp
POST /api/v3/create-ext-idp-conn
POST /api/v3/update-ext-idp-conn
POST /api/v3/delete-ext-idp-conn
POST /api/v3/change-ext-idp-conn-state
POST /api/v3/create-webhook
GET  /api/v3/list-webhooks
POST /api/v3/update-webhook
POST /api/v3/delete-webhook
POST /api/v3/get-webhook-logs
POST /api/v3/trigger-webhook
GET  /api/v3/get-webhook
GET  /api/v3/get-webhook-event-list
GET  /api/v3/get-application-simple-info
GET  /api/v3/list-application-simple-info
GET  /api/v3/get-global-mfa-settings
POST /api/v3/update-global-mfa-settings
GET  /api/v3/list-event-apps
GET  /api/v3/list-events
POST /api/v3/define-event
POST /api/v3/pub-event
GET  /api/v3/list-access-key
GET  /api/v3/get-access-key
POST /api/v3/create-access-key
POST /api/v3/delete-access-key
POST /api/v3/update-access-key
GET  /api/v3/signin-by-extidp
POST /api/v3/send-enroll-factor-request
POST /api/v3/enroll-factor
POST /api/v3/reset-factor
GET  /api/v3/list-enrolled-factors
GET  /api/v3/get-factor
GET  /api/v3/list-factors-to-enroll
POST /api/v3/mfa-totp-verify
GET  /api/v3/link-extidp
GET  /api/v3/generate-link-extidp-url
POST /api/v3/unlink-extidp
GET  /api/v3/get-application-enabled-extidps
POST /api/v3/send-email
POST /api/v3/bind-email
POST /api/v3/unbind-email
POST /api/v3/verify-update-email-request
POST /api/v3/update-email
POST /api/v3/verify-reset-password-request
POST /api/v3/reset-password
POST /api/v3/verify-delete-account-request
POST /api/v3/delete-account
GET  /api/v3/webauthn/authentication
POST /api/v3/webauthn/authentication
GET  /api/v3/webauthn/registration
POST /api/v3/webauthn/registration
POST /api/v3/webauthn/page-authenticator-device
POST /api/v3/webauthn/check-valid-credentials-by-credIds
POST /api/v3/webauthn/remove-credentials-by-authenticator-code
POST /api/v3/webauthn/remove-credential/{credentialID}
"""

# Ours: what the contract does not have.
OURS = """
POST /api/v3/update-application apps:write
POST /api/v3/rotate-signing-keys server
POST /api/v3/list-logout-deliveries sessions:read
POST /oidc/auth browser
POST /oidc/auth/sign-in browser
POST /oidc/auth/account browser
POST /oidc/auth/consent browser
POST /oidc/session/end browser
POST /oidc/session/end/confirm browser
GET  /oidc/logo/{client_id} anyone
"""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    # A permission, `user`, `client`, `server`, `browser`, `anyone`, or empty where nothing is built.
    who: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def verb(self) -> str:
        """The last part of the path, which names the operation."""
        return self.path.rsplit("/", 1)[1]

    @property
    def is_v3(self) -> bool:
        return self.path.startswith("/api/v3/")


def _table(text: str) -> list[Route]:
    rows = [line.split() for line in text.strip().splitlines()]
    return [Route(row[0], row[1], row[2] if len(row) > 2 else "") for row in rows]


built = _table(BUILT) + _table(OURS)
unbuilt = _table(UNBUILT)
ours = _table(OURS)
management = [route for route in built if route.who in PERMISSIONS]
server = [route for route in built if route.who == "server"]
end_user = [route for route in built if route.who == "user"]
client = [route for route in built if route.who == "client"]
