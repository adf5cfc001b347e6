import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { Command } from '../support/command.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { sale, search } from '../support/settlement.js';
import { act, type Body, read } from '../support/transactions.js';

jest.setTimeout(120_000);

/** `npm run admin -- settle` next to a running app. */
let app: TestApp;
let merchant: GatewayCaller;
const cwd = mkdtempSync(join(tmpdir(), 'payments-settle-'));
const command = new Command('admin', cwd);
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  merchant = await gatewayCaller(app, { account: 'Shop' });
});
afterAll(async () => {
  await app.stop();
  rmSync(cwd, { recursive: true, force: true });
});

async function settle(...args: string[]): Promise<Body[]> {
  const environment = {
    MONGODB_URI: app.config.mongo.uri,
    API_KEY_ENCRYPTION_KEY: app.config.gateway.encryptionKeys.join(','),
    STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
    STRIPE_API_BASE: app.simulator.url,
  };
  const { code, stdout, stderr } = await command.run(['settle', ...args, '--json'], environment);
  expect([code, stderr]).toEqual([0, '']);
  return (JSON.parse(stdout) as { batches: Body[] }).batches;
}

it('settles at once what was captured, of one account or of all, and the second time nothing', async () => {
  const one = await sale(merchant, 1000);
  const other = await gatewayCaller(app, { account: 'Other' });
  const theirs = await sale(other, 300);
  expect((await act(merchant, one['id'], 'refund', { amount: 400 })).status).toBe(400);
  const batch = {
    id: expect.stringMatching(/^[0-9a-v]{20}$/),
    account_id: merchant.accountId,
    processor_id: one['processor_id'],
    terminal_id: '',
    batch_date: expect.stringMatching(/Z$/),
    batch_number: '1',
    currency: 'USD',
    num_transactions: 1,
    amount_captured: 1000,
    amount_credit: 0,
    net_deposit: 1000,
  };
  expect(await settle('--account', 'Shop')).toEqual([batch]);
  expect(await read(other, theirs['id'])).toMatchObject({ status: 'pending_settlement' });
  expect((await act(merchant, one['id'], 'refund', { amount: 400 })).status).toBe(200);
  const both = await settle();
  expect(both.map(({ net_deposit }) => net_deposit).toSorted((a, b) => Number(a) - Number(b))).toEqual([-400, 300]);
  expect(await settle()).toEqual([]);
  expect(await search(merchant)).toMatchObject([
    { batch_number: '2', amount_credit: 400, net_deposit: -400 },
    { batch_number: '1', net_deposit: 1000 },
  ]);
});
