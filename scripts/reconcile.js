// `npm run reconcile -- --from DAY --to DAY [--json] [--repair]`: builds when needed, then is src/reconcile.ts.
const path = require('node:path');
const { buildIfNeeded } = require('./lib/build.js');

buildIfNeeded().then(
  () => require(path.join(__dirname, '../dist/reconcile.js')),
  (error) => {
    console.error(error.name === 'BuildError' ? error.message : error);
    process.exitCode = error.exitCode ?? 69;
  },
);
