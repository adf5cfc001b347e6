import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armFailpoints } from '../../../src/platform/common/failpoints.js';
import { type EmbeddedMongo, startEmbeddedMongo } from '../../../src/embedded/embedded-mongo.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { logs } from '../../support/log-capture.js';
import { filesBelow, markedAccount, markedCard, numbersIn } from '../../support/marked-numbers.js';
import type { FaultAction } from '../../support/simulator.js';
import { resolveVault } from '../../support/vault.js';
import { settleVault } from '../../support/vault-audit.js';

jest.setTimeout(120_000);

/*
 * Issue 7, item 4. Numbers that occur nowhere else go through every path of the vault; afterwards they must be in no file of
 * the store, no log line and no answer. The simulator's own journal is where they may go.
 */

let dir: string;
let store: EmbeddedMongo;
let app: TestApp;
let admin: GatewayCaller;
const cards: string[] = [];
const accounts: string[] = [];
/** Everything that was answered, headers too. */
const answers: string[] = [];

beforeAll(async () => {
  // A store of its own: its files are looked into.
  dir = mkdtempSync(join(tmpdir(), 'payments-marked-'));
  const quiet = () => undefined;
  const { XDG_CACHE_HOME: cacheDir, MONGODB_BINARY: mongodBinary } = process.env;
  store = await startEmbeddedMongo({
    dataDir: dir,
    cacheDir,
    mongodBinary,
    testCommands: false,
    progress: quiet,
    log: quiet,
  });
  app = await startTestApp({
    webhooks: false,
    mongoUri: store.uri,
    env: {
      RESOLVER_TICK: '1h',
      STRIPE_TIMEOUT: '1500ms',
      PAYMENT_LEASE: '5s',
      PAYMENT_QUIET_AFTER: '60s',
      LOG_LEVEL: 'trace',
    },
  });
  admin = await gatewayCaller(app);
});
afterEach(async () => {
  armFailpoints(undefined);
  await app.simulator.clearFaults();
});
afterAll(async () => {
  await app.stop();
  await store.stop();
  rmSync(dir, { recursive: true, force: true });
});

function card(): string {
  cards.push(markedCard());
  return cards.at(-1) ?? '';
}

function account(): string {
  accounts.push(markedAccount());
  return accounts.at(-1) ?? '';
}

/** Sent as it is; the answer is kept, whatever it is. @returns its status */
async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await fetch(app.url + path, {
    method,
    headers: {
      authorization: admin.key,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  answers.push(JSON.stringify([...response.headers]), await response.text());
  return response.status;
}

const post = (path: string, body: unknown) => send('POST', `/api/vault/customer${path}`, body);
const newCard = () => ({ number: card(), expiration_date: '1230' });
const newAccount = () => ({
  account_number: account(),
  routing_number: '490000018',
  account_type: 'checking',
  sec_code: 'web',
});

let n = 0;
async function customer(body: object = {}): Promise<string> {
  const id = `Marked${++n}`;
  expect(await post('', { id, ...body })).toBe(200);
  return id;
}

async function methodOf(id: string): Promise<string> {
  const { body } = await admin.call('GET', `/api/vault/${id}`);
  const record = body['data'] as { data: { customer: { defaults: Record<string, string> } } };
  return record.data.customer.defaults['payment_method_id'] ?? '';
}

it('stored, changed and deleted', async () => {
  const id = await customer({ description: 'MARKED DESCRIPTION', default_payment: { card: newCard() } });
  expect(await post(`/${id}/card`, newCard())).toBe(200);
  expect(await post(`/${id}/card/${await methodOf(id)}`, newCard())).toBe(200);
  expect(await send('DELETE', `/api/vault/customer/${id}/card/${await methodOf(id)}`)).toBe(200);
  const other = await customer({ default_payment: { ach: newAccount() } });
  expect(await post(`/${other}/ach`, newAccount())).toBe(200);
  expect(await post(`/${other}/ach/${await methodOf(other)}`, newAccount())).toBe(200);
  expect(await send('GET', `/api/vault/${id}`)).toBe(200);
  expect(await post('/search', {})).toBe(200);
});

it('refused: not valid, at the wrong place, unknown, not JSON', async () => {
  const id = await customer();
  const wrong = () => card().replace(/.$/, (digit) => String((Number(digit) + 5) % 10));
  const bodies: [string, () => unknown][] = [
    ['/card', () => ({ number: card() })],
    ['/card', () => ({ number: card(), expiration_date: card() })],
    ['/card', () => ({ number: Number(card()), expiration_date: '1230' })],
    ['/card', () => ({ number: [card()], expiration_date: { $ne: card() } })],
    ['/card', () => ({ number: `${card()} `, expiration_date: '1230' })],
    ['/ach', () => ({ account_number: card(), routing_number: card(), account_type: card(), sec_code: card() })],
    ['/token', () => ({ token: card() })],
    ['/token', () => ({ token: `pm_${card()}` })],
    ['/applepay', () => ({ key_id: card(), processor_id: card(), temporary_token: card() })],
    ['/applepay', () => ({ key_id: 'k', pkpaymenttoken: { a: { b: [card(), Number(card())] } } })],
    ['/googlepay', () => ({ google_pay_token: JSON.stringify({ token: card() }) })],
    ['/address', () => ({ line_1: card(), phone: card(), email: `${card()}@example.com` })],
    ['', () => ({ description: card(), notes: card(), flags: [card()] })],
    ['', () => ({ defaults: { payment_method_id: card(), payment_method_type: card() } })],
  ];
  for (const [path, body] of bodies) expect(await post(`/${id}${path}`, body())).toBe(400);
  for (const body of [
    { description: card() },
    { id_format: card() },
    { flags: card() },
    { default_payment: card() },
    { default_payment: { card: { number: wrong(), expiration_date: '1230' }, token: 'pm_card_visa' } },
    { default_billing_address: { company: `Shop ${card()}` } },
  ])
    expect(await post('', body)).toBe(400);
  expect(await post('/search', { email: { operator: card(), value: card() } })).toBe(400);
  expect(await post('/search', { limit: card(), created_at: { start_date: card() } })).toBe(400);
  for (const body of [`{"number":"${card()}"`, `{"number":${card()},,}`, card(), `["${card()}"]`])
    expect(await post(`/${id}/card`, body)).toBe(400);
  expect(await send('POST', `/api/vault/customer/${id}/card`, card(), { 'content-type': 'text/plain' })).toBe(415);
  expect(await post(`/${id}/card`, `{"number":"${card()}","more":"${'x'.repeat(1_100_000)}"}`)).toBe(413);
  // What nobody asked for is ignored.
  expect(
    await post('', { number: card(), card_number: card(), cvc: '123', card: { number: card(), cvc: '987' } }),
  ).toBe(200);
});

it('in addresses, queries and headers', async () => {
  const id = await customer();
  expect(await send('GET', `/api/vault/${card()}`)).toBe(404);
  expect(await send('GET', `/api/vault/${id}?number=${card()}`)).toBe(200);
  expect(await post(`/${card()}/card`, newCard())).toBe(404);
  expect(await post(`/${id}/card/${card()}`, newCard())).toBe(404);
  expect(await send('DELETE', `/api/vault/customer/${id}/card/${card()}`)).toBe(404);
  expect(await send('PUT', `/api/vault/${card()}`)).toBe(405);
  expect(await send('GET', `/api/nothing/${card()}`)).toBe(404);
  expect(await send('GET', `/api/vault/${id}`, undefined, { authorization: card() })).toBe(401);
  expect(await send('GET', `/api/vault/${id}`, undefined, { 'x-correlation-id': card(), 'user-agent': card() })).toBe(
    200,
  );
  expect(await send('DELETE', `/api/vault/${id}`, { number: card() })).toBe(200);
});

it('refused by a bank, by Stripe, by the policy', async () => {
  const id = await customer();
  expect(await post(`/${id}/card`, { ...newCard(), expiration_date: '0120' })).toBe(400);
  await app.simulator.fault(
    { method: 'POST', path: '/v1/setup_intents', times: 1 },
    { type: 'status', status: 402, when: 'before', code: 'card_declined' },
  );
  expect(await post(`/${id}/card`, newCard())).toBe(400);
  await app.simulator.fault(
    { method: 'POST', path: '/v1/payment_methods', times: 1 },
    { type: 'status', status: 400, when: 'before' },
  );
  expect(await post('', { default_payment: { card: newCard() } })).toBe(400);
  await app.simulator.fault(
    { method: 'POST', path: '/v1/payment_methods', times: 1 },
    { type: 'status', status: 402, when: 'before' },
  );
  expect(await post(`/${id}/ach`, newAccount())).toBe(400);
});

const TROUBLE: FaultAction[] = [
  { type: 'drop_before' },
  { type: 'drop_after_effect' },
  { type: 'reset_after' },
  { type: 'truncate_body', bytes: 40 },
  { type: 'bad_json' },
  { type: 'status', status: 500, when: 'after' },
  { type: 'status', status: 429, when: 'before' },
  { type: 'status', status: 401, when: 'before' },
];

it.each(['/v1/customers', '/v1/payment_methods', '/v1/setup_intents'])('not answered by Stripe: %s', async (path) => {
  for (const action of TROUBLE) {
    const [one, other] = [await customer(), await customer()];
    await app.simulator.fault({ method: 'POST', path, times: 6 }, action);
    const statuses = await Promise.all([
      post(`/${one}/card`, newCard()),
      post(`/${other}/ach`, newAccount()),
      post('', { default_payment: { card: newCard() } }),
    ]);
    for (const status of statuses) expect([200, 503]).toContain(status);
    await app.simulator.clearFaults();
  }
});

it.each([
  'vault.load',
  'vault.work',
  'method.begin',
  'method.send_card',
  'method.store',
  'method.set_up',
  'method.finish',
  'creation.insert',
])('a crash at %s, and the resolver after it', async (point) => {
  for (const phase of ['before', 'after']) {
    const id = await customer();
    armFailpoints(`${point}.${phase}=throw`);
    const added = await post(`/${id}/card`, newCard());
    armFailpoints(`${point}.${phase}=throw`);
    const created = await post('', { default_payment: { card: newCard() } });
    armFailpoints(undefined);
    for (const status of [added, created]) expect([200, 500, 503]).toContain(status);
    await app.advance(61_000);
    await resolveVault(app);
  }
});

describe('afterwards', () => {
  beforeAll(async () => {
    // What was given up is not there yet: the work that is left is looked into as well.
    const [first] = [await customer()];
    armFailpoints('method.finish.before=throw');
    await post(`/${first}/card`, newCard());
    armFailpoints(undefined);
  });

  const all = () => [...cards, ...accounts];

  it('there were many, and the simulator has seen them', async () => {
    expect(cards.length).toBeGreaterThan(100);
    expect(accounts.length).toBeGreaterThan(25);
    const { requests } = await app.simulator.requests({ path: '/v1/payment_methods' });
    expect(requests.length).toBeGreaterThan(20);
  });

  it('none is in a document, of work under way neither', async () => {
    const database = app.app.get<Connection>(getConnectionToken()).db;
    const documents: string[] = [];
    for (const { name } of (await database?.listCollections().toArray()) ?? [])
      documents.push(...((await database?.collection(name).find().toArray()) ?? []).map((one) => JSON.stringify(one)));
    const text = documents.join('\n');
    expect(text).toContain('MARKED DESCRIPTION');
    expect(text).toMatch(/"kind":"save"/);
    expect(numbersIn(text, all())).toEqual([]);
  });

  it('none is in a log line', () => {
    expect(logs.lines.length).toBeGreaterThan(100);
    expect(logs.text).toContain('/api/vault/customer/:customerId/card');
    expect(numbersIn(logs.text, all())).toEqual([]);
  });

  it('none is in an answer', () => {
    expect(answers.length).toBeGreaterThan(200);
    expect(answers.join('\n')).toContain('must be a card number');
    expect(numbersIn(answers.join('\n'), all())).toEqual([]);
  });

  it('none is in a file of the store, when it has ended and has written all', async () => {
    await settleVault(app);
    await store.stop();
    const text = filesBelow(dir);
    expect(text).toContain('MARKED DESCRIPTION');
    expect(numbersIn(text, all())).toEqual([]);
  });
});
