// `npm test`: everything that has to hold, in the order of what is cheapest to find out. The last line is the sum.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { endWithParent } = require('./lib/end-with-parent.js');
const { runInGroup } = require('./lib/run-in-group.js');

const ROOT = path.join(__dirname, '..');
const METADATA = path.join(ROOT, 'src/metadata.ts');
const JEST_REPORT = path.join(os.tmpdir(), `payments-jest-${process.pid}.json`);

const ENDED_BY = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const sum = { passed: 0, failed: 0, skipped: 0 };

/** Ended together with us; then nothing else is begun. What it says goes to `print`, or straight to the terminal. */
async function run(program, args, print) {
  const how = { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' };
  if (print !== undefined) {
    how.stdio = ['ignore', 'pipe', 'pipe'];
    how.onStart = ({ stdout, stderr }) => [stdout, stderr].forEach((stream) => stream.on('data', print));
  }
  try {
    const { code, signal } = await runInGroup(program, args, how);
    if (ENDED_BY.includes(signal)) process.exit(1);
    return code ?? 1;
  } catch (error) {
    console.error(error.message);
    return 1;
  }
}

async function step(name, work) {
  const since = performance.now();
  console.log(`\n== ${name}`);
  const ok = await work();
  console.log(`== ${name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
  return ok;
}

/** Counts a check; what it says is held back until it ends, since another one runs beside it. */
async function check(name, work) {
  const said = [];
  const since = performance.now();
  console.log(`.. ${name}`);
  const ok = await work((bytes) => said.push(bytes));
  console.log(`\n== ${name}\n${Buffer.concat(said).toString()}`.trimEnd());
  console.log(`== ${name}: ${ok ? 'ok' : 'FAILED'} (${((performance.now() - since) / 1000).toFixed(1)} s)`);
  if (ok) sum.passed++;
  else sum.failed++;
}

const script = (name) => async (print) => (await run('npm', ['run', '--silent', name], print)) === 0;

/** Builds in any case, but by the same way as `npm start`, so that the tests find it current. */
async function build(print) {
  const before = fs.readFileSync(METADATA, 'utf8');
  fs.rmSync(path.join(ROOT, 'dist/.build-stamp'), { force: true });
  const program =
    "require('./scripts/lib/build.js').buildIfNeeded().catch((e) => { console.error(e.message); process.exit(1); })";
  if ((await run(process.execPath, ['-e', program], print)) !== 0) return false;
  if (fs.readFileSync(METADATA, 'utf8') === before) return true;
  print(
    Buffer.from('src/metadata.ts was out of date (it is what documents the DTOs): it is written anew, commit it.\n'),
  );
  return false;
}

const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');

/** @returns Jest's report, or null when it did not come to one. */
async function runJest(args) {
  const code = await run(process.execPath, [JEST, '--json', `--outputFile=${JEST_REPORT}`, ...args]);
  if (!fs.existsSync(JEST_REPORT)) return null;
  const report = JSON.parse(fs.readFileSync(JEST_REPORT, 'utf8'));
  fs.rmSync(JEST_REPORT);
  return { ...report, code, failed: report.numFailedTests + report.numRuntimeErrorTestSuites };
}

const passedIn = (files) =>
  files.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed').length;

const STORM = /[\\/]scenarios[\\/](fleet|same-at-once|storm|webhooks)\.spec/;

/**
 * Two cores that others use too make a test with a time-out fail now and then. A few files that failed are run once more,
 * alone; what passes then is named as flaky, not passed over. A storm gets no second chance: what it finds is rare and real.
 */
async function secondChance(report) {
  const files = report.testResults.filter(({ status }) => status === 'failed');
  if (files.length === 0 || files.length > 3 || files.some(({ name }) => STORM.test(name))) return false;
  console.log(`\n== again, alone: ${files.map(({ name }) => path.relative(ROOT, name)).join(', ')}`);
  const again = await runJest(['--runInBand', ...files.map(({ name }) => name)]);
  if (again === null || again.code !== 0) return false;
  for (const { name, assertionResults } of files) {
    const titles = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
    console.log(`flaky: ${path.relative(ROOT, name)}: ${titles.join('; ') || 'the file itself'}`);
  }
  sum.passed += passedIn(again.testResults) - passedIn(files);
  sum.failed -= report.failed;
  return true;
}

async function jest() {
  const report = await runJest(process.argv.slice(2));
  if (report === null) {
    sum.failed++;
    return false;
  }
  sum.passed += report.numPassedTests;
  sum.failed += report.failed;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  // No test at all, or a failure that is no test's, such as one of the teardown.
  if (report.numPassedTests === 0 || (report.code !== 0 && report.failed === 0)) sum.failed++;
  return report.code === 0 || (report.failed > 0 && (await secondChance(report)));
}

async function main() {
  // Each keeps about one core busy. The build comes first: it writes src/metadata.ts and swaps folders that the others read.
  await Promise.all([check('build', build), check('format', script('format:check'))]);
  const read = async () => {
    await check('lint', script('lint'));
    await check('arrows', script('arrows'));
  };
  await Promise.all([check('types', script('typecheck')), read()]);
  await step('tests', jest);
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${skipped}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}

endWithParent();
void main();
