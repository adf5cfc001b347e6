import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp, TEST_STRIPE_KEY } from '../support/app.js';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { builtDist } from '../support/built-dist.js';
import { freshDatabase } from '../support/database.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { filesBelow, markedCard, numbersIn } from '../support/marked-numbers.js';
import { Simulator } from '../support/simulator.js';
import { recordOf, vaultCustomers } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';

jest.setTimeout(120_000);

/*
 * A process of the product, with kill -9 at a named point; another instance on the same store and Stripe stays, answers the
 * client that comes back, and resolves.
 */

const TIMES = {
  RESOLVER_TICK: '1h',
  STRIPE_TIMEOUT: '1s',
  PAYMENT_LEASE: '5s',
  PAYMENT_QUIET_AFTER: '60s',
  PAYMENT_UNANSWERED_RECHECK: '10s',
  PAYMENT_REPEAT_WAIT: '500ms',
};

let dir: string;
let simulator: Simulator;
let stays: TestApp;
let admin: GatewayCaller;
const mongoUri = { value: '' };
const numbers: string[] = [];
const written: string[] = [];

beforeAll(async () => {
  await builtDist();
  dir = mkdtempSync(join(tmpdir(), 'payments-vault-kill-'));
  simulator = await Simulator.start();
  mongoUri.value = freshDatabase();
  stays = await startTestApp({ webhooks: false, simulator, mongoUri: mongoUri.value, env: TIMES });
  admin = await gatewayCaller(stays);
}, 300_000);
afterAll(async () => {
  await stays.stop();
  await simulator.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** The request that ends the process. */
async function dies(point: string, path: string, body: unknown): Promise<void> {
  const process: AppProcess = await startAppProcess(dir, {
    ...TIMES,
    NODE_ENV: 'test',
    ROLE: 'api',
    PORT: '0',
    LOG_LEVEL: 'trace',
    DATA_DIR: join(dir, 'data'),
    MONGODB_URI: mongoUri.value,
    STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
    STRIPE_API_BASE: simulator.url,
    STRIPE_CHECK_INTERVAL: '0ms',
    FAILPOINTS: `${point}=kill`,
  });
  try {
    const { url } = await process.ready();
    const headers = { authorization: admin.key, 'content-type': 'application/json' };
    const asked = fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    await expect(asked).rejects.toThrow('fetch failed');
    expect(await process.exited).toMatchObject({ signal: 'SIGKILL' });
  } finally {
    process.kill('SIGKILL');
    await process.exited;
    written.push(process.stdout, process.stderr);
  }
}

function card() {
  numbers.push(markedCard());
  return { number: numbers.at(-1) ?? '', expiration_date: '1230' };
}

/** Until the lease of the dead is over it is 503. */
async function again(path: string, body: unknown) {
  await stays.advance(6_000);
  return recordOf(await admin.call('POST', path, body));
}

const ADDING = ['method.begin.after', 'vault_customer.send.after', 'method.set_up.after'];

it.each(ADDING)('killed while it adds a card, at %s: the same again is one card', async (point) => {
  const { id } = recordOf(await admin.call('POST', '/api/vault/customer', {}));
  const path = `/api/vault/customer/${id}/card`;
  const body = card();
  await dies(point, path, body);
  expect((await admin.call('POST', path, body)).status).toBe(503);
  expect((await again(path, body)).data.customer.payments.cards).toHaveLength(1);
  await settleVault(stays);
  expect(await auditVault(stays)).toEqual([]);
});

it('killed while it adds a card, and nobody comes back: none, here and there', async () => {
  const { id } = recordOf(await admin.call('POST', '/api/vault/customer', {}));
  await dies('method.set_up.after', `/api/vault/customer/${id}/card`, card());
  await settleVault(stays);
  expect(recordOf(await admin.call('GET', `/api/vault/${id}`)).data.customer.payments.cards).toEqual([]);
  expect(await auditVault(stays)).toEqual([]);
});

it.each(['creation.insert.after', 'method.set_up.after'])(
  'killed while it creates, at %s: the same again is one customer',
  async (point) => {
    const body = { id: `Killed${point.length}`, default_payment: { card: card() } };
    await dies(point, '/api/vault/customer', body);
    expect((await admin.call('GET', `/api/vault/${body.id}`)).status).toBe(404);
    expect((await again('/api/vault/customer', body)).data.customer.payments.cards).toHaveLength(1);
    await settleVault(stays);
    expect(await vaultCustomers(stays).countDocuments({ customerId: body.id })).toBe(1);
    expect(await auditVault(stays)).toEqual([]);
  },
);

it('killed while it replaces a card, the new one saved: the old one stays until somebody asks again', async () => {
  const first = card();
  const { id, data } = recordOf(await admin.call('POST', '/api/vault/customer', { default_payment: { card: first } }));
  const path = `/api/vault/customer/${id}/card/${data.customer.defaults['payment_method_id']}`;
  await dies('method.set_up.after', path, card());
  const read = async () => recordOf(await admin.call('GET', `/api/vault/${id}`)).data.customer.payments.cards;
  expect(await read()).toMatchObject([{ masked_number: expect.stringMatching(`${first.number.slice(-4)}$`) }]);
  await settleVault(stays);
  expect(await read()).toMatchObject([{ masked_number: expect.stringMatching(`${first.number.slice(-4)}$`) }]);
  expect(await auditVault(stays)).toEqual([]);
});

it('none of their card numbers was written by those that were killed', () => {
  const text = `${written.join('\n')}\n${filesBelow(join(dir, 'data'))}`;
  expect(text).toContain('failpoint method.set_up.after kill');
  expect(numbersIn(text, numbers)).toEqual([]);
});
