// `npm run start:dev`: the app, built and started again on every change, until this process is told to end.
const path = require('node:path');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');
const { writeStripeSchema } = require('./lib/stripe-schema.js');

const ROOT = path.join(__dirname, '..');
const NEST = path.join(ROOT, 'node_modules/@nestjs/cli/bin/nest.js');

endWithParent();
writeStripeSchema();
// Nest's command ends at a signal without waiting for the app, which still drains and stops its store.
runInGroup(process.execPath, [NEST, 'start', '--watch'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).then(
  ({ code }) => (process.exitCode = code ?? 1),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
