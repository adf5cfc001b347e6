import type Stripe from 'stripe';
import { idOf, refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { authenticate, BACK, chargeOf, confirm, open, pay } from '../payments.js';
import { eventually, type Target } from '../target.js';

const TESTING = 'testing';
const THREE_DS = 'a person has to answer 3-D Secure';
const LATER = 'the outcome comes at a time of Stripe’s choosing';

/** https://docs.stripe.com/testing#cards */
const BRANDS: [id: string, token: string, brand: string, last4: string][] = [
  ['TOK-01', 'pm_card_visa', 'visa', '4242'],
  ['TOK-02', 'pm_card_mastercard', 'mastercard', '4444'],
  ['TOK-03', 'pm_card_amex', 'amex', '0005'],
  ['TOK-04', 'pm_card_discover', 'discover', '1117'],
  ['TOK-05', 'pm_card_diners', 'diners', '0004'],
  ['TOK-06', 'pm_card_jcb', 'jcb', '0505'],
  ['TOK-07', 'pm_card_unionpay', 'unionpay', '0005'],
];

/** https://docs.stripe.com/testing#declined-payments */
const DECLINES: [id: string, token: string, code: string, declineCode: string | null][] = [
  ['TOK-11', 'pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
  ['TOK-12', 'pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
  ['TOK-13', 'pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
  ['TOK-14', 'pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
  ['TOK-15', 'pm_card_chargeDeclinedExpiredCard', 'expired_card', null],
  ['TOK-16', 'pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', null],
  ['TOK-17', 'pm_card_chargeDeclinedProcessingError', 'processing_error', null],
  ['TOK-18', 'pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
];

/** https://docs.stripe.com/testing#fraud-prevention: expected results by what was given. */
const CHECKS: [id: string, token: string, results: Partial<Stripe.Charge.PaymentMethodDetails.Card.Checks>][] = [
  ['TOK-31', 'tok_avsFail', { address_line1_check: 'fail', address_postal_code_check: 'fail' }],
  ['TOK-32', 'tok_avsLine1Fail', { address_line1_check: 'fail', address_postal_code_check: 'pass' }],
  ['TOK-33', 'tok_avsZipFail', { address_line1_check: 'pass', address_postal_code_check: 'fail' }],
  ['TOK-34', 'tok_avsUnchecked', { address_line1_check: 'unavailable', address_postal_code_check: 'unavailable' }],
  ['TOK-35', 'tok_visa', { address_line1_check: 'pass', address_postal_code_check: 'pass' }],
];

const DISPUTES: [id: string, token: string, expected: Record<string, string>][] = [
  ['TOK-61', 'pm_card_createDispute', { reason: 'fraudulent', status: 'needs_response' }],
  ['TOK-62', 'pm_card_createDisputeProductNotReceived', { reason: 'product_not_received', status: 'needs_response' }],
  ['TOK-63', 'pm_card_createDisputeInquiry', { status: 'warning_needs_response' }],
];

const EVIDENCE: [id: string, text: string, status: Stripe.Dispute.Status][] = [
  ['TOK-71', 'winning_evidence', 'won'],
  ['TOK-72', 'losing_evidence', 'lost'],
];

const ACH = 'payments/ach-direct-debit/accept-a-payment#test-account-numbers';

const ADDRESS = { line1: '1 Main Street', city: 'San Francisco', postal_code: '94110', country: 'US' };

function cardFrom(target: Target, token: string, address?: Stripe.AddressParam) {
  return target.stripe.paymentMethods.create({
    type: 'card',
    card: { token },
    ...(address === undefined ? {} : { billing_details: { address } }),
  });
}

/** The charge of an attempt, also when the account's rules refuse what the bank would take. */
async function chargeWhateverCame(target: Target, payment_method: string): Promise<Stripe.Charge> {
  const { id } = await open(target);
  await confirm(target, id, payment_method).catch((error: unknown) => {
    if (!(error instanceof target.stripe.errors.StripeCardError)) throw error;
  });
  return chargeOf(target, await target.stripe.paymentIntents.retrieve(id));
}

/** A dispute follows its charge within seconds. */
function disputeOf(target: Target, payment_intent: string): Promise<Stripe.Dispute> {
  return eventually(target, async () => {
    const { data } = await target.stripe.disputes.list({ payment_intent });
    const [dispute] = data;
    if (dispute === undefined) throw new Error(`${payment_intent} is not disputed`);
    return dispute;
  });
}

/** A bank debit that the customer agreed to; its outcome is known later. */
async function debit(target: Target, payment_method: string): Promise<Stripe.PaymentIntent> {
  const online = { ip_address: '203.0.113.7', user_agent: 'conformance' };
  const intent = await pay(target, payment_method, {
    allowed_payment_method_types: ['us_bank_account'],
    mandate_data: { customer_acceptance: { type: 'online', online } },
  });
  expect(intent.status).toBe('processing');
  return intent;
}

async function asks(target: Target, token: string): Promise<Stripe.PaymentIntent> {
  const intent = await pay(target, token);
  expect(intent.status).toBe('requires_action');
  expect(intent.next_action?.type).toBe('redirect_to_url');
  return intent;
}

const ENTRIES: Entry[] = [
  ...BRANDS.map(([id, token, brand, last4]): Entry => [
    id,
    `${token} pays: ${brand}, ${last4}`,
    `${TESTING}#cards`,
    async (t) => {
      const paid = await pay(t, token);
      expect(paid.status).toBe('succeeded');
      expect((await chargeOf(t, paid)).payment_method_details?.card).toMatchObject({ brand, last4 });
    },
  ]),
  [
    'TOK-08',
    'pm_card_visa becomes a new PaymentMethod at each use',
    `${TESTING}#cards`,
    async (t) => {
      const used = [
        idOf((await pay(t, 'pm_card_visa')).payment_method),
        idOf((await pay(t, 'pm_card_visa')).payment_method),
      ];
      for (const id of used) expect(id).toMatch(/^pm_[A-Za-z0-9]{24}$/);
      expect(used[0]).not.toBe(used[1]);
    },
  ],
  [
    'TOK-09',
    'tok_visa makes a card PaymentMethod that pays',
    'api/payment_methods/create#create_payment_method-card',
    async (t) => {
      const method = await cardFrom(t, 'tok_visa');
      expect(method).toMatchObject({ object: 'payment_method', type: 'card', customer: null });
      expect(method.card).toMatchObject({ brand: 'visa', last4: '4242' });
      expect((await pay(t, method.id)).status).toBe('succeeded');
    },
  ],
  [
    'TOK-10',
    'pm_card_gb is a card from Great Britain',
    `${TESTING}#international-cards`,
    async (t) => {
      const charge = await chargeOf(t, await pay(t, 'pm_card_gb'));
      expect(charge.payment_method_details?.card).toMatchObject({ brand: 'visa', country: 'GB' });
    },
  ],
  ...DECLINES.map(([id, token, code, declineCode]): Entry => [
    id,
    `${token} is refused: ${code}${declineCode === null ? '' : `, ${declineCode}`}`,
    `${TESTING}#declined-payments`,
    async (t) => {
      const error = await refused(pay(t, token));
      expect(error).toMatchObject({ statusCode: 402, rawType: 'card_error', code });
      if (declineCode !== null) expect(error.decline_code).toBe(declineCode);
    },
  ]),
  [
    'TOK-19',
    'pm_card_chargeCustomerFail can be saved, but not charged',
    `${TESTING}#declined-payments`,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const method = await t.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
      expect(method.customer).toBe(customer);
      const error = await refused(pay(t, method.id, { customer }));
      expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    },
  ],
  [
    'TOK-20',
    'a card that declines cannot be saved to a customer',
    `${TESTING}#declined-payments`,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const error = await refused(t.stripe.paymentMethods.attach('pm_card_visa_chargeDeclined', { customer }));
      expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
      expect((await t.stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
    },
  ],
  [
    'TOK-21',
    'a decline leaves a failed charge with the bank’s reason',
    'declines',
    async (t) => {
      const error = await refused(pay(t, 'pm_card_visa_chargeDeclinedInsufficientFunds'));
      const charge = await t.stripe.charges.retrieve(String(error.charge));
      expect(charge).toMatchObject({ status: 'failed', paid: false, failure_code: 'card_declined' });
      expect(charge.outcome).toMatchObject({ type: 'issuer_declined', reason: 'insufficient_funds' });
    },
  ],
  [
    'TOK-22',
    'pm_card_radarBlock never reaches the bank',
    `${TESTING}#fraud-prevention`,
    async (t) => {
      expect((await refused(pay(t, 'pm_card_radarBlock'))).statusCode).toBe(402);
      const charge = await chargeWhateverCame(t, 'pm_card_radarBlock');
      expect(charge.outcome).toMatchObject({ type: 'blocked', network_status: 'not_sent_to_network' });
    },
  ],
  [
    'TOK-23',
    'pm_card_riskLevelElevated has an elevated risk level',
    `${TESTING}#fraud-prevention`,
    async (t) => {
      expect((await chargeWhateverCame(t, 'pm_card_riskLevelElevated')).outcome?.risk_level).toBe('elevated');
    },
  ],
  [
    'TOK-24',
    'pm_card_cvcCheckFail fails the check of its CVC, whatever the account’s rules make of it',
    `${TESTING}#fraud-prevention`,
    async (t) => {
      const charge = await chargeWhateverCame(t, 'pm_card_cvcCheckFail');
      expect(charge.payment_method_details?.card?.checks?.cvc_check).toBe('fail');
    },
  ],
  ...CHECKS.map(([id, token, results]): Entry => [
    id,
    `${token} with a billing address: ${Object.entries(results)
      .map(([check, result]) => `${check} ${result}`)
      .join(', ')}`,
    `${TESTING}#fraud-prevention`,
    async (t) => {
      const method = await cardFrom(t, token, ADDRESS);
      expect((await chargeWhateverCame(t, method.id)).payment_method_details?.card?.checks).toMatchObject(results);
    },
  ]),
  [
    'TOK-36',
    'an address that was not given is not checked',
    `${TESTING}#fraud-prevention`,
    async (t) => {
      const method = await cardFrom(t, 'tok_avsFail');
      expect((await chargeWhateverCame(t, method.id)).payment_method_details?.card?.checks).toMatchObject({
        address_line1_check: null,
        address_postal_code_check: null,
      });
    },
  ],
  ...['pm_card_authenticationRequiredOnSetup', 'pm_card_authenticationRequired', 'pm_card_threeDSecure2Required'].map(
    (token, n): Entry => [
      `TOK-4${n + 1}`,
      `${token} asks the customer to authenticate`,
      `${TESTING}#regulatory-cards`,
      async (t) => {
        const intent = await asks(t, token);
        expect(intent.next_action?.redirect_to_url?.return_url).toBe(BACK);
      },
    ],
  ),
  [
    'TOK-44',
    'pm_card_authenticationRequired without the customer: 402 authentication_required',
    `${TESTING}#regulatory-cards`,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const error = await refused(pay(t, 'pm_card_authenticationRequired', { customer, off_session: true }));
      expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
      expect(error.payment_intent?.status).toBe('requires_payment_method');
    },
  ],
  [
    'TOK-45',
    'pm_card_authenticationRequiredSetupForOffSession pays without the customer',
    `${TESTING}#regulatory-cards`,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const paid = await pay(t, 'pm_card_authenticationRequiredSetupForOffSession', { customer, off_session: true });
      expect(paid.status).toBe('succeeded');
    },
  ],
  [
    'TOK-46',
    'pm_card_authenticationRequiredSetupForOffSession asks a customer who is there',
    `${TESTING}#regulatory-cards`,
    async (t) => {
      await asks(t, 'pm_card_authenticationRequiredSetupForOffSession');
    },
  ],
  [
    'TOK-47',
    'pm_card_threeDSecureOptional pays without being asked',
    `${TESTING}#three-ds-cards`,
    async (t) => {
      expect((await pay(t, 'pm_card_threeDSecureOptional')).status).toBe('succeeded');
    },
  ],
  [
    'TOK-48',
    'request_three_d_secure asks also where it is optional',
    'payments/3d-secure/authentication-flow#manual-three-ds',
    async (t) => {
      const intent = await pay(t, 'pm_card_threeDSecureOptional', {
        payment_method_options: { card: { request_three_d_secure: 'any' } },
      });
      expect(intent.status).toBe('requires_action');
    },
  ],
  [
    'TOK-49',
    'once the customer authenticated, the money is there',
    `${TESTING}#regulatory-cards`,
    async (t) => {
      const { id } = await asks(t, 'pm_card_authenticationRequired');
      await authenticate(t, id, 'complete');
      const paid = await t.stripe.paymentIntents.retrieve(id);
      expect(paid).toMatchObject({ status: 'succeeded', next_action: null });
      const details = (await chargeOf(t, paid)).payment_method_details;
      expect(details?.card?.three_d_secure?.result).toBe('authenticated');
    },
    THREE_DS,
  ],
  [
    'TOK-50',
    'a customer who fails to authenticate pays nothing: payment_intent_authentication_failure',
    'error-codes#payment-intent-authentication-failure',
    async (t) => {
      const { id } = await asks(t, 'pm_card_authenticationRequired');
      await authenticate(t, id, 'fail');
      expect(await t.stripe.paymentIntents.retrieve(id)).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_intent_authentication_failure' },
      });
    },
    THREE_DS,
  ],
  [
    'TOK-51',
    'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds declines after authentication',
    `${TESTING}#regulatory-cards`,
    async (t) => {
      const { id } = await asks(t, 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
      await authenticate(t, id, 'complete');
      expect(await t.stripe.paymentIntents.retrieve(id)).toMatchObject({
        status: 'requires_payment_method',
        last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
      });
    },
    THREE_DS,
  ],
  [
    'TOK-52',
    'pm_card_authenticationRequiredOnSetup pays without the customer once it was set up',
    `${TESTING}#regulatory-cards`,
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const setup = await t.stripe.setupIntents.create({
        customer,
        payment_method: 'pm_card_authenticationRequiredOnSetup',
        confirm: true,
        return_url: BACK,
      });
      await authenticate(t, setup.id, 'complete');
      const { payment_method } = await t.stripe.setupIntents.retrieve(setup.id);
      const paid = await pay(t, idOf(payment_method), { customer, off_session: true });
      expect(paid.status).toBe('succeeded');
    },
    THREE_DS,
  ],
  ...DISPUTES.map(([id, token, expected]): Entry => [
    id,
    `${token} is paid, then disputed: ${Object.values(expected).join(', ')}`,
    `${TESTING}#disputes`,
    async (t) => {
      const paid = await pay(t, token);
      expect(paid.status).toBe('succeeded');
      expect(await disputeOf(t, paid.id)).toMatchObject({
        ...expected,
        amount: 1999,
        currency: 'usd',
        charge: paid.latest_charge,
      });
    },
  ]),
  [
    'TOK-64',
    'pm_card_pendingRefund: its refund is pending at first',
    `${TESTING}#refunds`,
    async (t) => {
      const { id } = await pay(t, 'pm_card_pendingRefund');
      expect((await t.stripe.refunds.create({ payment_intent: id })).status).toBe('pending');
    },
  ],
  [
    'TOK-65',
    'pm_card_pendingRefund: its refund succeeds later',
    `${TESTING}#refunds`,
    async (t) => {
      const { id } = await pay(t, 'pm_card_pendingRefund');
      const refund = await t.stripe.refunds.create({ payment_intent: id });
      await t.control('clock', { advance: 60_000 });
      expect((await t.stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
    },
    LATER,
  ],
  [
    'TOK-66',
    'pm_card_refundFail: its refund succeeds at first',
    `${TESTING}#refunds`,
    async (t) => {
      const { id } = await pay(t, 'pm_card_refundFail');
      expect((await t.stripe.refunds.create({ payment_intent: id })).status).toBe('succeeded');
    },
  ],
  [
    'TOK-67',
    'pm_card_refundFail: its refund fails later, and the money is the merchant’s again',
    'refunds#failed-refunds',
    async (t) => {
      const paid = await pay(t, 'pm_card_refundFail');
      const refund = await t.stripe.refunds.create({ payment_intent: paid.id });
      await t.control('clock', { advance: 60_000 });
      const failed = await t.stripe.refunds.retrieve(refund.id);
      expect(failed.status).toBe('failed');
      expect(failed.failure_balance_transaction).not.toBeNull();
    },
    LATER,
  ],
  ...EVIDENCE.map(([id, text, status]): Entry => [
    id,
    `the evidence ${text} closes a dispute as ${status}`,
    `${TESTING}#evidence`,
    async (t) => {
      const paid = await pay(t, 'pm_card_createDispute');
      const { id: dispute } = await disputeOf(t, paid.id);
      await t.stripe.disputes.update(dispute, { evidence: { uncategorized_text: text }, submit: true });
      await eventually(t, async () => expect((await t.stripe.disputes.retrieve(dispute)).status).toBe(status));
    },
  ]),
  [
    'TOK-73',
    'pm_card_bypassPending: its money is available at once',
    `${TESTING}#available-balance`,
    async (t) => {
      const charge = await chargeOf(t, await pay(t, 'pm_card_bypassPending', { capture_method: 'automatic' }));
      const transaction = await t.stripe.balanceTransactions.retrieve(idOf(charge.balance_transaction));
      expect(transaction).toMatchObject({ status: 'available', amount: 1999 });
    },
  ],
  [
    'TOK-81',
    'pm_usBankAccount_success: processing, then succeeded',
    ACH,
    async (t) => {
      const { id } = await debit(t, 'pm_usBankAccount_success');
      await eventually(t, async () => expect((await t.stripe.paymentIntents.retrieve(id)).status).toBe('succeeded'));
    },
  ],
  [
    'TOK-82',
    'pm_usBankAccount_insufficientFunds: processing, then requires_payment_method with the reason',
    ACH,
    async (t) => {
      const { id } = await debit(t, 'pm_usBankAccount_insufficientFunds');
      await eventually(t, async () => {
        const intent = await t.stripe.paymentIntents.retrieve(id);
        expect(intent.status).toBe('requires_payment_method');
        expect(intent.last_payment_error).not.toBeNull();
      });
    },
  ],
  [
    'TOK-83',
    'pm_usBankAccount_processing stays in processing, so that it can be canceled',
    ACH,
    async (t) => {
      const { id } = await debit(t, 'pm_usBankAccount_processing');
      expect((await t.stripe.paymentIntents.cancel(id)).status).toBe('canceled');
    },
  ],
  [
    'TOK-68',
    'a token that Stripe does not have: 400 resource_missing',
    'error-codes#resource-missing',
    async (t) => {
      const error = await refused(pay(t, 'pm_card_nonsense'));
      expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'payment_method' });
    },
  ],
];

export const tokens = group('tokens', ENTRIES);
