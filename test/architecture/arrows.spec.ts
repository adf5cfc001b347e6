import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

interface Report {
  summary: { violations: { rule: { name: string }; from: string; to: string }[]; totalCruised: number };
}

async function cruise(root: string): Promise<Report['summary']> {
  const program = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'packages'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return (JSON.parse(output) as Report).summary;
}

it('the arrows point right', async () => {
  const { violations, totalCruised } = await cruise(ROOT);
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
  expect(totalCruised).toBeGreaterThan(100);
});

/** file -> what it imports; each pair breaks the rule it stands under. */
const PLANTED: Readonly<Record<string, readonly [file: string, imports: string][]>> = {
  'no-cycle': [
    ['src/platform/common/a.ts', './b.js'],
    ['src/platform/common/b.ts', './a.js'],
  ],
  'platform-knows-no-business': [['src/platform/http/a.ts', '../../modules/user/user.service.js']],
  'modules-know-no-surface': [['src/modules/user/a.ts', '../../surfaces/shared/dialect.js']],
  'surfaces-do-not-meet': [['src/surfaces/ghost/a.ts', '../komoju/dialect.js']],
  'surfaces-are-not-the-app': [['src/surfaces/ghost/b.ts', '../../app.module.js']],
  'surfaces-speak-http': [['src/surfaces/ghost/c.ts', '../../platform/stripe/stripe-payments.js']],
  'forms-do-not-meet': [['src/modules/payment/charge/a.ts', '../shopper/offer.service.js']],
  'records-know-no-verb': [['src/modules/payment/record/a.ts', '../effects/effect-drain.js']],
  'work-knows-no-verb': [['src/modules/customer/work/a.ts', '../shopper/shopper-customer.service.js']],
  'provider-knows-no-form': [['src/modules/payment/provider/a.ts', '../effects/effect-drain.js']],
  'module-on-the-ladder': [['src/modules/loyalty/a.ts', '../../platform/common/clock.js']],
  'stripe-in-one-folder': [['src/modules/payment/a.ts', 'stripe']],
  'simulator-borrows-only-types': [['packages/stripe-simulator/src/a.ts', 'stripe']],
  'simulator-is-a-program-of-its-own': [
    ['src/platform/common/c.ts', '../../../packages/stripe-simulator/src/world.js'],
  ],
  'simulator-knows-no-product': [['packages/stripe-simulator/src/b.ts', '../../../src/platform/common/clock.js']],
  'client-stands-alone': [['packages/ghost-client/a.js', '../../src/platform/common/clock.js']],
  'mongoose-in-repositories': [['src/modules/payment/b.service.ts', 'mongoose']],
  'nest-mongoose-in-repositories': [['src/modules/payment/c.service.ts', '@nestjs/mongoose']],
  'schemas-behind-repositories': [['src/modules/payment/d.service.ts', './record/payment.schema.js']],
  'modules-know-no-http': [['src/modules/payment/e.ts', 'fastify']],
  'no-development-package': [['src/platform/common/d.ts', 'ajv']],
  resolvable: [['src/platform/common/e.ts', './nowhere.js']],
  'ladder-audit': [['src/modules/audit/a.ts', '../user/user.service.js']],
  'ladder-calculator': [['src/modules/calculator/a.ts', '../user/user.service.js']],
  'ladder-merchant': [['src/modules/merchant/a.ts', '../calculator/money.js']],
  'ladder-user': [['src/modules/user/b.ts', '../auth/jwt.js']],
  'ladder-auth': [['src/modules/auth/a.ts', '../customer/shopper/shopper-customer.service.js']],
  'ladder-customer': [['src/modules/customer/a.ts', '../auth/jwt.js']],
  'ladder-payment': [['src/modules/payment/f.ts', '../order/order.service.js']],
  'ladder-transaction': [['src/modules/transaction/a.ts', '../batch/batch.js']],
  'ladder-books': [['src/modules/books/a.ts', '../order/order.service.js']],
  'ladder-order': [['src/modules/order/a.ts', '../invoice/invoice.service.js']],
  'ladder-invoice': [['src/modules/invoice/a.ts', '../recurring/plan.js']],
  'ladder-terminal': [['src/modules/terminal/a.ts', '../payment/effects/effect-drain.js']],
  'ladder-batch': [['src/modules/batch/a.ts', '../order/order.service.js']],
  'ladder-recurring': [['src/modules/recurring/a.ts', '../settlement/settlement.js']],
  'ladder-settlement': [['src/modules/settlement/a.ts', '../recurring/plan.js']],
};

/** What the planted files import, so that only the planted arrow is wrong with them. */
const TARGETS = [
  'src/app.module.ts',
  'src/platform/common/clock.ts',
  'src/surfaces/shared/dialect.ts',
  'src/surfaces/komoju/dialect.ts',
  'packages/stripe-simulator/src/world.ts',
  'src/modules/calculator/money.ts',
  'src/modules/user/user.service.ts',
  'src/modules/auth/jwt.ts',
  'src/modules/customer/shopper/shopper-customer.service.ts',
  'src/modules/payment/record/payment.schema.ts',
  'src/modules/payment/effects/effect-drain.ts',
  'src/modules/payment/shopper/offer.service.ts',
  'src/platform/stripe/stripe-payments.ts',
  'src/modules/order/order.service.ts',
  'src/modules/invoice/invoice.service.ts',
  'src/modules/batch/batch.ts',
  'src/modules/recurring/plan.ts',
  'src/modules/settlement/settlement.ts',
];

describe('a planted violation is caught', () => {
  const tree = mkdtempSync(join(tmpdir(), 'payments-arrows-'));
  let caught: Set<string>;

  beforeAll(async () => {
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), text);
    };
    for (const target of TARGETS) write(target, 'export const target = 1;\n');
    for (const [file, imports] of Object.values(PLANTED).flat()) {
      write(file, `import * as planted from '${imports}';\nexport const kept = planted;\n`);
    }
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(ROOT, name), join(tree, name));
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    caught = new Set((await cruise(tree)).violations.map(({ rule, from }) => `${rule.name} ${from}`));
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(Object.entries(PLANTED))('%s', (rule, files) => {
    expect(files.filter(([file]) => caught.has(`${rule} ${file}`))).not.toEqual([]);
  });

  it('of every rule there is', () => {
    const { forbidden } = createRequire(__filename)('../../.dependency-cruiser.cjs') as {
      forbidden: { name: string }[];
    };
    expect(Object.keys(PLANTED).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted());
  });
});
