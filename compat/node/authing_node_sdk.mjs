// `authing-node-sdk`, unmodified: which methods it has, where each of them
// sends its request, and calls of them.

import { createRequire } from "node:module";

import { serve } from "./lines.mjs";

const sdk = createRequire(import.meta.url)("authing-node-sdk");
const clients = { ManagementClient: sdk.ManagementClient, AuthenticationClient: sdk.AuthenticationClient };

// What the interceptors of its own HTTP client see of an answer.
function seen({ config, status, headers, data }) {
  return { method: config.method.toUpperCase(), path: config.url, status, headers: { ...headers }, body: data };
}

function methodsOf(client) {
  return Object.getOwnPropertyNames(client.prototype).filter((name) => name !== "constructor");
}

// The requests of a call, none of which leaves.
async function requestsOf(name, method, options) {
  const client = new clients[name](options);
  const sent = [];
  client.httpClient.axios.defaults.adapter = (config) => {
    sent.push(`${config.method.toUpperCase()} ${config.url.replace(options.appHost ?? options.host, "")}`);
    return Promise.reject(new Error("not sent"));
  };
  // Which of these a method understands, it says itself.
  for (const given of [[{}, {}], ["text", "text"], ["text", {}]]) {
    try {
      await client[method](...given);
    } catch {
      // Known by what was sent.
    }
    if (sent.length > 0) {
      break;
    }
  }
  return [...new Set(sent)];
}

await serve({
  async methods() {
    return Object.fromEntries(Object.entries(clients).map(([name, client]) => [name, methodsOf(client)]));
  },

  async requests({ client, methods, options }) {
    const found = {};
    for (const method of methods) {
      found[method] = await requestsOf(client, method, options);
    }
    return found;
  },

  // One call, with the answers that its HTTP client got.
  async call({ client: name, options, method, given }) {
    const client = new clients[name](options);
    const answers = [];
    client.httpClient.axios.interceptors.response.use(
      (response) => {
        answers.push(seen(response));
        return response;
      },
      (error) => {
        if (error.response) {
          answers.push(seen(error.response));
        }
        throw error;
      },
    );
    try {
      return { answers, result: (await client[method](...given)) ?? null };
    } catch (error) {
      if (answers.length === 0) {
        throw error;
      }
      return { answers, raised: error.message };
    }
  },
});
