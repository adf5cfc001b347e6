import { idOf, refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { chargeOf, hold, open, pay } from '../payments.js';
import { eventually } from '../target.js';

const HOLD = 'payments/place-a-hold-on-a-payment-method';
const REFUND = 'refunds';
const CREATE = 'api/refunds/create';

const ENTRIES: Entry[] = [
  [
    'CAP-01',
    'capture_method manual: requires_capture, the whole amount capturable, nothing received',
    HOLD,
    async (t) => {
      const intent = await hold(t);
      expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 1999, amount_received: 0 });
      expect(await chargeOf(t, intent)).toMatchObject({ captured: false, amount_captured: 0 });
    },
  ],
  [
    'CAP-02',
    'the charge tells until when it can be captured',
    HOLD,
    async (t) => {
      const charge = await chargeOf(t, await hold(t));
      const before = charge.payment_method_details?.card?.capture_before ?? 0;
      expect(before - charge.created).toBeGreaterThan(24 * 60 * 60);
    },
  ],
  [
    'CAP-03',
    'captured: succeeded, the whole amount received',
    'api/payment_intents/capture',
    async (t) => {
      const done = await t.stripe.paymentIntents.capture((await hold(t)).id);
      expect(done).toMatchObject({ status: 'succeeded', amount_received: 1999, amount_capturable: 0 });
      expect(await chargeOf(t, done)).toMatchObject({ captured: true, amount_captured: 1999 });
    },
  ],
  [
    'CAP-04',
    'captured in part: the rest is released',
    HOLD,
    async (t) => {
      const done = await t.stripe.paymentIntents.capture((await hold(t)).id, { amount_to_capture: 1500 });
      expect(done).toMatchObject({ status: 'succeeded', amount: 1999, amount_received: 1500, amount_capturable: 0 });
      expect(await chargeOf(t, done)).toMatchObject({ captured: true, amount: 1999, amount_captured: 1500 });
    },
  ],
  [
    'CAP-05',
    'more than was authorized cannot be captured',
    'api/payment_intents/capture#capture_payment_intent-amount_to_capture',
    async (t) => {
      const { id } = await hold(t);
      const error = await refused(t.stripe.paymentIntents.capture(id, { amount_to_capture: 2000 }));
      expect(error.statusCode).toBe(400);
      expect((await t.stripe.paymentIntents.retrieve(id)).status).toBe('requires_capture');
    },
  ],
  [
    'CAP-06',
    'captured once, not twice',
    'api/payment_intents/capture',
    async (t) => {
      const { id } = await hold(t);
      await t.stripe.paymentIntents.capture(id, { amount_to_capture: 1000 });
      const error = await refused(t.stripe.paymentIntents.capture(id, { amount_to_capture: 999 }));
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    },
  ],
  [
    'CAP-07',
    'what was not confirmed cannot be captured',
    'api/payment_intents/capture',
    async (t) => {
      const { id } = await open(t, { capture_method: 'manual' });
      const error = await refused(t.stripe.paymentIntents.capture(id));
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    },
  ],
  [
    'CAP-08',
    'canceling a hold releases it: it can no longer be captured',
    'api/payment_intents/cancel',
    async (t) => {
      const { id } = await hold(t);
      const canceled = await t.stripe.paymentIntents.cancel(id);
      expect(canceled).toMatchObject({ status: 'canceled', amount_capturable: 0, amount_received: 0 });
      expect(await chargeOf(t, canceled)).toMatchObject({ captured: false });
      expect((await refused(t.stripe.paymentIntents.capture(id))).statusCode).toBe(400);
    },
  ],
  [
    'CAP-09',
    'a hold that nobody captures is canceled when it expires',
    HOLD,
    async (t) => {
      const { id } = await hold(t);
      await t.control('clock', { advance: 8 * 24 * 60 * 60 * 1000 });
      expect((await t.stripe.paymentIntents.retrieve(id)).status).toBe('canceled');
    },
    'the clock has to move by a week',
  ],
  [
    'CAP-10',
    'a captured payment has a balance transaction: its net is the amount less the fee',
    'api/balance_transactions/object',
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      const transaction = await eventually(t, async () => {
        const { balance_transaction: id } = await chargeOf(t, paid);
        expect(id).not.toBeNull();
        return t.stripe.balanceTransactions.retrieve(idOf(id));
      });
      expect(transaction).toMatchObject({ type: 'charge', amount: 1999, source: paid.latest_charge });
      expect(transaction.fee).toBeGreaterThan(0);
      expect(transaction.net).toBe(1999 - transaction.fee);
      expect(transaction.fee_details.reduce((sum, { amount }) => sum + amount, 0)).toBe(transaction.fee);
    },
  ],
  [
    'CAP-11',
    'refunded: succeeded, the whole amount, and the charge says so',
    REFUND,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
      expect(refund).toMatchObject({ object: 'refund', amount: 1999, currency: 'usd', status: 'succeeded' });
      expect(refund).toMatchObject({ payment_intent: paid.id, charge: paid.latest_charge });
      expect(await chargeOf(t, paid)).toMatchObject({ refunded: true, amount_refunded: 1999 });
    },
  ],
  [
    'CAP-12',
    'refunded in parts until nothing is left',
    REFUND,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      await t.stripe.refunds.create({ payment_intent: paid.id, amount: 1200 });
      expect(await chargeOf(t, paid)).toMatchObject({ refunded: false, amount_refunded: 1200 });
      expect((await t.stripe.refunds.create({ payment_intent: paid.id })).amount).toBe(799);
      expect(await chargeOf(t, paid)).toMatchObject({ refunded: true, amount_refunded: 1999 });
    },
  ],
  [
    'CAP-13',
    'never more than is left',
    CREATE,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      await t.stripe.refunds.create({ payment_intent: paid.id, amount: 1200 });
      expect((await refused(t.stripe.refunds.create({ payment_intent: paid.id, amount: 800 }))).statusCode).toBe(400);
      expect((await chargeOf(t, paid)).amount_refunded).toBe(1200);
    },
  ],
  [
    'CAP-14',
    'refunded once more: charge_already_refunded',
    'error-codes#charge-already-refunded',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      await t.stripe.refunds.create({ payment_intent: id });
      const error = await refused(t.stripe.refunds.create({ payment_intent: id }));
      expect(error).toMatchObject({ statusCode: 400, code: 'charge_already_refunded' });
    },
  ],
  [
    'CAP-15',
    'refunded by its charge',
    CREATE,
    async (t) => {
      const paid = await pay(t, 'pm_card_visa');
      const refund = await t.stripe.refunds.create({ charge: idOf(paid.latest_charge), amount: 100 });
      expect(refund).toMatchObject({ amount: 100, payment_intent: paid.id });
    },
  ],
  [
    'CAP-16',
    'of a partial capture only what was captured can be refunded',
    REFUND,
    async (t) => {
      const { id } = await hold(t);
      await t.stripe.paymentIntents.capture(id, { amount_to_capture: 1500 });
      expect((await refused(t.stripe.refunds.create({ payment_intent: id, amount: 1600 }))).statusCode).toBe(400);
      expect((await t.stripe.refunds.create({ payment_intent: id })).amount).toBe(1500);
    },
  ],
  [
    'CAP-17',
    'what was not paid cannot be refunded',
    CREATE,
    async (t) => {
      const { id } = await open(t);
      expect((await refused(t.stripe.refunds.create({ payment_intent: id }))).statusCode).toBe(400);
    },
  ],
  [
    'CAP-18',
    'a refund is of a charge or a PaymentIntent',
    CREATE,
    async (t) => {
      expect((await refused(t.stripe.refunds.create({ amount: 100 }))).statusCode).toBe(400);
    },
  ],
  [
    'CAP-19',
    'a refund is at least 1',
    CREATE,
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      for (const amount of [0, -1]) {
        const error = await refused(t.stripe.refunds.create({ payment_intent: id, amount }));
        expect(error).toMatchObject({ statusCode: 400, param: 'amount' });
      }
    },
  ],
  [
    'CAP-20',
    'a refund keeps its reason and metadata; its metadata can be changed',
    'api/refunds/update',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      const refund = await t.stripe.refunds.create({
        payment_intent: id,
        reason: 'requested_by_customer',
        metadata: { ticket: '1' },
      });
      expect(refund).toMatchObject({ reason: 'requested_by_customer', metadata: { ticket: '1' } });
      const updated = await t.stripe.refunds.update(refund.id, { metadata: { note: 'x' } });
      expect(updated.metadata).toEqual({ ticket: '1', note: 'x' });
    },
  ],
  [
    'CAP-21',
    'a reason that Stripe does not know is refused',
    `${CREATE}#create_refund-reason`,
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      const answer = await t.send('/v1/refunds', { payment_intent: id, reason: 'because' });
      expect(answer.status).toBe(400);
      expect(answer.body['error'].param).toBe('reason');
    },
  ],
  [
    'CAP-22',
    'a refund takes the money off the balance',
    'api/balance_transactions/object',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      const refund = await t.stripe.refunds.create({ payment_intent: id, amount: 500 });
      const transaction = await t.stripe.balanceTransactions.retrieve(idOf(refund.balance_transaction));
      expect(transaction).toMatchObject({ type: 'refund', amount: -500, source: refund.id });
    },
  ],
  [
    'CAP-23',
    'a refund that succeeded cannot be canceled',
    'api/refunds/cancel',
    async (t) => {
      const { id } = await pay(t, 'pm_card_visa');
      const refund = await t.stripe.refunds.create({ payment_intent: id });
      expect((await refused(t.stripe.refunds.cancel(refund.id))).statusCode).toBe(400);
    },
  ],
  [
    'CAP-24',
    'the balance tells what is available and what is pending, by currency',
    'api/balance/balance_object',
    async (t) => {
      await pay(t, 'pm_card_visa');
      const balance = await t.stripe.balance.retrieve();
      expect(balance).toMatchObject({ object: 'balance', livemode: false });
      for (const part of [...balance.available, ...balance.pending]) {
        expect(Number.isInteger(part.amount)).toBe(true);
        expect(part.currency).toMatch(/^[a-z]{3}$/);
      }
      expect(balance.pending.some(({ currency }) => currency === 'usd')).toBe(true);
    },
  ],
];

export const captureAndRefund = group('capture and refund', ENTRIES);
