import { randomUUID } from 'node:crypto';
import { CaptureService } from '../../src/modules/payment/charge/capture.service.js';
import { ChargeService } from '../../src/modules/payment/charge/charge.service.js';
import type { ChargeOrder } from '../../src/modules/payment/charge/charge.types.js';
import { RefundService } from '../../src/modules/payment/charge/refund.service.js';
import type { ChargeTerms, Payment } from '../../src/modules/payment/record/payment.types.js';
import type { PayableType } from '../../src/platform/stripe/stripe-payments.js';
import type { TestApp } from './app.js';
import { payments, secret } from './payments.js';

export const ACCOUNT = 'aucio551tlv85l7moe5g';

/** A Customer of an account with a saved method, and every way to charge it that a test needs. */
export async function cardholder(app: TestApp, testMethod = 'pm_card_visa') {
  const stripe = secret(app);
  const customer = await stripe.customers.create({ email: 'holder@example.com' });
  const attached = await stripe.paymentMethods.attach(testMethod, { customer: customer.id });
  const order = (over: Partial<ChargeOrder> = {}, terms: Partial<ChargeTerms> = {}): ChargeOrder => ({
    owner: { surface: 'ghost', accountId: ACCOUNT },
    key: randomUUID(),
    fingerprint: 'f',
    amountMinor: 2000,
    currency: 'usd',
    description: null,
    metadata: {},
    customerId: customer.id,
    isRepeatable: true,
    ...over,
    terms: {
      paymentMethodId: attached.id,
      methodTypes: [attached.type as PayableType],
      capture: 'automatic',
      offSession: true,
      ref: '1',
      instrument: attached.id,
      ...terms,
    },
  });
  const get = <T>(service: new (...args: never[]) => T) => app.app.get<T>(service, { strict: false });
  const record = async (id: string): Promise<Payment> => {
    const found = await payments(app).findById(id).lean<Payment>().exec();
    if (found === null) throw new Error(`no payment ${id}`);
    return found;
  };
  return {
    customerId: customer.id,
    methodId: attached.id,
    order,
    record,
    charge: (ordered: ChargeOrder) => get(ChargeService).charge(ordered),
    authorize: (over: Partial<ChargeOrder> = {}) => get(ChargeService).charge(order(over, { capture: 'manual' })),
    capture: async (id: string, amountMinor: number) => get(CaptureService).capture(await record(id), amountMinor),
    release: async (id: string) => get(CaptureService).release(await record(id)),
    refund: async (id: string, rid: string, amountMinor: number) =>
      get(RefundService).refund(await record(id), { rid, amountMinor }),
    ledger: async (payment: Payment) => app.simulator.ledger({ paymentIntent: payment.providerPaymentId ?? 'pi_none' }),
    /** The PaymentIntents of the holder at Stripe, newest first. */
    intents: async () => (await stripe.paymentIntents.list({ customer: customer.id, limit: 100 })).data,
  };
}

export type Cardholder = Awaited<ReturnType<typeof cardholder>>;
