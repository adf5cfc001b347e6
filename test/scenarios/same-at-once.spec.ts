import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import type { InboxRow } from '../../src/platform/stripe/webhook/provider-event.types.js';
import { TEST_STRIPE_KEY } from '../support/app.js';
import { type Answer, ask, Fleet, type Member, metricOf } from '../support/fleet.js';
import { eventually, newCuid } from '../support/payments.js';
import { type EventBody, eventBody, signature } from '../support/webhooks.js';

jest.setTimeout(3_600_000);

/** In full size, as the table has it: SAME_ROUNDS=100 SAME_REPEATS=200. */
const ROUNDS = Number(process.env['SAME_ROUNDS'] ?? 3);
const REPEATS = Number(process.env['SAME_REPEATS'] ?? 40);
const DELIVERIES = 1_000;
const EVENTS = 500;

/** Three processes that all get the same, at once. */
let fleet: Fleet;
let token: string;
beforeAll(async () => {
  fleet = await Fleet.start({ api: 3, workers: 1, env: { PAYMENT_RATE_LIMIT: '10000000', RESOLVER_TICK: '500ms' } });
  const user = { userName: 'T', email: 't@example.com', password: 'password' };
  token = String((await ask(fleet.api[0] as Member, 'POST', '/user/register', user)).body['access_token']);
  await post(0, '/payment', { cuid: newCuid() }); // the Customer is there
});
afterAll(() => (fleet as Fleet | undefined)?.stop());

const member = (i: number) => fleet.api[i % fleet.api.length] as Member;
const post = (i: number, path: string, body: object) => ask(member(i), 'POST', path, body, token);
/** `times` times at once, in turn to each of the three. */
const flood = <T>(times: number, send: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, i) => send(i)));
const payments = () => fleet.database.collection<Payment>('payments');

/** A conflict is told only of what is still being worked on; all who were told more were told the same. */
function theOneAnswer(answers: readonly Answer[]): Record<string, unknown> {
  const good = answers.filter(({ status }) => status === 201);
  expect(good.length).toBeGreaterThan(0);
  for (const { status, headers } of answers)
    if (status !== 201) expect([status, Number(headers.get('retry-after')) > 0]).toEqual([409, true]);
  expect(new Set(good.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  return (good[0] as Answer).body;
}

it(`T-31 ${REPEATS} requests with one cuid at three instances, ${ROUNDS} rounds: one payment, PaymentIntent and charge each`, async () => {
  let [told, conflicts] = [0, 0];
  const count = (answers: readonly Answer[]) => {
    told += answers.filter(({ status }) => status === 201).length;
    conflicts += answers.filter(({ status }) => status === 409).length;
    return answers;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const cuid = newCuid();
    const made = theOneAnswer(count(await flood(REPEATS, (i) => post(i, '/payment', { cuid }))));
    const confirm = { cuid, paymentId: made['id'], paymentMethodId: 'pm_card_visa' };
    const paid = theOneAnswer(count(await flood(REPEATS, (i) => post(i, '/payment/confirm', confirm))));
    expect(paid).toMatchObject({ id: made['id'], status: 'succeeded' });
    const [record, ...more] = await payments().find({ cuid }).toArray();
    expect([record?.providerPaymentId, record?.attempt?.n, more]).toEqual([made['id'], 1, []]);
    const { requests } = await fleet.simulator.requests({ key: `${record?._id}:` });
    const executed = requests.filter((request) => request.executed).map(({ path }) => path);
    expect(executed).toEqual(['/v1/payment_intents', `/v1/payment_intents/${String(made['id'])}/confirm`]);
    expect((await fleet.simulator.ledger({ paymentId: record?._id ?? '' })).count).toBe(1);
  }
  if (process.env['SAME_ROUNDS'] !== undefined)
    console.info(`${ROUNDS} rounds of ${REPEATS}: ${told} answers 201, ${conflicts} answers 409`);
});

describe('T-38 webhooks', () => {
  const inbox = () => fleet.database.collection<InboxRow>('inbox');

  async function deliver(i: number, event: EventBody): Promise<number> {
    const body = JSON.stringify(event);
    const headers = { 'stripe-signature': signature(body, Math.floor(Date.now() / 1000)) };
    const response = await fetch(`${member(i).url}/webhook/stripe`, { method: 'POST', body, headers });
    await response.arrayBuffer();
    return response.status;
  }

  async function stripe(method: string, path: string, form: Record<string, string> = {}): Promise<object> {
    const body = method === 'GET' ? null : new URLSearchParams(form);
    const headers = { authorization: `Bearer ${TEST_STRIPE_KEY}` };
    const response = await fetch(`${fleet.simulator.url}/v1/payment_intents/${path}`, { method, headers, body });
    return (await response.json()) as object;
  }

  it(`one event ${DELIVERIES} times at three instances: 200 each, one row`, async () => {
    const event = eventBody('capybara.spotted', { id: 'capy_1', object: 'capybara' });
    const statuses = await flood(DELIVERIES, (i) => deliver(i, event));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await inbox().countDocuments({ _id: event.id })).toBe(1);
    const counted = await Promise.all(fleet.api.map((each) => metricOf(each, 'inbox_received_total')));
    expect(counted.reduce((sum, n) => sum + n, 0)).toBe(DELIVERIES);
  });

  it(`${EVENTS} events of one payment shuffled, those of its declined attempt last: as Stripe says, one effect`, async () => {
    const cuid = newCuid();
    const made = await post(0, '/payment', { cuid });
    const id = String(made.body['id']);
    const confirm = (paymentMethodId: string) => post(0, '/payment/confirm', { cuid, paymentId: id, paymentMethodId });
    expect((await confirm('pm_card_visa_chargeDeclined')).status).toBe(402);
    const declined = await stripe('GET', id);
    // Paid in the browser: only events, or the resolver much later, can tell.
    await stripe('POST', `${id}/confirm`, { payment_method: 'pm_card_visa', return_url: 'https://shop.example.com' });
    const paid = await stripe('GET', id);
    const kinds = ['created', 'processing', 'requires_action', 'succeeded'];
    const events = Array.from({ length: EVENTS - 20 }, (_, i) =>
      eventBody(`payment_intent.${kinds[i % kinds.length] ?? ''}`, i % 2 === 0 ? declined : paid),
    ).toSorted(() => Math.random() - 0.5);
    const failures = Array.from({ length: 20 }, () => eventBody('payment_intent.payment_failed', declined));
    const first = await flood(events.length, (i) => deliver(i, events[i] as EventBody));
    const last = await flood(failures.length, (i) => deliver(i, failures[i] as EventBody));
    expect(new Set([...first, ...last])).toEqual(new Set([200]));
    await eventually(async () => {
      expect(await inbox().countDocuments({ providerPaymentId: id, state: 'done' })).toBe(EVENTS);
      const record = await payments().findOne({ cuid });
      expect([record?.state, record?.effects.map((effect) => [effect.id, effect.doneAt !== null])]).toEqual([
        'SUCCEEDED',
        [[`${record?._id}:succeeded`, true]],
      ]);
    }, 60_000);
    expect((await fleet.simulator.ledger({ paymentIntent: id })).count).toBe(1);
  });
});
