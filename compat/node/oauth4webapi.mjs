// The relying party `oauth4webapi`, whose every step is its user's. It
// authenticates by client_secret_basic.

import * as oauth from "oauth4webapi";

import { serve } from "./lines.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };

// By the client's id: the server, the client, and sign-ins under way.
const clients = new Map();

function tokens(result) {
  const { access_token, refresh_token, id_token, scope, expires_in } = result;
  const claims = oauth.getValidatedIdTokenClaims(result) ?? null;
  return { access_token, refresh_token, id_token, scope, expires_in, claims };
}

await serve({
  async open({ issuer, client_id, client_secret, redirect_uri }) {
    const url = new URL(issuer);
    const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
    const secret = oauth.ClientSecretBasic(client_secret);
    clients.set(client_id, { server, client: { client_id }, secret, redirect_uri, begun: new Map() });
    return server;
  },

  async begin({ client_id, scope, params }) {
    const { server, redirect_uri, begun } = clients.get(client_id);
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const nonce = oauth.generateRandomNonce();
    begun.set(state, { verifier, nonce });
    const url = new URL(server.authorization_endpoint);
    const asked = {
      client_id,
      redirect_uri,
      response_type: "code",
      scope,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      ...params,
    };
    Object.entries(asked).forEach(([name, value]) => url.searchParams.set(name, value));
    return url.href;
  },

  async finish({ client_id, url, form }) {
    const { server, client, secret, redirect_uri, begun } = clients.get(client_id);
    const answer = form ? new URLSearchParams(form) : new URL(url);
    const state = form?.state ?? answer.searchParams.get("state");
    const { verifier, nonce } = begun.get(state) ?? {};
    begun.delete(state);
    const params = oauth.validateAuthResponse(server, client, answer, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      secret,
      params,
      redirect_uri,
      verifier,
      insecure,
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, insecure);
    return tokens(result);
  },

  async refresh({ client_id, refresh_token }) {
    const { server, client, secret } = clients.get(client_id);
    const response = await oauth.refreshTokenGrantRequest(server, client, secret, refresh_token, insecure);
    return tokens(await oauth.processRefreshTokenResponse(server, client, response));
  },

  async userinfo({ client_id, access_token, sub }) {
    const { server, client } = clients.get(client_id);
    const response = await oauth.userInfoRequest(server, client, access_token, insecure);
    return oauth.processUserInfoResponse(server, client, sub, response);
  },

  async introspect({ client_id, token }) {
    const { server, client, secret } = clients.get(client_id);
    const response = await oauth.introspectionRequest(server, client, secret, token, insecure);
    return oauth.processIntrospectionResponse(server, client, response);
  },

  async revoke({ client_id, token }) {
    const { server, client, secret } = clients.get(client_id);
    return oauth.processRevocationResponse(await oauth.revocationRequest(server, client, secret, token, insecure));
  },

  async end_session({ client_id, id_token, uri, state }) {
    const url = new URL(clients.get(client_id).server.end_session_endpoint);
    const asked = { id_token_hint: id_token, post_logout_redirect_uri: uri, state };
    Object.entries(asked).forEach(([name, value]) => url.searchParams.set(name, value));
    return url.href;
  },
});
