// npm run failpoints: the places at which a test can kill, stop or fail the app (FAILPOINTS, with NODE_ENV=test only).
const { join } = require('node:path');
const { buildIfNeeded } = require('./lib/build.js');

async function main() {
  const root = join(__dirname, '..');
  await buildIfNeeded({ root });
  const { FAILPOINTS } = require(join(root, 'dist/platform/common/failpoint-names.js'));
  const width = Math.max(...Object.keys(FAILPOINTS).map((name) => name.length));
  for (const [name, does] of Object.entries(FAILPOINTS)) console.log(`${name.padEnd(width)}  ${does}`);
  console.log(`\n${Object.keys(FAILPOINTS).length} names, each .before and .after.`);
  console.log("FAILPOINTS='confirm.send.after=kill@1,create.store.before=sleep:500' (kill, throw or sleep:MS; @hit)");
}

void main();
