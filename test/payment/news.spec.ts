import { InboxWorker } from '../../src/platform/stripe/webhook/inbox-worker.js';
import { DisputeSweeper } from '../../src/modules/payment/upkeep/dispute-sweeper.js';
import { EffectDrain } from '../../src/modules/payment/effects/effect-drain.js';
import { type EffectConsumer, EffectConsumers } from '../../src/modules/payment/record/effect-consumers.js';
import { PAYMENT_EVENTS } from '../../src/modules/payment/record/payment.types.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Cardholder, cardholder } from '../support/charges.js';
import { eventually, HOUR, MINUTE, payments, resolve, secret } from '../support/payments.js';

const DAY = 24 * HOUR;
jest.setTimeout(120_000);

let app: TestApp;
/** What consumers of the account's events were told, in order. */
const told: { consumer: string; paymentId: string; event: string }[] = [];
let failing = new Set<string>();

function listener(name: string): EffectConsumer {
  return {
    name,
    events: PAYMENT_EVENTS,
    wants: ({ scope }) => scope.includes(':ghost:'),
    async consume({ id }) {
      if (failing.has(name) || failing.has(id.slice(id.indexOf(':') + 1))) throw new Error('not now');
      const [paymentId = '', ...event] = id.split(':');
      const known = told.some((one) => one.consumer === name && one.paymentId === paymentId && id.endsWith(one.event));
      if (!known) told.push({ consumer: name, paymentId, event: event.join(':') });
    },
  };
}

const drain = () => pass(EffectDrain);
const toldOf = (name: string, payment: string) =>
  told.filter(({ consumer, paymentId }) => consumer === name && paymentId === payment).map(({ event }) => event);

const named = (consumer: string, events: readonly string[]) => events.map((event) => `${event}@${consumer}`);

const pass = (worker: new (...args: never[]) => { pass(): Promise<void> }) =>
  app.app.get<{ pass(): Promise<void> }>(worker, { strict: false }).pass();

/** Brings the news: by the events that have come in, else the sweep of disputes and the resolver look. */
async function look(webhooks: boolean, settled: () => Promise<void>): Promise<void> {
  await eventually(async () => {
    if (webhooks) await pass(InboxWorker);
    else await pass(DisputeSweeper);
    if (!webhooks) await resolve(app);
    await settled();
  });
}

describe.each([
  ['on', true],
  ['off', false],
])('news of a payment, webhooks %s', (_name, webhooks) => {
  beforeAll(async () => {
    // No worker works by itself: each comes when it is called.
    app = await startTestApp({ webhooks, env: { ROLE: 'api' } });
    for (const name of ['books', 'shop']) app.app.get(EffectConsumers, { strict: false }).register(listener(name));
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    told.length = 0;
    failing = new Set();
  });

  it('a chargeback is written into its payment within the hour, and what became of it', async () => {
    const holder = await cardholder(app, 'pm_card_createDispute');
    const { payment } = await holder.charge(holder.order());
    await app.advance(HOUR);
    await look(webhooks, async () => {
      const { disputes } = await holder.record(payment._id);
      expect(disputes).toMatchObject([{ amountMinor: 2000, reason: 'fraudulent', status: 'needs_response' }]);
    });
    const [dispute] = (await holder.record(payment._id)).disputes ?? [];
    await secret(app).disputes.close(dispute?.id ?? '');
    await app.advance(DAY);
    await look(webhooks, async () => expect((await holder.record(payment._id)).disputes?.[0]?.status).toBe('lost'));
    await app.advance(HOUR);
    await resolve(app);
    expect((await holder.record(payment._id)).nextCheckAt).toBeNull();
    await drain();
    const id = dispute?.id ?? '';
    const story = ['succeeded', `disputed:${id}`, `dispute_closed:${id}`];
    expect(toldOf('books', payment._id)).toEqual(named('books', story));
    expect(toldOf('shop', payment._id)).toEqual(named('shop', story));
  });

  it('a debit takes days, and is paid', async () => {
    const { holder, id, outcome } = await debit('pm_usBankAccount_success');
    expect([outcome, (await holder.record(id)).state]).toEqual(['pending', 'PROCESSING']);
    await app.advance(2 * MINUTE);
    await look(webhooks, async () => expect((await holder.record(id)).state).toBe('SUCCEEDED'));
    expect((await holder.record(id)).settled).toMatchObject([{ ref: '1', result: 'action' }]);
  });

  it('a debit that comes back was not paid: failed, with the bank’s reason, and its PaymentIntent canceled', async () => {
    const { holder, id } = await debit('pm_usBankAccount_insufficientFunds');
    await app.advance(2 * MINUTE);
    await look(webhooks, async () => expect((await holder.record(id)).settled.at(-1)?.result).toBe('failed_later'));
    await resolve(app);
    expect((await holder.record(id)).state).toBe('CANCELED');
    expect((await holder.record(id)).settled).toMatchObject([{ decline: { reason: 'insufficient_funds' } }]);
    expect((await holder.intents()).map(({ status }) => status)).toEqual(['canceled']);
    await drain();
    expect(toldOf('books', id)).toEqual(named('books', ['failed:1']));
  });

  it('what was declined, held, taken and refunded is told to each consumer, in order', async () => {
    const declining = await cardholder(app, 'pm_card_chargeCustomerFail');
    const declined = await declining.charge(declining.order());
    const holder = await cardholder(app);
    const held = await holder.authorize();
    await holder.capture(held.payment._id, 1500);
    const { payment } = await holder.refund(held.payment._id, 'a', 500);
    await drain();
    expect(toldOf('shop', payment._id)).toEqual(
      named('shop', ['authorized', 'succeeded', `refunded:${payment.refunds?.[0]?.id ?? ''}`]),
    );
    expect(toldOf('books', declined.payment._id)).toEqual(named('books', ['failed:1']));
  });

  it('a consumer that fails is tried again later, holds up nobody else, and keeps its order', async () => {
    const holder = await cardholder(app);
    failing = new Set(['books']);
    const { payment } = await holder.charge(holder.order());
    await drain();
    await holder.refund(payment._id, 'a', 500);
    await drain();
    expect([toldOf('books', payment._id), toldOf('shop', payment._id).length]).toEqual([[], 2]);
    const waiting = await holder.record(payment._id);
    expect(waiting.effects.filter(({ doneAt }) => doneAt === null).map(({ consumer }) => consumer)).toEqual([
      'books',
      'books',
    ]);
    failing = new Set();
    await app.advance(HOUR);
    await drain();
    expect(toldOf('books', payment._id)).toHaveLength(2);
    expect(toldOf('books', payment._id)[0]).toBe('succeeded@books');
    expect((await holder.record(payment._id)).effectsDueAt).toBeNull();
  });

  it('an event that fails is not overtaken by the next one, in the same pass either', async () => {
    const holder = await cardholder(app);
    failing = new Set(['succeeded@books']);
    const { payment } = await holder.charge(holder.order());
    await holder.refund(payment._id, 'a', 500);
    await drain();
    expect([toldOf('books', payment._id), toldOf('shop', payment._id).length]).toEqual([[], 2]);
    failing = new Set();
    await app.advance(HOUR);
    await drain();
    const refund = (await holder.record(payment._id)).refunds?.[0]?.id ?? '';
    expect(toldOf('books', payment._id)).toEqual(named('books', ['succeeded', `refunded:${refund}`]));
  });

  it('a consumer that fails for a day is parked, counted and named, and the others go on', async () => {
    const holder = await cardholder(app);
    failing = new Set(['books']);
    const { payment } = await holder.charge(holder.order());
    for (let hour = 0; hour < 30; hour++) {
      await drain();
      await app.advance(HOUR);
    }
    await drain();
    const record = await holder.record(payment._id);
    expect(record.effects).toMatchObject([
      { consumer: 'books', doneAt: null, parkedBecause: expect.stringMatching(/^failed \d+ times in a day$/) },
      { consumer: 'shop', doneAt: expect.any(Date) },
    ]);
    expect([record.effectsDueAt, toldOf('shop', payment._id).length]).toEqual([null, 1]);
    // A later event waits for the operator, for this consumer only.
    await holder.refund(payment._id, 'a', 500);
    failing = new Set();
    await drain();
    expect([toldOf('books', payment._id), toldOf('shop', payment._id).length]).toEqual([[], 2]);
    // Also one that nobody else wants: it is not looked at every minute until then.
    const later = { id: `${payment._id}:later@books`, type: 'refund.failed', consumer: 'books', doneAt: null };
    const now = (await holder.record(payment._id)).createdAt;
    await payments(app).updateOne({ _id: payment._id }, { $push: { effects: later }, $set: { effectsDueAt: now } });
    await drain();
    expect([toldOf('books', payment._id), (await holder.record(payment._id)).effectsDueAt]).toEqual([[], null]);
  });
});

describe('with webhooks on', () => {
  beforeAll(async () => {
    app = await startTestApp({ env: { ROLE: 'api' } });
  });
  afterAll(() => app.stop());

  it('a refund made in the dashboard is recorded when Stripe tells of it', async () => {
    const holder = await cardholder(app);
    const { payment } = await holder.charge(holder.order());
    await secret(app).refunds.create({ payment_intent: payment.providerPaymentId ?? '', amount: 300 });
    await look(true, async () =>
      expect((await holder.record(payment._id)).refunds).toMatchObject([{ amountMinor: 300 }]),
    );
  });

  it('a refund that the bank sends back is failed, and its amount can be refunded again', async () => {
    const holder = await cardholder(app, 'pm_card_refundFail');
    const { payment } = await holder.charge(holder.order());
    expect((await holder.refund(payment._id, 'a', 2000)).refund.state).toBe('succeeded');
    await app.advance(HOUR);
    await look(true, async () =>
      expect((await holder.record(payment._id)).refundRequests).toMatchObject([{ rid: 'a', state: 'failed' }]),
    );
    expect((await holder.record(payment._id)).refunds).toEqual([]);
    expect((await holder.refund(payment._id, 'b', 100)).refund.amountMinor).toBe(100);
  });
});

async function debit(testMethod: string): Promise<{ holder: Cardholder; id: string; outcome: string }> {
  const holder = await cardholder(app, testMethod);
  const { payment, outcome } = await holder.charge(holder.order({}, { mandate: { kind: 'offline' } }));
  return { holder, id: payment._id, outcome };
}
