// npm run demo: walks the main jobs over HTTP against the running product and prints each step with what it sent and got.
// Exits 1 as soon as a step is not what it should be. Takes the addresses from DATA_DIR/run.json, which `npm start` writes.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { gateway } = require('./lib/demo/gateway.js');
const { storefront } = require('./lib/demo/storefront.js');
const { api, bold, green, red, stepsSoFar, Wrong } = require('./lib/demo/talk.js');

function running() {
  const dataDir = process.env['DATA_DIR'] || '.data';
  try {
    return JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'));
  } catch {
    throw new Wrong(`nothing is running on ${dataDir}: start it with \`npm start\` in another terminal`);
  }
}

async function main() {
  const { url, docs, simulator } = running();
  console.log(`The product runs at ${bold(url)}${docs === null ? '' : `, its documentation at ${bold(docs)}`}.`);
  const call = api(url);
  await storefront({ call, simulator });
  const key = await gateway({ call, simulator });
  console.log(`\n${green(bold(`All ${stepsSoFar()} steps went as they should.`))}`);
  console.log(`A private key to go on with${docs === null ? '' : ` (Authorize at ${docs})`}: ${bold(key)}`);
}

main().catch((error) => {
  console.error(red(`\n    ✗ ${error instanceof Wrong ? error.message : (error.cause?.message ?? error.message)}`));
  process.exitCode = 1;
});
