// A peer of the benches: npm better-auth as its documentation starts it, with SQLite
// (better-sqlite3) and without a cache in the cookie, so that each question is asked
// of the database. Its arguments are a file for the database and a number of people,
// who sign up and so have a session; their cookies are printed.

import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import Database from 'better-sqlite3';

const [, , file, people] = process.argv;
const database = new Database(file);
database.pragma('journal_mode = WAL');

const server = createServer();
server.listen(0, '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const auth = betterAuth({
    baseURL: origin,
    database,
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    secret: 'a secret of this run, and long enough',
    telemetry: { enabled: false },
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  for (let person = 0; person < Number(people); person += 1) {
    const body = {
      email: `person${person}@example.com`,
      name: `Person ${person}`,
      password: 'correct horse battery',
    };
    const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
    const cookies = headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    console.log(`token ${cookies.join('; ')}`);
  }
  server.on('request', toNodeHandler(auth));
  console.log(`listening on ${origin}`);
});
