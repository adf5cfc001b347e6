import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROCESSOR_OPTIONS } from '../../src/commands/admin/processor-command.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Command } from '../support/command.js';
import { freshUsername, PASSWORD } from '../support/gateway.js';
import { basic, GHOST } from '../support/ghost.js';

jest.setTimeout(180_000);

/** `npm run admin` without npm, next to a running app. */
let app: TestApp;
const cwd = mkdtempSync(join(tmpdir(), 'payments-admin-'));
const command = new Command('admin', cwd);
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(async () => {
  rmSync(cwd, { recursive: true, force: true });
  await app.stop();
});

const environment = () => ({
  MONGODB_URI: app.config.mongo.uri,
  BCRYPT_COST: '4',
  API_KEY_ENCRYPTION_KEY: app.config.gateway.encryptionKeys.join(','),
});
const admin = (...args: string[]) => command.run(args, environment());

/** What a command answers with --json: one object on one line. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await admin(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const createUser = (username: string, ...more: string[]) => [
  ...['create-user', '--username', username, '--name', 'Ada', '--email', 'ada@example.com', '--password', PASSWORD],
  ...more,
];
const whoIs = async (key: unknown) => {
  const { status, body } = await app.http.get('/api/user', { headers: { authorization: String(key) } });
  return [status, (body['data'] as { id: string } | undefined)?.id];
};

it('makes the first user and key, which work at once on the running product, and takes the key back', async () => {
  const username = freshUsername();
  const user = await json(...createUser(username, '--role', 'admin'));
  expect(user).toMatchObject({ username, role: 'admin', account: 'default' });
  const key = await json('create-key', '--username', username, '--name', 'Server', '--type', 'api');
  expect(key).toMatchObject({ user_id: user['id'], type: 'api', key: expect.stringMatching(/^api_[A-Za-z0-9]{27}$/) });
  expect(await whoIs(key['key'])).toEqual([200, user['id']]);
  expect((await json('list-keys'))['keys']).toContainEqual(
    expect.objectContaining({ id: key['id'], key: key['key'], last_used_at: expect.any(String) }),
  );
  expect(await json('revoke-key', '--id', String(key['id']))).toEqual({ id: key['id'], revoked: true });
  expect(await whoIs(key['key'])).toEqual([401, undefined]);
  expect(await admin('revoke-key', '--id', String(key['id']))).toMatchObject({ code: 1, stdout: '' });
});

describe('processors', () => {
  const NO_FEES = {
    surcharge: 'none',
    surcharge_banned_states: '',
    surcharge_exempt_bins: '',
    service_fee: 'none',
    payment_adjustment: 'none',
    cash_discount: 'none',
    default_tax: 'none',
    default_tax_include: false,
    dual_pricing: false,
    methods: 'card,ach,terminal,apm',
    cvc_required: false,
  };
  const account = ['--account', 'Fees'];
  const fees = [
    ...['--surcharge', '2.9%', '--surcharge-exempt-bins', '400005, 4242', '--service-fee', '350'],
    ...['--payment-adjustment', '0.005%', '--cash-discount', '2%', '--default-tax', '18%', '--dual-pricing', 'true'],
    ...['--methods', 'card,ach', '--cvc-required', 'true'],
  ];

  it('an account has one from the start, which is given fees and loses them again', async () => {
    const { processors } = await json('list-processors', ...account);
    const [first] = processors as Record<string, unknown>[];
    expect(processors).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-v]{20}$/),
        account_id: expect.any(String),
        name: 'default',
        is_default: true,
        ...NO_FEES,
      },
    ]);
    const set = {
      ...first,
      surcharge: '2.900%',
      surcharge_banned_states: 'CT,MA',
      surcharge_exempt_bins: '400005,4242',
      service_fee: '350',
      payment_adjustment: '0.005%',
      cash_discount: '2.000%',
      default_tax: '18.000%',
      default_tax_include: true,
      dual_pricing: true,
      methods: 'card,ach',
      cvc_required: true,
    };
    expect(await json('set-processor', ...account, ...fees)).toEqual(set);
    const changed = await json(
      ...['set-processor', ...account, '--surcharge-banned-states', 'ct', '--default-tax-include', 'false'],
      ...['--service-fee', 'none'],
    );
    const after = { ...set, surcharge_banned_states: 'CT', default_tax_include: false, service_fee: 'none' };
    expect(changed).toEqual(after);
    expect((await json('list-processors', ...account))['processors']).toEqual([after]);
    const off = ['--surcharge', 'none', '--payment-adjustment', 'none', '--cash-discount', 'none'];
    const more = [
      ...['--default-tax', 'none', '--dual-pricing', 'false'],
      ...['--methods', 'card,ach,terminal,apm', '--cvc-required', 'false'],
    ];
    expect(await json('set-processor', ...account, ...off, ...more)).toEqual(first);
    const { entries } = await json('audit', '--object', String(first?.['id']));
    expect(entries).toHaveLength(3);
  });

  it('another one has an id of its own, and fees of its own', async () => {
    const made = await json('create-processor', '--name', 'Events', ...account);
    expect(made).toMatchObject({ name: 'Events', is_default: false, ...NO_FEES });
    await json('set-processor', ...account, '--id', String(made['id']), '--service-fee', '5%');
    const { processors } = await json('list-processors', ...account);
    expect(processors).toMatchObject([
      { is_default: true, service_fee: 'none' },
      { id: made['id'], service_fee: '5.000%' },
    ]);
    expect(await admin('set-processor', '--id', String(made['id']))).toMatchObject({
      code: 1,
      stderr: 'id is no processor of the account\n',
    });
  });

  it.each([
    [['--surcharge', '100.001%'], 'surcharge must be a percentage such as 2.9%, minor units such as 350, or none'],
    [['--service-fee', '3.50'], 'service-fee must be a percentage such as 2.9%, minor units such as 350, or none'],
    [['--surcharge-banned-states', 'CT'], 'surcharge-banned-states and surcharge-exempt-bins need a surcharge'],
    [
      ['--surcharge', '1%', '--surcharge-exempt-bins', 'x'],
      'surcharge-exempt-bins must be codes separated by commas, or none',
    ],
    [['--default-tax-include', 'true'], 'default-tax-include needs a default-tax'],
    [['--dual-pricing', 'yes'], 'dual-pricing must be true or false'],
    [['--methods', 'cash'], 'methods must be codes separated by commas, or none'],
    [[], `say what changes: --${PROCESSOR_OPTIONS.join(', --')}`],
  ])('%j is refused', async (options, sentence) => {
    const answer = await admin('set-processor', '--account', 'Refused', ...options);
    expect(answer).toMatchObject({ code: 1, stdout: '', stderr: `${sentence}\n` });
  });
});

it('makes pairs of keys of an account for a surface, lists them without the secret, and takes them back', async () => {
  const named = ['--surface', 'ghost', '--name', 'Shop', '--account', 'Acme'];
  const made = await json('create-key', ...named, '--email', 'owner@example.com');
  expect(made).toEqual({
    id: expect.stringMatching(/^[0-9a-v]{20}$/),
    surface: 'ghost',
    name: 'Shop',
    account: 'Acme',
    accountId: expect.any(Number),
    publicKey: expect.stringMatching(/^gpk_[A-Za-z0-9]{27}$/),
    secretKey: expect.stringMatching(/^gsk_[A-Za-z0-9]{27}$/),
    created_at: expect.any(String),
  });
  const read = async ({ accountId, publicKey, secretKey }: Record<string, unknown>) => {
    const headers = { authorization: basic(String(publicKey), String(secretKey)) };
    const { status, body } = await app.http.get(`${GHOST}/accounts/${String(accountId)}`, { headers });
    return [status, (body['doc'] as { email: string } | undefined)?.email];
  };
  expect(await read(made)).toEqual([200, 'owner@example.com']);
  const [second, others] = await Promise.all([
    json('create-key', ...named),
    json('create-key', '--surface', 'ghost', '--name', 'Default'),
  ]);
  expect([second['accountId'], others['account']]).toEqual([made['accountId'], 'default']);
  expect(others['accountId']).not.toBe(made['accountId']);
  const list = await admin('list-keys', '--json');
  const { keys } = JSON.parse(list.stdout) as { keys: object[] };
  expect(keys).toContainEqual({
    id: made['id'],
    account_id: expect.any(String),
    surface: 'ghost',
    name: 'Shop',
    public_key: made['publicKey'],
    key: expect.stringMatching(/^gsk_\w{4}….{4}$/),
    created_at: made['created_at'],
    last_used_at: expect.any(String),
  });
  expect(list.stdout).not.toContain(made['secretKey']);
  expect(await json('reencrypt-keys')).toEqual({ reencrypted: 0, unreadable: 0 });
  expect(await json('revoke-key', '--id', String(made['id']))).toEqual({ id: made['id'], revoked: true });
  expect(await read(made)).toEqual([401, undefined]);
  expect(await read(second)).toEqual([200, 'owner@example.com']);
  const { entries } = (await json('audit', '--object', String(made['id']))) as { entries: object[] };
  expect(entries).toMatchObject([{ action: 'key.delete' }, { action: 'key.create' }]);
  expect(JSON.stringify(entries)).not.toMatch(/gsk_|gpk_/);
});

it('makes a secret key of an account for komoju, alone, and shows it once', async () => {
  const { key, ...made } = await json('create-key', '--surface', 'komoju', '--name', 'Shop', '--account', 'Acme');
  const id = expect.stringMatching(/^[0-9a-v]{20}$/);
  expect(made).toEqual({ id, surface: 'komoju', name: 'Shop', account: 'Acme', created_at: expect.any(String) });
  expect(key).toMatch(/^sk_[A-Za-z0-9]{27}$/);
  const headers = { authorization: basic(String(key), '') };
  expect((await app.http.get('/api/v1/customers', { headers })).status).toBe(200);
  const list = await admin('list-keys', '--json');
  const { keys } = JSON.parse(list.stdout) as { keys: Record<string, unknown>[] };
  const listed = keys.find((one) => one['id'] === made['id']);
  expect(listed).toMatchObject({ surface: 'komoju', key: expect.stringMatching(/^sk_\w{5}….{4}$/) });
  expect(listed).not.toHaveProperty('public_key');
  expect(list.stdout).not.toContain(key);
  expect(await json('revoke-key', '--id', String(made['id']))).toEqual({ id: made['id'], revoked: true });
  expect((await app.http.get('/api/v1/customers', { headers })).status).toBe(401);
});

it('refuses a surface that takes no such keys, and what is no name, address or account', async () => {
  const words = ['create-key', '--surface', 'ghost', '--name', 'Shop'];
  const wrong: [string[], RegExp][] = [
    [['create-key', '--surface', 'gateway', '--name', 'Shop'], /surface must be one of ghost, komoju/],
    [['create-key', '--surface', 'komoju', '--name', 'Shop', '--email', 'a@example.com'], /email belongs/],
    [[...words, '--email', 'nobody'], /email must be an email/],
    [[...words, '--account', 'a b'], /account must be 1 to 50/],
    [['create-key', '--surface', 'ghost', '--name', ' '], /name must be/],
  ];
  for (const [args, said] of wrong) {
    const { code, stderr } = await admin(...args);
    expect([args, code, stderr]).toEqual([args, 1, expect.stringMatching(said)]);
  }
});

it('brings a key along from elsewhere, once', async () => {
  const username = freshUsername();
  const user = await json(...createUser(username, '--account', 'B'));
  expect(user).toMatchObject({ role: 'standard', account: 'B' });
  const key = `api_${'Imported0'.repeat(3)}`;
  const imported = ['import-key', '--username', username, '--name', 'Old shop', '--key', key];
  expect(await json(...imported)).toMatchObject({ key, user_id: user['id'], account_id: user['account_id'] });
  expect(await whoIs(key)).toEqual([200, user['id']]);
  const again = await admin(...imported, '--json');
  expect([again.code, JSON.parse(again.stdout)]).toEqual([1, { error: 'this key exists already' }]);
  expect(await json('reencrypt-keys')).toEqual({ reencrypted: 0, unreadable: 0 });
});

it('takes the password from standard input, and says who made whom afterwards', async () => {
  const username = freshUsername();
  const words = createUser(username).slice(0, -2);
  const [made, none, both, short] = await Promise.all([
    command.start([...words, '--password-stdin', '--json'], environment(), `${PASSWORD}\n`),
    command.start([...words, '--password'], environment(), `${PASSWORD}\n`),
    command.start([...words, '--password', PASSWORD, '--password-stdin'], environment(), PASSWORD),
    command.start([...words, '--password-stdin'], environment(), 'short\n'),
  ]);
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect((await app.http.post('/api/token-auth', { username, password: PASSWORD })).status).toBe(200);
  expect([none.code, none.stderr]).toEqual([78, expect.stringContaining('use --password-stdin')]);
  expect([both.code, both.stderr]).toEqual([78, expect.stringContaining('one of them')]);
  expect([short.code, short.stderr]).toEqual([1, expect.stringContaining('password must be')]);
  const { id } = JSON.parse(made.stdout) as { id: string };
  const { entries } = (await json('audit', '--object', username, '--action', 'user.create')) as { entries: object[] };
  expect(entries).toEqual([
    expect.objectContaining({
      result: 'done',
      actor: expect.objectContaining({ kind: 'command_line', id: expect.stringMatching(/./) }),
      object: { kind: 'gateway_user', id },
    }),
  ]);
  expect((await admin('audit', '--object', id)).stdout).toContain('action: user.create');
});

it('refuses by the rules of the API, without the secret', async () => {
  const [refused, short] = await Promise.all([
    admin(...createUser('nodigit', '--role', 'owner'), '--json'),
    admin('import-key', '--username', 'nobody1', '--name', 'k', '--key', 'sk_secretsecret'),
  ]);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toEqual({
    error: expect.stringMatching(/^username must be .*; role must be one of the following values/),
  });
  expect([short.code, short.stderr]).toEqual([1, 'there is no user nobody1\n']);
  expect(short.stdout + short.stderr).not.toContain('sk_secret');
});

it('says when it was told wrongly (78), and that no database answers (69)', async () => {
  const wrong: [string[], RegExp][] = [
    [[], /there is no command given.*create-user/s],
    [['drop-users'], /no command drop-users/],
    [['create-key', '--username', 'a1'], /needs --name, --type/],
    [['create-key', '--surface', 'ghost'], /needs --name/],
    [['create-key', '--surface', 'ghost', '--name', 'k', '--username', 'a1'], /--username/],
    [['list-keys', '--all'], /--all/],
    [['list-keys', 'planted-secret'], /without its option/],
  ];
  const [away, ...told] = await Promise.all([
    command.run(['list-keys'], {
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
      MONGODB_SERVER_SELECTION_TIMEOUT: '300ms',
      API_KEY_ENCRYPTION_KEY: 'k'.repeat(32),
    }),
    ...wrong.map(([args]) => admin(...args)),
  ]);
  for (const [i, [args, said]] of wrong.entries()) {
    const { code, stderr = '' } = told[i] ?? {};
    expect([args, code, stderr]).toEqual([args, 78, expect.stringMatching(said)]);
    expect(stderr).not.toContain('planted-secret');
  }
  expect(away).toMatchObject({ code: 69, stdout: '' });
});

it('check-config says what a start would refuse, by name, and starts nothing', async () => {
  const fine = await command.run(['check-config'], { DATA_DIR: join(cwd, 'unused') });
  expect(fine).toEqual({ code: 0, stdout: 'a start would refuse nothing\n', stderr: '' });
  const warned = await command.run(['check-config', '--json'], { MONGODB_URI: 'mongodb://127.0.0.1:1' });
  expect([warned.code, JSON.parse(warned.stdout)]).toEqual([
    0,
    { problems: [], warnings: [expect.stringMatching(/^MONGODB_URI: /)] },
  ]);
  const env = { STRIPE_SECRET_KEY: 'sk_live_planted51Hx7Yz2Qp9', TRUST_PROXY: 'true', HOST: '192.0.2.1' };
  const refused = await command.run(['check-config'], env);
  expect(refused.code).toBe(78);
  const said = refused.stdout.trimEnd().split('\n');
  expect(said.map((line) => line.split(':')[0] ?? '').toSorted()).toEqual(['HOST', 'STRIPE_SECRET_KEY', 'TRUST_PROXY']);
  expect(refused.stdout + refused.stderr).not.toContain('planted');
});

it('a folder, a sender or a database’s name that cannot be ends with 78 and the variable’s name, said once', async () => {
  const DATA_DIR = process.platform === 'linux' ? '/proc/x' : `${__filename}/below`;
  const MONGODB_URI = 'mongodb://db.example/planted.payments';
  const checked = await command.run(['check-config', '--json'], { DATA_DIR, MONGODB_URI, MAIL_FROM: 'nope' });
  const { problems } = JSON.parse(checked.stdout) as { problems: string[] };
  const named = problems.map((one) => one.match(/[A-Z]+_[A-Z_]+/g)?.join(' ')).join('; ');
  expect([checked.code, named]).toEqual([78, 'MONGODB_URI; MAIL_FROM; DATA_DIR']);
  expect(checked.stdout).not.toContain('planted');
  const drawsItsSecret = { ...environment(), API_KEY_ENCRYPTION_KEY: '', DATA_DIR };
  const wrong: Record<string, string>[] = [{ DATA_DIR }, drawsItsSecret, { MONGODB_URI }];
  for (const [i, one] of (await Promise.all(wrong.map((env) => command.run(['list-keys'], env)))).entries())
    expect([i, one.code, one.stdout]).toEqual([i, 78, '']);
});

it('starts the embedded store where nothing runs, and the data is there the next time', async () => {
  const env = { DATA_DIR: join(cwd, 'data'), BCRYPT_COST: '4', MONGODB_BINARY: process.env['MONGODB_BINARY'] ?? '' };
  const made = await command.start([...createUser('embedded1'), '--json'], env);
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('"username":"embedded1"')]);
  const key = await command.start(
    ['create-key', '--username', 'embedded1', '--name', 'k', '--type', 'public', '--json'],
    env,
  );
  expect([key.code, key.stdout]).toEqual([0, expect.stringMatching(/"key":"pub_[A-Za-z0-9]{27}"/)]);
});
