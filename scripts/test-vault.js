// `npm run test:vault`: all cases of the vault's faults, of which `npm test` draws half, and ten times the rounds.
const path = require('node:path');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');

const ROOT = path.join(__dirname, '..');
const SPECS = ['faults/vault-stripe', 'faults/vault-failpoints', 'scenarios/vault-at-once'];

const args = ['node_modules/jest/bin/jest.js', '--runInBand', ...SPECS.map((name) => `test/${name}.spec.ts`)];
const env = { VAULT_ROUNDS: '200', ...process.env, VAULT_CASES: 'all' };
endWithParent();
void runInGroup(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).then(
  ({ code }) => (process.exitCode = code ?? 1),
);
