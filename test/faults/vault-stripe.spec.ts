import type { TestApp } from '../support/app.js';
import type { GatewayCaller } from '../support/gateway.js';
import { secret } from '../support/payments.js';
import type { FaultAction, FaultMatch } from '../support/simulator.js';
import { resolveVault, vaultCustomers } from '../support/vault.js';
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
} from '../support/vault-scenarios.js';

jest.setTimeout(120_000);

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  ({ app, admin } = await startVaultApp());
});
afterEach(() => forget(app));
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

describe('Stripe’s answer', () => {
  const calls: readonly (readonly [string, string, FaultMatch])[] = [
    ['adds a card', 'Customer', CUSTOMERS],
    ['adds a card', 'PaymentMethod', METHODS],
    ['adds a card', 'SetupIntent', SETUPS],
    ['adds a bank account', 'SetupIntent', SETUPS],
    ['replaces a card', 'SetupIntent', SETUPS],
    ['replaces a card', 'detachment', { method: 'POST', path: '/v1/payment_methods/*/detach' }],
    ['changes a date', 'change', { method: 'POST', path: '/v1/payment_methods/*' }],
    ['deletes a card', 'detachment', { method: 'POST', path: '/v1/payment_methods/*/detach' }],
  ];
  const table = calls.flatMap(([name, what, match]) =>
    ANSWERS.map(([how, action, times]) => [name, what, how, match, action, times] as const),
  );

  it.each(table)('a client %s: the answer to the %s %s; 503 or done, a repeat makes no second', async (...given) => {
    const [name, , , match, action, times] = given;
    const { before, act, after } = SCENARIOS[name] as Scenario;
    const record = await arranged(admin, before);
    await app.simulator.fault({ ...match, times }, action);
    const first = await act(admin, record);
    expect([200, 503]).toContain(first.status);
    await app.simulator.clearFaults();
    if (first.status === 503) {
      expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
      expect((await act(admin, record)).status).toBe(200);
    }
    await settleVault(app);
    expect(await methodsOf(admin, record.id)).toEqual(after);
    expect(await auditVault(app)).toEqual([]);
  });

  it.each(table)('a client %s: the answer to the %s %s, and nobody comes back', async (...given) => {
    const [name, , , match, action, times] = given;
    const { before, act, after } = SCENARIOS[name] as Scenario;
    const record = await arranged(admin, before);
    const untouched = await methodsOf(admin, record.id);
    await app.simulator.fault({ ...match, times }, action);
    const first = await act(admin, record);
    await app.simulator.clearFaults();
    await settleVault(app);
    const now = JSON.stringify(await methodsOf(admin, record.id));
    const possible = first.status === 200 ? [after] : [after, untouched];
    expect(possible.map((one) => JSON.stringify(one))).toContain(now);
    expect(await auditVault(app)).toEqual([]);
  });

  it.each([
    ['Customer', CUSTOMERS],
    ['PaymentMethod', METHODS],
    ['SetupIntent', SETUPS],
  ])('the %s takes effect after the client was told 503 and has gone', async (_what, match) => {
    const record = await arranged(admin, {});
    await app.simulator.fault({ ...match, times: 2 }, { type: 'delay_effect', ms: 900 });
    expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(503);
    await new Promise((done) => setTimeout(done, 1_200));
    await app.simulator.clearFaults();
    await settleVault(app);
    expect(await methodsOf(admin, record.id)).toEqual([]);
    expect(await auditVault(app)).toEqual([]);
  });

  it('Stripe is away for long: 503 each time, one method in the end', async () => {
    const record = await arranged(admin, {});
    await app.simulator.fault({ ...SETUPS, times: 0 }, { type: 'drop_after_effect' });
    for (let i = 0; i < 3; i++) expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(503);
    await app.advance(30_000);
    await resolveVault(app);
    await app.simulator.clearFaults();
    expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(200);
    await settleVault(app);
    expect(await methodsOf(admin, record.id)).toEqual([OLD]);
    expect(await auditVault(app)).toEqual([]);
  });

  it('a Customer that was deleted in Stripe’s dashboard is made anew', async () => {
    const record = await arranged(admin, {});
    expect((await admin.call('POST', path(record, 'token'), { token: 'pm_card_visa' })).status).toBe(200);
    const { providerCustomerId } =
      (await vaultCustomers(app).findOne().lean<{ providerCustomerId: string }>().exec()) ?? {};
    await secret(app).customers.del(String(providerCustomerId));
    expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(503);
    expect((await admin.call('POST', path(record, 'card'), CARD)).status).toBe(200);
    expect(await methodsOf(admin, record.id)).toContain(OLD);
  });
});
