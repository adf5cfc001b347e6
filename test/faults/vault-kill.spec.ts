import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp, TEST_STRIPE_KEY } from '../support/app.js';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { builtDist } from '../support/built-dist.js';
import { freshDatabase } from '../support/database.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import type { HttpAnswer } from '../support/http-client.js';
import { filesBelow, markedCard, numbersIn } from '../support/marked-numbers.js';
import { eventually } from '../support/payments.js';
import { sideBySide } from '../support/side-by-side.js';
import { Simulator } from '../support/simulator.js';
import { recordOf, vaultCustomers, type VaultRecord } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';

jest.setTimeout(120_000);

/*
 * A process of the product, with kill -9 at a named point, other requests standing still at theirs; another instance on the
 * same store and Stripe stays, answers the client that comes back, and resolves.
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
  // Only moved from here on: however long a process takes, no lease ends meanwhile.
  await simulator.moveClock({ freeze: true });
  await stays.clock.refresh();
}, 300_000);
afterAll(async () => {
  await stays.stop();
  await simulator.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Sent {
  readonly point: string;
  readonly path: string;
  readonly body: unknown;
}

/**
 * One life of a process: each request stands still at its own point, until the last one's is the end of all of them.
 * @param sent in the order in which a request comes to the points
 */
async function dies(...sent: Sent[]): Promise<void> {
  const last = sent.at(-1);
  const process: AppProcess = await startAppProcess(dir, {
    ...TIMES,
    NODE_ENV: 'test',
    ROLE: 'api',
    PORT: '0',
    LOG_LEVEL: 'trace',
    DATA_DIR: join(dir, 'data'),
    MONGODB_URI: mongoUri.value,
    // The keyed hashes of what it has begun are compared by the instance that stays.
    API_KEY_ENCRYPTION_KEY: stays.config.gateway.encryptionKeys.join(','),
    STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
    STRIPE_API_BASE: simulator.url,
    STRIPE_CHECK_INTERVAL: '0ms',
    FAILPOINTS: sent.map((one) => `${one.point}=${one === last ? 'kill' : 'sleep:900000'}`).join(),
  });
  try {
    const { url } = await process.ready();
    const headers = { authorization: admin.key, 'content-type': 'application/json' };
    const answers: Promise<string>[] = [];
    for (const { point, path, body } of sent) {
      const asked = fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      answers.push(
        asked.then(
          ({ status }) => `answered ${status}`,
          ({ message }: Error) => message,
        ),
      );
      await eventually(async () => expect(process.stderr).toContain(`failpoint ${point} `), 60_000);
    }
    expect(await Promise.all(answers)).toEqual(sent.map(() => 'fetch failed'));
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

async function emptyCustomer(): Promise<string> {
  return recordOf(await admin.call('POST', '/api/vault/customer', {})).id;
}
const cardsOf = (record: VaultRecord) => record.data.customer.payments.cards;
const read = async (id: string) => cardsOf(recordOf(await admin.call('GET', `/api/vault/${id}`)));

/** The lease of a request that died is over. */
const later = () => stays.advance(6_000);

describe('killed at several points, and everybody comes back', () => {
  const CREATING = 'creation.insert.after';
  const ADDING = ['method.begin.after', 'vault_customer.send.after', 'method.set_up.after'];
  const created = { id: 'Killed1', default_payment: { card: card() } };
  const sent = new Map<string, Sent>();
  let outcome: (point: string) => { first: HttpAnswer; again: HttpAnswer };
  let meanwhile: HttpAnswer;
  let problems: string[];

  beforeAll(async () => {
    sent.set(CREATING, { point: CREATING, path: '/api/vault/customer', body: created });
    for (const point of ADDING)
      sent.set(point, { point, path: `/api/vault/customer/${await emptyCustomer()}/card`, body: card() });
    await dies(...sent.values());
    meanwhile = await admin.call('GET', `/api/vault/${created.id}`);
    const ask = (point: string) => admin.call('POST', sent.get(point)?.path ?? '', sent.get(point)?.body);
    const first = await sideBySide([...sent.keys()], sent.size, ask);
    await later();
    const again = await sideBySide([...sent.keys()], sent.size, ask);
    outcome = (point) => ({ first: first(point), again: again(point) });
    await settleVault(stays);
    problems = await auditVault(stays);
  });

  it.each(ADDING)('killed while it adds a card, at %s: the same again is one card', (point) => {
    const { first, again } = outcome(point);
    expect(first.status).toBe(409);
    expect(cardsOf(recordOf(again))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it(`killed while it creates, at ${CREATING}: the same again is one customer`, async () => {
    const { first, again } = outcome(CREATING);
    expect(meanwhile.status).toBe(404);
    expect(first.status).toBe(409);
    expect(cardsOf(recordOf(again))).toHaveLength(1);
    expect(await vaultCustomers(stays).countDocuments({ customerId: created.id })).toBe(1);
    expect(problems).toEqual([]);
  });
});

const SET_UP = 'method.set_up.after';

it('killed while it adds a card, and nobody comes back: none, here and there', async () => {
  const id = await emptyCustomer();
  await dies({ point: SET_UP, path: `/api/vault/customer/${id}/card`, body: card() });
  await settleVault(stays);
  expect(await read(id)).toEqual([]);
  expect(await auditVault(stays)).toEqual([]);
});

it(`killed while it creates, at ${SET_UP}: the same again is one customer`, async () => {
  const body = { id: 'Killed2', default_payment: { card: card() } };
  await dies({ point: SET_UP, path: '/api/vault/customer', body });
  expect((await admin.call('GET', `/api/vault/${body.id}`)).status).toBe(404);
  await later();
  expect(cardsOf(recordOf(await admin.call('POST', '/api/vault/customer', body)))).toHaveLength(1);
  await settleVault(stays);
  expect(await vaultCustomers(stays).countDocuments({ customerId: body.id })).toBe(1);
  expect(await auditVault(stays)).toEqual([]);
});

it('killed while it replaces a card, the new one saved: the old one stays until somebody asks again', async () => {
  const first = card();
  const { id, data } = recordOf(await admin.call('POST', '/api/vault/customer', { default_payment: { card: first } }));
  const path = `/api/vault/customer/${id}/card/${data.customer.defaults['payment_method_id']}`;
  await dies({ point: SET_UP, path, body: card() });
  const old = [{ masked_number: expect.stringMatching(`${first.number.slice(-4)}$`) }];
  expect(await read(id)).toMatchObject(old);
  await settleVault(stays);
  expect(await read(id)).toMatchObject(old);
  expect(await auditVault(stays)).toEqual([]);
});

it('none of their card numbers was written by those that were killed', () => {
  const text = `${written.join('\n')}\n${filesBelow(join(dir, 'data'))}`;
  expect(text).toContain('failpoint method.set_up.after kill');
  expect(numbersIn(text, numbers)).toEqual([]);
});
