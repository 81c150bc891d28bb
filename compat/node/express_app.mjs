// Applications with `express-openid-connect`: back-channel logout, sessions
// and logged-out marks in memory. One process holds several, each on its own
// host, since browsers tell them apart by that.

import { randomBytes } from "node:crypto";

import express from "express";
import openid from "express-openid-connect";

import { serve, tell } from "./lines.mjs";

// By URL: the Express application.
const apps = new Map();

// The store that the library's documentation asks for, in its simplest form.
class MemoryStore {
  #kept = new Map();

  get(id, done) {
    done(null, this.#kept.get(id));
  }

  set(id, value, done) {
    this.#kept.set(id, value);
    done(null);
  }

  destroy(id, done) {
    this.#kept.delete(id);
    done(null);
  }
}

// Says of each request how it was answered, once it was.
function told(url) {
  return (request, response, next) => {
    const { method, path } = request;
    response.on("finish", () => tell({ app: url, method, path, status: response.statusCode }));
    next();
  };
}

await serve({
  // The port is known before the client is, whose registration names it.
  async listen({ host }) {
    const app = express();
    const server = app.listen(0, host);
    await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
    const url = `http://${host}:${server.address().port}`;
    app.use(told(url));
    apps.set(url, app);
    return url;
  },

  async configure({ url, issuer, client_id, client_secret, params }) {
    const app = apps.get(url);
    app.use(
      openid.auth({
        issuerBaseURL: issuer,
        baseURL: url,
        clientID: client_id,
        clientSecret: client_secret,
        secret: randomBytes(32).toString("hex"),
        authRequired: false,
        idpLogout: true,
        authorizationParams: { response_type: "code", scope: "openid profile email offline_access", ...params },
        session: { store: new MemoryStore() },
        backchannelLogout: true,
      }),
    );
    app.get("/open", (request, response) => response.json({ sub: request.oidc.user?.sub ?? null }));
    app.get("/", openid.requiresAuth(), (request, response) => {
      const { sub, sid } = request.oidc.idTokenClaims;
      response.json({ sub, sid });
    });
    app.use((error, _request, response, _next) => {
      console.error(error);
      response.status(error.status ?? 500).json({ message: error.message, error: error.error });
    });
  },
});
