import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import { freshDatabase, through } from '../support/database.js';
import { ask, Fleet, type Member, metricOf } from '../support/fleet.js';
import { eventually, newCuid } from '../support/payments.js';
import { TcpProxy } from '../support/tcp-proxy.js';

jest.setTimeout(180_000);

/** Requests begun each second. */
const RATE = 50;

let fleet: Fleet;
let store: TcpProxy;
beforeAll(async () => {
  const database = freshDatabase();
  store = await TcpProxy.start({ target: { port: Number(new URL(database).port) } });
  fleet = await Fleet.start({ api: 1, workers: 0, mongoUri: database, env: { PAYMENT_RATE_LIMIT: '1000000' } });
});
afterAll(async () => {
  await (fleet as Fleet | undefined)?.stop();
  await store.close();
});

const payments = () => fleet.database.collection<Payment>('payments');

async function newUser(member: Member): Promise<string> {
  const email = `${newCuid()}@example.com`;
  const { body } = await ask(member, 'POST', '/user/register', { userName: 'A', email, password: 'password' });
  return String(body['access_token']);
}

/** When it has ended: with what, and after how many milliseconds. */
async function ended({ process }: Member): Promise<{ code: number | null; ms: number }> {
  const began = performance.now();
  const { code } = await process.exited;
  return { code, ms: performance.now() - began };
}

interface Told {
  readonly status?: number;
  readonly error?: string;
}

/** A client that keeps its connections, as proxies do; fetch would hide a reset behind a second try. */
function send(member: Member, agent: Agent, method: string, path: string, token: string, body?: object): Promise<Told> {
  const url = new URL(path, member.url);
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const sent = request(
      url,
      {
        method,
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        },
      },
      (response) => {
        response.resume();
        response.once('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
        response.once('end', () => resolve({ status: response.statusCode ?? 0 }));
      },
    );
    sent.once('error', (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
    sent.end(payload);
  });
}

it(`SIGTERM under ${RATE} requests a second: all are answered, no lease stays, exit 0`, async () => {
  const other = fleet.api[0] as Member;
  const member = await fleet.add('all', { SHUTDOWN_DELAY: '6s' });
  const tokens = await Promise.all(Array.from({ length: 5 }, () => newUser(other)));
  // Without a bound on connections: what waits in the client has not been accepted by anybody.
  const agent = new Agent({ keepAlive: true });
  const probes = new Agent();
  // A bank takes its time, so that there are payments in flight whenever the signal comes.
  await fleet.simulator.fault({ method: 'POST', path: '/v1/payment_intents*', times: 0 }, { type: 'latency', ms: 700 });

  const told: Told[] = [];
  const pending: Promise<unknown>[] = [];
  let inTraffic = true;
  const ends = { code: null as number | null, ms: 0 };
  let signaled = 0;
  // As a load balancer does: no more traffic once the probe says so.
  const probe = setInterval(() => {
    const answered = send(member, probes, 'GET', '/health/ready', '').then(({ status }) => status === 200);
    // On a machine that is too slow for this rate the answer comes late, and a balancer does not wait for it.
    const inTime = signaled === 0 ? answered : Promise.race([answered, sleep(1_000, false, { ref: false })]);
    void inTime.then((ready) => (inTraffic &&= ready));
  }, 200);
  for (let i = 0; inTraffic; i++) {
    const token = tokens[i % tokens.length] ?? '';
    const call =
      i % 3 === 0
        ? send(member, agent, 'GET', '/payment', token)
        : send(member, agent, 'POST', '/payment', token, { cuid: newCuid() });
    pending.push(call.then((answer) => told.push(answer)));
    if (i === 3 * RATE) {
      member.process.kill('SIGTERM');
      signaled = i;
      void ended(member).then((end) => Object.assign(ends, end));
    }
    await sleep(1_000 / RATE);
  }
  clearInterval(probe);
  await Promise.all(pending);
  await member.process.exited;
  await sleep(50);
  agent.destroy();
  await fleet.simulator.clearFaults();

  expect(told.length).toBeGreaterThan(signaled);
  expect(told.filter(({ error }) => error !== undefined)).toEqual([]);
  expect([...new Set(told.map(({ status }) => status))].toSorted((a, b) => Number(a) - Number(b))).toEqual([200, 201]);
  expect(ends.code).toBe(0);
  expect(ends.ms).toBeLessThan(30_000);
  const made = told.filter(({ status }) => status === 201).length;
  expect(await payments().countDocuments()).toBe(made);
  expect(await payments().countDocuments({ leaseUntil: { $ne: null } })).toBe(0);
  expect(await fleet.database.collection('sweeps').countDocuments({ leaseUntil: { $ne: null } })).toBe(0);
  process.stdout.write(`shutdown: ${told.length} requests, ${made} payments, exit after ${Math.round(ends.ms)} ms\n`);
});

it('a second SIGTERM ends it at once, whatever it waits for', async () => {
  const member = await fleet.add('all', { SHUTDOWN_DELAY: '60s', SHUTDOWN_TIMEOUT: '60s' });
  member.process.kill('SIGTERM');
  // Two signals that wait for a busy process are one signal.
  await eventually(async () => expect(member.process.stdout).toContain('SIGTERM: stopping'));
  await sleep(400);
  member.process.kill('SIGTERM');
  expect(await ended(member)).toEqual({ code: 1, ms: expect.any(Number) });
  expect(member.process.stdout).toContain('SIGTERM again: exiting at once');
});

describe('SIGTERM while MongoDB is down still ends in time', () => {
  afterEach(() => store.restore());

  it.each<[string, () => unknown]>([
    ['refuses', () => store.cut()],
    ['swallows', () => store.stall()],
  ])('(it %s)', async (_name, breakIt) => {
    const uri = through(fleet.mongoUri, store.port);
    const member = await fleet.add('all', { MONGODB_URI: uri, MONGODB_SERVER_SELECTION_TIMEOUT: '2s' });
    const token = await newUser(member);
    await breakIt();
    const asked = ask(member, 'GET', '/payment', undefined, token).catch((error: unknown) => ({ error }));
    await sleep(500);
    member.process.kill('SIGTERM');
    const { code, ms } = await ended(member);
    expect([code, ms < 30_000]).toEqual([0, true]);
    expect(await asked).toMatchObject({ status: 503 });
  });
});

describe('clients that do not get on', () => {
  const HANGERS = 200;
  let member: Member;
  let restingBytes = 0;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    member = await fleet.add('api', { REQUEST_TIMEOUT: '3s' });
    restingBytes = await metricOf(member, 'process_resident_memory_bytes');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
  });

  /** Opens many connections, does on each what `begin` does, and waits until the server has closed them all. */
  async function allCut(begin: (socket: Socket) => void): Promise<string[]> {
    const { hostname, port } = new URL(member.url);
    const answers = await Promise.all(
      Array.from({ length: HANGERS }, async () => {
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        let answer = '';
        socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
        socket.on('error', () => undefined); // reset is as good as closed
        socket.once('connect', () => begin(socket));
        await new Promise<void>((resolve) => socket.once('close', () => resolve()));
        return answer;
      }),
    );
    return answers;
  }

  const drip = (socket: Socket, head: string): void => {
    socket.write(head);
    const timer = setInterval(() => (socket.writable ? socket.write('a') : clearInterval(timer)), 500);
    socket.once('close', () => clearInterval(timer));
  };

  it.each<[string, (socket: Socket) => void]>([
    ['headers, a byte at a time', (socket) => drip(socket, 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ')],
    [
      'a body, a byte at a time',
      (socket) =>
        drip(
          socket,
          'POST /user/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{"email":"',
        ),
    ],
    [
      'a chunked body that never ends',
      (socket) => {
        socket.write(
          'POST /user/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
        );
        const timer = setInterval(
          () => (socket.writable ? socket.write('400\r\n' + 'a'.repeat(1024) + '\r\n') : clearInterval(timer)),
          50,
        );
        socket.once('close', () => clearInterval(timer));
      },
    ],
    ['nothing at all', () => undefined],
  ])('are cut: %s', async (_what, begin) => {
    const before = await metricOf(member, 'process_resident_memory_bytes');
    const cut = allCut(begin);
    await sleep(1_500);
    // Others are served meanwhile.
    expect((await ask(member, 'GET', '/health/live')).status).toBe(200);
    const during = await metricOf(member, 'process_resident_memory_bytes');
    expect(during - before).toBeLessThan(100 * 1024 * 1024);
    const answers = await cut;
    for (const answer of answers) expect(answer).toMatch(/^$|^HTTP\/1\.1 (4\d\d|503) /);
    expect((await ask(member, 'GET', '/health/ready')).status).toBe(200);
  });

  it('and do not hold a shutdown back', async () => {
    const slow = await fleet.add('api');
    const { hostname, port } = new URL(slow.url);
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on('error', () => undefined);
    drip(
      socket,
      'POST /user/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n{"',
    );
    await sleep(300);
    slow.process.kill('SIGTERM');
    const { code, ms } = await ended(slow);
    expect([code, ms < 20_000]).toEqual([0, true]);
  });

  it('leave no memory behind', async () => {
    await eventually(async () => {
      const now = await metricOf(member, 'process_resident_memory_bytes');
      expect(now - restingBytes).toBeLessThan(100 * 1024 * 1024);
    });
  });
});
