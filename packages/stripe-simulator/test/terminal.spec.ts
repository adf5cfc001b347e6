import type Stripe from 'stripe';
import { type Running, idOf, refused, start } from './support.js';

/** https://docs.stripe.com/terminal/payments/collect-card-payment?terminal-sdk-platform=server-driven */
describe('Terminal', () => {
  let running: Running;
  let stripe: Stripe;
  let location: Stripe.Terminal.Location;
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
    location = await stripe.terminal.locations.create({ display_name: 'Till', address: ADDRESS });
  });
  afterAll(() => running.close());

  const ADDRESS = { line1: '1 Main St', city: 'Town', country: 'US', postal_code: '12345', state: 'CA' };
  const register = (code = 'simulated-wpe') =>
    stripe.terminal.readers.create({ registration_code: code, location: location.id });
  const inPerson = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 2500,
      currency: 'usd',
      allowed_payment_method_types: ['card_present'],
      capture_method: 'automatic',
      ...more,
    });
  const present = (
    reader: string,
    params?: Parameters<typeof stripe.testHelpers.terminal.readers.presentPaymentMethod>[1],
  ) => stripe.testHelpers.terminal.readers.presentPaymentMethod(reader, params);
  const lastEvent = async (type: string) => (await stripe.events.list({ type, limit: 1 })).data[0];
  /** A payment from creation to the card; the reader and the intent afterwards. */
  const pay = async (
    more: Partial<Stripe.PaymentIntentCreateParams> = {},
    card: Parameters<typeof present>[1] = {},
  ) => {
    const { id } = await register();
    const { id: payment_intent } = await inPerson(more);
    await stripe.terminal.readers.processPaymentIntent(id, { payment_intent });
    const reader = await present(id, card);
    return { reader, intent: await stripe.paymentIntents.retrieve(payment_intent, { expand: ['latest_charge'] }) };
  };
  const chargeOf = (intent: Stripe.PaymentIntent) =>
    typeof intent.latest_charge === 'object' ? intent.latest_charge : null;

  describe('locations', () => {
    it('are made, found, changed, listed and deleted', async () => {
      const made = await stripe.terminal.locations.create({
        display_name: 'Shop',
        address: ADDRESS,
        metadata: { floor: '1' },
        phone: '+15555550123',
      });
      expect(made).toMatchObject({ address: ADDRESS, display_name: 'Shop', metadata: { floor: '1' } });
      expect(made.id).toMatch(/^tml_/);
      const changed = await stripe.terminal.locations.update(made.id, {
        address: { line1: '2 Main St' },
        display_name: 'Corner shop',
        phone: '',
      });
      expect(changed).toMatchObject({ address: { ...ADDRESS, line1: '2 Main St' }, display_name: 'Corner shop' });
      expect(changed).not.toHaveProperty('phone');
      expect((await stripe.terminal.locations.list()).data.map(({ id }) => id)).toEqual([made.id, location.id]);
      expect(await stripe.terminal.locations.del(made.id)).toMatchObject({ id: made.id, deleted: true });
      expect(await stripe.terminal.locations.retrieve(made.id)).toMatchObject({ deleted: true });
    });

    it.each([
      [{ address: { country: 'US', line1: '1 Main St' } }, 'parameter_missing', 'display_name'],
      [{ display_name: 'Shop' }, 'parameter_missing', 'address'],
      [{ display_name: 'Shop', address: { country: 'US' } }, 'parameter_missing', 'address[line1]'],
    ])('%j is refused', async (params, code, param) => {
      expect(await refused(stripe.terminal.locations.create(params))).toMatchObject({ code, param });
    });

    it('with readers stay', async () => {
      await register();
      expect((await refused(stripe.terminal.locations.del(location.id))).statusCode).toBe(400);
      expect(await stripe.terminal.locations.retrieve(location.id)).toMatchObject({ display_name: 'Till' });
    });
  });

  describe('readers', () => {
    it.each([
      ['simulated-wpe', 'simulated_wisepos_e'],
      ['simulated-s700', 'simulated_stripe_s700'],
      ['simulated-s710', 'simulated_stripe_s710'],
    ])('%s is a %s', async (code, device_type) => {
      const reader = await register(code);
      expect(reader).toMatchObject({ action: null, device_type, location: location.id, status: 'online' });
      expect(Math.abs((reader.last_seen_at ?? 0) - Date.now())).toBeLessThan(3_600_000);
    });

    it('are found, changed, listed and deleted', async () => {
      const made = await register('simulated-s700');
      const expanded = await stripe.terminal.readers.retrieve(made.id, { expand: ['location'] });
      expect(expanded).toMatchObject({ location: { display_name: 'Till' } });
      const changed = await stripe.terminal.readers.update(made.id, { label: 'Till 1', metadata: { till: '1' } });
      expect(changed).toMatchObject({ label: 'Till 1', metadata: { till: '1' } });
      const { data } = await stripe.terminal.readers.list({ serial_number: made.serial_number, status: 'online' });
      expect(data.map(({ id }) => id)).toEqual([made.id]);
      expect((await stripe.terminal.readers.list({ location: 'tml_none' })).data).toEqual([]);
      expect((await stripe.terminal.readers.list({ device_type: 'stripe_m2' })).data).toEqual([]);
      expect(await stripe.terminal.readers.del(made.id)).toMatchObject({
        deleted: true,
        device_type: 'simulated_stripe_s700',
        serial_number: made.serial_number,
      });
      expect(await stripe.terminal.readers.retrieve(made.id)).toMatchObject({ deleted: true });
      expect((await refused(stripe.terminal.readers.update(made.id, { label: 'x' }))).statusCode).toBe(404);
    });

    it('of codes and locations that do not exist are refused', async () => {
      expect(await refused(register('puppies-plug-could'))).toMatchObject({ param: 'registration_code' });
      const lost = stripe.terminal.readers.create({ registration_code: 'simulated-wpe', location: 'tml_x' });
      expect(await refused(lost)).toMatchObject({ code: 'resource_missing', param: 'location' });
    });

    it('connect with a token', async () => {
      const token = await stripe.terminal.connectionTokens.create({ location: location.id });
      expect(token).toMatchObject({ object: 'terminal.connection_token', location: location.id });
      expect(token.secret).toMatch(/^pst_test_\w+$/);
      expect((await stripe.terminal.connectionTokens.create()).secret).not.toBe(token.secret);
    });
  });

  describe('payments', () => {
    it('wait for a card and are captured', async () => {
      const { id } = await register();
      const intent = await inPerson();
      const waiting = await stripe.terminal.readers.processPaymentIntent(id, {
        payment_intent: intent.id,
        process_config: { skip_tipping: true },
        expand: ['action.process_payment_intent.payment_intent'],
      });
      expect(waiting.action).toMatchObject({
        process_payment_intent: { payment_intent: { id: intent.id }, process_config: { skip_tipping: true } },
        status: 'in_progress',
        type: 'process_payment_intent',
      });
      expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
      const done = await present(id);
      expect(done.action).toMatchObject({ status: 'succeeded', failure_code: null });
      const paid = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge', 'payment_method'] });
      expect(paid).toMatchObject({
        amount_received: 2500,
        payment_method: { card_present: { brand: 'visa', last4: '4242' }, type: 'card_present' },
        status: 'succeeded',
      });
      expect(chargeOf(paid)?.payment_method_details).toMatchObject({
        card_present: { last4: '4242', location: location.id, read_method: 'contact_emv', reader: id },
        type: 'card_present',
      });
      expect((await lastEvent('terminal.reader.action_succeeded'))?.data.object).toMatchObject({ id });
    });

    it('are authorized for two days with manual capture', async () => {
      const { intent } = await pay({ capture_method: 'manual' });
      expect(intent).toMatchObject({ amount_capturable: 2500, status: 'requires_capture' });
      const { payment_method_details: details, created = 0 } = chargeOf(intent) ?? {};
      expect(details?.card_present?.capture_before).toBe(created + 2 * 24 * 60 * 60);
      expect((await stripe.paymentIntents.capture(intent.id)).status).toBe('succeeded');
      const { intent: late } = await pay({
        payment_method_options: { card_present: { capture_method: 'manual_preferred' } },
      });
      await running.sim('POST', 'clock', { advance: 2 * 24 * 60 * 60 * 1000 });
      expect(await stripe.paymentIntents.retrieve(late.id)).toMatchObject({
        cancellation_reason: 'automatic',
        status: 'canceled',
      });
    });

    it.each([
      ['4000000000000002', 'card_declined', 'generic_decline'],
      ['4000000000009995', 'card_declined', 'insufficient_funds'],
      ['4000000000009987', 'card_declined', 'lost_card'],
      ['4000000000009979', 'card_declined', 'stolen_card'],
      ['4000000000000069', 'expired_card', undefined],
      ['4000000000000119', 'processing_error', undefined],
    ])('are declined with card %s', async (number, code, decline) => {
      const { reader, intent } = await pay({}, { card_present: { number }, type: 'card_present' });
      expect(reader.action).toMatchObject({
        api_error: { code, type: 'card_error' },
        failure_code: code,
        status: 'failed',
      });
      expect(intent).toMatchObject({ payment_method: null, status: 'requires_payment_method' });
      expect(intent.last_payment_error?.decline_code).toBe(decline);
      expect((await lastEvent('terminal.reader.action_failed'))?.data.object).toMatchObject({ id: reader.id });
    });

    it.each([
      [2501, 'call_issuer'],
      [2502, 'offline_pin_required'],
      [2503, 'online_or_offline_pin_required'],
      [2505, 'generic_decline'],
      [2555, 'incorrect_pin'],
      [2565, 'withdrawal_count_limit_exceeded'],
      [2575, 'pin_try_exceeded'],
    ])('of %d are declined with %s', async (amount, decline_code) => {
      const { reader, intent } = await pay({ amount });
      expect(reader.action?.api_error).toMatchObject({ code: 'card_declined', decline_code });
      expect(intent.status).toBe('requires_payment_method');
      // "Re-use the same PaymentIntent after a card is declined."
      await stripe.paymentIntents.update(intent.id, { amount: 2500 });
      await stripe.terminal.readers.processPaymentIntent(reader.id, { payment_intent: intent.id });
      expect((await present(reader.id)).action?.status).toBe('succeeded');
      expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
    });

    it.each([
      ['4001007020000002', 'offline_pin'],
      ['4000008260000075', 'offline_pin'],
      ['4001000360000005', 'online_pin'],
      ['4000002760000008', 'online_pin'],
    ])('with card %s are proven by %s', async (number, method) => {
      const { intent } = await pay({}, { card_present: { number } });
      const receipt = chargeOf(intent)?.payment_method_details?.card_present?.receipt;
      expect(receipt).toMatchObject({ cardholder_verification_method: method });
    });

    it('take a tip', async () => {
      const { intent } = await pay({}, { amount_tip: 300 });
      expect(intent).toMatchObject({ amount: 2800, amount_received: 2800, amount_details: { tip: { amount: 300 } } });
    });

    it('with Interac are captured at once and refunded at a reader', async () => {
      const { reader, intent } = await pay({
        currency: 'cad',
        allowed_payment_method_types: ['interac_present'],
        capture_method: 'manual',
      });
      expect(intent).toMatchObject({ amount_received: 2500, status: 'succeeded' });
      const details = chargeOf(intent)?.payment_method_details;
      expect(details).toMatchObject({ interac_present: { brand: 'interac', last4: '1933' }, type: 'interac_present' });
      const back = (amount: number) =>
        stripe.terminal.readers.refundPayment(reader.id, { payment_intent: intent.id, amount });
      expect((await back(501)).action).toMatchObject({ status: 'in_progress', type: 'refund_payment' });
      expect((await present(reader.id)).action).toMatchObject({ failure_code: 'card_declined', status: 'failed' });
      await back(500);
      const done = await present(reader.id);
      expect(done.action?.status).toBe('succeeded');
      const refund = await stripe.refunds.retrieve(idOf(done.action?.refund_payment?.refund ?? null));
      expect(refund).toMatchObject({ amount: 500, status: 'succeeded', payment_intent: intent.id });
    });

    it('with setup_future_usage leave the customer a card', async () => {
      const customer = await stripe.customers.create();
      const { intent } = await pay({ customer: customer.id, setup_future_usage: 'off_session' });
      const [card] = (await stripe.customers.listPaymentMethods(customer.id)).data;
      const generated = chargeOf(intent)?.payment_method_details?.card_present?.generated_card;
      expect(card).toMatchObject({ id: generated, type: 'card', card: { last4: '4242' } });
      expect(card?.card?.generated_from).toMatchObject({ charge: chargeOf(intent)?.id });
      const online = await stripe.paymentIntents.create({
        amount: 900,
        currency: 'usd',
        customer: customer.id,
        confirm: true,
        off_session: true,
        payment_method: card?.id ?? '',
      });
      expect(online.status).toBe('succeeded');
    });

    it('of a card that was held to a reader cannot be saved themselves', async () => {
      const { intent } = await pay();
      const customer = await stripe.customers.create();
      const attach = stripe.paymentMethods.attach(idOf(intent.payment_method), { customer: customer.id });
      expect((await refused(attach)).statusCode).toBe(400);
    });
  });

  it('saves a card without a payment', async () => {
    const customer = await stripe.customers.create();
    const { id } = await register();
    const make = () =>
      stripe.setupIntents.create({ customer: customer.id, allowed_payment_method_types: ['card_present'] });
    const intent = await make();
    await stripe.terminal.readers.processSetupIntent(id, { setup_intent: intent.id, allow_redisplay: 'always' });
    const { action } = await present(id);
    expect(action).toMatchObject({ process_setup_intent: { setup_intent: intent.id }, status: 'succeeded' });
    const done = await stripe.setupIntents.retrieve(intent.id, { expand: ['latest_attempt'] });
    const generated = action?.process_setup_intent?.generated_card;
    expect(done).toMatchObject({
      latest_attempt: { payment_method_details: { card_present: { generated_card: generated } }, status: 'succeeded' },
      status: 'succeeded',
    });
    const [card] = (await stripe.customers.listPaymentMethods(customer.id)).data;
    expect(card).toMatchObject({ id: generated, allow_redisplay: 'always', type: 'card' });

    const bad = await make();
    await stripe.terminal.readers.processSetupIntent(id, { setup_intent: bad.id, allow_redisplay: 'always' });
    const failed = await present(id, { card_present: { number: '4000000000000002' } });
    expect(failed.action).toMatchObject({ failure_code: 'setup_intent_authentication_failure', status: 'failed' });
    expect((await stripe.setupIntents.retrieve(bad.id)).status).toBe('requires_payment_method');
  });

  it('shows a cart', async () => {
    const { id } = await register();
    const cart = {
      currency: 'usd',
      line_items: [{ amount: 500, description: 'Tea', quantity: 1 }],
      tax: 40,
      total: 540,
    };
    const asked = await stripe.terminal.readers.setReaderDisplay(id, { type: 'cart', cart });
    expect(asked.action).toMatchObject({ set_reader_display: { cart, type: 'cart' }, status: 'in_progress' });
    await running.sim('POST', 'clock', { advance: 1_000 });
    expect(await stripe.terminal.readers.retrieve(id)).toMatchObject({ action: { status: 'succeeded' } });
  });

  describe('a reader', () => {
    it('does one thing at a time, until it is canceled', async () => {
      const { id } = await register();
      const [first, second] = [await inPerson(), await inPerson()];
      const ask = (payment_intent: string) => stripe.terminal.readers.processPaymentIntent(id, { payment_intent });
      await ask(first.id);
      expect((await ask(first.id)).action?.status).toBe('in_progress');
      expect(await refused(ask(second.id))).toMatchObject({ statusCode: 400, code: 'terminal_reader_busy' });
      expect(await stripe.terminal.readers.cancelAction(id)).toMatchObject({ action: null });
      expect(await refused(present(id))).toMatchObject({ statusCode: 400 });
      expect((await ask(second.id)).action?.process_payment_intent?.payment_intent).toBe(second.id);
    });

    it.each([
      [{ status: 'offline' }, { status: 'online' }, 'terminal_reader_offline'],
      [{ trouble: 'busy' }, { trouble: 'none' }, 'terminal_reader_busy'],
      [{ trouble: 'timeout' }, { trouble: 'none' }, 'terminal_reader_timeout'],
    ])('told %j refuses everything', async (trouble, mended, code) => {
      const { id } = await register();
      const { id: payment_intent } = await inPerson();
      const ask = () => stripe.terminal.readers.processPaymentIntent(id, { payment_intent });
      await running.sim('POST', `terminal/readers/${id}`, trouble);
      expect(await refused(ask())).toMatchObject({ statusCode: 400, code });
      expect(await refused(stripe.terminal.readers.cancelAction(id))).toMatchObject({ code });
      await running.sim('POST', `terminal/readers/${id}`, mended);
      expect((await ask()).action?.status).toBe('in_progress');
    });

    it('lets the customer cancel where it shows the key', async () => {
      const { id } = await register();
      const { id: payment_intent } = await inPerson();
      const press = () => running.sim('POST', `terminal/readers/${id}`, { press: 'cancel' });
      await stripe.terminal.readers.processPaymentIntent(id, { payment_intent });
      await expect(press()).rejects.toThrow('409');
      await stripe.terminal.readers.processPaymentIntent(id, {
        payment_intent,
        process_config: { enable_customer_cancellation: true },
      });
      await press();
      expect(await stripe.terminal.readers.retrieve(id)).toMatchObject({
        action: { failure_code: 'customer_canceled', status: 'failed' },
      });
      expect((await stripe.paymentIntents.retrieve(payment_intent)).status).toBe('requires_payment_method');
    });

    it('takes only intents in person that nobody paid', async () => {
      const { id } = await register();
      const ask = (payment_intent: string) =>
        refused(stripe.terminal.readers.processPaymentIntent(id, { payment_intent }));
      const online = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
      expect(await ask(online.id)).toMatchObject({ statusCode: 400, param: 'payment_intent' });
      const { intent: paid } = await pay();
      expect(await ask(paid.id)).toMatchObject({ code: 'intent_invalid_state' });
      expect(await ask('pi_x')).toMatchObject({ code: 'resource_missing', param: 'payment_intent' });
      const { id: payment_intent } = await inPerson();
      await stripe.terminal.readers.processPaymentIntent(id, { payment_intent });
      const wrong = present(id, { card_present: { number: '4242424242424241' } });
      expect(await refused(wrong)).toMatchObject({ code: 'incorrect_number', param: 'card_present[number]' });
      expect(await refused(present(id, { type: 'interac_present' }))).toMatchObject({ param: 'type' });
      await stripe.paymentIntents.cancel(payment_intent);
      expect((await present(id)).action).toMatchObject({ failure_code: 'intent_invalid_state', status: 'failed' });
    });
  });
});
