import { startTestApp, type TestApp } from '../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { logs } from '../support/log-capture.js';
import { seeded } from '../support/seeded.js';
import { recordOf, type VaultRecord } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';
import { arranged, CARD, path } from '../support/vault-scenarios.js';

jest.setTimeout(600_000);

/*
 * Two changes of one vault customer at the same moment, each through an instance of its own. Answers and record are those of
 * the one after the other, in one of the two orders, which two customers alike go through; or one is told 409 and does nothing.
 */

const ROUNDS = Number(process.env['VAULT_ROUNDS'] ?? 20);
const SEED = Number(process.env['VAULT_SEED'] ?? 7);

let first: TestApp;
let second: TestApp;
let one: GatewayCaller;
let other: GatewayCaller;
beforeAll(async () => {
  const env = { RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '8s' };
  first = await startTestApp({ webhooks: false, env });
  second = await startTestApp({ webhooks: false, env, simulator: first.simulator, mongoUri: first.config.mongo.uri });
  one = await gatewayCaller(first);
  other = {
    ...one,
    call: (method, where, body) => second.http.request(method, where, body, { headers: { authorization: one.key } }),
  };
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

const HOME = { city: 'Wheaton', first_name: 'Ada', email: 'ada@example.com' };
const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };
const idOf = (each: Record<string, unknown> | undefined): string => (each === undefined ? 'none' : String(each['id']));
const cardOf = ({ data }: VaultRecord) => idOf(data.customer.payments.cards[0]);
const accountOf = ({ data }: VaultRecord) => idOf(data.customer.payments.ach[0]);
const homeOf = ({ data }: VaultRecord) => data.customer.addresses[0]?.['id'] ?? 'none';

type Verb = (record: VaultRecord) => readonly [method: string, path: string, body?: object];

const VERBS: Readonly<Record<string, Verb>> = {
  'changes notes': (r) => ['POST', `/api/vault/customer/${r.id}`, { notes: 'vip' }],
  'changes description and flags': (r) => [
    'POST',
    `/api/vault/customer/${r.id}`,
    { description: 'new', flags: ['surcharge_exempt'] },
  ],
  'makes the account the default': (r) => [
    'POST',
    `/api/vault/customer/${r.id}`,
    { defaults: { payment_method_id: accountOf(r), payment_method_type: 'ach' } },
  ],
  'deletes the customer': (r) => ['DELETE', `/api/vault/${r.id}`],
  'adds an address': (r) => ['POST', path(r, 'address'), { city: 'Chicago' }],
  'changes an address': (r) => ['POST', path(r, `address/${homeOf(r)}`), { city: 'Chicago', first_name: 'Bea' }],
  'deletes an address': (r) => ['DELETE', path(r, `address/${homeOf(r)}`)],
  'adds a card': (r) => ['POST', path(r, 'card'), { number: '5555555555554444', expiration_date: '0131' }],
  'adds another card': (r) => ['POST', path(r, 'card'), { number: '378282246310005', expiration_date: '0231' }],
  'is refused a card': (r) => ['POST', path(r, 'card'), { ...CARD, number: '4000000000000002' }],
  'adds an account': (r) => ['POST', path(r, 'ach'), { ...ACCOUNT, account_number: '888888' }],
  'adds a token': (r) => ['POST', path(r, 'token'), { token: 'pm_card_mastercard' }],
  'adds Google Pay': (r) => ['POST', path(r, 'googlepay'), { google_pay_token: '{}' }],
  'changes a date': (r) => ['POST', path(r, `card/${cardOf(r)}`), { expiration_date: '0133' }],
  'changes a date and flags': (r) => [
    'POST',
    path(r, `card/${cardOf(r)}`),
    { expiration_date: '0333', flags: ['contact'] },
  ],
  'changes flags': (r) => ['POST', path(r, `card/${cardOf(r)}`), { flags: ['locked_security'] }],
  'replaces a card': (r) => ['POST', path(r, `card/${cardOf(r)}`), { number: '5200828282828210' }],
  'replaces a card by a token': (r) => ['POST', path(r, `token/${cardOf(r)}`), { token: 'pm_card_discover' }],
  'deletes a card': (r) => ['DELETE', path(r, `card/${cardOf(r)}`)],
  'changes an account': (r) => ['POST', path(r, `ach/${accountOf(r)}`), { account_type: 'savings' }],
  'changes a code': (r) => ['POST', path(r, `ach/${accountOf(r)}`), { sec_code: 'ppd' }],
  'replaces an account': (r) => ['POST', path(r, `ach/${accountOf(r)}`), { account_number: '777777' }],
  'deletes an account': (r) => ['DELETE', path(r, `ach/${accountOf(r)}`)],
  'reads the customer': (r) => ['GET', `/api/vault/${r.id}`],
};

/** These first, whatever is drawn afterwards: what went wrong before. */
const DIRECTED: readonly (readonly [string, string, kind: 'full' | 'bare'])[] = [
  ['adds a card', 'adds another card', 'bare'],
  ['adds a card', 'adds an account', 'bare'],
  ['adds a card', 'adds a card', 'bare'],
  ['adds a card', 'deletes the customer', 'bare'],
  ['adds a card', 'deletes the customer', 'full'],
  ['deletes the customer', 'deletes the customer', 'full'],
  ['deletes a card', 'deletes a card', 'full'],
  ['deletes an address', 'deletes an address', 'full'],
  ['replaces a card', 'replaces a card', 'full'],
  ['replaces a card', 'replaces a card by a token', 'full'],
  ['replaces a card', 'changes a date and flags', 'full'],
  ['replaces a card', 'deletes a card', 'full'],
  ['replaces a card', 'deletes the customer', 'full'],
  ['changes a date', 'changes a date and flags', 'full'],
  ['changes a date', 'deletes a card', 'full'],
  ['changes a date', 'deletes the customer', 'full'],
  ['replaces an account', 'changes a code', 'full'],
  ['replaces an account', 'changes an account', 'full'],
  ['makes the account the default', 'deletes an account', 'full'],
];

const BARE = Object.keys(VERBS).filter((name) => /^(adds|is refused|changes notes|deletes the customer)/.test(name));

function pairs(): (readonly [string, string, 'full' | 'bare'])[] {
  const { random, whole } = seeded(SEED);
  const drawn = Array.from({ length: ROUNDS }, () => {
    const kind = random() < 0.25 ? ('bare' as const) : ('full' as const);
    const names = kind === 'bare' ? BARE : Object.keys(VERBS);
    const name = () => names[whole(0, names.length - 1)] ?? 'reads the customer';
    return [name(), name(), kind] as const;
  });
  return [...DIRECTED, ...drawn];
}

async function customer(kind: 'full' | 'bare'): Promise<VaultRecord> {
  if (kind === 'bare') return arranged(one, { default_billing_address: HOME });
  const record = await arranged(one, { default_billing_address: HOME, default_payment: { card: CARD } });
  return recordOf(await one.call('POST', path(record, 'ach'), ACCOUNT));
}

const does = async (caller: GatewayCaller, name: string, record: VaultRecord): Promise<number> => {
  const [method, where, body] = VERBS[name]?.(record) ?? ['GET', '/'];
  return (await caller.call(method, where, body)).status;
};

/** The record without what two customers alike do not share; null when it is gone. */
async function stateOf({ id }: VaultRecord): Promise<unknown> {
  const answer = await one.call('GET', `/api/vault/${id}`);
  if (answer.status === 404) return null;
  const { addresses, defaults, description, ...rest } = recordOf(answer).data.customer;
  const { ach, cards } = rest.payments;
  const named = (all: readonly Record<string, unknown>[], at: string | undefined) =>
    all.find((each) => each['id'] === at) ?? null;
  const bare = (each: Record<string, unknown> | null) => each && { ...each, id: '', hash: '' };
  return {
    description: description.startsWith('Customer') ? 'Customer' : description,
    notes: rest.notes,
    flags: rest.flags,
    addresses: addresses.map(bare),
    cards: cards.map(bare),
    ach: ach.map(bare),
    bills: bare(named(addresses, defaults['billing_address_id'])),
    shipping: bare(named(addresses, defaults['shipping_address_id'])),
    method: bare(named([...ach, ...cards], defaults['payment_method_id'])),
    type: defaults['payment_method_type'],
  };
}

/** Of a fresh customer, through the verbs one after the other. */
async function inOrder(kind: 'full' | 'bare', names: readonly string[]) {
  const record = await customer(kind);
  const answers: number[] = [];
  for (const name of names) answers.push(await does(one, name, record));
  return { answers, state: await stateOf(record) };
}

it('answers and record are those of one of the two orders', async () => {
  logs.clear();
  const wrong: unknown[] = [];
  for (const [a, b, kind] of pairs()) {
    const [ab, ba, record] = await Promise.all([inOrder(kind, [a, b]), inOrder(kind, [b, a]), customer(kind)]);
    const told = await Promise.all([does(one, a, record), does(other, b, record)]);
    const state = await stateOf(record);
    const serial = [
      { told: ab.answers, state: ab.state },
      { told: [ba.answers[1], ba.answers[0]], state: ba.state },
    ];
    // Asked to come back: as if it had not been asked.
    if (told.includes(409)) {
      const alone = await inOrder(kind, told[0] === 409 ? [b] : [a]);
      const [status] = alone.answers;
      serial.push({ told: told[0] === 409 ? [409, status] : [status, 409], state: alone.state });
    }
    // The same request twice at once is one (decision 0022); one after the other it is two.
    if (a === b && a.startsWith('adds')) serial.push({ told: [200, 200], state: (await inOrder(kind, [a])).state });
    const seen = JSON.stringify({ told, state });
    if (!serial.some((each) => JSON.stringify(each) === seen)) wrong.push({ pair: [a, b, kind], told, state, serial });
  }
  expect(wrong).toEqual([]);
  expect(logs.text).not.toMatch(/provider_unreachable|provider_refused|store_unavailable|stripe_down/);
  for (const app of [first, second]) {
    const { text } = await app.http.get('/metrics');
    expect(text.split('\n').filter((line) => /^provider_calls_total\{outcome="unknown"\} [1-9]/.test(line))).toEqual(
      [],
    );
  }
  await settleVault(first);
  expect(await auditVault(first)).toEqual([]);
});
