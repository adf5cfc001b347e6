import { writeFileSync } from 'node:fs';
import { startSimulator } from '../../src/server.js';
import { GROUPS } from './check.js';
import { CHECKS } from './checks/all.js';
import { sandboxTarget, simulatorTarget, type Target } from './target.js';

/** With STRIPE_TEST_KEY the very same checks run against that Stripe sandbox: see docs/conformance.md. */
const key = process.env['STRIPE_TEST_KEY'] ?? '';

/** `npm run conformance` wants one group or all, and to know which page each check comes from. */
const { CONFORMANCE_GROUP: wanted = '', CONFORMANCE_LIST: list } = process.env;
const groups = GROUPS.filter((group) => group.startsWith(wanted));
if (groups.length === 0) throw new Error(`no group begins with ${wanted}: ${GROUPS.join(', ')}`);
if (list !== undefined) writeFileSync(list, JSON.stringify(CHECKS));

describe(`conformance of ${key === '' ? 'the simulator' : 'a Stripe sandbox'}`, () => {
  // Here, so that a key that must not be used stops everything before the first check.
  const sandbox = key === '' ? undefined : sandboxTarget(key);
  let target: Target;
  beforeAll(async () => {
    target = sandbox ?? (await simulatorTarget(startSimulator));
    // Search stays behind, as Stripe's does, but not for seconds.
    if (sandbox === undefined) await target.control('settings', { search_lag_ms: 300 });
  });
  afterAll(() => target.close());

  describe.each(groups)('%s', (group) => {
    // Those of tokens are about objects of their own, and some wait for a bank.
    const runs = group === 'tokens' ? it.concurrent : it;
    for (const check of CHECKS.filter((one) => one.group === group)) {
      const run = check.needs !== undefined && key !== '' ? it.skip : runs;
      run(`${check.id} ${check.title}`, () => check.run(target), 120_000);
    }
  });
});
