import type { TestApp } from '../support/app.js';
import type { GatewayCaller } from '../support/gateway.js';
import type { HttpAnswer } from '../support/http-client.js';
import { backOrGone, CASES_SEED } from '../support/drawn-cases.js';
import { eventually, secret } from '../support/payments.js';
import { sideBySide } from '../support/side-by-side.js';
import type { FaultAction, FaultMatch } from '../support/simulator.js';
import { resolveVault, vaultCustomers, type VaultRecord } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';
import {
  arranged,
  CARD,
  forget,
  keysOf,
  methodsOf,
  OLD,
  path,
  type Scenario,
  SCENARIOS,
  startVaultApp,
} from '../support/vault-scenarios.js';

jest.setTimeout(300_000);

/*
 * Each case has a customer of its own and strikes only their calls, so the cases run beside each other, most of which is
 * waiting for Stripe's time-out; then time passes for all of them at once.
 */

/** Beside each other on two cores no call that is not struck takes as long as Stripe's time-out. */
const LANES = 12;

/**
 * Where other specs run beside this one, a second is too short: both tries of a call that nothing struck were answered
 * later than that, its request was 503 in its own right, and the fault waited for a call that never came.
 */
const PATIENT = { STRIPE_TIMEOUT: '4s', PAYMENT_LEASE: '20s' };

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  ({ app, admin } = await startVaultApp(PATIENT));
});
afterAll(() => app.stop());

const CUSTOMERS = { method: 'POST', path: '/v1/customers' };
const METHODS = { method: 'POST', path: '/v1/payment_methods' };
const SETUPS = { method: 'POST', path: '/v1/setup_intents' };

const ANSWERS: readonly (readonly [string, FaultAction, number])[] = [
  ['never arrives', { type: 'drop_before' }, 2],
  ['is lost after the effect', { type: 'drop_after_effect' }, 2],
  ['is reset after the effect', { type: 'reset_after' }, 2],
  ['is cut off', { type: 'truncate_body', bytes: 20 }, 2],
  ['is a 500 before the effect, kept', { type: 'status', status: 500, when: 'before', cached: true }, 1],
  ['is a 500 after the effect', { type: 'status', status: 500, when: 'after' }, 1],
  ['is a 429', { type: 'status', status: 429, when: 'before' }, 2],
  ['is a 403', { type: 'status', status: 403, when: 'before' }, 1],
];

interface Case {
  readonly name: string;
  readonly what: string;
  readonly match: FaultMatch;
  readonly how: string;
  readonly action: FaultAction;
  readonly times: number;
}

const CALLS: readonly (readonly [string, string, FaultMatch])[] = [
  ['adds a card', 'Customer', CUSTOMERS],
  ['adds a card', 'PaymentMethod', METHODS],
  ['adds a card', 'SetupIntent', SETUPS],
  ['adds a bank account', 'SetupIntent', SETUPS],
  ['replaces a card', 'SetupIntent', SETUPS],
  ['replaces a card', 'detachment', { method: 'POST', path: '/v1/payment_methods/*/detach' }],
  ['changes a date', 'change', { method: 'POST', path: '/v1/payment_methods/*' }],
  ['deletes a card', 'detachment', { method: 'POST', path: '/v1/payment_methods/*/detach' }],
];
const table = (): Case[] =>
  CALLS.flatMap(([name, what, match]) =>
    ANSWERS.map(([how, action, times]) => ({ name, what, match, how, action, times })),
  );

/** What the client does meets this answer, and is asked for no more of it. */
async function struck({ name, match, action, times }: Case) {
  const { before, act } = SCENARIOS[name] as Scenario;
  const record = await arranged(admin, before);
  const untouched = await methodsOf(admin, record.id);
  const fault = await app.simulator.fault({ ...match, keyPrefix: await keysOf(app, record), times }, action);
  const first = await act(admin, record);
  const { faults } = (await app.simulator.faults()) as { faults: { id: string; hits: number }[] };
  await app.simulator.clearFaults(fault);
  const hits = faults.find(({ id }) => id === fault)?.hits;
  return { record, untouched, first, hits, repeat: () => act(admin, record) };
}

describe(`Stripe’s answer (VAULT_SEED=${CASES_SEED})`, () => {
  const { returning, leaving } = backOrGone(table());
  let outcome: (one: Case) => Awaited<ReturnType<typeof struck>> & { again?: HttpAnswer };
  let problems: string[];

  beforeAll(async () => {
    outcome = await sideBySide([...returning, ...leaving], LANES, async (one) => {
      const seen = await struck(one);
      const comesBack = returning.includes(one) && seen.first.status === 503;
      return comesBack ? { ...seen, again: await seen.repeat() } : seen;
    });
    await settleVault(app);
    problems = await auditVault(app);
  });
  afterAll(() => forget(app));

  it.each(returning)(
    'a client $name: the answer to the $what $how; 503 or done, a repeat makes no second',
    async (one) => {
      const { record, first, hits, again } = outcome(one);
      expect(hits).toBeGreaterThan(0);
      expect([200, 503]).toContain(first.status);
      if (first.status === 503) {
        expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
        expect(again?.status).toBe(200);
      }
      expect(await methodsOf(admin, record.id)).toEqual(SCENARIOS[one.name]?.after);
    },
  );

  it.each(leaving)('a client $name: the answer to the $what $how, and nobody comes back', async (one) => {
    const { record, untouched, first, hits } = outcome(one);
    expect(hits).toBeGreaterThan(0);
    const after = SCENARIOS[one.name]?.after;
    const now = JSON.stringify(await methodsOf(admin, record.id));
    const possible = first.status === 200 ? [after] : [after, untouched];
    expect(possible.map((methods) => JSON.stringify(methods))).toContain(now);
  });

  it('after all of them the records and Stripe agree, method by method', () => {
    expect(problems).toEqual([]);
  });
});

describe('Stripe takes its time', () => {
  const LATE = [
    { what: 'Customer', match: CUSTOMERS },
    { what: 'PaymentMethod', match: METHODS },
    { what: 'SetupIntent', match: SETUPS },
  ];
  const LATE_MS = 20_000;
  let outcome: (one: (typeof LATE)[number]) => { record: VaultRecord; keyPrefix: string; status: number };

  beforeAll(async () => {
    outcome = await sideBySide(LATE, LATE.length, async ({ match }) => {
      const record = await arranged(admin, {});
      const keyPrefix = await keysOf(app, record);
      await app.simulator.fault({ ...match, keyPrefix, times: 2 }, { type: 'delay_effect', ms: LATE_MS });
      return { record, keyPrefix, status: (await admin.call('POST', path(record, 'card'), CARD)).status };
    });
    await app.advance(LATE_MS);
  });
  afterAll(() => forget(app));

  it.each(LATE)('the $what takes effect after the client was told 503 and has gone', async (one) => {
    const { keyPrefix, status } = outcome(one);
    expect(status).toBe(503);
    const late = () => app.simulator.requests({ path: one.match.path, key: keyPrefix });
    await eventually(async () => {
      const { requests } = await late();
      expect(requests.map(({ executed, replayed }) => [executed, replayed])).toEqual([
        [true, false],
        [false, true],
      ]);
    });
  });

  it('once it is settled, nobody has a method', async () => {
    await app.simulator.clearFaults();
    await settleVault(app);
    for (const one of LATE) expect([one.what, await methodsOf(admin, outcome(one).record.id)]).toEqual([one.what, []]);
    expect(await auditVault(app)).toEqual([]);
  });
});

describe('Stripe has gone', () => {
  afterEach(() => forget(app));

  it('Stripe is away for long: 503 each time, one method in the end', async () => {
    const record = await arranged(admin, {});
    // One that waits for both time-outs; the others are told at once, and know as little.
    for (const type of ['drop_after_effect', 'reset_after', 'reset_after'] as const) {
      const fault = await app.simulator.fault({ ...SETUPS, times: 0 }, { type });
      expect([type, (await admin.call('POST', path(record, 'card'), CARD)).status]).toEqual([type, 503]);
      if (type === 'drop_after_effect') await app.simulator.clearFaults(fault);
    }
    await app.advance(30_000);
    await resolveVault(app);
    await app.simulator.clearFaults();
    expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(200);
    await settleVault(app);
    expect(await methodsOf(admin, record.id)).toEqual([OLD]);
    expect(await auditVault(app)).toEqual([]);
  });

  it('a Customer that was deleted in Stripe’s dashboard is made anew in the same request', async () => {
    const record = await arranged(admin, {});
    expect((await admin.call('POST', path(record, 'token'), { token: 'pm_card_visa' })).status).toBe(200);
    const { providerCustomerId } =
      (await vaultCustomers(app).findOne().lean<{ providerCustomerId: string }>().exec()) ?? {};
    await secret(app).customers.del(String(providerCustomerId));
    expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(200);
    expect(await methodsOf(admin, record.id)).toContain(OLD);
  });
});
