import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TERMINAL_OPTIONS } from '../../src/commands/admin/terminal-command.js';
import { startTestApp, TEST_STRIPE_KEY, type TestApp } from '../support/app.js';
import { Command } from '../support/command.js';
import { gatewayCaller } from '../support/gateway.js';
import { atStripe, madeLocation, madeReader } from '../support/readers.js';
import { payer } from '../support/payments.js';

jest.setTimeout(120_000);

/** `npm run admin -- terminals sync`, `list-terminals` and `set-terminal` next to a running app. */
let app: TestApp;
const cwd = mkdtempSync(join(tmpdir(), 'payments-terminals-'));
const command = new Command('admin', cwd);
beforeEach(async () => {
  app = await startTestApp({ webhooks: false });
});
afterEach(() => app.stop());
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const environment = (more: Record<string, string> = {}) => ({
  MONGODB_URI: app.config.mongo.uri,
  API_KEY_ENCRYPTION_KEY: app.config.gateway.encryptionKeys.join(','),
  STRIPE_SECRET_KEY: TEST_STRIPE_KEY,
  STRIPE_API_BASE: app.simulator.url,
  STRIPE_TIMEOUT: '2s',
  ...more,
});
const admin = (...args: string[]) => command.run(args, environment());

type Told = Record<string, unknown>;
interface Report extends Told {
  made: Told[];
  changed: Told[];
  gone: Told[];
}

async function json<T = Told>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await admin(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\{.*\}\n$/);
  return JSON.parse(stdout) as T;
}
const sync = (...args: string[]) => json<Report>('terminals', 'sync', ...args);
const listed = async (...args: string[]) => (await json<{ terminals: Told[] }>('list-terminals', ...args)).terminals;

it('makes terminals of Stripe’s readers, which the API shows at once, twice no more than once', async () => {
  const location = await madeLocation(app.simulator);
  const reader = await madeReader(app.simulator, { label: 'Counter', location });
  await madeReader(app.simulator, { label: 'Not here' });
  const terminal = {
    id: expect.stringMatching(/^[0-9a-v]{20}$/),
    account_id: expect.any(String),
    reader,
    manufacturer: 'simulated',
    model: 'stripe_s700',
    serial_number: expect.any(String),
    description: 'Counter',
    status: 'active',
    register_id: '',
    auto_settle: true,
    settle_at: '00:00:00',
    created_at: expect.any(String),
    updated_at: null,
  };
  const left = { unchanged: 0, of_other_accounts: 0, at_other_locations: 1, mobile: 0 };
  expect(await sync('--account', 'Shop', '--location', location)).toEqual({
    account: 'Shop',
    made: [terminal],
    changed: [],
    gone: [],
    ...left,
  });
  const again = await sync('--account', 'Shop', '--location', location);
  expect(again).toMatchObject({ made: [], changed: [], gone: [], unchanged: 1 });
  expect(await listed('--account', 'Shop')).toEqual([terminal]);
  expect(await listed()).toEqual([]);
  const caller = await gatewayCaller(app, { account: 'Shop' });
  const { body } = await caller.call('GET', '/api/terminals');
  expect(body['data']).toMatchObject([{ description: 'Counter', auth_key: expect.stringMatching(/^\w{8}$/) }]);
  await atStripe(app.simulator, 'DELETE', `/terminal/readers/${reader}`);
  expect((await sync('--account', 'Shop')).gone).toMatchObject([{ reader, status: 'inactive' }]);
  const [{ auth_key: secret } = {}] = body['data'] as Told[];
  const { entries } = await json<{ entries: Told[] }>('audit', '--object', caller.accountId, '--action', 'terminal');
  expect(entries).toMatchObject([
    { action: 'terminal.sync' },
    { action: 'terminal.sync' },
    { action: 'terminal.sync' },
  ]);
  expect(JSON.stringify(entries)).not.toContain(String(secret));
});

it('where there is none registers a simulated reader, one for an account, and a new one after it was removed', async () => {
  const [first, second] = await Promise.all([sync('--simulated-reader'), sync('--simulated-reader')]);
  expect([...first.made, ...second.made]).toMatchObject([
    { model: 'wisepos_e', description: 'simulated reader', status: 'active' },
  ]);
  const [terminal] = await listed();
  const other = await sync('--account', 'Other', '--simulated-reader');
  expect(other).toMatchObject({ made: [{ description: 'simulated reader' }], of_other_accounts: 1 });
  await atStripe(app.simulator, 'DELETE', `/terminal/readers/${String(terminal?.['reader'])}`);
  const third = await sync('--simulated-reader');
  expect(third).toMatchObject({ made: [{ status: 'active' }], gone: [{ id: terminal?.['id'], status: 'inactive' }] });
});

it('finds the simulator of the copy that runs, and says so when none does', async () => {
  const DATA_DIR = join(cwd, 'running');
  const none = await command.run(['terminals', 'sync'], { MONGODB_URI: app.config.mongo.uri, DATA_DIR });
  expect(none).toMatchObject({ code: 78, stdout: '' });
  expect(none.stderr).toMatch(/STRIPE_SECRET_KEY is not set, and no copy with embedded parts runs on /);
  rmSync(DATA_DIR, { recursive: true, force: true });
  writeFileSync(join(cwd, 'run.json'), JSON.stringify({ simulator: app.simulator.url, mongodb: null, pid: 1 }));
  const env = { MONGODB_URI: app.config.mongo.uri, DATA_DIR: cwd };
  const { code, stdout } = await command.run(['terminals', 'sync', '--simulated-reader', '--json'], env);
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ made: [expect.anything()] })]);
});

it('says that Stripe is away, does not take the key or has another account (69), and changes nothing', async () => {
  await madeReader(app.simulator, { label: 'Counter' });
  await sync();
  const before = await listed();
  await app.simulator.fault({ path: '/v1/terminal/readers', times: 0 }, { type: 'status', status: 403 });
  const refused = await admin('terminals', 'sync');
  expect([refused.code, refused.stderr]).toEqual([69, expect.stringMatching(/^Stripe refuses the request \(403\): /)]);
  await app.simulator.clearFaults();
  await app.simulator.fault({ path: '*', times: 0 }, { type: 'reset_before' });
  const away = await admin('terminals', 'sync', '--json');
  expect([away.code, JSON.parse(away.stdout)]).toEqual([69, { error: 'Stripe does not answer, try again' }]);
  await app.simulator.clearFaults();
  await payer(app);
  expect((await sync())['unchanged']).toBe(1); // keeps the proof of whose account this is
  await app.simulator.reset();
  const moved = await admin('terminals', 'sync');
  expect([moved.code, moved.stderr]).toEqual([
    69,
    'Stripe refuses the request (401): the API key is of another account\n',
  ]);
  expect(await listed()).toEqual(before);
});

describe('set-terminal', () => {
  it('changes what is said and nothing else, in the trail, also over the next sync', async () => {
    await madeReader(app.simulator, { label: 'Counter' });
    const [made] = (await sync()).made;
    const id = String(made?.['id']);
    const words = ['--description', 'Bar', '--register-id', '7', '--settle-at', '23:30:00', '--auto-settle', 'false'];
    const set = await json('set-terminal', '--id', id, ...words);
    const after = { ...made, description: 'Bar', register_id: '7', settle_at: '23:30:00', auto_settle: false };
    expect(set).toEqual({ ...after, updated_at: expect.any(String) });
    expect(await json('set-terminal', '--id', id, '--status', 'disabled')).toMatchObject({ status: 'disabled' });
    await sync();
    expect(await listed()).toMatchObject([{ ...after, updated_at: expect.any(String), status: 'disabled' }]);
    const undone = await json('set-terminal', '--id', id, '--status', 'active', '--description', '');
    expect(undone).toMatchObject({ status: 'active', description: 'Counter', register_id: '7' });
    expect(await json('set-terminal', '--id', id, '--register-id', '')).toMatchObject({ register_id: '' });
    const { entries } = await json<{ entries: Told[] }>('audit', '--object', id);
    expect(entries.map(({ action }) => action)).toEqual(Array(4).fill('terminal.update'));
    const elsewhere = await admin('set-terminal', '--id', id, '--account', 'Other', '--status', 'disabled');
    expect(elsewhere).toMatchObject({ code: 1, stderr: 'id is no terminal of the account\n' });
  });

  it('refuses what cannot be, with a sentence', async () => {
    const wrong: [string[], RegExp][] = [
      [
        ['--status', 'inactive'],
        /^status must be active or disabled; inactive is one whose reader is gone from Stripe$/,
      ],
      [['--auto-settle', 'yes'], /^auto-settle must be true or false$/],
      [['--settle-at', '24:00:00'], /^settle-at must be a time of day in UTC such as 23:30:00$/],
      [['--settle-at', '9:00'], /^settle-at must be a time of day/],
      [['--register-id', 'r'.repeat(51)], /^register-id must be shorter than or equal to 50 characters$/],
      [['--description', '4242424242424242'], /^description must not/],
      [[], new RegExp(`^say what changes: --${TERMINAL_OPTIONS.join(', --')}$`)],
    ];
    for (const [options, sentence] of wrong) {
      const { code, stdout, stderr } = await admin('set-terminal', '--id', '00000000000000000000', ...options);
      expect([options, code, stdout, stderr.trimEnd()]).toEqual([options, 1, '', expect.stringMatching(sentence)]);
    }
  });
});

it('refuses options that it does not have (78), and a simulated reader or a location that cannot be (1)', async () => {
  const wrong: [string[], number, RegExp][] = [
    [
      ['terminals'],
      78,
      /no command terminals; .*terminals sync \[--account …\] \[--location …\] \[--simulated-reader\]/s,
    ],
    [['terminals', 'drop'], 78, /no command terminals/],
    [['terminals', 'sync', '--all'], 78, /--all/],
    [['terminals', 'sync', 'now'], 78, /without its option/],
    [['terminals', 'sync', '--simulated-reader=yes'], 78, /simulated-reader/],
    [['list-terminals', '--id', 'x'], 78, /--id/],
    [['set-terminal', '--status', 'active'], 78, /needs --id/],
    [['set-terminal', '--id', 'x', '--name', 'y'], 78, /--name/],
    [['terminals', 'sync', '--location', 'Main Street'], 1, /^location must be a tml_…/],
    [['terminals', 'sync', '--simulated-reader', '--location', 'tml_unknown'], 1, /^Stripe says: No such .*location/],
  ];
  for (const [args, exit, said] of wrong) {
    const { code, stderr } = await admin(...args);
    expect([args, code, stderr]).toEqual([args, exit, expect.stringMatching(said)]);
  }
  const live = environment({ STRIPE_SECRET_KEY: `sk_live_${'a1B2'.repeat(6)}` });
  const refused = await command.run(['terminals', 'sync', '--simulated-reader'], live);
  expect([refused.code, refused.stderr]).toEqual([1, 'simulated-reader is for test keys and the simulator only\n']);
});
