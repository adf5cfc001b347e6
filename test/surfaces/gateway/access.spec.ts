import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { NOTIFICATIONS, PERMISSIONS, type PermissionMap } from '../../../src/modules/user/gateway/permissions.js';
import { GATEWAY_ACCESS } from '../../../src/surfaces/gateway/gateway.access.js';
import { createDocument } from '../../../src/app.openapi.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { CASES_SEED, drawnOf } from '../../support/drawn-cases.js';
import { failed, freshUsername, type GatewayCaller, gatewayCaller, notFound, PASSWORD } from '../../support/gateway.js';

jest.setTimeout(60_000);

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(() => app.stop());

const UNKNOWN = '00000000000000000000';

/** Every route below /api, but not below /api/v1, that a controller declares, as `POST /api/user/:userId`. */
function declaredRoutes(): string[] {
  const routes: string[] = [];
  for (const module of app.app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      const mount = Reflect.getMetadata(PATH_METADATA, metatype ?? Object) as unknown;
      const prototype = metatype?.prototype as Record<string, object> | undefined;
      if (typeof mount !== 'string' || prototype === undefined) continue;
      for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
        const method = Reflect.getMetadata(METHOD_METADATA, prototype[name] ?? {}) as RequestMethod | undefined;
        if (method === undefined) continue;
        const own = Reflect.getMetadata(PATH_METADATA, prototype[name] ?? {}) as string | string[];
        for (const path of [own].flat().map((one) => `/${mount}/${one}`))
          routes.push(`${RequestMethod[method]} ${path.replace(/\/+/g, '/').replace(/\/$/, '')}`);
      }
    }
  }
  return [...new Set(routes)].filter((route) => / \/api(\/(?!v1\/)|$)/.test(route));
}

it('the table has every route of the router and no other', () => {
  expect(declaredRoutes().toSorted()).toEqual(Object.keys(GATEWAY_ACCESS).toSorted());
});

it('the document has them too, each but the log-in with the two ways to authorize', async () => {
  const { paths } = await createDocument(app.app);
  for (const [route, access] of Object.entries(GATEWAY_ACCESS)) {
    const [method = '', path = ''] = route.split(' ');
    const item = paths[path.replace(/:(\w+)/g, '{$1}')] as Record<string, { security?: object[] }> | undefined;
    const security = access === 'public' ? undefined : [{ 'gateway-key': [] }, { 'gateway-jwt': [] }];
    expect([route, item?.[method.toLowerCase()]?.security]).toEqual([route, security]);
  }
});

it('the DTOs have every permission and notification', async () => {
  const { components } = await createDocument(app.app);
  const namesOf = (schema: string) =>
    Object.keys((components?.schemas?.[schema] as { properties?: object } | undefined)?.properties ?? {});
  for (const schema of ['PermissionFlags', 'Permissions']) expect(namesOf(schema)).toEqual([...PERMISSIONS]);
  for (const schema of ['MerchantNotificationFlags', 'MerchantNotifications'])
    expect(namesOf(schema)).toEqual([...NOTIFICATIONS]);
});

/** Each route asked for what does no harm: 403 is a refusal by permission, all else means that it was let through. */
const PROBES: Readonly<Record<string, (caller: GatewayCaller) => [path: string, body?: object]>> = {
  'POST /api/user': () => ['/api/user', {}],
  'GET /api/user': () => ['/api/user'],
  'GET /api/users': () => ['/api/users'],
  'GET /api/user/:userId': () => [`/api/user/${UNKNOWN}`],
  'POST /api/user/:userId': () => [`/api/user/${UNKNOWN}`, {}],
  'DELETE /api/user/:userId': () => [`/api/user/${UNKNOWN}`],
  'POST /api/user/change-password': () => ['/api/user/change-password', {}],
  'POST /api/user/apikey': () => ['/api/user/apikey', {}],
  'GET /api/user/apikeys': () => ['/api/user/apikeys'],
  'DELETE /api/user/apikey/:apiKey': () => [`/api/user/apikey/${UNKNOWN}`],
  'POST /api/transaction': () => ['/api/transaction', {}],
  'GET /api/transaction/:transactionId': () => [`/api/transaction/${UNKNOWN}`],
  'POST /api/transaction/:transactionId/capture': () => [`/api/transaction/${UNKNOWN}/capture`, {}],
  'POST /api/transaction/:transactionId/void': () => [`/api/transaction/${UNKNOWN}/void`],
  'POST /api/transaction/:transactionId/refund': () => [`/api/transaction/${UNKNOWN}/refund`, {}],
  'POST /api/transaction/search': () => ['/api/transaction/search', {}],
  'POST /api/lookup/fees': () => ['/api/lookup/fees', {}],
  'POST /api/calculate/amounts': () => ['/api/calculate/amounts', {}],
  'POST /api/filebatch': () => ['/api/filebatch'],
  'GET /api/filebatch/:batchId': () => [`/api/filebatch/${UNKNOWN}`],
  'GET /api/filebatch/:batchId/download': () => [`/api/filebatch/${UNKNOWN}/download`],
  'POST /api/recurring/addon': () => ['/api/recurring/addon', {}],
  'GET /api/recurring/addons': () => ['/api/recurring/addons'],
  'GET /api/recurring/addon/:addOnId': () => [`/api/recurring/addon/${UNKNOWN}`],
  'POST /api/recurring/addon/:addOnId': () => [`/api/recurring/addon/${UNKNOWN}`, {}],
  'DELETE /api/recurring/addon/:addOnId': () => [`/api/recurring/addon/${UNKNOWN}`],
  'POST /api/recurring/discount': () => ['/api/recurring/discount', {}],
  'GET /api/recurring/discounts': () => ['/api/recurring/discounts'],
  'GET /api/recurring/discount/:discountId': () => [`/api/recurring/discount/${UNKNOWN}`],
  'POST /api/recurring/discount/:discountId': () => [`/api/recurring/discount/${UNKNOWN}`, {}],
  'DELETE /api/recurring/discount/:discountId': () => [`/api/recurring/discount/${UNKNOWN}`],
  'POST /api/recurring/plan': () => ['/api/recurring/plan', {}],
  'GET /api/recurring/plans': () => ['/api/recurring/plans'],
  'GET /api/recurring/plan/:planId': () => [`/api/recurring/plan/${UNKNOWN}`],
  'POST /api/recurring/plan/:planId': () => [`/api/recurring/plan/${UNKNOWN}`, {}],
  'DELETE /api/recurring/plan/:planId': () => [`/api/recurring/plan/${UNKNOWN}`],
  'GET /api/terminals': () => ['/api/terminals'],
  'POST /api/terminal/:terminalId/settle': () => [`/api/terminal/${UNKNOWN}/settle`],
  'POST /api/settlement/batch/search': () => ['/api/settlement/batch/search', {}],
  'POST /api/vault/customer': () => ['/api/vault/customer', { id: 'not-good' }],
  'POST /api/vault/customer/search': () => ['/api/vault/customer/search', {}],
  'GET /api/vault/:customerId': () => [`/api/vault/${UNKNOWN}`],
  'GET /api/vault/customer/:customerId': () => [`/api/vault/customer/${UNKNOWN}`],
  'POST /api/vault/customer/:customerId': () => [`/api/vault/customer/${UNKNOWN}`, {}],
  'DELETE /api/vault/:customerId': () => [`/api/vault/${UNKNOWN}`],
  'DELETE /api/vault/customer/:customerId': () => [`/api/vault/customer/${UNKNOWN}`],
  'POST /api/vault/customer/:customerId/address': () => [`/api/vault/customer/${UNKNOWN}/address`, {}],
  'POST /api/vault/customer/:customerId/address/:addressId': () => [
    `/api/vault/customer/${UNKNOWN}/address/${UNKNOWN}`,
    {},
  ],
  'DELETE /api/vault/customer/:customerId/address/:addressId': () => [
    `/api/vault/customer/${UNKNOWN}/address/${UNKNOWN}`,
  ],
  'POST /api/vault/customer/:customerId/card': () => [`/api/vault/customer/${UNKNOWN}/card`, {}],
  'POST /api/vault/customer/:customerId/ach': () => [`/api/vault/customer/${UNKNOWN}/ach`, {}],
  'POST /api/vault/customer/:customerId/token': () => [`/api/vault/customer/${UNKNOWN}/token`, {}],
  'POST /api/vault/customer/:customerId/applepay': () => [`/api/vault/customer/${UNKNOWN}/applepay`, {}],
  'POST /api/vault/customer/:customerId/googlepay': () => [`/api/vault/customer/${UNKNOWN}/googlepay`, {}],
  'POST /api/vault/customer/:customerId/card/:methodId': () => [`/api/vault/customer/${UNKNOWN}/card/1`, {}],
  'POST /api/vault/customer/:customerId/ach/:methodId': () => [`/api/vault/customer/${UNKNOWN}/ach/1`, {}],
  'POST /api/vault/customer/:customerId/token/:methodId': () => [`/api/vault/customer/${UNKNOWN}/token/1`, {}],
  'DELETE /api/vault/customer/:customerId/card/:methodId': () => [`/api/vault/customer/${UNKNOWN}/card/1`],
  'DELETE /api/vault/customer/:customerId/ach/:methodId': () => [`/api/vault/customer/${UNKNOWN}/ach/1`],
};

describe(`the permission matrix (VAULT_SEED=${CASES_SEED})`, () => {
  const guarded = Object.entries(GATEWAY_ACCESS).filter(([, access]) => access !== 'public');
  const demandOf = (route: string): string | undefined => {
    const access = GATEWAY_ACCESS[route];
    return typeof access === 'object' ? access.selfOr : access === 'any' ? undefined : access;
  };

  // Half of the permissions in each run, drawn anew (VAULT_SEED); all with VAULT_CASES=all.
  it.each(['none', 'admin', ...drawnOf(PERMISSIONS, 0.5)])('%s', async (right) => {
    const permissions = { [right]: true } as Partial<PermissionMap>;
    const caller = await gatewayCaller(app, right === 'admin' ? {} : { role: 'standard', permissions });
    for (const [route] of guarded) {
      const [path, body] = PROBES[route]?.(caller) ?? [''];
      const answer = await caller.call(route.split(' ')[0] ?? '', path, body);
      const demanded = demandOf(route);
      const allowed = demanded === undefined || right === 'admin' || right === demanded;
      expect([route, answer.status === 403, answer.status >= 500]).toEqual([route, !allowed, false]);
      if (!allowed) expect(answer.body).toEqual(failed(`forbidden: missing permission ${demanded}`));
    }
  });

  it('one’s own record needs none', async () => {
    const caller = await gatewayCaller(app, { role: 'standard' });
    expect((await caller.call('GET', `/api/user/${caller.userId}`)).status).toBe(200);
    expect((await caller.call('POST', `/api/user/${caller.userId}`, { name: 'A' })).status).toBe(403);
  });
});

describe('nobody grants beyond their own', () => {
  const account = 'grants';
  const rights = { manage_users: true, manage_api_keys: true, process_sale: true };
  const forbidden = (why: string) => ({ status: 403, body: failed(`forbidden: ${why}`) });
  const newUser = (change: object) => ({
    username: freshUsername(),
    name: 'A',
    email: 'a@example.com',
    password: PASSWORD,
    ...change,
  });
  let clerk: GatewayCaller;
  let boss: GatewayCaller;
  beforeAll(async () => {
    boss = await gatewayCaller(app, { account });
    clerk = await gatewayCaller(app, { account, role: 'standard', permissions: rights });
  });

  it('what they have may be given, what they have not is 403 and changes nothing', async () => {
    const made = await clerk.call('POST', '/api/user', newUser({ permissions: { process_sale: true } }));
    expect(made).toMatchObject({ status: 200, body: { data: { permissions: { process_sale: true } } } });
    const { id } = made.body['data'] as { id: string };
    const beyond = { permissions: { process_refund: true } };
    const before = (await boss.call('GET', '/api/users')).text;
    expect(await clerk.call('POST', '/api/user', newUser(beyond))).toMatchObject(
      forbidden('missing permission process_refund'),
    );
    for (const user of [id, clerk.userId]) {
      expect(await clerk.call('POST', `/api/user/${user}`, beyond)).toMatchObject(
        forbidden('missing permission process_refund'),
      );
      expect(await clerk.call('POST', `/api/user/${user}`, { role: 'admin' })).toMatchObject(
        forbidden('only an administrator may make another one'),
      );
    }
    expect(await clerk.call('POST', '/api/user', newUser({ role: 'admin' }))).toMatchObject(
      forbidden('only an administrator may make another one'),
    );
    expect((await boss.call('GET', '/api/users')).text).toBe(before);
  });

  it('what somebody has already may stay, and is not taken by who could not give it', async () => {
    const other = await gatewayCaller(app, { account, role: 'standard', permissions: { process_refund: true } });
    const path = `/api/user/${other.userId}`;
    expect((await clerk.call('POST', path, { permissions: { process_refund: true } })).status).toBe(200);
    expect(await clerk.call('POST', path, { permissions: { process_refund: false } })).toMatchObject(
      forbidden('missing permission process_refund'),
    );
  });

  describe.each<[string, object, string | null]>([
    ['may more', { process_refund: true }, 'process_refund'],
    ['may the same', { manage_users: true }, null],
    ['may less', {}, null],
  ])('of a user who %s', (_what, permissions, lacking) => {
    it.each<[string, 'POST' | 'DELETE', object | undefined, object | undefined]>([
      ['disables', 'POST', { status: 'disabled' }, undefined],
      ['enables', 'POST', { status: 'active' }, { status: 'disabled' }],
      ['disables while changing the name', 'POST', { status: 'disabled', name: 'B' }, undefined],
      ['deletes', 'DELETE', undefined, undefined],
      ['deletes the disabled one', 'DELETE', undefined, { status: 'disabled' }],
    ])('who has manage_users alone %s only what they could give', async (_verb, method, body, first) => {
      const other = await gatewayCaller(app, { account, role: 'standard', permissions });
      const manager = await gatewayCaller(app, { account, role: 'standard', permissions: { manage_users: true } });
      const path = `/api/user/${other.userId}`;
      if (first !== undefined) expect((await boss.call('POST', path, first)).status).toBe(200);
      const before = await boss.call('GET', path);
      const answer = await manager.call(method, path, body);
      if (lacking === null) return expect(answer.status).toBe(200);
      expect(answer).toMatchObject(forbidden(`missing permission ${lacking}`));
      expect((await boss.call('GET', path)).text).toBe(before.text);
    });
  });

  it('keeps changing what is no right, and its own', async () => {
    const other = await gatewayCaller(app, { account, role: 'standard', permissions: { process_refund: true } });
    expect((await clerk.call('POST', `/api/user/${other.userId}`, { name: 'B', status: 'active' })).status).toBe(200);
    const own = await gatewayCaller(app, { account, role: 'standard', permissions: { manage_users: true } });
    expect((await own.call('POST', `/api/user/${own.userId}`, { permissions: { manage_users: false } })).status).toBe(
      200,
    );
  });

  it('who sees only their own invoices makes nobody see less', async () => {
    const permissions = { manage_users: true, restrict_viewing_others_invoices: true };
    const narrow = await gatewayCaller(app, { account, role: 'standard', permissions });
    const other = await gatewayCaller(app, { account, role: 'standard' });
    const path = `/api/user/${other.userId}`;
    const change = { permissions: { restrict_viewing_others_invoices: true } };
    expect((await narrow.call('POST', path, change)).status).toBe(403);
    expect((await narrow.call('DELETE', path)).status).toBe(403);
  });

  it('who sees only their own invoices makes nobody who sees more', async () => {
    const permissions = { manage_users: true, restrict_viewing_others_invoices: true };
    const narrow = await gatewayCaller(app, { account, role: 'standard', permissions });
    const made = await narrow.call('POST', '/api/user', newUser({}));
    expect(made.body['data']).toMatchObject({ permissions: { restrict_viewing_others_invoices: true } });
    const wide = { permissions: { restrict_viewing_others_invoices: false } };
    expect(await narrow.call('POST', '/api/user', newUser(wide))).toMatchObject(
      forbidden('missing permission restrict_viewing_others_invoices'),
    );
    expect((await narrow.call('POST', `/api/user/${narrow.userId}`, wide)).status).toBe(403);
  });

  it('an account’s defaults give no more than the creator has', async () => {
    const { AccountService } = await import('../../../src/modules/merchant/account.service.js');
    const { getConnectionToken } = await import('@nestjs/mongoose');
    const { name } = await app.app.get(AccountService, { strict: false }).get(clerk.accountId);
    const accounts = app.app.get(getConnectionToken()).collection('accounts');
    await accounts.updateOne({ name }, { $set: { defaultPermissions: { process_sale: true, process_void: true } } });
    const made = await clerk.call('POST', '/api/user', newUser({}));
    await accounts.updateOne({ name }, { $set: { defaultPermissions: {} } });
    expect(made.body['data']).toMatchObject({ permissions: { process_sale: true, process_void: false } });
  });

  it('administrators are changed and deleted by administrators only', async () => {
    const path = `/api/user/${boss.userId}`;
    for (const change of [{ name: 'B' }, { status: 'disabled' }, { role: 'standard' }]) {
      expect((await clerk.call('POST', path, change)).status).toBe(403);
    }
    expect((await clerk.call('DELETE', path)).status).toBe(403);
    expect((await boss.call('GET', '/api/user')).body['data']).toMatchObject({ role: 'admin', status: 'active' });
  });
});

describe('another account', () => {
  let [ours, theirs]: GatewayCaller[] = [];
  beforeAll(async () => {
    [ours, theirs] = [await gatewayCaller(app), await gatewayCaller(app, { account: 'A' })];
  });

  it.each<[string, string, (victim: GatewayCaller) => string, object | undefined]>([
    ['GET /api/user/:userId', 'GET', ({ userId }) => `/api/user/${userId}`, undefined],
    ['POST /api/user/:userId', 'POST', ({ userId }) => `/api/user/${userId}`, { name: 'Mallory' }],
    ['DELETE /api/user/:userId', 'DELETE', ({ userId }) => `/api/user/${userId}`, undefined],
    ['DELETE /api/user/apikey/:apiKey by id', 'DELETE', ({ keyId }) => `/api/user/apikey/${keyId}`, undefined],
    ['DELETE /api/user/apikey/:apiKey by key', 'DELETE', ({ key }) => `/api/user/apikey/${key}`, undefined],
  ])('%s answers as for what is not there', async (_route, method, pathOf, body) => {
    for (const [asking, victim] of [
      [theirs, ours],
      [ours, theirs],
    ] as const) {
      if (asking === undefined || victim === undefined) throw new Error('no callers');
      const unknown = { ...victim, userId: UNKNOWN, keyId: UNKNOWN, key: `api_${'0'.repeat(27)}` };
      const answer = await asking.call(method, pathOf(victim), body);
      expect(answer).toMatchObject(notFound);
      expect(answer.text).toBe((await asking.call(method, pathOf(unknown), body)).text);
      expect((await victim.call('GET', '/api/user')).body['data']).toMatchObject({ name: 'Ada Owner' });
    }
  });

  it.each(['/api/users', '/api/user/apikeys', '/api/user'])('GET %s has nothing of theirs', async (path) => {
    const { text } = (await theirs?.call('GET', path)) ?? { text: '' };
    expect(text).toContain(theirs?.userId);
    for (const id of [ours?.userId, ours?.keyId, ours?.accountId]) expect(text).not.toContain(id);
  });

  it('a new user and key belong to the caller’s, whatever the body says', async () => {
    const body = { username: freshUsername(), name: 'A', email: 'a@example.com', password: PASSWORD };
    const foreign = { account_type_id: ours?.accountId, accountId: ours?.accountId, user_id: ours?.userId };
    const made = await theirs?.call('POST', '/api/user', { ...body, ...foreign });
    expect(made?.body['data']).toMatchObject({ account_type_id: theirs?.accountId });
    const key = await theirs?.call('POST', '/api/user/apikey', { type: 'api', name: 'k', ...foreign });
    expect(key?.body['data']).toMatchObject({ user_id: theirs?.userId });
  });
});
