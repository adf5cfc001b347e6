import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GROUPS } from './check.js';
import { CHECKS } from './checks/all.js';
import { markdownOf } from './table.js';
import { sandboxTarget } from './target.js';

const PAGE = join(__dirname, '../../../../docs/conformance.md');
const [BEGIN, END] = ['<!-- checks -->', '<!-- /checks -->'];

/** The page with the tables of today. */
function pageOfToday(page: string): string {
  const [head, rest] = page.split(BEGIN);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`docs/conformance.md lacks ${BEGIN} … ${END}`);
  return `${head}${BEGIN}\n\n${markdownOf(CHECKS)}\n${END}${tail}`;
}

describe('the checks', () => {
  it('are at least a hundred, each group has some, few need the simulator', () => {
    expect(CHECKS.length).toBeGreaterThanOrEqual(100);
    const counts = GROUPS.map((group) => CHECKS.filter((check) => check.group === group).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(8);
    expect(CHECKS.filter(({ needs }) => needs !== undefined).length).toBeLessThan(CHECKS.length / 8);
  });

  it('have an id, a title and a page of Stripe of their own', () => {
    for (const { id, doc } of CHECKS) {
      expect(id).toMatch(/^(IDM|TOK|TRN|CAP|WEB|LST|ERR)-\d\d$/);
      expect(doc).toMatch(/^https:\/\/docs\.stripe\.com\/[\w/-]+(#[\w-]+)?$/);
    }
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
    expect(new Set(CHECKS.map(({ group, title }) => `${group}: ${title}`)).size).toBe(CHECKS.length);
  });

  it.each(['sk_live_0123456789', 'rk_live_0123456789', 'pk_test_0123456789', 'nonsense', ''])(
    'never run with the key %j',
    (key) => {
      expect(() => sandboxTarget(key)).toThrow('must begin with sk_test_ or rk_test_');
    },
  );

  it('run against a sandbox with a test key, and have no control plane there', async () => {
    const target = sandboxTarget('rk_test_0123456789');
    await expect(target.control('clock', {})).rejects.toThrow('no control plane');
    await target.close();
  });

  it('are all in docs/conformance.md: npm run conformance -- --markdown writes them there', () => {
    const page = readFileSync(PAGE, 'utf8');
    const today = pageOfToday(page);
    if (process.env['CONFORMANCE_WRITE'] === '1') writeFileSync(PAGE, today);
    else expect(page).toBe(today);
  });
});
