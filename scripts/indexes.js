// `npm run indexes -- --check | --repair`: builds when needed, then is src/indexes.ts.
const path = require('node:path');
const { buildIfNeeded } = require('./lib/build.js');

buildIfNeeded().then(
  () => require(path.join(__dirname, '../dist/indexes.js')),
  (error) => {
    console.error(error.name === 'BuildError' ? error.message : error);
    process.exitCode = error.exitCode ?? 1;
  },
);
