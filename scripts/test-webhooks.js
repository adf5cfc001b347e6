// `npm run test:webhooks [-- PAYMENTS [SEED]]`: test/scenarios/webhooks.spec.ts in full size, with progress and figures.
const path = require('node:path');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');

const ROOT = path.join(__dirname, '..');
const [payments = '2000', seed = '1'] = process.argv.slice(2);

const args = ['node_modules/jest/bin/jest.js', '--runInBand', 'test/scenarios/webhooks.spec.ts'];
const env = { ...process.env, WEBHOOK_PAYMENTS: payments, WEBHOOK_SEED: seed };
endWithParent();
void runInGroup(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).then(
  ({ code }) => (process.exitCode = code ?? 1),
);
