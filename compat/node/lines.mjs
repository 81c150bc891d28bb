// Commands on standard input, answers on standard output, one JSON line each:
// {"do": NAME, "with": {…}} is answered by {"answer": …} or {"error": {…}}.
// What happens unasked is {"event": …}. Commands are carried out in order.

import { createInterface } from "node:readline";

function say(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
}

export function tell(event) {
  say({ event });
}

// What the libraries put into their errors, the causes' too.
function described(error) {
  if (!(error instanceof Error)) {
    return error === undefined ? null : { message: JSON.stringify(error) };
  }
  const { name, message, code, error: oauth, error_description: description, status } = error;
  return { name, message, code, oauth, description, status, cause: described(error.cause) };
}

export async function serve(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { do: name, with: given } = JSON.parse(line);
    try {
      say({ answer: (await commands[name](given)) ?? null });
    } catch (error) {
      say({ error: described(error) });
    }
  }
  // Nobody is there any more: servers would go on alone.
  process.exit();
}
