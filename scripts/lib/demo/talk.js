// How the demo says what it does: steps, what was sent, what came back, and what was expected of it.
const { setTimeout: sleep } = require('node:timers/promises');

const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = (text) => paint('1', text);
const dim = (text) => paint('2', text);
const green = (text) => paint('32', text);
const red = (text) => paint('31', text);

class Wrong extends Error {}

/** What is not shown whole, and how much of it is. */
const SECRETS = { access_token: 12, clientSecret: 12, password: 0, number: 4 };
const masked = (value) =>
  JSON.stringify(value, (name, inner) => (name in SECRETS ? `${String(inner).slice(0, SECRETS[name])}…` : inner));

let steps = 0;
function step(title) {
  steps += 1;
  console.log(`\n${bold(`${String(steps).padStart(2)}. ${title}`)}`);
}
const stepsSoFar = () => steps;
const sent = (text) => console.log(dim(`    → ${text}`));
const got = (text) => console.log(`    ← ${text}`);

function expect(what, ok) {
  if (!ok) throw new Wrong(what);
  console.log(green(`    ✓ ${what}`));
}

function api(base) {
  return async function call(method, path, { token, key, body } = {}) {
    sent(`${method} ${path}${body === undefined ? '' : ` ${masked(body)}`}`);
    const response = await fetch(base + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { authorization: key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const answer = text === '' ? {} : JSON.parse(text);
    got(`${response.status} ${masked(answer)}`);
    return { status: response.status, body: answer };
  };
}

async function until(what, look, seconds = 15) {
  for (let i = 0; i < seconds * 5; i++) {
    const found = await look();
    if (found) return found;
    await sleep(200);
  }
  throw new Wrong(`${what} did not happen within ${seconds} s`);
}

module.exports = { api, bold, expect, got, green, red, sent, step, stepsSoFar, until, Wrong };
