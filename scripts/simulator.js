// `npm run simulator`: builds when needed, then is the simulator: one process, so the signals arrive where they are handled.
const path = require('node:path');
const { buildIfNeeded } = require('./lib/build.js');
const { endWithParent } = require('./lib/end-with-parent.js');

endWithParent();
buildIfNeeded().then(
  () => require(path.join(__dirname, '../packages/stripe-simulator/bin/stripe-simulator.js')),
  (error) => {
    console.error(error.name === 'BuildError' ? error.message : error);
    process.exit(error.exitCode ?? 1);
  },
);
