// A peer of the benches: npm oidc-provider as its documentation starts it, in memory,
// with its own development interactions, which take any login and hash nothing.
// Consent is given beforehand, as for first-party applications.
//
// Its second argument is a number of access tokens, of as many people, that it makes
// and prints: the introspection bench asks about them.

import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const callback = 'https://app.example/cb';

// As the contender signs: RS256 unless the argument says ES256.
const algorithm = process.argv[2] ?? 'RS256';
const { privateKey } =
  algorithm === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), alg: algorithm, use: 'sig' };

const tokens = Number(process.argv[3] ?? 0);

// Makes an access token as the code flow would: of a person's grant to the client.
async function makeToken(provider, client, accountId) {
  const grant = new provider.Grant({ clientId: client.clientId, accountId });
  grant.addOIDCScope('openid');
  const token = new provider.AccessToken({
    accountId,
    client,
    grantId: await grant.save(),
    gty: 'authorization_code',
    scope: 'openid',
  });
  return token.save();
}

const server = createServer();
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: 'bench',
        client_secret: 'bench-secret-of-this-run',
        redirect_uris: [callback],
        token_endpoint_auth_method: 'client_secret_post',
        id_token_signed_response_alg: algorithm,
      },
    ],
    features: { introspection: { enabled: true } },
    cookies: { keys: ['a key of this run'] },
    jwks: { keys: [jwk] },
    pkce: { required: () => true },
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const known = session.grantIdFor(client.clientId);
      if (known) {
        return ctx.oidc.provider.Grant.find(known);
      }
      const grant = new ctx.oidc.provider.Grant({
        clientId: client.clientId,
        accountId: session.accountId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  // Warnings of its development defaults.
  console.warn = () => {};
  server.on('request', provider.callback());
  const client = await provider.Client.find('bench');
  for (let person = 0; person < tokens; person += 1) {
    console.log(`token ${await makeToken(provider, client, `person${person}`)}`);
  }
  console.log(`listening on http://127.0.0.1:${port}`);
});
