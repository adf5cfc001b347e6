import { armFailpoints } from '../../src/platform/common/failpoints.js';
import type { TestApp } from './app.js';
import { startTestApp } from './app.js';
import { type GatewayCaller, gatewayCaller } from './gateway.js';
import type { HttpAnswer } from './http-client.js';
import { clearSky } from './pool.js';
import { recordOf, type VaultRecord, vaultCustomers } from './vault.js';

/** Short times, and a Stripe that is given up soon. */
export async function startVaultApp(env: Record<string, string> = {}): Promise<{ app: TestApp; admin: GatewayCaller }> {
  const app = await startTestApp({
    webhooks: false,
    env: {
      RESOLVER_TICK: '1h',
      STRIPE_TIMEOUT: '1s',
      PAYMENT_LEASE: '5s',
      PAYMENT_QUIET_AFTER: '60s',
      PAYMENT_UNANSWERED_RECHECK: '10s',
      PAYMENT_REPEAT_WAIT: '500ms',
      ...env,
    },
  });
  return { app, admin: await gatewayCaller(app) };
}

/** Nothing is stored and nothing is at Stripe. */
export async function forget(app: TestApp): Promise<void> {
  await clearSky(app);
  await vaultCustomers(app).deleteMany({});
  // Also its clock, of which the app must know.
  await app.simulator.reset();
  await app.clock.refresh();
}

/** What every idempotency key of this customer begins with: a fault that names it strikes nobody else. */
export async function keysOf(app: TestApp, { id: customerId }: VaultRecord): Promise<string> {
  const stored = await vaultCustomers(app).findOne({ customerId }, { _id: 1 }).lean<{ _id: string }>().exec();
  if (stored === null) throw new Error(`there is no customer ${customerId}`);
  return `vault:${stored._id}:`;
}

export const CARD = { number: '4111111111111111', expiration_date: '1230' };
const OTHER_CARD = { number: '5555555555554444', expiration_date: '0131' };
const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };

/** One thing that a client does, until it is answered; and what is there afterwards, however often it came back. */
export interface Scenario {
  /** What is there before. */
  readonly before: object;
  readonly act: (admin: GatewayCaller, record: VaultRecord) => Promise<HttpAnswer>;
  /** Masked numbers and dates that are there once it was answered. */
  readonly after: readonly string[];
  readonly points: readonly string[];
}

export const path = ({ id }: VaultRecord, rest: string) => `/api/vault/customer/${id}/${rest}`;
const firstMethod = ({ data }: VaultRecord) => String(data.customer.defaults['payment_method_id']);

export const OLD = '411111******1111 2030-12';
const SAVING = ['method.begin', 'method.store', 'method.set_up', 'method.finish', 'vault.load', 'vault.work'];

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'adds a card': {
    before: {},
    act: (admin, record) => admin.call('POST', path(record, 'card'), CARD),
    after: [OLD],
    points: [...SAVING, 'vault_customer.send', 'vault_customer.store', 'method.send_card'],
  },
  'adds a token': {
    before: {},
    act: (admin, record) => admin.call('POST', path(record, 'token'), { token: 'pm_card_visa' }),
    after: ['************4242 '],
    points: ['method.look', 'method.set_up'],
  },
  'adds a token that works once': {
    before: {},
    act: (admin, record) => admin.call('POST', path(record, 'token'), { token: 'tok_visa' }),
    after: ['************4242 '],
    points: ['method.send_token', 'method.store'],
  },
  'adds a bank account': {
    before: {},
    act: (admin, record) => admin.call('POST', path(record, 'ach'), ACCOUNT),
    after: ['****9999 '],
    points: ['method.send_account', 'method.set_up'],
  },
  'replaces a card': {
    before: { default_payment: { card: CARD } },
    act: (admin, record) => admin.call('POST', path(record, `card/${firstMethod(record)}`), OTHER_CARD),
    after: ['555555******4444 2031-01'],
    points: [...SAVING, 'method.send_card', 'method.detach', 'method.detached'],
  },
  'changes a date': {
    before: { default_payment: { card: CARD } },
    act: (admin, record) =>
      admin.call('POST', path(record, `card/${firstMethod(record)}`), { expiration_date: '0133' }),
    after: ['411111******1111 2033-01'],
    points: ['method.begin_change', 'method.change', 'method.changed'],
  },
  'changes flags': {
    before: { default_payment: { card: CARD } },
    act: (admin, record) => admin.call('POST', path(record, `card/${firstMethod(record)}`), { flags: ['contact'] }),
    after: [OLD],
    points: ['method.amend'],
  },
  'deletes a card': {
    before: { default_payment: { card: CARD } },
    act: (admin, record) => admin.call('DELETE', path(record, `card/${firstMethod(record)}`)),
    after: [],
    points: ['method.delete', 'method.detach', 'method.detached'],
  },
  'is refused a card': {
    before: {},
    act: (admin, record) => admin.call('POST', path(record, 'card'), { ...CARD, number: '4000000000000002' }),
    after: [],
    points: ['method.set_up', 'method.end'],
  },
  'is refused a card that wants its holder': {
    before: {},
    act: (admin, record) => admin.call('POST', path(record, 'token'), { token: 'pm_card_authenticationRequired' }),
    after: [],
    points: ['method.cancel_setup', 'method.end'],
  },
};

/** The error of a failpoint is a 500, which the document of course does not have. */
export async function troubled(ask: () => Promise<HttpAnswer>): Promise<HttpAnswer | null> {
  return ask().catch((error: Error) => {
    if (/answered 500, which/.test(error.message)) return null;
    throw error;
  });
}

/** Work that comes to the point, which it must. */
export async function inTrouble(point: string, work: () => Promise<HttpAnswer>): Promise<void> {
  const reached = armFailpoints(`${point}=throw`);
  await troubled(work);
  armFailpoints(undefined);
  if (!reached()) throw new Error(`nothing came to ${point}`);
}

/** The lease of a process that is no more ends by itself. */
export async function untilTaken(app: TestApp, ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  const first = await ask();
  if (![409, 502, 503].includes(first.status)) return first;
  await app.advance(6_000);
  return ask();
}

let arrangements = 0;

/** A customer unlike all others: the same body twice at once is one customer, asked for again. */
export async function arranged(admin: GatewayCaller, before: object): Promise<VaultRecord> {
  const description = `Customer ${++arrangements}`;
  return recordOf(await admin.call('POST', '/api/vault/customer', { description, ...before }));
}

export async function methodsOf(admin: GatewayCaller, id: string): Promise<string[]> {
  const { cards, ach } = recordOf(await admin.call('GET', `/api/vault/${id}`)).data.customer.payments;
  const all = [
    ...cards.map((one) => `${String(one['masked_number'])} ${String(one['expiration_date']).slice(0, 7)}`),
    ...ach.map((one) => `${String(one['masked_account_number'])} `),
  ];
  // Test tokens expire when the simulator likes.
  return all.map((one) => one.replace(/^(\*{12}4242 ).*/, '$1'));
}
