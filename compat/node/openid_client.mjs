// The relying party `openid-client`, as its README uses it.

import * as oidc from "openid-client";

import { serve } from "./lines.mjs";

// By the client's id: its configuration, redirect URI and sign-ins under way.
const clients = new Map();

function tokens(response) {
  const { access_token, refresh_token, id_token, scope, expires_in } = response;
  return { access_token, refresh_token, id_token, scope, expires_in, claims: response.claims() ?? null };
}

await serve({
  async open({ issuer, client_id, client_secret, redirect_uri }) {
    const config = await oidc.discovery(new URL(issuer), client_id, client_secret, undefined, {
      // The second has it verify the ID token's signature, although that came
      // straight from the token endpoint.
      execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
    });
    clients.set(client_id, { config, redirect_uri, begun: new Map() });
    return config.serverMetadata();
  },

  async begin({ client_id, scope, params }) {
    const { config, redirect_uri, begun } = clients.get(client_id);
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const nonce = oidc.randomNonce();
    begun.set(state, { verifier, nonce });
    return oidc.buildAuthorizationUrl(config, {
      redirect_uri,
      scope,
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...params,
    }).href;
  },

  async finish({ client_id, url, form }) {
    const { config, begun } = clients.get(client_id);
    const state = form?.state ?? new URL(url).searchParams.get("state");
    const { verifier, nonce } = begun.get(state) ?? {};
    begun.delete(state);
    const answer = form
      ? new Request(url, { method: "POST", body: new URLSearchParams(form) })
      : new URL(url);
    return tokens(
      await oidc.authorizationCodeGrant(config, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      }),
    );
  },

  async refresh({ client_id, refresh_token }) {
    return tokens(await oidc.refreshTokenGrant(clients.get(client_id).config, refresh_token));
  },

  async userinfo({ client_id, access_token, sub }) {
    return oidc.fetchUserInfo(clients.get(client_id).config, access_token, sub);
  },

  async introspect({ client_id, token }) {
    return oidc.tokenIntrospection(clients.get(client_id).config, token);
  },

  async revoke({ client_id, token }) {
    return oidc.tokenRevocation(clients.get(client_id).config, token);
  },

  async end_session({ client_id, id_token, uri, state }) {
    return oidc.buildEndSessionUrl(clients.get(client_id).config, {
      id_token_hint: id_token,
      post_logout_redirect_uri: uri,
      state,
    }).href;
  },
});
