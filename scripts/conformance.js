// npm run conformance [-- --group NAME] [-- --markdown]: what Stripe's documentation says, against the simulator or, with
// STRIPE_TEST_KEY, against that sandbox. Exit code 1 if a check fails, 2 for a wrong option. See docs/conformance.md.
const { existsSync, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { runConformance } = require('./lib/run-conformance.js');

const SIGNS = { passed: 'ok', failed: 'FAILED', pending: 'skipped' };

function main(args) {
  if (args.length === 1 && args[0] === '--markdown') return markdown();
  const [option, group, ...rest] = args;
  if (args.length === 0) return check('');
  if (option === '--group' && group !== undefined && rest.length === 0) return check(group);
  console.error('usage: npm run conformance [-- --markdown | --group NAME]');
  return 2;
}

function markdown() {
  const run = runConformance('table.spec.ts', { CONFORMANCE_WRITE: '1' });
  console.log(run.status === 0 ? 'docs/conformance.md is written' : run.stderr);
  return run.status === 0 ? 0 : 1;
}

function check(group) {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const [report, list] = [join(folder, 'report.json'), join(folder, 'checks.json')];
    const env = { CONFORMANCE_LIST: list, CONFORMANCE_GROUP: group };
    const run = runConformance('conformance.spec.ts', env, ['--json', `--outputFile=${report}`]);
    const results = resultsIn(report);
    if (results.size === 0) {
      console.error(/^ +((?:STRIPE_TEST_KEY|no group) .*)/m.exec(run.stderr)?.[1] ?? run.stderr);
      return 2;
    }
    const ran = JSON.parse(readFileSync(list, 'utf8')).filter(({ id }) => results.has(id));
    return print(ran.map((one) => ({ ...one, ...results.get(one.id) })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Result and complaint by the check's id; empty when Jest did not come to any check. */
function resultsIn(report) {
  if (!existsSync(report)) return new Map();
  const ran = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((file) => file.assertionResults);
  return new Map(
    ran.map(({ title, status, failureMessages }) => [
      title.split(' ', 1)[0],
      { result: SIGNS[status], complaint: failureMessages.join('\n') },
    ]),
  );
}

function print(checks) {
  for (const { id, group, title, result, doc } of checks) {
    console.log(`${id}  ${group.padEnd(18)}  ${result.padEnd(7)}  ${title}\n${' '.repeat(37)}${doc}`);
  }
  for (const { id, complaint } of checks.filter(({ result }) => result === 'FAILED'))
    console.log(`\n${id}: ${complaint}`);
  console.log(`\n${'group'.padEnd(18)} ok failed skipped`);
  for (const group of [...new Set(checks.map((one) => one.group)), 'all']) {
    const of = checks.filter((one) => group === 'all' || one.group === group);
    const counts = Object.values(SIGNS).map((sign) => of.filter(({ result }) => result === sign).length);
    console.log(
      `${group.padEnd(18)} ${String(counts[0]).padStart(2)} ${String(counts[1]).padStart(6)} ${String(counts[2]).padStart(7)}`,
    );
  }
  const where = process.env['STRIPE_TEST_KEY'] ? 'a Stripe sandbox' : 'the simulator';
  console.log(`against ${where}`);
  return checks.some(({ result }) => result === 'FAILED') ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));
