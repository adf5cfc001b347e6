import type { OpenAPIObject } from '@nestjs/swagger';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../src/commands/admin/admin.commands.js';
import { createDocument } from '../../src/app.openapi.js';
import { AUDIT_ACTIONS } from '../../src/modules/audit/audit-actions.js';
import type { AuditRecord } from '../../src/modules/audit/audit.schema.js';
import { CommandWatch } from '../../src/modules/audit/command-watch.js';
import { AuditRepository } from '../../src/modules/audit/audit.repository.js';
import { TerminalService } from '../../src/modules/terminal/terminal.service.js';
import { UserRepository } from '../../src/modules/user/user.repository.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { StoreError } from '../../src/platform/database/store-error.js';
import { METRICS } from '../../src/platform/operations/metric-names.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { freshUsername, type GatewayCaller, gatewayCaller, PASSWORD } from '../support/gateway.js';
import type { HttpAnswer } from '../support/http-client.js';
import { logs } from '../support/log-capture.js';
import { HOUR, MINUTE } from '../support/payments.js';
import { madeReader } from '../support/readers.js';

const ADMIN = { email: 'boss@shop.example', password: 'administrators-password' };
const OTHER_PASSWORD = 'N3w-Passw0rd';
const CUID = 'cjld2cjxh0000qzrmn831i7rn';

let app: TestApp;
let document: OpenAPIObject;
let boss: GatewayCaller;
let shopAdmin: string;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false, env: { ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password } });
  document = await createDocument(app.app);
  boss = await gatewayCaller(app);
  shopAdmin = String((await app.http.post('/user/login', ADMIN)).body['access_token']);
}, 120_000);
afterAll(() => app.stop());

const rows = () => app.app.get<Connection>(getConnectionToken()).collection<AuditRecord>('audit_entries');
/** Entries that `act` adds, oldest first. */
async function added(act: () => Promise<unknown>): Promise<AuditRecord[]> {
  const before = new Set((await rows().find().toArray()).map(({ _id }) => _id));
  await act();
  const all = await rows().find().sort({ _id: 1 }).toArray();
  return all.filter(({ _id }) => !before.has(_id));
}
const newUser = () => ({
  username: freshUsername(),
  name: 'Eve Secretive',
  email: 'eve@private.example',
  password: PASSWORD,
});
let shopUsers = 0;
const shopUser = () => ({ userName: 'Eve Secretive', email: `eve@shop${++shopUsers}.example`, password: PASSWORD });
const idOf = ({ body }: HttpAnswer) => (body['data'] as { id: string }).id;
const price = (amount: number) => ({ amount, currency: 'usd', description: 'for eve@private.example' });

const ITEM = { name: 'eve@private.example', description: 'for Eve Secretive', amount: 100 };
const PLAN = { ...ITEM, billing_cycle_interval: 1, billing_days: '1' };

interface Audited {
  readonly action: string;
  /** Makes what the request needs, and answers how to send it. */
  readonly ready: () => Promise<() => Promise<HttpAnswer>>;
}

/** What changes users, rights, keys or prices, or reads whole keys. */
const AUDITED: Readonly<Record<string, Audited>> = {
  'post /api/user': { action: 'user.create', ready: async () => () => boss.call('POST', '/api/user', newUser()) },
  'post /api/user/{userId}': {
    action: 'user.rights',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/user', newUser()));
      return () => boss.call('POST', `/api/user/${id}`, { permissions: { process_sale: true } });
    },
  },
  'delete /api/user/{userId}': {
    action: 'user.delete',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/user', newUser()));
      return () => boss.call('DELETE', `/api/user/${id}`);
    },
  },
  'post /api/user/change-password': {
    action: 'user.password',
    ready: async () => () =>
      boss.call('POST', '/api/user/change-password', {
        username: boss.username,
        current_password: PASSWORD,
        new_password: OTHER_PASSWORD,
      }),
  },
  'post /api/user/apikey': {
    action: 'key.create',
    ready: async () => () => boss.call('POST', '/api/user/apikey', { type: 'api', name: 'eve@private.example' }),
  },
  'delete /api/user/apikey/{apiKey}': {
    action: 'key.delete',
    ready: async () => {
      const { body } = await boss.call('POST', '/api/user/apikey', { type: 'api', name: 'k' });
      return () => boss.call('DELETE', `/api/user/apikey/${(body['data'] as { api_key: string }).api_key}`);
    },
  },
  'get /api/user/apikeys': { action: 'keys.read', ready: async () => () => boss.call('GET', '/api/user/apikeys') },
  'post /user': {
    action: 'user.create',
    ready: async () => () => app.http.post('/user', shopUser(), { token: shopAdmin }),
  },
  'patch /user/{id}': {
    action: 'user.update',
    ready: async () => {
      const { userId } = await app.register();
      const change = { userName: 'Eve Secretive' };
      return () => app.http.request('PATCH', `/user/${userId}`, change, { token: shopAdmin });
    },
  },
  'delete /user/{id}': {
    action: 'user.delete',
    ready: async () => {
      const { userId } = await app.register();
      return () => app.http.delete(`/user/${userId}`, { token: shopAdmin });
    },
  },
  'post /user/change-password': {
    action: 'user.password',
    ready: async () => {
      const { userId, token } = await app.register();
      await app.app.get(UserRepository, { strict: false }).makeAdmin(userId);
      const change = { currentPassword: 'password', newPassword: OTHER_PASSWORD };
      return () => app.http.post('/user/change-password', change, { token });
    },
  },
  'post /api/recurring/addon': {
    action: 'add_on.create',
    ready: async () => () => boss.call('POST', '/api/recurring/addon', ITEM),
  },
  'post /api/recurring/addon/{addOnId}': {
    action: 'add_on.update',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/recurring/addon', ITEM));
      return () => boss.call('POST', `/api/recurring/addon/${id}`, { amount: 2 });
    },
  },
  'delete /api/recurring/addon/{addOnId}': {
    action: 'add_on.delete',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/recurring/addon', ITEM));
      return () => boss.call('DELETE', `/api/recurring/addon/${id}`);
    },
  },
  'post /api/recurring/discount': {
    action: 'discount.create',
    ready: async () => () => boss.call('POST', '/api/recurring/discount', ITEM),
  },
  'post /api/recurring/discount/{discountId}': {
    action: 'discount.update',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/recurring/discount', ITEM));
      return () => boss.call('POST', `/api/recurring/discount/${id}`, { amount: 2 });
    },
  },
  'delete /api/recurring/discount/{discountId}': {
    action: 'discount.delete',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/recurring/discount', ITEM));
      return () => boss.call('DELETE', `/api/recurring/discount/${id}`);
    },
  },
  'post /api/recurring/plan': {
    action: 'plan.create',
    ready: async () => () => boss.call('POST', '/api/recurring/plan', PLAN),
  },
  'post /api/recurring/plan/{planId}': {
    action: 'plan.update',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/recurring/plan', PLAN));
      return () => boss.call('POST', `/api/recurring/plan/${id}`, { amount: 2 });
    },
  },
  'delete /api/recurring/plan/{planId}': {
    action: 'plan.delete',
    ready: async () => {
      const id = idOf(await boss.call('POST', '/api/recurring/plan', PLAN));
      return () => boss.call('DELETE', `/api/recurring/plan/${id}`);
    },
  },
  'put /checkout/{cuid}': {
    action: 'price.register',
    ready: async () => () => app.http.request('PUT', `/checkout/${CUID}`, price(2000), { token: shopAdmin }),
  },
};

/** What is not an operator's change: logins, questions that change nothing, what shop users do with themselves and pay, a merchant's customers. */
const NOT_AN_OPERATORS = [
  /^post \/api\/token-auth$/,
  /^post \/api\/(lookup\/fees|calculate\/amounts)$/,
  // Each is a row with the user who sent it, and is looked up there.
  /^post \/api\/(transaction|filebatch)(\/|$)/,
  // The daily business of who stands at a till.
  /^post \/api\/(terminal\/\{terminalId\}\/settle|settlement\/batch\/search)$/,
  /^\w+ \/api\/vault\//,
  /^\w+ \/ghost\//,
  /^\w+ \/api\/v1\/customers/,
  /^\w+ \/api\/v1\/payments/,
  /^post \/user\/(register|login|logout)$/,
  /^post \/payment(\/confirm)?$/,
  /^post \/webhook\/stripe$/,
];

describe('the routes of the document', () => {
  it('are audited, or said to be no operator’s change, where they change something', () => {
    const changing = Object.entries(document.paths).flatMap(([path, item]) =>
      (['post', 'put', 'patch', 'delete'] as const)
        .filter((method) => item[method] !== undefined)
        .map((method) => `${method} ${path}`),
    );
    expect(changing.length).toBeGreaterThan(20);
    for (const route of changing) {
      const said = [route in AUDITED, NOT_AN_OPERATORS.some((one) => one.test(route))];
      expect([route, said.filter(Boolean).length]).toEqual([route, 1]);
    }
  });

  it.each(Object.entries(AUDITED))('%s writes one entry, with the right actor', async (route, { action, ready }) => {
    const send = await ready();
    logs.clear();
    let answer: HttpAnswer | undefined;
    const entries = await added(async () => (answer = await send()));
    expect([200, 201]).toContain(answer?.status);
    const shop = !route.includes('/api/');
    const [entry] = entries;
    expect(entries).toEqual([
      expect.objectContaining({
        action,
        result: 'done',
        actorKind: shop ? 'storefront_user' : 'gateway_user',
        actorId: shop ? expect.stringMatching(/^[0-9a-f]{24}$/) : boss.userId,
        credential: shop ? 'token' : `api_key ${boss.keyId}`,
        address: '127.0.0.1',
        correlationId: expect.any(String),
        finishedAt: expect.any(Date),
      }),
    ]);
    const lines = logs.lines.filter(({ context }) => context === 'Audit');
    expect(lines).toEqual([expect.objectContaining({ auditId: entry?._id, action, outcome: 'done' })]);
  });

  it('has no secret, key, password, e-mail address or name in any entry', async () => {
    const keys = (await app.app
      .get<Connection>(getConnectionToken())
      .collection('api_keys')
      .find()
      .toArray()) as unknown as {
      hash: string;
      masked: string;
    }[];
    const everything = JSON.stringify(await rows().find().toArray());
    expect(everything.length).toBeGreaterThan(1000);
    const secrets = [boss.key, PASSWORD, OTHER_PASSWORD, ...keys.flatMap(({ hash, masked }) => [hash, masked])];
    for (const secret of secrets) expect(everything).not.toContain(secret);
    expect(everything).not.toMatch(
      /eve@|Eve Secretive|owner@example|Ada Owner|boss@|merchant\d|\$2[aby]\$|api_[A-Za-z0-9]{8}/,
    );
    expect(everything).not.toMatch(/[^\s"]+@[^\s"]+\.[a-z]{2,}/i);
    expect(everything).toContain('hash:');
  });
});

it('what shop users do with themselves is in no entry', async () => {
  const { token, userId } = await app.register();
  const entries = await added(async () => {
    await app.http.post('/user', shopUser(), { token });
    await app.http.request('PATCH', `/user/${userId}`, { userName: 'Me' }, { token });
    const change = { currentPassword: 'password', newPassword: OTHER_PASSWORD };
    const changed = await app.http.post('/user/change-password', change, { token });
    const left = await app.http.delete(`/user/${userId}`, { token: String(changed.body['access_token']) });
    expect([changed.status, left.status]).toEqual([201, 200]);
  });
  expect(entries).toEqual([]);
});

describe('the start', () => {
  const startWith = (email: string, password: string) =>
    startTestApp({
      env: { ADMIN_EMAIL: email, ADMIN_PASSWORD: password },
      simulator: app.simulator,
      mongoUri: app.config.mongo.uri,
      webhooks: false,
    });
  const byTheStart = { actorKind: 'start', credential: 'ADMIN_EMAIL', address: hostname(), accountId: null };

  it('that makes the first administrator writes an entry, and none the next time', async () => {
    const email = 'first@shop.example';
    const entries = await added(async () => (await startWith(email, ADMIN.password)).stop());
    expect(entries).toEqual([
      expect.objectContaining({
        ...byTheStart,
        action: 'user.create',
        result: 'done',
        objectKind: 'storefront_user',
        after: { email: expect.stringMatching(/^hash:/), isAdmin: true },
      }),
    ]);
    expect(await added(async () => (await startWith(email, ADMIN.password)).stop())).toEqual([]);
  });

  it('that promotes an account writes an entry, and none if the password is another one', async () => {
    const { email, userId } = await app.register();
    expect(await added(async () => (await startWith(email, ADMIN.password)).stop())).toEqual([]);
    const entries = await added(async () => (await startWith(email, 'password')).stop());
    expect(entries).toEqual([
      expect.objectContaining({
        ...byTheStart,
        action: 'user.rights',
        result: 'done',
        objectId: userId,
        before: { email: expect.stringMatching(/^hash:/), isAdmin: false },
        after: { email: expect.stringMatching(/^hash:/), isAdmin: true },
      }),
    ]);
  });
});

describe('an entry', () => {
  it('says what was before and after, with rights in clear', async () => {
    const id = idOf(await boss.call('POST', '/api/user', newUser()));
    const [entry] = await added(() =>
      boss.call('POST', `/api/user/${id}`, {
        name: 'Mallory',
        status: 'disabled',
        permissions: { process_void: true },
      }),
    );
    expect(entry).toMatchObject({
      action: 'user.rights',
      objectId: id,
      before: { status: 'active', permissions: expect.arrayContaining(['process_void=false']) },
      asked: { status: 'disabled', permissions: ['process_void=true'] },
      after: { status: 'disabled', permissions: expect.arrayContaining(['process_void=true']) },
    });
    expect(entry?.before?.['name']).toMatch(/^hash:/);
    expect(entry?.after?.['name']).not.toBe(entry?.before?.['name']);
  });

  it('of a change that is no right is user.update, and the price before stands in a new one', async () => {
    const id = idOf(await boss.call('POST', '/api/user', newUser()));
    const same = { name: 'B', role: 'standard', status: 'active', permissions: { process_sale: false } };
    expect((await added(() => boss.call('POST', `/api/user/${id}`, same)))[0]).toMatchObject({ action: 'user.update' });
    const put = () => app.http.request('PUT', `/checkout/${CUID}`, price(3000), { token: shopAdmin });
    expect((await added(put))[0]).toMatchObject({ before: { amountMinor: 2000 }, after: { amountMinor: 3000 } });
  });

  it('of a plan says its prices, its schedule and its pushes, before and after', async () => {
    const addOn = idOf(await boss.call('POST', '/api/recurring/addon', ITEM));
    const id = idOf(await boss.call('POST', '/api/recurring/plan', { ...PLAN, add_ons: [{ id: addOn }] }));
    const change = { amount: 200, update_subscriptions: true, add_ons: [{ id: addOn, amount: 5 }] };
    const [entry] = await added(() => boss.call('POST', `/api/recurring/plan/${id}`, change));
    expect(entry).toMatchObject({
      ...{ action: 'plan.update', objectKind: 'plan', objectId: id },
      before: { amountMinor: 100, frequency: 'monthly', days: '1', addOns: [`${addOn} flat 100 for 0`], push: null },
      asked: { amountMinor: 200, pushAmount: true, addOns: [`${addOn} amount 5`] },
      after: { amountMinor: 200, addOns: [`${addOn} flat 5 for 0`], push: '1: 200' },
    });
    const refused = await added(() => boss.call('POST', `/api/recurring/plan/${id}`, { billing_days: '1,2' }));
    expect(refused).toEqual([expect.objectContaining({ result: 'refused', reason: 'validation_failed' })]);
  });

  it('of what was refused says so, and why', async () => {
    const clerk = await gatewayCaller(app, { role: 'standard', permissions: { manage_users: true } });
    const [entry] = await added(() => clerk.call('POST', '/api/user', { ...newUser(), role: 'admin' }));
    expect(entry).toMatchObject({
      action: 'user.create',
      actorId: clerk.userId,
      result: 'refused',
      reason: 'forbidden',
    });
    expect(await added(() => app.http.request('PUT', `/checkout/${CUID}`, price(1), {}))).toEqual([]);
  });

  it('stays not known where the process broke off', async () => {
    armFailpoints('offer.register.before=throw');
    const put = () =>
      app.http.request('PUT', `/checkout/${CUID.replace('cj', 'ck')}`, price(2000), { token: shopAdmin, check: false });
    const [entry] = await added(put);
    armFailpoints(undefined);
    expect(entry).toMatchObject({ result: 'not_known', finishedAt: null, asked: { amountMinor: 2000 }, after: null });
    expect((await app.http.get('/metrics')).text).toContain('audit_unfinished_total 1');
  });

  it('that cannot be stored refuses the change: 503, and nothing is changed', async () => {
    const id = idOf(await boss.call('POST', '/api/user', newUser()));
    const before = await boss.call('GET', `/api/user/${id}`);
    // The store is asked for credentials and users as well: only what the trail writes is to fail here.
    const trail = app.app.get(AuditRepository, { strict: false });
    const gone = new StoreError('not_applied', new Error('no server'));
    const append = jest.spyOn(trail, 'append').mockRejectedValue(gone);
    try {
      for (const [method, path, body] of [
        ['POST', '/api/user', newUser()],
        ['POST', `/api/user/${id}`, { name: 'Changed' }],
        ['DELETE', `/api/user/${id}`, undefined],
        ['POST', '/api/user/apikey', { type: 'api', name: 'k' }],
        ['GET', '/api/user/apikeys', undefined],
        ['POST', '/api/recurring/plan', PLAN],
        ['POST', '/api/recurring/addon', ITEM],
      ] as const) {
        const answer = await boss.call(method, path, body);
        expect([method, path, answer.status]).toEqual([method, path, 503]);
      }
      expect((await boss.call('GET', `/api/user/${id}`)).text).toBe(before.text);
    } finally {
      append.mockRestore();
    }
  });
});

describe('the commands', () => {
  const run = (name: string, options: Record<string, string> = {}) => COMMANDS[name]?.run(app.app, options);

  it('write one entry each, by the user of the operating system, but for what only reads the trail or the settings', async () => {
    const username = freshUsername();
    const key = await gatewayCaller(app);
    await madeReader(app.simulator);
    const terminal = async () =>
      (await app.app.get(TerminalService, { strict: false }).list(key.accountId))[0]?.id ?? '';
    const persons = join(mkdtempSync(join(tmpdir(), 'payments-audit-')), 'persons.csv');
    writeFileSync(persons, 'id,email\n43@census,ada@private.example\n');
    const commands: [string, Record<string, string>, string][] = [
      ['create-user', { username, name: 'Eve', email: 'eve@private.example', password: PASSWORD }, 'user.create'],
      ['create-key', { username, name: 'k', type: 'api' }, 'key.create'],
      ['import-key', { username, name: 'k', key: `api_${'Imported7'.repeat(3)}` }, 'key.import'],
      ['list-keys', {}, 'keys.read'],
      ['revoke-key', { id: key.keyId }, 'key.delete'],
      ['reencrypt-keys', {}, 'keys.reencrypt'],
      ['retry-receipts', {}, 'receipts.retry'],
      ['skip-receipts', {}, 'receipts.skip'],
      ['create-processor', { name: 'Events' }, 'processor.create'],
      ['set-processor', { surcharge: '3%' }, 'processor.update'],
      ['terminals sync', {}, 'terminal.sync'],
      ['set-terminal', { status: 'disabled' }, 'terminal.update'],
      ['settle', {}, 'settlement.run'],
      ['create-person', { id: '42@census' }, 'persons.create'],
      ['import-persons', { file: persons }, 'persons.import'],
    ];
    for (const [name, options, action] of commands) {
      const id: Record<string, string> = name === 'set-terminal' ? { id: await terminal() } : {};
      const entries = await added(async () => run(name, { ...id, ...options }));
      const actor = { actorKind: 'command_line', credential: 'command line', address: hostname() };
      expect([name, entries]).toEqual([name, [expect.objectContaining({ action, result: 'done', ...actor })]]);
    }
    const silent = [
      'audit',
      'check-config',
      'list-processors',
      'list-terminals',
      'parked-receipts',
      'transaction',
      'transactions',
      'twins',
    ];
    const known = [...commands.map(([name]) => name), ...silent];
    expect(Object.keys(COMMANDS).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are counted by the running product for an hour, unfinished ones after ten minutes', async () => {
    const watch = app.app.get(CommandWatch, { strict: false });
    const counted = async (action: string, result: string) => {
      await watch.pass();
      const line = `audit_command_actions{action="${action}",result="${result}"} `;
      const { text } = await app.http.get('/metrics');
      return Number(
        text
          .split('\n')
          .find((one) => one.startsWith(line))
          ?.slice(line.length),
      );
    };
    await app.advance(HOUR);
    expect([await counted('key.create', 'done'), await counted('key.create', 'unfinished')]).toEqual([0, 0]);
    const username = freshUsername();
    await run('create-user', { username, name: 'Eve', email: 'eve@private.example', password: PASSWORD });
    const [, broken] = await added(async () => {
      for (const name of ['one', 'two']) await run('create-key', { username, name, type: 'api' });
    });
    await boss.call('POST', '/api/user/apikey', { type: 'api', name: 'counted already, by audit_actions_total' });
    expect([await counted('user.create', 'done'), await counted('key.create', 'done')]).toEqual([1, 2]);
    // As a command leaves it that is killed over it.
    await rows().updateOne({ _id: broken?._id }, { $set: { result: 'not_known', finishedAt: null } });
    expect([await counted('key.create', 'done'), await counted('key.create', 'unfinished')]).toEqual([1, 0]);
    await app.advance(11 * MINUTE);
    expect([await counted('key.create', 'done'), await counted('key.create', 'unfinished')]).toEqual([1, 1]);
    await app.advance(50 * MINUTE);
    expect([await counted('key.create', 'done'), await counted('key.create', 'unfinished')]).toEqual([0, 0]);
  });

  it('find entries by actor, object, time and action', async () => {
    const user = newUser();
    const email = `${user.username}@found.example`;
    const id = idOf(await boss.call('POST', '/api/user', { ...user, email }));
    await boss.call('POST', `/api/user/${id}`, { name: 'B' });
    const found = async (options: Record<string, string>) =>
      ((await run('audit', options)) as { entries: { action: string; object: { id: string } }[] }).entries;
    const actions = async (options: Record<string, string>) => (await found(options)).map(({ action }) => action);
    for (const object of [id, user.username, user.username.toUpperCase(), email])
      expect([object, await actions({ object })]).toEqual([object, ['user.update', 'user.create']]);
    expect(await actions({ object: id, action: 'user.create' })).toEqual(['user.create']);
    expect(await actions({ object: id, action: 'key' })).toEqual([]);
    expect(await actions({ object: id, until: '2020-01-01' })).toEqual([]);
    expect(await actions({ object: id, since: '2020-01-01', limit: '1' })).toEqual(['user.update']);
    for (const actor of [boss.userId, boss.username]) expect(await actions({ object: id, actor })).toHaveLength(2);
    expect(await actions({ object: id, actor: 'nobody1' })).toEqual([]);
    const wrongly: Record<string, string>[] = [
      { since: '2026-02-30' },
      { until: 'yesterday' },
      { action: 'drop' },
      { limit: '0' },
    ];
    for (const wrong of wrongly) await expect(run('audit', wrong)).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

describe('append-only', () => {
  it('the store lets an entry go after AUDIT_DAYS, and no route or method deletes one', async () => {
    const [entry] = await added(() => boss.call('POST', '/api/user', newUser()));
    const days = ((entry?.expireAt.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(400);
    const repository = readFileSync(join(__dirname, '../../src/modules/audit/audit.repository.ts'), 'utf8');
    expect(repository).not.toMatch(/delete(One|Many)|updateMany|updateOne/);
    expect(Object.keys(document.paths).filter((path) => path.includes('audit'))).toEqual([]);
  });

  it('every action is counted', () => {
    expect(METRICS.audit_actions_total.values).toEqual([...AUDIT_ACTIONS]);
  });
});
