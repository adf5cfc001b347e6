import { startTestApp, type TestApp } from '../support/app.js';
import { logs } from '../support/log-capture.js';
import { eventually, newCuid } from '../support/payments.js';
import { struck } from '../support/proxied-app.js';
import { rawHttp } from '../support/raw-http.js';
import { headAndOneByte, SlowClients } from '../support/slow-clients.js';

jest.setTimeout(120_000);

/** Whoever is refused without a password must not be able to bury the log: one line a kind in ten seconds, and the metric. */
const COUNT = 40;
let test: TestApp;
beforeAll(async () => {
  test = await startTestApp({ webhooks: false, env: { MAX_REQUESTS_IN_FLIGHT: '1', REQUEST_TIMEOUT: '4s' } });
});
afterAll(() => test.stop());

const ask = (text: string): Promise<string> => rawHttp(test.url, text);
const times = (count: number, work: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, work));

async function counted(reason: string): Promise<number> {
  const { text } = await test.http.get('/metrics');
  return Number(new RegExp(`^http_refused_total\\{reason="${reason}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
}

const GARBAGE = 'GARBAGE\r\n\r\n';
const LONG = `GET /user HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
const TEA = 'GET /user HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n';

async function slow(text: string, count: number, refused: string): Promise<void> {
  const clients = await SlowClients.open(test.url, count, text);
  await eventually(async () => expect(clients.heard.filter((heard) => heard.includes(refused))).toHaveLength(COUNT));
  clients.close();
}

async function tooMany(): Promise<void> {
  const { token } = await test.register();
  await test.simulator.fault({ method: 'POST', path: '/v1/payment_intents' }, { type: 'hold' });
  const held = test.http.post('/payment', { cuid: newCuid() }, { token });
  await eventually(async () => expect(await struck(test)).toBe(1));
  await times(COUNT, async () => expect((await test.http.get('/user', { token })).status).toBe(503));
  await test.simulator.release();
  expect((await held).status).toBe(201);
}

const KINDS: [reason: string, status: number, flood: () => Promise<unknown>][] = [
  ['slow_request', 408, () => slow('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', COUNT, ' 408 ')],
  ['busy', 503, tooMany],
  ['unreadable', 400, () => times(COUNT, () => ask(GARBAGE))],
  ['long_headers', 431, () => times(COUNT, () => ask(LONG))],
  ['expectation', 417, () => times(COUNT, () => ask(TEA))],
];
/** Fifty of one client stay; what they leave behind when they go is unreadable. */
const SLOW_BODY: (typeof KINDS)[number] = [
  'slow_body',
  503,
  () => slow(headAndOneByte('/user/login'), COUNT + 50, ' 503 '),
];

const told = (reason: string) => logs.lines.filter((line) => line['reason'] === reason);
const before = new Map<string, number>();

describe.each([[KINDS], [[SLOW_BODY]]])('refused', (kinds) => {
  it.each(kinds)('%s is one warning; each is counted', async (reason, status, flood) => {
    const since = await counted(reason);
    expect(since).not.toBeNaN();
    before.set(reason, since);
    const linesBefore = logs.lines.length;
    await flood();
    await eventually(async () => expect((await counted(reason)) - since).toBeGreaterThanOrEqual(COUNT));
    expect(told(reason)).toEqual([expect.objectContaining({ level: 40, msg: 'request', status, reason })]);
    expect(told(reason)[0]?.['correlationId']).toMatch(/^[0-9a-f-]{36}$/);
    const lines = logs.lines.slice(linesBefore);
    expect(lines.filter((line) => line['msg'] === 'request' && line['status'] === status)).toHaveLength(1);
    expect(lines.filter((line) => Number(line['level']) > 40)).toEqual([]);
  });

  // Each is ten seconds after its first: all are waited for at once.
  it.each(kinds)('%s: how many were left out is told after a while', async (reason) => {
    await eventually(async () => expect(told(reason)).toHaveLength(2), 15_000);
    const skipped = Number(told(reason)[1]?.['skipped']);
    expect(told(reason)[1]).toMatchObject({ level: 40, msg: 'requests refused' });
    expect(skipped + 1).toBe((await counted(reason)) - Number(before.get(reason)));
  });
});

it('what was left out is told at the end too', async () => {
  const other = await startTestApp({ webhooks: false, simulator: test.simulator });
  logs.clear();
  await times(3, () => rawHttp(other.url, GARBAGE));
  await other.stop();
  expect(logs.lines.filter(({ reason }) => reason === 'unreadable').map(({ skipped }) => skipped)).toEqual([
    undefined,
    2,
  ]);
});
