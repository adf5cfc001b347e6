import type Stripe from 'stripe';
import { TEST_CARDS } from '../src/cards/test-cards.js';
import { type Running, createIntent, idOf, refused, RETURN_URL, start } from './support.js';

interface Refusal {
  code: string;
  decline_code?: string;
}

const DECLINES: [token: string, number: string, refusal: Refusal][] = [
  ['pm_card_visa_chargeDeclined', '4000000000000002', { code: 'card_declined', decline_code: 'generic_decline' }],
  ['pm_card_chargeDeclined', '4000000000000002', { code: 'card_declined', decline_code: 'generic_decline' }],
  [
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    '4000000000009995',
    { code: 'card_declined', decline_code: 'insufficient_funds' },
  ],
  ['pm_card_visa_chargeDeclinedLostCard', '4000000000009987', { code: 'card_declined', decline_code: 'lost_card' }],
  ['pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', { code: 'card_declined', decline_code: 'stolen_card' }],
  ['pm_card_chargeDeclinedExpiredCard', '4000000000000069', { code: 'expired_card' }],
  ['pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', { code: 'incorrect_cvc' }],
  ['pm_card_chargeDeclinedProcessingError', '4000000000000119', { code: 'processing_error' }],
  [
    'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
    '4000000000006975',
    { code: 'card_declined', decline_code: 'card_velocity_exceeded' },
  ],
  ['pm_card_chargeDeclinedFraudulent', '4100000000000019', { code: 'card_declined', decline_code: 'fraudulent' }],
  ['pm_card_chargeCustomerFail', '4000000000000341', { code: 'card_declined', decline_code: 'generic_decline' }],
];

const APPROVED: [token: string, number: string, brand: string][] = [
  ['pm_card_visa', '4242424242424242', 'visa'],
  ['pm_card_visa_debit', '4000056655665556', 'visa'],
  ['pm_card_mastercard', '5555555555554444', 'mastercard'],
  ['pm_card_amex', '378282246310005', 'amex'],
  ['pm_card_discover', '6011111111111117', 'discover'],
  ['pm_card_diners', '3056930009020004', 'diners'],
  ['pm_card_jcb', '3566002020360505', 'jcb'],
  ['pm_card_unionpay', '6200000000000005', 'unionpay'],
  ['pm_card_gb', '4000008260000000', 'visa'],
  ['pm_card_pendingRefund', '4000000000007726', 'visa'],
  ['pm_card_refundFail', '4000000000005126', 'visa'],
  ['pm_card_createDispute', '4000000000000259', 'visa'],
  ['pm_card_cvcCheckFail', '4000000000000101', 'visa'],
];

const AUTHENTICATION: [
  token: string,
  number: string,
  offSession: 'succeeds' | 'authentication_required' | 'card_declined',
  afterwards: 'succeeds' | Refusal,
][] = [
  ['pm_card_authenticationRequiredOnSetup', '4000002500003155', 'authentication_required', 'succeeds'],
  ['pm_card_authenticationRequired', '4000002760003184', 'authentication_required', 'succeeds'],
  ['pm_card_authenticationRequiredSetupForOffSession', '4000003800000446', 'succeeds', 'succeeds'],
  ['pm_card_threeDSecure2Required', '4000000000003220', 'authentication_required', 'succeeds'],
  ['pm_card_threeDSecureRequired', '4000000000003063', 'authentication_required', 'succeeds'],
  [
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    '4000008260003178',
    'card_declined',
    { code: 'card_declined', decline_code: 'insufficient_funds' },
  ],
  [
    'pm_card_threeDSecureRequiredChargeDeclined',
    '4000008400001629',
    'authentication_required',
    { code: 'card_declined', decline_code: 'generic_decline' },
  ],
];

describe('test cards', () => {
  let running: Running;
  let stripe: Stripe;
  beforeAll(async () => {
    running = await start({ allowRawCards: true });
    stripe = running.stripe;
  });
  afterAll(() => running.close());

  const pay = async (payment_method: string, more: Stripe.PaymentIntentConfirmParams = {}) => {
    const intent = await createIntent(stripe);
    return stripe.paymentIntents.confirm(intent.id, { payment_method, return_url: RETURN_URL, ...more });
  };
  const made = async (card: Stripe.PaymentMethodCreateParams.Card) =>
    (await stripe.paymentMethods.create({ type: 'card', card })).id;
  const payWithNumber = (number: string) =>
    made({ number, exp_month: 12, exp_year: 2034, cvc: number.startsWith('37') ? '1234' : '123' }).then((id) =>
      pay(id),
    );
  /** The three names of a test card: `pm_card_…`, `tok_…`, its number. */
  const everyWay = (token: string, number: string) => [
    () => pay(token),
    () => made({ token: token.replace('pm_card_', 'tok_') }).then((id) => pay(id)),
    () => payWithNumber(number),
  ];

  it.each(APPROVED)('%s succeeds and becomes a new PaymentMethod', async (token, number, brand) => {
    const methods = new Set<string>();
    for (const attempt of everyWay(token, number)) {
      const intent = await attempt();
      expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1999, last_payment_error: null });
      expect(intent.payment_method).toMatch(/^pm_[A-Za-z0-9]{24}$/);
      const method = await stripe.paymentMethods.retrieve(idOf(intent.payment_method));
      expect(method.card).toMatchObject({ brand, last4: number.slice(-4) });
      methods.add(method.id);
    }
    methods.add(idOf((await pay(token)).payment_method));
    expect(methods.size).toBe(4);
  });

  it.each(DECLINES)('%s is refused', async (token, number, refusal) => {
    for (const attempt of everyWay(token, number)) {
      const error = await refused(attempt());
      expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, rawType: 'card_error', ...refusal });
      // The SDK makes '' of an absent code.
      expect(error.decline_code).toBe(refusal.decline_code ?? '');
      expect(error.doc_url).toBe(`https://stripe.com/docs/error-codes/${refusal.code.replaceAll('_', '-')}`);
      expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method', payment_method: null });
      expect(error.payment_intent?.last_payment_error).toMatchObject({ type: 'card_error', ...refusal });
      expect(error.payment_intent?.latest_charge).toBe(error.charge);
      const charge = await stripe.charges.retrieve(String(error.charge));
      expect(charge).toMatchObject({ status: 'failed', paid: false, captured: false, failure_code: refusal.code });
    }
  });

  it.each(AUTHENTICATION)(
    '%s (%s) asks to authenticate; off session: %s',
    async (token, number, offSession, afterwards) => {
      for (const attempt of everyWay(token, number)) expect((await attempt()).status).toBe('requires_action');
      const intent = await pay(token);
      expect(intent).toMatchObject({ status: 'requires_action', latest_charge: null });
      expect(intent.next_action?.type).toBe('redirect_to_url');
      const done = await running.sim('POST', `3ds/${intent.id}`, { outcome: 'complete' });
      const good = afterwards === 'succeeds';
      expect(done.redirect_status).toBe(good ? 'succeeded' : 'failed');
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
        status: good ? 'succeeded' : 'requires_payment_method',
        last_payment_error: good ? null : afterwards,
      });
      const alone = await pay(token, { off_session: true }).catch((error: unknown) => error);
      expect(alone).toMatchObject(
        offSession === 'succeeds'
          ? { status: 'succeeded' }
          : { statusCode: 402, code: offSession, payment_intent: { status: 'requires_payment_method' } },
      );
    },
  );

  it('pm_card_authenticationRequiredOnSetup pays off session once it was set up', async () => {
    const customer = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
      return_url: RETURN_URL,
    });
    expect(setup.status).toBe('requires_action');
    await running.sim('POST', `3ds/${setup.id}`, { outcome: 'complete' });
    const done = await stripe.setupIntents.retrieve(setup.id);
    expect(done.status).toBe('succeeded');
    const paid = await createIntent(stripe, {
      customer: customer.id,
      payment_method: idOf(done.payment_method),
      confirm: true,
      off_session: true,
    });
    expect(paid.status).toBe('succeeded');
  });

  it('pm_card_chargeCustomerFail attaches, other declining cards do not', async () => {
    const customer = await stripe.customers.create();
    const attached = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer.id });
    expect(attached.customer).toBe(customer.id);
    const error = await refused(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id }));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
  });

  it('pm_card_pendingRefund: pending, then succeeded', async () => {
    const { id } = await pay('pm_card_pendingRefund');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('pending');
    await running.sim('POST', 'clock', { advance: 10_000 });
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });

  it('pm_card_refundFail: succeeded, then failed, and the money is back on the charge', async () => {
    const { id, latest_charge } = await pay('pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('succeeded');
    await running.sim('POST', 'clock', { advance: 10_000 });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'failed' });
    expect(await stripe.charges.retrieve(idOf(latest_charge))).toMatchObject({ amount_refunded: 0, refunded: false });
    const types = (await stripe.events.list({ limit: 5 })).data.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['refund.failed', 'charge.refund.updated']));
  });

  it('pm_card_createDispute: a dispute follows', async () => {
    const { id } = await pay('pm_card_createDispute');
    await running.sim('POST', 'clock', { advance: 10_000 });
    const disputes = await stripe.disputes.list({ payment_intent: id });
    expect(disputes.data).toMatchObject([{ status: 'needs_response', reason: 'fraudulent', amount: 1999 }]);
    const [newest] = (await stripe.events.list({ type: 'charge.dispute.created' })).data;
    expect(newest?.data.object).toMatchObject({ id: disputes.data[0]?.id, charge: disputes.data[0]?.charge });
  });

  it('a token of POST /v1/tokens works once', async () => {
    const token = await stripe.tokens.create({
      card: { number: '4242424242424242', exp_month: '12', exp_year: '2034', cvc: '123' },
    });
    const method = await stripe.paymentMethods.create({ type: 'card', card: { token: token.id } });
    expect((await pay(method.id)).status).toBe('succeeded');
    const error = await refused(stripe.paymentMethods.create({ type: 'card', card: { token: token.id } }));
    expect(error.code).toBe('token_already_used');
  });

  it.each(TEST_CARDS.map(({ name }) => name))('tok_%s makes the same card as pm_card_', async (name) => {
    const made = await stripe.paymentMethods.create({ type: 'card', card: { token: `tok_${name}` } });
    const again = await stripe.paymentMethods.retrieve(`pm_card_${name}`);
    expect(made.card?.fingerprint).toBe(again.card?.fingerprint);
  });

  it('approves any other card that passes Luhn and refuses one that does not', async () => {
    expect((await payWithNumber('4539578763621486')).status).toBe('succeeded');
    const error = await refused(payWithNumber('4539578763621487'));
    expect(error).toMatchObject({ statusCode: 402, code: 'incorrect_number', param: 'number' });
  });

  it.each([
    [{ exp_month: 13, exp_year: 2034 }, 'invalid_expiry_month'],
    [{ exp_month: 1, exp_year: 2020 }, 'invalid_expiry_year'],
    [{ exp_month: 1, exp_year: 2034, cvc: '12' }, 'invalid_cvc'],
  ])('refuses a card with %j', async (card, code) => {
    const error = await refused(
      stripe.paymentMethods.create({ type: 'card', card: { number: '4242424242424242', ...card } }),
    );
    expect(error).toMatchObject({ statusCode: 402, code });
  });

  it('refuses raw numbers unless they are switched on', async () => {
    await running.sim('POST', 'settings', { raw_cards: false });
    const error = await refused(payWithNumber('4242424242424242'));
    expect(error.message).toMatch(/^Sending credit card numbers directly to the Stripe API is generally unsafe\./);
    expect(error.rawType).toBe('invalid_request_error');
    await running.sim('POST', 'settings', { raw_cards: true });
    expect((await payWithNumber('4242424242424242')).status).toBe('succeeded');
  });

  it('knows no other token', async () => {
    const error = await refused(pay('pm_card_nonsense'));
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'payment_method',
      message: "No such PaymentMethod: 'pm_card_nonsense'",
    });
  });
});
