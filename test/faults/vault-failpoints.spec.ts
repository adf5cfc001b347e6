import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILPOINTS } from '../../src/platform/common/failpoint-names.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import type { TestApp } from '../support/app.js';
import type { GatewayCaller } from '../support/gateway.js';
import { recordOf, resolveVault, vaultCustomers } from '../support/vault.js';
import { auditVault, settleVault } from '../support/vault-audit.js';
import {
  arranged,
  CARD,
  forget,
  methodsOf,
  path,
  type Scenario,
  SCENARIOS,
  startVaultApp,
  troubled,
} from '../support/vault-scenarios.js';

jest.setTimeout(120_000);

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

const cases = Object.entries(SCENARIOS).flatMap(([name, { points }]) =>
  points.flatMap((point) => ['before', 'after'].map((phase) => [name, `${point}.${phase}`] as const)),
);

describe('the process has trouble at a failpoint', () => {
  it.each(cases)('a client %s, at %s, and comes back', async (name, point) => {
    const { before, act, after } = SCENARIOS[name] as Scenario;
    const record = await arranged(admin, before);
    armFailpoints(`${point}=throw`);
    await troubled(() => act(admin, record));
    armFailpoints(undefined);
    let again = await act(admin, record);
    // The lease of a process that is no more ends by itself.
    if (again.status === 503) {
      await app.advance(6_000);
      again = await act(admin, record);
    }
    // What was deleted is not there any more, and what is refused is refused again.
    expect([200, 400, 404]).toContain(again.status);
    await settleVault(app);
    // An answer that is lost behind the last write: the contract has no key by which the repeat could be known.
    const twice = point === 'method.finish.after' && name.startsWith('adds');
    expect(await methodsOf(admin, record.id)).toEqual(twice ? [...after, ...after] : after);
    expect(await auditVault(app)).toEqual([]);
  });

  it.each(cases)('a client %s, at %s, and never comes back', async (name, point) => {
    const { before, act, after } = SCENARIOS[name] as Scenario;
    const record = await arranged(admin, before);
    const untouched = await methodsOf(admin, record.id);
    armFailpoints(`${point}=throw`);
    await troubled(() => act(admin, record));
    armFailpoints(undefined);
    await settleVault(app);
    expect([JSON.stringify(untouched), JSON.stringify(after)]).toContain(
      JSON.stringify(await methodsOf(admin, record.id)),
    );
    expect(await auditVault(app)).toEqual([]);
  });
});

describe('a customer that comes with a card', () => {
  const POINTS = [
    ...['creation.insert', 'vault_customer.send', 'vault_customer.store', 'method.send_card', 'method.store'],
    ...['method.set_up', 'method.finish', 'vault.load', 'vault.work'],
  ];
  const points = (names: readonly string[]) => names.flatMap((name) => [`${name}.before`, `${name}.after`]);
  const create = (body: object) => admin.call('POST', '/api/vault/customer', body);
  const CHOSEN = { id: 'Chosen1', default_payment: { card: CARD } };
  const DRAWN = { id_format: 'xid_type_last4', default_payment: { card: CARD } };

  async function broken(point: string, body: object): Promise<void> {
    armFailpoints(`${point}=throw`);
    await troubled(() => create(body));
    armFailpoints(undefined);
  }
  const all = () => vaultCustomers(app).find().lean<{ customerId: string; methods: unknown[] }[]>().exec();

  it.each([...points(POINTS), ...points(['creation.find'])])(
    '%s, and it comes back: one customer with one card',
    async (point) => {
      await broken(point, CHOSEN);
      let again = await create(CHOSEN);
      if (again.status === 503) {
        await app.advance(6_000);
        again = await create(CHOSEN);
      }
      // Stored, and only the answer was lost.
      expect(again.status).toBe(point === 'method.finish.after' ? 400 : 200);
      await settleVault(app);
      expect(await all()).toMatchObject([{ customerId: 'Chosen1', methods: [{}] }]);
      expect(await auditVault(app)).toEqual([]);
    },
  );

  it.each([...points(POINTS), ...points(['creation.repeat'])])(
    '%s, with a generated id, and it comes back',
    async (point) => {
      await broken(point, DRAWN);
      await app.advance(6_000);
      const made = recordOf(await create(DRAWN));
      expect(made.id).toMatch(/^[0-9a-v]{20}_card_1111$/);
      await settleVault(app);
      expect((await all()).length).toBe(point === 'method.finish.after' ? 2 : 1);
      expect(await auditVault(app)).toEqual([]);
    },
  );

  it.each(points(POINTS))('%s, and nobody comes back: nothing is left, here and there', async (point) => {
    await broken(point, CHOSEN);
    await settleVault(app);
    expect(await all()).toHaveLength(point === 'method.finish.after' ? 1 : 0);
    expect(await auditVault(app)).toEqual([]);
    expect((await create({ id: 'Chosen1', description: 'another' })).status).toBe(
      point === 'method.finish.after' ? 400 : 200,
    );
  });

  it.each(points(['method.end', 'removal.begin', 'removal.send', 'removal.end']))(
    'refused, and trouble at %s',
    async (point) => {
      const refused = { id: 'Refused1', default_payment: { card: { ...CARD, number: '4000000000000002' } } };
      await broken(point, refused);
      await settleVault(app);
      expect(await all()).toEqual([]);
      expect(await auditVault(app)).toEqual([]);
    },
  );

  it('another body under the id that is being created is refused, also while nobody is at it', async () => {
    await broken('method.set_up.after', CHOSEN);
    const other = await create({ ...CHOSEN, description: 'another' });
    expect(other).toMatchObject({ status: 400, body: { msg: 'bad request error: id is already taken' } });
    expect((await admin.call('GET', '/api/vault/Chosen1')).status).toBe(404);
    expect((await create(CHOSEN)).status).toBe(200);
  });
});

describe('the resolver itself has trouble', () => {
  const UNDOING = [
    ...['vault_resolver.due', 'vault_resolver.claim', 'undo.mark', 'undo.detach', 'method.set_up', 'method.detach'],
    ...['method.detached', 'vault.load', 'vault.work'],
  ];

  it.each(UNDOING.flatMap((name) => [`${name}.before`, `${name}.after`]))(
    'at %s, undoing a card: the next round ends it',
    async (point) => {
      const record = await arranged(admin, {});
      armFailpoints('method.finish.before=throw');
      await troubled(() => admin.call('POST', path(record, 'card'), CARD));
      await app.advance(61_000);
      armFailpoints(`${point}=throw`);
      await resolveVault(app).catch(() => undefined);
      armFailpoints(undefined);
      await settleVault(app);
      expect(await methodsOf(admin, record.id)).toEqual([]);
      expect(await auditVault(app)).toEqual([]);
    },
  );

  it('nothing was made at Stripe yet: only the Customer is kept', async () => {
    const record = await arranged(admin, {});
    armFailpoints('method.send_card.before=throw');
    await troubled(() => admin.call('POST', path(record, 'card'), CARD));
    for (const point of ['undo.forget.before', 'undo.forget.after']) {
      armFailpoints(`${point}=throw`);
      await app.advance(61_000);
      await resolveVault(app);
    }
    armFailpoints(undefined);
    await settleVault(app);
    expect(await auditVault(app)).toEqual([]);
  });
});

it('every failpoint of the vault is armed here, or after trouble with Stripe', () => {
  const text = [
    __filename,
    join(__dirname, 'vault-after-trouble.spec.ts'),
    join(__dirname, '../support/vault-scenarios.ts'),
  ]
    .map((file) => readFileSync(file, 'utf8'))
    .join();
  const elsewhere = /^vault\.(insert|find|search)$/;
  const named = Object.keys(FAILPOINTS).filter((name) => /^(vault|method|creation|undo|twins|removal)/.test(name));
  const missing = named.filter((name) => !elsewhere.test(name) && !text.includes(`'${name}`));
  expect(missing).toEqual([]);
});
