import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import { type Answer, ask, Fleet, type Member, metricOf } from '../support/fleet.js';
import { eventually, newCuid } from '../support/payments.js';

jest.setTimeout(600_000);

/** FLEET_PAYMENTS=1000 takes eight times as long, and is for whoever changes how instances share work. */
const PAYMENTS = Number(process.env['FLEET_PAYMENTS'] ?? 120);
const AT_ONCE = 24;
const REGISTRATIONS = 30;
const LOGIN_FAILURES = 20;
const REQUESTS = 200;
/** Seconds on two cores of their own; a machine may have others to serve. */
const SOON = 240_000;

/** Windows that no test run sees the end of. */
const LIMITS = {
  REGISTER_RATE_LIMIT: String(REGISTRATIONS),
  REGISTER_RATE_WINDOW: '3650d',
  LOGIN_MAX_FAILURES: String(LOGIN_FAILURES),
  LOGIN_WINDOW: '3650d',
  PAYMENT_RATE_LIMIT: String(REQUESTS),
  PAYMENT_RATE_WINDOW: '3650d',
};

/** Three that serve and two that work, real processes on one database and one Stripe, as production runs them. */
let fleet: Fleet;
const tokens: string[] = [];
beforeAll(async () => {
  fleet = await Fleet.start({
    api: 3,
    workers: 2,
    env: {
      ...LIMITS,
      LOG_LEVEL: 'info',
      RESOLVER_TICK: '500ms',
      PAYMENT_POLL_FIRST: '10s',
      PAYMENT_POLL_MAX: '15s',
      PAYMENT_UNANSWERED_RECHECK: '5s',
    },
  });
});
afterAll(() => (fleet as Fleet | undefined)?.stop());

const some = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)] as T;
const payments = () => fleet.database.collection<Payment>('payments');
const statuses = (answers: readonly Answer[]): Record<string, number> =>
  answers.reduce<Record<string, number>>((all, { status }) => ({ ...all, [status]: (all[status] ?? 0) + 1 }), {});
/** The same request `times` times at once, in turn to each of the three. */
const flood = (times: number, send: (member: Member, i: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: times }, (_, i) => send(fleet.api[i % fleet.api.length] as Member, i)));

describe('limits hold for all together', () => {
  it(`registration: ${REGISTRATIONS} an address`, async () => {
    const answers = await flood(3 * REGISTRATIONS, (member, i) =>
      ask(member, 'POST', '/user/register', { userName: 'A', email: `u${i}@example.com`, password: 'password' }),
    );
    for (const { status, body } of answers) if (status === 201) tokens.push(String(body['access_token']));
    expect(statuses(answers)).toEqual({ 201: REGISTRATIONS, 429: 2 * REGISTRATIONS });
  });

  it(`payments: ${REQUESTS} requests a user`, async () => {
    const token = tokens.pop();
    const answers = await flood(3 * REQUESTS, (member) => ask(member, 'GET', '/payment', undefined, token));
    expect(statuses(answers)).toEqual({ 200: REQUESTS, 429: 2 * REQUESTS });
    for (const { status, headers } of answers)
      if (status === 429) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it(`logins: ${LOGIN_FAILURES} failures an account`, async () => {
    const guess = { email: 'somebody@example.com', password: 'not the password' };
    const answers = await flood(3 * LOGIN_FAILURES, (member) => ask(member, 'POST', '/user/login', guess));
    expect(statuses(answers)).toEqual({ 401: LOGIN_FAILURES, 429: 2 * LOGIN_FAILURES });
  });
});

it('a revoked token is dead on all of them', async () => {
  const token = tokens.pop();
  const [first, ...others] = fleet.api as [Member, ...Member[]];
  for (const member of fleet.api) expect((await ask(member, 'GET', '/payment', undefined, token)).status).toBe(200);
  expect((await ask(first, 'POST', '/user/logout', undefined, token)).status).toBe(201);
  for (const member of [...others, first])
    expect((await ask(member, 'GET', '/payment', undefined, token)).status).toBe(401);
});

describe(`${PAYMENTS} payments, a worker killed in the middle`, () => {
  const figures: Record<string, unknown> = {};

  /** How a payer pays; the last two only Stripe and its events know of. */
  const WAYS = ['card', 'card', 'card', 'card', 'card', 'card', 'decline', '3ds', 'browser'] as const;

  async function payOne(way: (typeof WAYS)[number], token: string): Promise<void> {
    const cuid = newCuid();
    const made = await ask(some(fleet.api), 'POST', '/payment', { cuid }, token);
    expect([made.status, made.body['message']]).toEqual([201, undefined]);
    const paymentId = String(made.body['id']);
    const confirm = (paymentMethodId: string) =>
      ask(some(fleet.api), 'POST', '/payment/confirm', { cuid, paymentId, paymentMethodId }, token);
    if (way === 'browser') return payInBrowser(paymentId, String(made.body['clientSecret']));
    if (way === '3ds') {
      expect((await confirm('pm_card_threeDSecure2Required')).body['status']).toBe('requires_action');
      await fleet.simulator.finish3ds(paymentId, 'complete');
      return;
    }
    if (way === 'decline') expect((await confirm('pm_card_visa_chargeDeclined')).status).toBe(402);
    const paid = await confirm('pm_card_visa');
    expect([paid.status, paid.body['status']]).toEqual([201, 'succeeded']);
  }

  async function payInBrowser(id: string, clientSecret: string): Promise<void> {
    const response = await fetch(`${fleet.simulator.url}/v1/payment_intents/${id}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer pk_test_browser0123456789abcdef' },
      body: new URLSearchParams({
        client_secret: clientSecret,
        payment_method: 'pm_card_visa',
        return_url: 'https://shop.example.com/done',
      }),
    });
    expect(response.status).toBe(200);
  }

  it('are all paid, once', async () => {
    await fleet.deliverTo(some(fleet.api));
    await fleet.simulator.webhooks({ drop: 0.1, duplicate: 0.1 });
    const began = performance.now();
    const queue = Array.from({ length: PAYMENTS }, (_, i) => i).values();
    let done = 0;
    const kill = () => fleet.workers[0]?.process.kill('SIGKILL');
    const payer = async () => {
      for (const i of queue) {
        // A user may send so many requests and have so many declines.
        await payOne(WAYS[i % WAYS.length] ?? 'card', tokens[i % tokens.length] ?? '');
        if (++done === Math.floor(PAYMENTS / 2)) kill();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, payer));
    figures['paid in s'] = Math.round((performance.now() - began) / 100) / 10;
    expect((await fleet.workers[0]?.process.exited)?.signal).toBe('SIGKILL');

    await eventually(async () => {
      expect(await payments().countDocuments({ state: { $ne: 'SUCCEEDED' } })).toBe(0);
    }, SOON);
    figures['all known here after s'] = Math.round((performance.now() - began) / 100) / 10;
  });

  it('the ledger says the same as the store', async () => {
    const { charges, charged } = await fleet.simulator.ledger();
    const records = await payments().find().toArray();
    expect(records).toHaveLength(PAYMENTS);
    expect(charges).toHaveLength(PAYMENTS);
    expect(new Set(charges.map(({ payment_intent }) => payment_intent))).toEqual(
      new Set(records.map(({ providerPaymentId }) => providerPaymentId)),
    );
    expect(records.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(charged);
    for (const { effects } of records) expect(effects).toHaveLength(1);
  });

  it('the workers shared the work, and the one that lived has done the rest', async () => {
    // What the dead one had claimed when it died is due again within a minute: one receipt at most.
    await eventually(async () => {
      expect(await payments().countDocuments({ effectsDueAt: { $ne: null } })).toBeLessThanOrEqual(1);
    }, SOON);
    const receipts = fleet.workers.map(({ dataDir }) => readdirSync(join(dataDir, 'outbox')));
    figures['receipts by worker'] = receipts.map(({ length }) => length);
    for (const { length } of receipts) expect(length).toBeGreaterThan(0);
    expect(new Set(receipts.flat()).size).toBeGreaterThanOrEqual(PAYMENTS - 1);
    const alive = fleet.workers[1] as Member;
    expect(await metricOf(alive, 'payments_unknown')).toBe(0);
    expect((await ask(alive, 'GET', '/health/ready')).status).toBe(200);
  });

  it('every event was worked off', async () => {
    const inbox = fleet.database.collection('inbox');
    await eventually(async () => expect(await inbox.countDocuments({ state: 'new' })).toBe(0), SOON);
    figures['events'] = await inbox.countDocuments();
    process.stdout.write(`fleet: ${JSON.stringify(figures)}\n`);
    expect(await inbox.countDocuments({ state: { $nin: ['done', 'unmatched'] } })).toBe(0);
  });
});
