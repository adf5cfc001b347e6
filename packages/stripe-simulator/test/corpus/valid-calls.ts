// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import type Stripe from 'stripe';

/** Objects that the calls refer to, made before the first call. */
export interface Cast {
  customer: string;
  /** Attached to `customer`. */
  card: string;
  bank: string;
  /** PaymentIntents in these states. */
  open: string;
  confirmed: string;
  held: string;
  /** Held and never captured. */
  authorized: string;
  paid: string;
  charge: string;
  refund: string;
  setup: string;
  endpoint: string;
  dispute: string;
}

export type Calls = Record<string, (stripe: Stripe, cast: Cast) => Promise<unknown>>;

const RETURN_URL = 'https://shop.test/back';
const US = {
  line1: '1 Main St',
  line2: 'Apt 2',
  city: 'Springfield',
  state: 'IL',
  postal_code: '62701',
  country: 'US',
};

export async function makeCast(stripe: Stripe): Promise<Cast> {
  const customer = await stripe.customers.create({ email: 'cast@shop.test', name: 'Cast' });
  const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  const bank = await stripe.paymentMethods.create({
    type: 'us_bank_account',
    us_bank_account: { account_number: '000123456789', routing_number: '110000000', account_holder_type: 'individual' },
    billing_details: { name: 'Cast' },
  });
  const pay = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({ amount: 5000, currency: 'usd', ...more });
  const confirm = { confirm: true, return_url: RETURN_URL };
  const paid = await pay({ ...confirm, payment_method: 'pm_card_visa', customer: customer.id });
  const disputed = await pay({ ...confirm, payment_method: 'pm_card_createDispute' });
  const charge = typeof paid.latest_charge === 'string' ? paid.latest_charge : '';
  const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 100 });
  const setup = await stripe.setupIntents.create({ customer: customer.id });
  const endpoint = await stripe.webhookEndpoints.create({ url: 'https://shop.test/hook', enabled_events: ['*'] });
  let dispute = '';
  for (let tries = 0; dispute === '' && tries < 100; tries++) {
    dispute = (await stripe.disputes.list({ payment_intent: disputed.id })).data[0]?.id ?? '';
    if (dispute === '') await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    customer: customer.id,
    card: card.id,
    bank: bank.id,
    open: (await pay()).id,
    confirmed: (await pay({ payment_method: card.id, customer: customer.id })).id,
    held: (await pay({ ...confirm, payment_method: 'pm_card_visa', capture_method: 'manual' })).id,
    authorized: (await pay({ ...confirm, payment_method: 'pm_card_visa', capture_method: 'manual' })).id,
    paid: paid.id,
    charge,
    refund: refund.id,
    setup: setup.id,
    endpoint: endpoint.id,
    dispute,
  };
}

/** Every parameter here is one that Stripe takes; each call is answered 200. By what is remarkable about it. */
export const VALID: Calls = {
  'customer: nothing': (stripe) => stripe.customers.create(),
  'customer: an email': (stripe) => stripe.customers.create({ email: 'ada@shop.test' }),
  'customer: an address': (stripe) => stripe.customers.create({ address: US }),
  'customer: half an address': (stripe) => stripe.customers.create({ address: { country: 'DE' } }),
  'customer: shipping': (stripe) => stripe.customers.create({ shipping: { name: 'Ada', address: US, phone: '+1' } }),
  'customer: metadata': (stripe) => stripe.customers.create({ metadata: { order: '7', constructor: 'x', 0: 'zero' } }),
  'customer: a number in metadata': (stripe) => stripe.customers.create({ metadata: { order: 7 } }),
  'customer: locales': (stripe) => stripe.customers.create({ preferred_locales: ['de', 'en'] }),
  'customer: a negative balance': (stripe) => stripe.customers.create({ balance: -500 }),
  'customer: tax exempt': (stripe) => stripe.customers.create({ tax_exempt: 'reverse' }),
  'customer: a payment method': (stripe) => stripe.customers.create({ payment_method: 'pm_card_mastercard' }),
  'customer: invoice fields': (stripe) =>
    stripe.customers.create({ invoice_settings: { custom_fields: [{ name: 'PO', value: '1' }], footer: 'Thanks' } }),
  'customer: unicode': (stripe) => stripe.customers.create({ name: 'Zoë & Søn = 100 % + ☕', description: 'a[b]=c' }),
  'customer: names of both kinds': (stripe) =>
    stripe.customers.create({ business_name: 'Shop Ltd', individual_name: 'Ada' }),
  'customer: an empty hash is dropped': (stripe) => stripe.customers.create({ invoice_settings: {} }),
  'customer: update': (stripe, { customer }) => stripe.customers.update(customer, { phone: '+49 30 1' }),
  'customer: unset metadata': (stripe, { customer }) => stripe.customers.update(customer, { metadata: '' }),
  'customer: unset one key': (stripe, { customer }) => stripe.customers.update(customer, { metadata: { order: null } }),
  'customer: unset the address': (stripe, { customer }) => stripe.customers.update(customer, { address: '' }),
  'customer: unset shipping with null': (stripe, { customer }) => stripe.customers.update(customer, { shipping: null }),
  'customer: default method': (stripe, { customer, card }) =>
    stripe.customers.update(customer, { invoice_settings: { default_payment_method: card } }),
  'customer: retrieve': (stripe, { customer }) => stripe.customers.retrieve(customer),
  'customer: its methods': (stripe, { customer }) => stripe.customers.listPaymentMethods(customer, { type: 'card' }),
  'customer: one method': (stripe, { customer, card }) => stripe.customers.retrievePaymentMethod(customer, card),
  'customers: list': (stripe) => stripe.customers.list(),
  'customers: by email': (stripe) => stripe.customers.list({ email: 'ada@shop.test', limit: 1 }),
  'customers: since': (stripe) => stripe.customers.list({ created: { gte: 1, lt: 4_000_000_000 } }),
  'customers: of one instant': (stripe) => stripe.customers.list({ created: 1_700_000_000 }),
  'customers: the largest page': (stripe) => stripe.customers.list({ limit: 100 }),
  'customers: behind a cursor': (stripe, { customer }) => stripe.customers.list({ starting_after: customer }),
  'customers: before a cursor': (stripe, { customer }) => stripe.customers.list({ ending_before: customer }),
  'customer: delete': async (stripe) => stripe.customers.del((await stripe.customers.create()).id),

  'method: a token in a card': (stripe) => stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } }),
  'method: billing details': (stripe) =>
    stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_mastercard' },
      billing_details: { address: US, email: 'ada@shop.test', name: 'Ada', phone: '1' },
    }),
  'method: metadata and redisplay': (stripe) =>
    stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_amex' },
      metadata: { a: 'b' },
      allow_redisplay: 'limited',
    }),
  'method: a savings account of a company': (stripe) =>
    stripe.paymentMethods.create({
      type: 'us_bank_account',
      us_bank_account: {
        account_number: '000123456789',
        routing_number: '110000000',
        account_holder_type: 'company',
        account_type: 'savings',
      },
      billing_details: { name: 'Shop Ltd' },
    }),
  'method: retrieve': (stripe, { card }) => stripe.paymentMethods.retrieve(card),
  'method: update expiry': (stripe, { card }) =>
    stripe.paymentMethods.update(card, { card: { exp_month: 12, exp_year: 2040 } }),
  'method: update billing': (stripe, { card }) =>
    stripe.paymentMethods.update(card, { billing_details: { address: { postal_code: '10115' }, name: 'Ada' } }),
  'method: attach': (stripe, { customer }) => stripe.paymentMethods.attach('pm_card_amex', { customer }),
  'method: detach': async (stripe, { customer }) =>
    stripe.paymentMethods.detach((await stripe.paymentMethods.attach('pm_card_jcb', { customer })).id),
  'methods: list': (stripe, { customer }) => stripe.paymentMethods.list({ customer, type: 'card', limit: 3 }),
  'token: retrieve': async (stripe) =>
    stripe.tokens.retrieve(
      (await stripe.tokens.create({ card: { number: '4242424242424242', exp_month: '12', exp_year: '2034' } })).id,
    ),
  'token: card with address': (stripe) =>
    stripe.tokens.create({
      card: {
        number: '5555555555554444',
        exp_month: '1',
        exp_year: '2040',
        cvc: '123',
        name: 'Ada',
        address_line1: '1 Main St',
        address_zip: '62701',
      },
    }),

  'intent: the least': (stripe) => stripe.paymentIntents.create({ amount: 50, currency: 'usd' }),
  'intent: the most': (stripe) => stripe.paymentIntents.create({ amount: 99_999_999, currency: 'usd' }),
  'intent: capitals': (stripe) => stripe.paymentIntents.create({ amount: 1999, currency: 'EUR' }),
  'intent: no decimals': (stripe) => stripe.paymentIntents.create({ amount: 500, currency: 'jpy' }),
  'intent: described': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      description: 'Order 7',
      receipt_email: 'ada@shop.test',
      statement_descriptor_suffix: 'ORDER 7',
      metadata: { payment_id: 'p7', cuid: 'c7' },
    }),
  'intent: shipping': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      shipping: { name: 'Ada', address: US, carrier: 'DHL', tracking_number: '1Z' },
    }),
  'intent: automatic methods without redirects': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    }),
  'intent: automatic methods off': (stripe) =>
    stripe.paymentIntents.create({ amount: 1999, currency: 'usd', automatic_payment_methods: { enabled: false } }),
  'intent: allowed methods': (stripe) =>
    stripe.paymentIntents.create({ amount: 1999, currency: 'usd', allowed_payment_method_types: ['card'] }),
  'intent: excluded methods': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      excluded_payment_method_types: ['us_bank_account'],
    }),
  'intent: manual capture': (stripe) =>
    stripe.paymentIntents.create({ amount: 1999, currency: 'usd', capture_method: 'manual' }),
  'intent: a method of its customer': (stripe, { customer, card }) =>
    stripe.paymentIntents.create({ amount: 1999, currency: 'usd', customer, payment_method: card }),
  'intent: kept for later': (stripe, { customer }) =>
    stripe.paymentIntents.create({ amount: 1999, currency: 'usd', customer, setup_future_usage: 'off_session' }),
  'intent: created and confirmed': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    }),
  'intent: off session': (stripe, { customer, card }) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      customer,
      payment_method: card,
      confirm: true,
      off_session: true,
    }),
  'intent: a recurring charge': (stripe, { customer, card }) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      customer,
      payment_method: card,
      confirm: true,
      off_session: 'recurring',
    }),
  'intent: no redirects, confirmed': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    }),
  'intent: 3-D Secure asked for': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      payment_method_options: { card: { request_three_d_secure: 'any' } },
      confirm: true,
      return_url: RETURN_URL,
    }),
  'intent: a bank account described inside': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      allowed_payment_method_types: ['us_bank_account'],
      payment_method_data: {
        type: 'us_bank_account',
        us_bank_account: {
          account_number: '000123456789',
          routing_number: '110000000',
          account_holder_type: 'individual',
        },
        billing_details: { name: 'Ada' },
      },
      mandate_data: {
        customer_acceptance: { type: 'online', online: { ip_address: '127.0.0.1', user_agent: 'test' } },
      },
      confirm: true,
    }),
  'intent: references': (stripe) =>
    stripe.paymentIntents.create({
      amount: 1999,
      currency: 'usd',
      payment_details: { order_reference: '7', customer_reference: 'c7' },
    }),
  'intent: update the amount': (stripe, { open }) => stripe.paymentIntents.update(open, { amount: 2100 }),
  'intent: unset the receipt address': (stripe, { open }) => stripe.paymentIntents.update(open, { receipt_email: '' }),
  'intent: unset future usage': (stripe, { open }) => stripe.paymentIntents.update(open, { setup_future_usage: '' }),
  'intent: describe what succeeded': (stripe, { paid }) =>
    stripe.paymentIntents.update(paid, { description: 'later', metadata: { seen: 'yes' } }),
  'intent: retrieve': (stripe, { paid }) => stripe.paymentIntents.retrieve(paid),
  'intent: retrieve expanded': (stripe, { paid }) =>
    stripe.paymentIntents.retrieve(paid, {
      expand: ['latest_charge.balance_transaction', 'customer', 'payment_method'],
    }),
  'intent: confirm': (stripe, { confirmed }) =>
    stripe.paymentIntents.confirm(confirmed, { return_url: RETURN_URL, receipt_email: 'ada@shop.test' }),
  'intent: capture a part': (stripe, { held }) =>
    stripe.paymentIntents.capture(held, { amount_to_capture: 3000, metadata: { part: '1' } }),
  'intent: cancel with a reason': async (stripe) => {
    const { id } = await stripe.paymentIntents.create({ amount: 1999, currency: 'usd' });
    return stripe.paymentIntents.cancel(id, { cancellation_reason: 'requested_by_customer' });
  },
  'intents: list': (stripe) => stripe.paymentIntents.list({ limit: 5 }),
  'intents: of a customer': (stripe, { customer }) => stripe.paymentIntents.list({ customer }),
  'intents: since, expanded': (stripe) =>
    stripe.paymentIntents.list({ created: { gt: 1 }, limit: 2, expand: ['data.latest_charge'] }),

  'setup: nothing': (stripe) => stripe.setupIntents.create(),
  'setup: confirmed': (stripe, { customer }) =>
    stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
      usage: 'off_session',
    }),
  'setup: on session': (stripe) => stripe.setupIntents.create({ usage: 'on_session', description: 'Card on file' }),
  'setup: cards only': (stripe) => stripe.setupIntents.create({ allowed_payment_method_types: ['card'] }),
  'setup: 3-D Secure asked for': (stripe) =>
    stripe.setupIntents.create({ payment_method_options: { card: { request_three_d_secure: 'any' } } }),
  'setup: update': (stripe, { setup }) => stripe.setupIntents.update(setup, { metadata: { a: 'b' } }),
  'setup: retrieve': (stripe, { setup }) => stripe.setupIntents.retrieve(setup, { expand: ['customer'] }),
  'setup: confirm': (stripe, { setup }) =>
    stripe.setupIntents.confirm(setup, { payment_method: 'pm_card_mastercard', return_url: RETURN_URL }),
  'setup: cancel': async (stripe) =>
    stripe.setupIntents.cancel((await stripe.setupIntents.create()).id, { cancellation_reason: 'abandoned' }),
  'setups: list': (stripe, { customer }) => stripe.setupIntents.list({ customer, limit: 3 }),
  'setups: of a method': (stripe, { card }) => stripe.setupIntents.list({ payment_method: card }),

  'refund: a part with a reason': (stripe, { paid }) =>
    stripe.refunds.create({ payment_intent: paid, amount: 100, reason: 'requested_by_customer', metadata: { r: '1' } }),
  'refund: by charge': (stripe, { charge }) => stripe.refunds.create({ charge, amount: 100 }),
  'refund: update': (stripe, { refund }) => stripe.refunds.update(refund, { metadata: { seen: 'yes' } }),
  'refund: retrieve': (stripe, { refund }) => stripe.refunds.retrieve(refund, { expand: ['charge'] }),
  'refunds: of an intent': (stripe, { paid }) => stripe.refunds.list({ payment_intent: paid }),
  'refunds: of a charge': (stripe, { charge }) => stripe.refunds.list({ charge, limit: 1 }),

  'charge: retrieve': (stripe, { charge }) => stripe.charges.retrieve(charge, { expand: ['balance_transaction'] }),
  'charge: update': (stripe, { charge }) =>
    stripe.charges.update(charge, { description: 'seen', fraud_details: { user_report: 'safe' } }),
  'charges: list': (stripe, { paid }) => stripe.charges.list({ payment_intent: paid }),
  'charges: since': (stripe) => stripe.charges.list({ created: { gte: 1, lte: 4_000_000_000 }, limit: 10 }),
  'dispute: retrieve': (stripe, { dispute }) => stripe.disputes.retrieve(dispute, { expand: ['charge'] }),
  'disputes: list': (stripe) => stripe.disputes.list({ created: { gte: 1 } }),
  balance: (stripe) => stripe.balance.retrieve(),
  'transactions: of a charge': (stripe, { charge }) => stripe.balanceTransactions.list({ source: charge }),
  'transactions: by type': (stripe) => stripe.balanceTransactions.list({ type: 'charge', currency: 'usd', limit: 2 }),
  'events: by type': (stripe) => stripe.events.list({ type: 'charge.succeeded' }),
  'events: by several types': (stripe) =>
    stripe.events.list({ types: ['charge.succeeded', 'payment_intent.succeeded'], limit: 4 }),
  'events: by wildcard': (stripe) => stripe.events.list({ type: 'payment_intent.*', delivery_success: true }),

  'endpoint: chosen events': (stripe) =>
    stripe.webhookEndpoints.create({
      url: 'https://shop.test/other',
      enabled_events: ['charge.succeeded', 'payment_intent.succeeded'],
      description: 'second',
      metadata: { a: 'b' },
    }),
  'endpoint: switch off': (stripe, { endpoint }) => stripe.webhookEndpoints.update(endpoint, { disabled: true }),
  'endpoint: other events': (stripe, { endpoint }) =>
    stripe.webhookEndpoints.update(endpoint, { enabled_events: ['charge.refunded'], url: 'https://shop.test/third' }),
  'endpoint: retrieve': (stripe, { endpoint }) => stripe.webhookEndpoints.retrieve(endpoint),
  'endpoints: list': (stripe) => stripe.webhookEndpoints.list({ limit: 2 }),
  'endpoint: delete': async (stripe) => {
    const { id } = await stripe.webhookEndpoints.create({ url: 'https://shop.test/x', enabled_events: ['*'] });
    return stripe.webhookEndpoints.del(id);
  },

  'payout: of what is available': async (stripe) => {
    const pay = { amount: 9000, currency: 'usd', confirm: true, return_url: RETURN_URL } as const;
    await stripe.paymentIntents.create({ ...pay, payment_method: 'pm_card_bypassPending' });
    return stripe.payouts.create({ amount: 1100, currency: 'usd', description: 'Week 48', metadata: { a: 'b' } });
  },
  'payouts: list': (stripe) => stripe.payouts.list({ status: 'pending', arrival_date: { gte: 1 }, limit: 3 }),
  'search: customers': (stripe) => stripe.customers.search({ query: "email:'cast@shop.test'", limit: 3 }),
  'search: intents': (stripe) =>
    stripe.paymentIntents.search({ query: "status:'succeeded' AND metadata['part']:'1'", expand: ['total_count'] }),
  'search: charges': (stripe) => stripe.charges.search({ query: 'amount>=1000 OR amount<100' }),
  'dispute: evidence': (stripe, { dispute }) =>
    stripe.disputes.update(dispute, { evidence: { customer_name: 'Ada', uncategorized_text: 'Paid.' }, submit: false }),
  'mandate and attempts: list': (stripe, { setup }) => stripe.setupAttempts.list({ setup_intent: setup, limit: 1 }),
  'checkout: a price in the call': (stripe) =>
    stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ quantity: 2, price_data: { currency: 'usd', unit_amount: 1890, product_data: { name: 'Tea' } } }],
      success_url: 'https://shop.test/done?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://shop.test/cart',
      client_reference_id: 'order-7',
      payment_intent_data: { description: 'Order 7', metadata: { order: '7' } },
    }),
  'checkout: setup': (stripe, { customer }) =>
    stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer,
      success_url: 'https://shop.test/done',
    }),
  'checkout: list': (stripe) => stripe.checkout.sessions.list({ status: 'open', limit: 2 }),
  'price: a product made with it': (stripe) =>
    stripe.prices.create({ currency: 'usd', unit_amount: 500, product_data: { name: 'Cup' }, nickname: 'one' }),
  'product: list': (stripe) => stripe.products.list({ active: true }),
  'terminal: a place and a reader': async (stripe) => {
    const address = { line1: '1 Main St', city: 'Springfield', state: 'IL', postal_code: '62701', country: 'US' };
    const location = await stripe.terminal.locations.create({ display_name: 'Shop', address });
    return stripe.terminal.readers.create({
      registration_code: 'simulated-wpe',
      location: location.id,
      label: 'Till 1',
    });
  },
  'terminal: readers': (stripe) => stripe.terminal.readers.list({ status: 'online', limit: 2 }),
  'terminal: a token': (stripe) => stripe.terminal.connectionTokens.create(),
  'method: a SEPA account': (stripe) =>
    stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban: 'DE89370400440532013000' },
      billing_details: { name: 'Ada', email: 'ada@shop.test' },
    }),
};
