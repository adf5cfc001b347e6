// `npm test`: everything that has to hold, in the order of what is cheapest to find out. The last line is the sum.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
const METADATA = path.join(ROOT, 'src/metadata.ts');
const JEST_REPORT = path.join(os.tmpdir(), `payments-jest-${process.pid}.json`);

const sum = { passed: 0, failed: 0, skipped: 0 };

function run(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.once('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function step(name, work) {
  const since = performance.now();
  console.log(`\n== ${name}`);
  const ok = await work();
  console.log(`== ${name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
  return ok;
}

async function check(name, work) {
  if (await step(name, work)) sum.passed++;
  else sum.failed++;
}

const script = (name) => async () => (await run('npm', ['run', '--silent', name])) === 0;

/** Builds in any case, but by the same way as `npm start`, so that the tests find it current. */
async function build() {
  const before = fs.readFileSync(METADATA, 'utf8');
  fs.rmSync(path.join(ROOT, 'dist/.build-stamp'), { force: true });
  const program =
    "require('./scripts/lib/build.js').buildIfNeeded().catch((e) => { console.error(e.message); process.exit(1); })";
  if ((await run(process.execPath, ['-e', program])) !== 0) return false;
  if (fs.readFileSync(METADATA, 'utf8') === before) return true;
  console.error('src/metadata.ts was out of date (it is what documents the DTOs): it is written anew, commit it.');
  return false;
}

async function jest() {
  const bin = path.join(ROOT, 'node_modules/jest/bin/jest.js');
  const code = await run(process.execPath, [bin, '--json', `--outputFile=${JEST_REPORT}`, ...process.argv.slice(2)]);
  if (!fs.existsSync(JEST_REPORT)) {
    sum.failed++;
    return false;
  }
  const report = JSON.parse(fs.readFileSync(JEST_REPORT, 'utf8'));
  fs.rmSync(JEST_REPORT);
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  const counted = report.numFailedTests + report.numRuntimeErrorTestSuites > 0;
  // No test at all, or a failure that is no test's, such as one of the teardown.
  if (report.numPassedTests === 0 || (code !== 0 && !counted)) sum.failed++;
  return code === 0;
}

async function main() {
  await check('format', script('format:check'));
  await check('types', script('typecheck'));
  await check('lint', script('lint'));
  await check('arrows', script('arrows'));
  await check('build', build);
  await step('tests', jest);
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}

void main();
