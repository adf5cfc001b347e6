// npm run test:node -- VERSION [JEST ARGUMENTS]: the same tests on another Node, such as 24 or 26, from the npm package `node`,
// kept in the user's cache. Without arguments all of test/; test/platform/process.spec.ts is start and demo.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');

const ROOT = path.join(__dirname, '..');
const [version = '', ...asked] = process.argv.slice(2);

/** The folder of the `node` program, installed when it is not there yet. */
function installed() {
  const cache = process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
  const prefix = path.join(cache, 'payments-node', version);
  const bin = path.join(prefix, 'node_modules/node/bin');
  if (!fs.existsSync(path.join(bin, 'node'))) {
    fs.mkdirSync(prefix, { recursive: true });
    // A manifest of its own, or npm would look for one in the folders above.
    fs.writeFileSync(path.join(prefix, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts=false', `node@${version}`];
    execFileSync('npm', args, { cwd: prefix, stdio: 'inherit', shell: process.platform === 'win32' });
  }
  return bin;
}

async function main() {
  if (!/^\d+(\.\d+\.\d+)?$/.test(version)) throw new Error('usage: npm run test:node -- VERSION [JEST ARGUMENTS]');
  const bin = installed();
  const node = path.join(bin, process.platform === 'win32' ? 'node.exe' : 'node');
  console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  // First on the PATH: what a test starts by name is that Node too.
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
  const jest = ['node_modules/jest/bin/jest.js', ...(asked.length === 0 ? ['test/'] : asked)];
  const { code } = await runInGroup(node, jest, { cwd: ROOT, stdio: 'inherit', env });
  process.exitCode = code ?? 1;
}

endWithParent();
main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
