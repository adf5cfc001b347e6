import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { startTestApp, type TestApp } from '../../support/app.js';
import {
  failed,
  freshUsername,
  type GatewayCaller,
  gatewayCaller,
  notFound,
  PASSWORD,
  success,
  unauthorized,
} from '../../support/gateway.js';
import { INVISIBLE } from '../../support/invisible.js';

const XID = /^[0-9a-v]{20}$/;
const UNKNOWN = '00000000000000000000';

let app: TestApp;
let admin: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  admin = await gatewayCaller(app);
});
afterAll(() => app.stop());

const account = (change: object = {}) => ({
  username: freshUsername(),
  name: 'Ada Owner',
  email: 'owner@example.com',
  password: PASSWORD,
  ...change,
});
const create = (change: object = {}, caller = admin) => caller.call('POST', '/api/user', account(change));
const idOf = (answer: { body: Record<string, unknown> }): string => (answer.body['data'] as { id: string }).id;

describe('POST /api/user', () => {
  it('answers the user with every default, never the password', async () => {
    const body = account({ phone: '6305555555' });
    const answer = await admin.call('POST', '/api/user', body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(
      success({
        id: expect.stringMatching(XID),
        username: body.username,
        name: 'Ada Owner',
        phone: '6305555555',
        email: 'owner@example.com',
        timezone: 'ETC/UTC',
        status: 'active',
        role: 'standard',
        account_type: 'merchant',
        account_type_id: admin.accountId,
        permissions: expect.objectContaining({ manage_users: false, restrict_viewing_others_invoices: false }),
        notifications: {
          merchant: {
            transaction_receipts: false,
            settlement_reports: false,
            triggered_rules: false,
            security_alerts: false,
            invoice_create: false,
            transaction_void: false,
          },
        },
        defaults: {
          processor_id: '',
          terminal_id: '',
          transaction_csv_format_id: '',
          transaction_report_format_id: '',
          vault_table_format_id: '',
          show_transaction_totals: false,
        },
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      }),
    );
    expect(answer.text).not.toMatch(/password|\$2[aby]\$/);
    const { permissions } = answer.body['data'] as { permissions: object };
    expect(Object.keys(permissions)).toHaveLength(22);
    expect(Object.values(permissions)).toEqual(Array(22).fill(false));
  });

  it('takes permissions, notifications and defaults', async () => {
    const answer = await create({
      role: 'admin',
      status: 'disabled',
      timezone: 'america/chicago',
      permissions: { process_sale: true },
      notifications: { merchant: { transaction_void: true } },
      defaults: { processor_id: 'b7kgflt1tlv51er0f1sg', show_transaction_totals: true },
    });
    expect(answer.body['data']).toMatchObject({
      role: 'admin',
      status: 'disabled',
      timezone: 'america/chicago',
      permissions: { process_sale: true, process_refund: false },
      notifications: { merchant: { transaction_void: true, invoice_create: false } },
      defaults: { processor_id: 'b7kgflt1tlv51er0f1sg', terminal_id: '', show_transaction_totals: true },
    });
  });

  it('takes null, the empty string and unknown fields as not sent', async () => {
    const answer = await create({
      phone: null,
      timezone: null,
      status: null,
      role: '',
      permissions: null,
      notifications: { merchant: null },
      defaults: { processor_id: null, terminal_id: '' },
      id: 'mine',
      account_type_id: UNKNOWN,
      constructor: 7,
      whatever: { a: [1, null] },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { data: { phone: '', timezone: 'ETC/UTC', status: 'active', role: 'standard' } },
    });
    expect(idOf(answer)).not.toBe('mine');
    expect((answer.body['data'] as Record<string, unknown>)['account_type_id']).toBe(admin.accountId);
  });

  it.each<[string, object, string | RegExp]>([
    ['no name', { name: undefined }, 'name is required'],
    ['an empty name', { name: '' }, 'name is required'],
    ['a null password', { password: null }, 'password is required'],
    ['a blank name', { name: '  ' }, 'name must be longer than or equal to 1 characters'],
    ['a name of 101', { name: 'n'.repeat(101) }, 'name must be shorter than or equal to 100 characters'],
    ['a number for a name', { name: 7 }, 'name must be a string'],
    ['a username without a digit', { username: 'merchant' }, /^bad request error: username must be 3 to 64/],
    ['a username without a letter', { username: '12345' }, /^bad request error: username must be 3 to 64/],
    ['a username with a blank', { username: 'merchant 1' }, /^bad request error: username must be 3 to 64/],
    ['letters in the phone', { phone: '630-555' }, 'phone must be a string of at most 15 digits'],
    ['a number for a phone', { phone: 6_305_555_555 }, 'phone must be a string of at most 15 digits'],
    ['no address', { email: 'owner' }, 'email must be an email'],
    ['half a character', { email: '\uD800@example.com' }, 'email must be an email'],
    ['an unknown zone', { timezone: 'Mars/Base' }, 'timezone must be an IANA time zone'],
    ['an offset', { timezone: '+01:00' }, 'timezone must be an IANA time zone'],
    ['another status', { status: 'on' }, 'status must be one of the following values: active, disabled'],
    ['another role', { role: 'owner' }, 'role must be one of the following values: admin, standard'],
    ['a list of permissions', { permissions: [] }, 'permissions must be an object'],
    ['a text of permissions', { permissions: 'all' }, 'permissions must be an object'],
    [
      '"true" as a permission',
      { permissions: { process_sale: 'true' } },
      /permissions\.process_sale must be a boolean/,
    ],
    [
      '1 as a notification',
      { notifications: { merchant: { invoice_create: 1 } } },
      /notifications\.merchant\.invoice_/,
    ],
    ['an object as an id', { defaults: { processor_id: {} } }, /defaults\.processor_id must be a string/],
    ['a card number', { name: 'Ada 4242424242424242' }, 'name must not contain a card number'],
    ['a NUL', { name: 'A\u0000B' }, 'name must not contain NUL or broken characters'],
  ])('refuses %s, naming the field', async (_name, change, reason) => {
    const answer = await create(change);
    const msg = typeof reason === 'string' ? `bad request error: ${reason}` : expect.stringMatching(reason);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: failed(msg) });
  });

  it.each(['Secret1', 'secret12!', 'SECRET!!', 'Secret123', `S1!${'x'.repeat(62)}`, 'Secret 12'])(
    'refuses the password %s',
    async (password) => {
      const answer = await create({ password });
      expect(answer).toMatchObject({ status: 400, body: failed(expect.stringMatching(/password must be 8 to 64/)) });
    },
  );

  it('takes the shortest and the longest password', async () => {
    expect((await create({ password: 'Secret1!' })).status).toBe(200);
    expect((await create({ password: `S1!${'x'.repeat(61)}` })).status).toBe(200);
  });

  it('refuses a taken username in any case, also of another account', async () => {
    const taken = { status: 400, body: failed('bad request error: username is already taken') };
    const body = account();
    const made = await admin.call('POST', '/api/user', body);
    const other = await gatewayCaller(app, { account: 'taken' });
    expect(await create({ username: body.username.toUpperCase() })).toMatchObject(taken);
    expect(await create({ username: body.username }, other)).toMatchObject(taken);
    expect((await admin.call('GET', `/api/user/${idOf(made)}`)).status).toBe(200);
  });

  describe('the name of a deleted user', () => {
    const users = () => app.app.get<Connection>(getConnectionToken()).collection('gateway_users');

    it('is free again, also for another account, and the old token and keys stay dead', async () => {
      const gone = await gatewayCaller(app);
      const { body } = await app.http.post('/api/token-auth', { username: gone.username, password: PASSWORD });
      const { token } = body['data'] as { token: string };
      await admin.call('DELETE', `/api/user/${gone.userId}`);
      const heir = await create(
        { username: gone.username.toUpperCase() },
        await gatewayCaller(app, { account: 'heir' }),
      );
      expect(heir.status).toBe(200);
      expect(idOf(heir)).not.toBe(gone.userId);
      expect(await gone.call('GET', '/api/user')).toMatchObject(unauthorized);
      expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
      expect(await create({ username: gone.username })).toMatchObject({ status: 400 });
    });

    it('is free also where an older version left it with them, and one of ten gets it', async () => {
      const gone = await gatewayCaller(app);
      await admin.call('DELETE', `/api/user/${gone.userId}`);
      await users().updateOne({ _id: gone.userId as never }, { $set: { usernameKey: gone.username } });
      const answers = await Promise.all(Array.from({ length: 10 }, () => create({ username: gone.username })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await users().findOne({ _id: gone.userId as never })).toMatchObject({ username: gone.username });
    });
  });

  it('lets one of 10 parallel creations of a username through', async () => {
    const body = account();
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin.call('POST', '/api/user', body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('lists every problem', async () => {
    const answer = await admin.call('POST', '/api/user', {});
    expect(answer.body).toEqual(
      failed('bad request error: username is required; name is required; email is required; password is required'),
    );
  });

  it('takes the defaults of the account where the request says nothing', async () => {
    const owner = await gatewayCaller(app, { account: 'with-defaults' });
    await app.app
      .get<Connection>(getConnectionToken())
      .collection('accounts')
      .updateOne({ name: 'with-defaults' }, { $set: { defaultPermissions: { process_sale: true } } });
    const answer = await create({}, owner);
    expect(answer.body['data']).toMatchObject({ permissions: { process_sale: true, process_refund: false } });
    const said = await create({ permissions: { process_sale: false } }, owner);
    expect(said.body['data']).toMatchObject({ permissions: { process_sale: false } });
    const id = idOf(answer);
    const updated = await owner.call('POST', `/api/user/${id}`, { permissions: { process_refund: true } });
    expect(updated.body['data']).toMatchObject({ permissions: { process_sale: true, process_refund: true } });
    await owner.call('POST', `/api/user/${id}`, { role: 'admin' });
    const back = await owner.call('POST', `/api/user/${id}`, { role: 'standard' });
    const { permissions } = back.body['data'] as { permissions: Record<string, boolean> };
    expect(Object.keys(permissions).filter((name) => permissions[name])).toEqual(['process_sale', 'process_refund']);
  });
});

describe('reading', () => {
  it('GET /api/user is the owner of the key, GET /api/user/{id} one of the account', async () => {
    const me = await admin.call('GET', '/api/user');
    expect(me).toMatchObject({ status: 200, body: success({ id: admin.userId, username: admin.username }) });
    expect((await admin.call('GET', `/api/user/${admin.userId}`)).text).toBe(me.text);
    for (const id of [UNKNOWN, 'x', 'apikeysx', '%00', "{'$ne':1}"]) {
      expect(await admin.call('GET', `/api/user/${encodeURIComponent(id)}`)).toMatchObject(notFound);
    }
  });

  it('GET /api/users lists the account, newest first, without the deleted', async () => {
    const owner = await gatewayCaller(app, { account: 'listed' });
    const [a, b, c] = [await create({}, owner), await create({}, owner), await create({}, owner)].map(idOf);
    await owner.call('DELETE', `/api/user/${b}`);
    const answer = await owner.call('GET', '/api/users');
    expect(answer).toMatchObject({ status: 200, body: { status: 'success', msg: 'success', total_count: 3 } });
    expect((answer.body['data'] as { id: string }[]).map(({ id }) => id)).toEqual([c, a, owner.userId]);
  });
});

describe('POST /api/user/{id}', () => {
  it('changes what is sent, merges objects by key, leaves the rest', async () => {
    const made = await create({ phone: '1', permissions: { process_sale: true }, defaults: { terminal_id: 't' } });
    const before = made.body['data'] as Record<string, unknown>;
    await app.advance(1_000);
    const answer = await admin.call('POST', `/api/user/${idOf(made)}`, {
      name: 'Grace',
      phone: '',
      email: null,
      permissions: { process_refund: true },
      notifications: { merchant: { transaction_void: true } },
      defaults: { processor_id: 'p' },
      username: 'someoneelse1',
      password: 'N3w-Passw0rd',
    });
    expect(answer.body).toEqual(
      success({
        ...before,
        name: 'Grace',
        permissions: { ...(before['permissions'] as object), process_refund: true },
        notifications: {
          merchant: { ...(before['notifications'] as { merchant: object }).merchant, transaction_void: true },
        },
        defaults: { ...(before['defaults'] as object), processor_id: 'p' },
        updated_at: expect.not.stringMatching(String(before['updated_at'])),
      }),
    );
    const login = { username: before['username'], password: PASSWORD };
    expect((await app.http.post('/api/token-auth', login)).status).toBe(200);
    expect((await admin.call('POST', `/api/user/${idOf(made)}`)).body).toMatchObject({ data: { name: 'Grace' } });
  });

  it('refuses what is not valid, and an unknown user', async () => {
    const made = await create();
    expect(await admin.call('POST', `/api/user/${idOf(made)}`, { email: 'no' })).toMatchObject({
      status: 400,
      body: failed('bad request error: email must be an email'),
    });
    expect(await admin.call('POST', `/api/user/${UNKNOWN}`, { name: 'A' })).toMatchObject(notFound);
  });

  it('refuses what nobody sees in an address, as a create does', async () => {
    const id = idOf(await create());
    for (const one of INVISIBLE) {
      const email = `own${one}er@example.com`;
      for (const answer of [await create({ email }), await admin.call('POST', `/api/user/${id}`, { email })]) {
        expect([one, answer.status]).toEqual([one, 400]);
        expect(answer.body).toEqual(
          failed(
            expect.stringMatching(/^bad request error: email must (not contain invisible characters|be an email)$/),
          ),
        );
      }
    }
    expect((await admin.call('GET', `/api/user/${id}`)).body).toMatchObject({ data: { email: 'owner@example.com' } });
  });

  it('takes an address with the full stops of other keyboards, as IDNA does', async () => {
    const made = await create({ email: ' a@bücher。example ' });
    expect(made.body).toMatchObject({ status: 'success', data: { email: 'a@bücher.example' } });
  });

  it('counts a name in characters, however the keyboard composes them', async () => {
    const name = 'e\u0301'.repeat(100);
    expect((await create({ name })).body).toMatchObject({ data: { name } });
    expect((await create({ name: `${name}x` })).body).toEqual(
      failed('bad request error: name must be shorter than or equal to 100 characters'),
    );
  });

  it('survives parallel changes of different fields', async () => {
    const id = idOf(await create());
    const changes = [{ name: 'Grace' }, { phone: '7' }, { permissions: { vault_create: true } }];
    const answers = await Promise.all(changes.map((change) => admin.call('POST', `/api/user/${id}`, change)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await admin.call('GET', `/api/user/${id}`)).body['data']).toMatchObject({
      name: 'Grace',
      phone: '7',
      permissions: { vault_create: true },
    });
  });

  it('a disabled user is unauthorized with key and token, which does not come back with the user', async () => {
    const other = await gatewayCaller(app);
    const login = { username: other.username, password: PASSWORD };
    const { body } = await app.http.post('/api/token-auth', login);
    const { token } = body['data'] as { token: string };
    await admin.call('POST', `/api/user/${other.userId}`, { status: 'disabled' });
    expect(await other.call('GET', '/api/user')).toMatchObject(unauthorized);
    expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
    expect(await app.http.post('/api/token-auth', login)).toMatchObject(unauthorized);
    await admin.call('POST', `/api/user/${other.userId}`, { status: 'active' });
    expect((await other.call('GET', '/api/user')).status).toBe(200);
    expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
  });
});

describe('the last active administrator', () => {
  const last = failed('bad request error: the account needs an active administrator');

  it('cannot demote, disable or delete themselves', async () => {
    const only = await gatewayCaller(app, { account: 'only' });
    await create({ role: 'admin', status: 'disabled' }, only);
    for (const change of [{ role: 'standard' }, { status: 'disabled' }]) {
      expect(await only.call('POST', `/api/user/${only.userId}`, change)).toMatchObject({ status: 400, body: last });
    }
    expect(await only.call('DELETE', `/api/user/${only.userId}`)).toMatchObject({
      status: 400,
      body: failed('bad request error: nobody may delete themselves'),
    });
    expect((await only.call('GET', '/api/user')).body['data']).toMatchObject({ role: 'admin', status: 'active' });
    const second = await gatewayCaller(app, { account: 'only' });
    expect((await only.call('POST', `/api/user/${only.userId}`, { role: 'standard' })).status).toBe(200);
    expect(await second.call('POST', `/api/user/${second.userId}`, { status: 'disabled' })).toMatchObject({
      body: last,
    });
  });

  it('stays, however many leave at once', async () => {
    for (let round = 0; round < 5; round++) {
      const admins = await Promise.all(
        Array.from({ length: 4 }, () => gatewayCaller(app, { account: `leaving-${round}` })),
      );
      await Promise.all(admins.map((one) => one.call('POST', `/api/user/${one.userId}`, { role: 'standard' })));
      const roles = await Promise.all(admins.map(async (one) => (await one.call('GET', '/api/user')).body['data']));
      expect(roles).toContainEqual(expect.objectContaining({ role: 'admin', status: 'active' }));
    }
  });

  it('is not held up for ever by a process that died while somebody left', async () => {
    const [one, two] = [await gatewayCaller(app, { account: 'died' }), await gatewayCaller(app, { account: 'died' })];
    await app.app
      .get<Connection>(getConnectionToken())
      .collection('gateway_users')
      .updateOne({ _id: two.userId as never }, { $set: { leavingSince: app.clock.date() } });
    const demote = () => one.call('POST', `/api/user/${one.userId}`, { role: 'standard' });
    expect(await demote()).toMatchObject({ status: 400, body: last });
    await app.advance(61_000);
    expect((await demote()).status).toBe(200);
  });
});

describe('DELETE /api/user/{id}', () => {
  it('ends user, keys and tokens at once; a second time it is not found', async () => {
    const other = await gatewayCaller(app);
    const { body } = await app.http.post('/api/token-auth', { username: other.username, password: PASSWORD });
    const { token } = body['data'] as { token: string };
    const answer = await admin.call('DELETE', `/api/user/${other.userId}`, { sent: 'a body' });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({ status: 'success', msg: 'successfully deleted', data: null });
    expect(await other.call('GET', '/api/user')).toMatchObject(unauthorized);
    expect(await app.http.get('/api/user', { token })).toMatchObject(unauthorized);
    expect(await admin.call('DELETE', `/api/user/${other.userId}`)).toMatchObject(notFound);
    expect(await admin.call('GET', `/api/user/${other.userId}`)).toMatchObject(notFound);
    expect((await admin.call('GET', '/api/user/apikeys')).text).not.toContain(other.keyId);
  });
});
