import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppProcess, startAppProcess } from '../support/app-process.js';
import { eventually } from '../support/payments.js';
import { sideBySide } from '../support/side-by-side.js';
import { Simulator } from '../support/simulator.js';

jest.setTimeout(120_000);

const ROOT = join(__dirname, '../..');

/** Everything by itself, on ports that nobody else has. */
const EMBEDDED = { PORT: '0', SIMULATOR_PORT: '0', BCRYPT_COST: '4' };

const started: AppProcess[] = [];
const dirs: string[] = [];
const freshDir = (): string => {
  dirs.push(mkdtempSync(join(tmpdir(), 'payments-process-')));
  return dirs.at(-1) ?? '';
};
async function start(cwd: string, env: Record<string, string> = {}): Promise<AppProcess> {
  const app = await startAppProcess(cwd, { ...EMBEDDED, ...env });
  started.push(app);
  return app;
}
afterAll(async () => {
  for (const app of started) app.kill('SIGTERM');
  await Promise.all(started.map(({ exited }) => exited));
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A killed child that nobody has waited for yet is still in the table.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const pidOf = (dir: string, part: string): number =>
  (JSON.parse(readFileSync(join(dir, '.data', part, 'process.json'), 'utf8')) as { pid: number }).pid;
const json = async (url: string, init?: RequestInit): Promise<Record<string, unknown>> =>
  (await (await fetch(url, init)).json()) as Record<string, unknown>;
const post = (url: string, body: unknown, token?: string): Promise<Record<string, unknown>> =>
  json(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
const GRACE = { userName: 'Grace', email: 'grace@example.com', password: 'password' };

describe('in an empty folder', () => {
  const dir = freshDir();
  const data = join(dir, '.data');
  let app: AppProcess;

  it('starts everything it needs and says where it is', async () => {
    app = await start(dir);
    const run = await app.ready();
    expect(run).toMatchObject({
      pid: app.pid,
      docs: `${run.url}/docs`,
      simulator: expect.stringMatching(/^http:\/\/127/),
    });
    await sleep(50);
    for (const told of [run.url, `${run.url}/docs`, String(run.simulator), 'npm run demo', '.data']) {
      expect(app.stderr).toContain(told);
    }
    expect((await fetch(`${run.url}/docs`)).status).toBe(200);
    expect((await fetch(`${run.url}/health/ready`)).status).toBe(200);
  });

  it('keeps its secrets to itself', () => {
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(statSync(join(data, 'secrets.json')).mode & 0o777).toBe(0o600);
    const secrets = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as Record<string, string>;
    expect(secrets).toEqual({
      jwtSecret: expect.stringMatching(/^.{40,}$/),
      gatewayJwtSecret: expect.stringMatching(/^.{40,}$/),
      apiKeyEncryptionKey: expect.stringMatching(/^.{40,}$/),
      webhookSecret: expect.stringMatching(/^whsec_.{24,}$/),
      simulatorKey: expect.stringMatching(/^sk_test_simulator.{20,}$/),
    });
    for (const secret of Object.values(secrets)) expect(app.stdout + app.stderr).not.toContain(secret);
    expect(app.stdout).toMatch(/"detail":"BCRYPT_COST=4, PORT=0, all others at their defaults","msg":"configuration"/);
  });

  it('takes a payment, and hears of it from the simulator', async () => {
    const { url, simulator } = await app.ready();
    const token = String((await post(`${url}/user/register`, GRACE))['access_token']);
    const cuid = 'cjld2cjxh0000qzrmn831i7rn';
    const payment = await post(`${url}/payment`, { cuid }, token);
    const confirm = { cuid, paymentId: payment['id'], paymentMethodId: 'pm_card_visa' };
    expect(await post(`${url}/payment/confirm`, confirm, token)).toMatchObject({ status: 'succeeded', amount: 2000 });
    const control = Simulator.at(String(simulator));
    for (let i = 0; i < 100; i++) {
      const { deliveries } = await control.deliveries({ type: 'payment_intent.succeeded' });
      if (deliveries.some(({ delivered }) => delivered)) return;
      await sleep(100);
    }
    throw new Error(`no event was taken: ${JSON.stringify(await control.deliveries())}`);
  });

  it('its simulator takes card numbers, without anybody having switched them on', async () => {
    const { simulator } = await app.ready();
    const card = { 'card[number]': '4242424242424242', 'card[exp_month]': '12', 'card[exp_year]': '2034' };
    const made = await json(`${simulator}/v1/payment_methods`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_x' },
      body: new URLSearchParams({ type: 'card', ...card }),
    });
    expect(made).toMatchObject({ object: 'payment_method', card: { last4: '4242' } });
  });

  it('npm run demo goes through to its end, and its key opens the gateway', async () => {
    const { url } = await app.ready();
    const demo = spawn(process.execPath, [join(ROOT, 'scripts/demo.js')], {
      cwd: dir,
      env: { ...process.env, NODE_ENV: 'development', BCRYPT_COST: '4' },
    });
    let output = '';
    for (const stream of [demo.stdout, demo.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(demo, 'close')) as [number];
    expect({ code, end: output.slice(-300) }).toMatchObject({
      code: 0,
      end: expect.stringContaining('steps went as they should'),
    });
    const key = /api_\w{27}\s*$/.exec(output)?.[0].trim() ?? '';
    expect(await json(`${url}/api/user`, { headers: { authorization: key } })).toMatchObject({ status: 'success' });
  });

  it('a second copy on the same data is refused, and told where the first is', async () => {
    const second = await start(dir);
    expect((await second.exited).code).toBe(75);
    expect(second.stderr).toContain(`pid ${app.pid}`);
    expect((await fetch(`${(await app.ready()).url}/health/live`)).status).toBe(200);
  });

  it('SIGINT stops it and its children', async () => {
    const children = ['mongo', 'simulator'].map((part) => pidOf(dir, part));
    expect(children.map(alive)).toEqual([true, true]);
    app.kill('SIGINT');
    expect(await app.exited).toEqual({ code: 0, signal: null });
    expect(children.map(alive)).toEqual([false, false]);
    expect(existsSync(join(data, 'run.json'))).toBe(false);
  });

  it('the next start finds everything as it was', async () => {
    app = await start(dir);
    const { url } = await app.ready();
    const token = String((await post(`${url}/user/login`, GRACE_LOGIN))['access_token']);
    const payments = await json(`${url}/payment`, { headers: { authorization: `Bearer ${token}` } });
    expect(payments).toEqual([expect.objectContaining({ status: 'succeeded' })]);
  });

  it('SIGTERM lets a request in flight finish, and turns idle connections away', async () => {
    const { url, simulator } = await app.ready();
    const token = String((await post(`${url}/user/login`, GRACE_LOGIN))['access_token']);
    const control = Simulator.at(String(simulator));
    await control.fault({ method: 'POST', path: '/v1/payment_intents' }, { type: 'latency', ms: 1_500 });
    const inFlight = post(`${url}/payment`, { cuid: 'cinflight0000000000000000' }, token);
    await eventually(async () => expect(await control.faults()).toMatchObject({ faults: [{ hits: 1 }] }));
    const began = performance.now();
    app.kill('SIGTERM');
    expect(await inFlight).toMatchObject({ status: 'requires_payment_method' });
    expect((await app.exited).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(25_000);
  });
});

const GRACE_LOGIN = { email: GRACE.email, password: GRACE.password };

describe('an orderly end', () => {
  async function drains(): Promise<void> {
    const app = await start(freshDir(), { SHUTDOWN_DELAY: '5s' });
    const { url } = await app.ready();
    app.kill('SIGTERM');
    await eventually(async () =>
      expect(await json(`${url}/health/ready`)).toMatchObject({
        status: 'not ready',
        checks: { draining: expect.objectContaining({ ok: false }) },
      }),
    );
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await app.exited).code).toBe(0);
  }

  async function isToldTwice(): Promise<void> {
    const dir = freshDir();
    const app = await start(dir, { SHUTDOWN_DELAY: '20s' });
    await app.ready();
    const children = ['mongo', 'simulator'].map((part) => pidOf(dir, part));
    app.kill('SIGINT');
    await sleep(700);
    app.kill('SIGINT');
    expect((await app.exited).code).toBe(1);
    for (const pid of children) if (alive(pid)) process.kill(pid, 'SIGTERM');
  }

  async function isToldEarly(): Promise<void> {
    const dir = freshDir();
    const app = await start(dir);
    while (!app.stderr.includes('embedded MongoDB')) await sleep(5);
    app.kill('SIGTERM');
    expect((await app.exited).code).toBe(0);
    const record = join(dir, '.data/mongo/process.json');
    const pid = existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as { pid: number | null }).pid : null;
    expect(pid !== null && alive(pid)).toBe(false);
  }

  const cases = [
    { what: 'says not ready at once and listens a little longer, when told so', ends: drains },
    { what: 'a second signal, later, ends it at once', ends: isToldTwice },
    { what: 'a signal during the start is obeyed too', ends: isToldEarly },
  ];
  let outcome: (one: (typeof cases)[number]) => void;
  beforeAll(async () => {
    outcome = await sideBySide(cases, cases.length, ({ ends }) => ends());
  });

  it.each(cases)('$what', (one) => expect(() => outcome(one)).not.toThrow());
});

describe('what cannot be used is refused with one line and 78', () => {
  const refused = async (env: Record<string, string>, cwd = freshDir()): Promise<string> => {
    const app = await start(cwd, env);
    expect((await app.exited).code).toBe(78);
    expect(app.stdout).toBe('');
    return app.stderr;
  };

  it('an empty production', async () => {
    const said = await refused({ NODE_ENV: 'production' });
    for (const name of [
      'MONGODB_URI',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'STOREFRONT_JWT_SECRET',
      'GATEWAY_JWT_SECRET',
      'API_KEY_ENCRYPTION_KEY',
      'BCRYPT_COST',
    ]) {
      expect(said).toContain(`  ${name}: `);
    }
    expect(said).not.toContain('    at ');
    expect(existsSync(join(dirs.at(-1) ?? '', '.data'))).toBe(false);
  });

  it.each([
    ['STRIPE_SECRET_KEY', 'sk_test_0123456789abcdef'],
    ['STOREFRONT_JWT_SECRET', 'short'],
    ['FAILPOINTS', 'confirm.after_response=kill'],
  ])('%s in production', async (name, value) => {
    const said = await refused({
      NODE_ENV: 'production',
      BCRYPT_COST: '12',
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
      STRIPE_SECRET_KEY: 'rk_live_0123456789abcdef',
      STRIPE_WEBHOOK_SECRET: 'whsec_0123456789abcdef0123456789',
      STOREFRONT_JWT_SECRET: 'f3b1c2d4e5f60718293a4b5c6d7e8f90',
      GATEWAY_JWT_SECRET: '0718293a4b5c6d7e8f90f3b1c2d4e5f6',
      API_KEY_ENCRYPTION_KEY: '4b5c6d7e8f90f3b1c2d4e5f60718293a',
      PUBLIC_URL: 'https://pay.example.com',
      [name]: value,
    });
    expect(said).toContain(`  ${name}: `);
    expect(said).not.toContain(value);
  });

  it('a value of the wrong kind', async () => {
    expect(await refused({ PORT: 'eighty' })).toContain('  PORT: ');
  });

  it('a .env file is read, and the environment wins over it', async () => {
    const cwd = freshDir();
    writeFileSync(join(cwd, '.env'), 'PORT=from-the-file\nLOG_LEVEL=loud\nROLE=cron\n');
    const said = await refused({ LOG_LEVEL: 'info' }, cwd);
    expect(said).toContain('  ROLE: ');
    expect(said).not.toMatch(/PORT|LOG_LEVEL/);
  });

  it('a journal of the simulator that cannot be read: the file, and what to do', async () => {
    const cwd = freshDir();
    const journal = join(cwd, '.data/simulator/simulator.journal');
    mkdirSync(join(cwd, '.data/simulator'), { recursive: true });
    writeFileSync(journal, '{"format":1000,"base":1,"seed":"1"}\n');
    const app = await start(cwd);
    expect((await app.exited).code).toBe(78);
    expect(app.stderr).toContain(
      `The Stripe simulator does not start: ${journal} was written by a newer simulator: delete it, or name`,
    );
    expect(app.stderr).toContain('start over with another DATA_DIR');
    expect(app.stderr).not.toContain('    at ');
    expect(alive(pidOf(cwd, 'mongo'))).toBe(false);
  });

  it('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const cwd = freshDir();
    const app = await start(cwd, { PORT: String(port) });
    expect((await app.exited).code).toBe(78);
    expect(app.stderr).toContain(`PORT: ${port} is in use`);
    expect(['mongo', 'simulator'].some((part) => alive(pidOf(cwd, part)))).toBe(false);
    other.close();
  });
});
