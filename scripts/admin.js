// `npm run admin -- <command>`: builds when needed, then is src/admin.ts.
const path = require('node:path');
const { buildIfNeeded } = require('./lib/build.js');

buildIfNeeded().then(
  () => require(path.join(__dirname, '../dist/admin.js')),
  (error) => {
    console.error(error.name === 'BuildError' ? error.message : error);
    process.exitCode = error.exitCode ?? 1;
  },
);
