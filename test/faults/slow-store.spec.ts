import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import { freshDatabase, through } from '../support/database.js';
import { type Answer, ask, Fleet, type Member, metricOf } from '../support/fleet.js';
import { commandName } from '../support/mongo-frames.js';
import { eventually, newCuid } from '../support/payments.js';
import { TcpProxy } from '../support/tcp-proxy.js';

jest.setTimeout(240_000);

const AT_ONCE = 8;
const PAYERS = 16;
/** There and back: each command takes 800 ms more. */
const EACH_WAY_MS = 400;
/** In full size two minutes: SLOW_STORE_MS=120000. */
const SLOW_FOR_MS = Number(process.env['SLOW_STORE_MS'] ?? 0);

/** T-27: an api and a worker process whose store is far away, and more payers than are let in. */
let proxy: TcpProxy;
let fleet: Fleet;
let api: Member;
let token: string;
beforeAll(async () => {
  const database = freshDatabase();
  proxy = await TcpProxy.start({ target: { port: Number(new URL(database).port) } });
  fleet = await Fleet.start({
    api: 1,
    workers: 1,
    mongoUri: through(database, proxy.port),
    env: { MAX_REQUESTS_IN_FLIGHT: String(AT_ONCE), PAYMENT_RATE_LIMIT: '100000', RESOLVER_TICK: '1s' },
  });
  [api] = fleet.api as [Member];
  const made = await ask(api, 'POST', '/user/register', {
    userName: 'T',
    email: 't@example.com',
    password: 'password',
  });
  token = String(made.body['access_token']);
  await create(newCuid()); // the Customer is there
});
afterAll(async () => {
  await proxy.restore();
  await fleet.stop();
  await proxy.close();
});

const create = (cuid: string) => ask(api, 'POST', '/payment', { cuid }, token);
const confirm = (cuid: string, paymentId: unknown) =>
  ask(api, 'POST', '/payment/confirm', { cuid, paymentId, paymentMethodId: 'pm_card_visa' }, token);
const payments = () => fleet.database.collection<Payment>('payments');

describe('T-27 a slow store', () => {
  it('costs a request eight times its delay at most: it makes no more round trips', async () => {
    let trips = 0;
    const counting = async (send: () => Promise<Answer>): Promise<number> => {
      trips = 0;
      expect((await send()).status).toBeLessThan(300);
      return trips;
    };
    const worker = fleet.workers[0];
    worker?.process.kill('SIGSTOP'); // its own are not counted
    proxy.onRequest = (message) => {
      if (!['', 'hello', 'ping', 'endSessions', 'listIndexes'].includes(commandName(message))) trips++;
    };
    try {
      const cuid = newCuid();
      let id: unknown;
      const made = await counting(async () => {
        const answer = await create(cuid);
        id = answer.body['id'];
        return answer;
      });
      const counts = {
        create: made,
        repeat: await counting(() => create(cuid)),
        confirm: await counting(() => confirm(cuid, id)),
        read: await counting(() => ask(api, 'GET', `/payment/${String(id)}`, undefined, token)),
        list: await counting(() => ask(api, 'GET', '/payment', undefined, token)),
      };
      for (const [what, count] of Object.entries(counts)) expect([what, count <= 8]).toEqual([what, true]);
    } finally {
      proxy.onRequest = undefined;
      worker?.process.kill('SIGCONT');
    }
  });

  it('so many are let in, the others are told at once, and everybody is paid once in the end', async () => {
    const rss = () => metricOf(api, 'process_resident_memory_bytes');
    await Promise.all(Array.from({ length: PAYERS }, () => pay())); // warm
    const before = await rss();
    proxy.delay(EACH_WAY_MS);
    const first: { status: number; at: number }[] = [];
    const until = performance.now() + SLOW_FOR_MS;
    const payer = async () => {
      do await pay(({ status }) => first.length < PAYERS && first.push({ status, at: performance.now() }));
      while (performance.now() < until);
    };
    const paying = Promise.all(Array.from({ length: PAYERS }, payer));
    await eventually(async () => expect(first.length).toBeGreaterThan(0), 20_000);
    // Operators get in all the same.
    expect((await ask(api, 'GET', '/health/live')).status).toBe(200);
    await paying;
    const after = await rss();
    await proxy.restore();

    // Of the first requests those that had no room were answered before any that had.
    const refused = first.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThanOrEqual(PAYERS - AT_ONCE);
    const firstIn = Math.min(...first.filter(({ status }) => status !== 503).map(({ at }) => at));
    expect(refused.slice(0, PAYERS - AT_ONCE).every(({ at }) => at < firstIn)).toBe(true);
    console.info(`resident memory ${Math.round(before / 1e6)} MB, then ${Math.round(after / 1e6)} MB`);
    expect(after).toBeLessThan(before * 1.2);

    await eventually(async () => {
      const all = await payments()
        .find({ state: { $ne: 'PI_CREATED' } })
        .toArray();
      expect(
        new Set(all.map(({ state, effects }) => `${state} ${effects.length} ${effects[0]?.doneAt != null}`)),
      ).toEqual(new Set(['SUCCEEDED 1 true']));
    }, 30_000);
    const paid = await payments().find({ state: 'SUCCEEDED' }).toArray();
    const { charges } = await fleet.simulator.ledger();
    expect(charges).toHaveLength(paid.length);
    expect(new Set(charges.map(({ payment_intent }) => payment_intent))).toEqual(
      new Set(paid.map(({ providerPaymentId }) => providerPaymentId)),
    );
  });
});

/** Until it is paid, as a client does that is told to come again. */
async function pay(told: (answer: Answer) => unknown = () => undefined): Promise<void> {
  const cuid = newCuid();
  const made = await insistently(() => create(cuid), told);
  const paid = await insistently(() => confirm(cuid, made.body['id']), told);
  expect(paid.body['status']).toBe('succeeded');
}

async function insistently(send: () => Promise<Answer>, told: (answer: Answer) => unknown): Promise<Answer> {
  for (;;) {
    const answer = await send();
    told(answer);
    if (answer.status === 201 && answer.body['status'] !== 'processing') return answer;
    expect([201, 409, 503]).toContain(answer.status);
    if (answer.status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await new Promise((later) => setTimeout(later, 100 + Math.random() * 200));
  }
}
