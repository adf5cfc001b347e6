import { armFailpoints } from '../../src/platform/common/failpoints.js';
import type { TestApp } from '../support/app.js';
import type { GatewayCaller } from '../support/gateway.js';
import type { HttpAnswer } from '../support/http-client.js';
import { secret } from '../support/payments.js';
import type { FaultAction, FaultMatch } from '../support/simulator.js';
import { resolveVault, vaultCustomers, type VaultRecord } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';
import {
  arranged,
  CARD,
  forget,
  methodsOf,
  OLD,
  path,
  type Scenario,
  SCENARIOS,
  startVaultApp,
  troubled,
} from '../support/vault-scenarios.js';

jest.setTimeout(120_000);

/* Failpoints that nobody comes to before Stripe was in trouble: the process then has trouble there too. */

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  ({ app, admin } = await startVaultApp());
});
afterEach(async () => {
  armFailpoints(undefined);
  await forget(app);
});
afterAll(() => app.stop());

const CUSTOMERS = { method: 'POST', path: '/v1/customers' };
const METHODS = { method: 'POST', path: '/v1/payment_methods' };
const METHOD = '/v1/payment_methods/*';
const CHANGE = { method: 'POST', path: METHOD };
const DETACH = { method: 'POST', path: `${METHOD}/detach` };
const SETUPS = { method: 'POST', path: '/v1/setup_intents' };

const KEPT_500: FaultAction = { type: 'status', status: 500, when: 'before', cached: true };
const HIDDEN_500: FaultAction = { type: 'status', status: 500, when: 'after' };
const CUT: FaultAction = { type: 'truncate_body', bytes: 20 };
const DECLINED: FaultAction = { type: 'status', status: 402, when: 'before', code: 'card_declined' };
const REFUSED: FaultAction = { type: 'status', status: 400, when: 'before' };
const NOT_THERE: FaultAction = { type: 'status', status: 404, when: 'before' };
const LOST: FaultAction = { type: 'reset_before' };

type Work = () => Promise<unknown>;

/** The process has its trouble in here. */
type Armed = (work: Work) => Promise<void>;

interface Case {
  readonly what: string;
  readonly points: readonly string[];
  readonly before: object;
  readonly run: (record: VaultRecord, armed: Armed) => Promise<unknown>;
  /** Which methods there may be once all is settled. */
  readonly possible: readonly (readonly string[])[];
}

const does = (name: string, record: VaultRecord): Promise<HttpAnswer | null> =>
  troubled(() => (SCENARIOS[name] as Scenario).act(admin, record));
const NAMED = { default_billing_address: { first_name: 'Ada', email: 'ada@example.com' } };
const hasCard = { default_payment: { card: CARD } };
const [NONE, NEW_DATE] = [[], ['411111******1111 2033-01']];

/** Stripe behaves so during this work. */
async function struck(match: FaultMatch, action: FaultAction, work: Work): Promise<void> {
  await app.simulator.fault(match, action);
  await work();
  await app.simulator.clearFaults();
}

/** What is left is due, and looked at. */
async function resolverComes(): Promise<void> {
  await app.advance(61_000);
  await resolveVault(app);
}

async function changeIsLost(record: VaultRecord): Promise<void> {
  await struck({ ...CHANGE, times: 2 }, LOST, async () =>
    expect((await does('changes a date', record))?.status).toBe(503),
  );
}

/** A Customer was made that no record names: Stripe said 500. */
async function leavesTwin(record: VaultRecord): Promise<void> {
  await struck(CUSTOMERS, HIDDEN_500, async () => expect((await does('adds a card', record))?.status).toBe(200));
}

const CASES: readonly Case[] = [
  ...(
    [
      ['vault_customer.next_key', CUSTOMERS, KEPT_500],
      ['method.next_key', METHODS, KEPT_500],
      ['method.next_setup_key', SETUPS, KEPT_500],
      ['method.let_go', SETUPS, CUT],
    ] as const
  ).map(([point, match, action]) => ({
    what: 'adds a card',
    points: [point],
    before: {},
    run: (record: VaultRecord, armed: Armed) => struck(match, action, () => armed(() => does('adds a card', record))),
    possible: [NONE, [OLD]],
  })),
  ...(
    [
      ['method.unchanged', 'changes a date', CHANGE, DECLINED],
      ['method.change_later', 'changes a date', CHANGE, CUT],
      ['method.look_detached', 'deletes a card', DETACH, REFUSED],
      ['method.next_detach_key', 'deletes a card', DETACH, KEPT_500],
    ] as const
  ).map(([point, what, match, action]) => ({
    what,
    points: [point],
    before: hasCard,
    run: (record: VaultRecord, armed: Armed) => struck(match, action, () => armed(() => does(what, record))),
    possible: what === 'deletes a card' ? [NONE] : [[OLD], NEW_DATE],
  })),
  {
    what: 'changes a date again, which is refused now',
    points: ['method.look_changed'],
    before: hasCard,
    async run(record, armed) {
      await changeIsLost(record);
      await struck(CHANGE, DECLINED, () => armed(() => does('changes a date', record)));
    },
    possible: [[OLD], NEW_DATE],
  },
  {
    what: 'changes a date again, of what Stripe has no more',
    points: ['method.vanished'],
    before: hasCard,
    async run(record, armed) {
      await changeIsLost(record);
      await app.simulator.fault({ method: 'GET', path: METHOD }, NOT_THERE);
      await struck(CHANGE, DECLINED, () => armed(() => does('changes a date', record)));
    },
    possible: [[OLD], NEW_DATE],
  },
  {
    what: 'adds a card, its Customer was deleted in Stripe’s dashboard',
    points: ['vault_customer.look', 'vault_customer.forget'],
    before: hasCard,
    async run(record, armed) {
      await does('deletes a card', record);
      const stored = await vaultCustomers(app).findOne().lean<{ providerCustomerId: string }>().exec();
      await secret(app).customers.del(String(stored?.providerCustomerId));
      const add = () => troubled(() => admin.call('POST', path(record, 'card'), CARD));
      await armed(add);
      for (let tries = 0; (await add())?.status !== 200; tries++) expect(tries).toBeLessThan(3);
    },
    possible: [[OLD]],
  },
  {
    what: 'adds a card that wants its holder, and is gone',
    points: ['undo.cancel_setup'],
    before: {},
    async run(record, armed) {
      armFailpoints('method.set_up.after=throw');
      await does('is refused a card that wants its holder', record);
      await armed(resolverComes);
    },
    possible: [NONE],
  },
  {
    what: 'adds a card, and Stripe is told whose it is',
    points: ['vault_contact.send', 'vault_contact.end'],
    before: NAMED,
    async run(record, armed) {
      await does('adds a card', record);
      await armed(() => resolveVault(app));
    },
    possible: [[OLD]],
  },
  {
    what: 'adds a card, and Stripe says 500 to whose it is',
    points: ['vault_contact.next_key'],
    before: NAMED,
    async run(record, armed) {
      await does('adds a card', record);
      await struck({ method: 'POST', path: '/v1/customers/*' }, KEPT_500, () => armed(() => resolveVault(app)));
    },
    possible: [[OLD]],
  },
  {
    what: 'adds a card, and Stripe hides a Customer',
    points: ['twins.list', 'twins.remove', 'twins.forget'],
    before: {},
    async run(record, armed) {
      await leavesTwin(record);
      await armed(resolverComes);
    },
    possible: [[OLD]],
  },
];

const all = CASES.flatMap((one) =>
  one.points.flatMap((name) => ['before', 'after'].map((phase) => ({ ...one, point: `${name}.${phase}` }))),
);

/** Work that comes to the point, and goes on from there as after a crash. */
const armedAt =
  (point: string): Armed =>
  async (work) => {
    const reached = armFailpoints(`${point}=throw`);
    await work();
    expect([point, reached()]).toEqual([point, true]);
    armFailpoints(undefined);
  };

it.each(all)('a client $what: trouble at $point too', async ({ point, before, run, possible }) => {
  const record = await arranged(admin, before);
  await run(record, armedAt(point));
  await app.simulator.clearFaults();
  await settleVault(app);
  expect(possible).toContainEqual(await methodsOf(admin, record.id));
  expect(await auditVault(app)).toEqual([]);
});

it.each(['removal.later.before', 'removal.later.after'])(
  'a client deletes a customer of whom Stripe may hide a Customer: trouble at %s too',
  async (point) => {
    const record = await arranged(admin, {});
    await leavesTwin(record);
    await armedAt(point)(async () => expect((await admin.call('DELETE', `/api/vault/${record.id}`)).status).toBe(200));
    await settleVault(app);
    expect(await vaultCustomers(app).countDocuments({})).toBe(0);
    expect(await auditVault(app)).toEqual([]);
  },
);

it('a client creates a customer with a card, Stripe hides a Customer, and nobody comes back: nothing is left', async () => {
  await app.simulator.fault(CUSTOMERS, HIDDEN_500);
  await app.simulator.fault(SETUPS, CUT);
  expect((await admin.call('POST', '/api/vault/customer', { id: 'Hidden1', ...hasCard })).status).toBe(503);
  await settleVault(app);
  expect(await vaultCustomers(app).countDocuments({})).toBe(0);
  expect(await auditVault(app)).toEqual([]);
});
