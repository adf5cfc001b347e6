// `npm run test:amounts [-- REQUESTS [SEED]]`: the calculator against a second computation, in full size.
const path = require('node:path');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');

const ROOT = path.join(__dirname, '..');
const [requests = '100000', seed] = process.argv.slice(2);

const args = ['node_modules/jest/bin/jest.js', '--runInBand', 'src/modules/calculator/amounts.property.spec.ts'];
const env = { ...process.env, AMOUNT_RUNS: requests, ...(seed === undefined ? {} : { AMOUNT_SEED: seed }) };
endWithParent();
void runInGroup(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).then(
  ({ code }) => (process.exitCode = code ?? 1),
);
