const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const ROOT = join(__dirname, '../..');

/** One file of packages/stripe-simulator/test/conformance by Jest, without the store and the build of other tests: it starts what it needs. */
function runConformance(file, env, args = []) {
  const { globalSetup: _setup, globalTeardown: _teardown, ...config } = require('../../jest.config.js');
  const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
  const own = [
    '--config',
    JSON.stringify({ ...config, rootDir: ROOT }),
    '--runInBand',
    `packages/stripe-simulator/test/conformance/${file}`,
  ];
  return spawnSync(process.execPath, [jest, ...own, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

module.exports = { runConformance };
