// `npm run admin`, `npm run indexes`, `npm run reconcile`: builds when needed, then is src/commands/main.ts.
const path = require('node:path');
const { buildIfNeeded } = require('./lib/build.js');

buildIfNeeded().then(
  () => require(path.join(__dirname, '../dist/commands/main.js')),
  (error) => {
    console.error(error.name === 'BuildError' ? error.message : error);
    process.exitCode = error.exitCode ?? 69;
  },
);
