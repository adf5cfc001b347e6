import type Stripe from 'stripe';
import { type Running, createIntent, refused, RETURN_URL, start } from './support.js';

describe('lists', () => {
  let running: Running;
  let stripe: Stripe;
  let made: string[];
  beforeAll(async () => {
    running = await start();
    stripe = running.stripe;
    made = [];
    for (let n = 0; n < 25; n++) made.unshift((await createIntent(stripe, { amount: 100 + n })).id);
  });
  afterAll(() => running.close());

  const ids = (page: { data: { id: string }[] }) => page.data.map(({ id }) => id);

  it('gives ten, newest first', async () => {
    const page = await stripe.paymentIntents.list();
    expect(ids(page)).toEqual(made.slice(0, 10));
    expect(page).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
  });

  it('goes forwards and backwards by cursor', async () => {
    const second = await stripe.paymentIntents.list({ limit: 5, starting_after: made[4] ?? '' });
    expect(ids(second)).toEqual(made.slice(5, 10));
    const back = await stripe.paymentIntents.list({ limit: 3, ending_before: made[5] ?? '' });
    expect(ids(back)).toEqual(made.slice(2, 5));
    expect(back.has_more).toBe(true);
    const last = await stripe.paymentIntents.list({ limit: 5, starting_after: made[19] ?? '' });
    expect(ids(last)).toEqual(made.slice(20));
    expect(last.has_more).toBe(false);
  });

  it('is walked by the SDK to the end, each object once', async () => {
    const walked: string[] = [];
    for await (const intent of stripe.paymentIntents.list({ limit: 4 })) walked.push(intent.id);
    expect(walked).toEqual(made);
  });

  it('shows what was just written', async () => {
    for (let n = 0; n < 20; n++) {
      const customer = await stripe.customers.create({ email: `${n}@shop.test` });
      expect(ids(await stripe.customers.list({ limit: 1 }))).toEqual([customer.id]);
      expect(ids(await stripe.customers.list({ email: `${n}@shop.test` }))).toEqual([customer.id]);
    }
  });

  it('filters by time of creation', async () => {
    const { now } = await running.sim('POST', 'clock', { advance: 3_600_000 });
    const second = Math.floor(now / 1000);
    const late = await createIntent(stripe);
    expect(ids(await stripe.paymentIntents.list({ created: { gte: second } }))).toEqual([late.id]);
    expect(ids(await stripe.paymentIntents.list({ created: late.created }))).toEqual([late.id]);
    expect(ids(await stripe.paymentIntents.list({ created: { gt: late.created } }))).toEqual([]);
    expect(ids(await stripe.paymentIntents.list({ limit: 100, created: { lt: second } }))).toEqual(made);
    const window = { gte: second - 7200, lte: second - 1800 };
    expect(ids(await stripe.paymentIntents.list({ limit: 100, created: window }))).toEqual(made);
  });

  it('filters by owner', async () => {
    const [ada, bob] = [await stripe.customers.create(), await stripe.customers.create()];
    const mine = await createIntent(stripe, {
      customer: ada.id,
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: RETURN_URL,
    });
    await createIntent(stripe, { customer: bob.id });
    expect(ids(await stripe.paymentIntents.list({ customer: ada.id }))).toEqual([mine.id]);
    expect(ids(await stripe.charges.list({ customer: ada.id }))).toEqual([mine.latest_charge]);
    expect(ids(await stripe.charges.list({ payment_intent: mine.id }))).toEqual([mine.latest_charge]);
    const event = (await stripe.events.list({ type: 'payment_intent.succeeded' })).data[0];
    expect(event?.data.object).toMatchObject({ id: mine.id });
    const wild = await stripe.events.list({ type: 'customer.*', limit: 100 });
    expect(wild.data.every(({ type }) => type.startsWith('customer.'))).toBe(true);
  });

  it('expands data', async () => {
    const page = await stripe.paymentIntents.list({ limit: 1, expand: ['data.customer'] });
    expect(page.data[0]?.customer).toMatchObject({ object: 'customer' });
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 101 }, 'limit'],
    [{ starting_after: 'pi_nothing' }, 'starting_after'],
    [{ starting_after: 'a', ending_before: 'b' }, 'ending_before'],
  ])('refuses %j', async (params, param) => {
    expect(await refused(stripe.paymentIntents.list(params))).toMatchObject({ statusCode: 400, param });
  });

  it('detaches a customer’s methods from their list', async () => {
    const customer = await stripe.customers.create();
    const attach = () => stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const [first, second, third] = [await attach(), await attach(), await attach()];
    const listed = async () => ids(await stripe.paymentMethods.list({ customer: customer.id, type: 'card' }));
    expect(await listed()).toEqual([third.id, second.id, first.id]);
    await stripe.paymentMethods.detach(second.id);
    expect(await listed()).toEqual([third.id, first.id]);
    expect((await refused(stripe.paymentMethods.attach(second.id, { customer: customer.id }))).statusCode).toBe(400);
  });

  it('shows the attempts of a SetupIntent', async () => {
    const customer = (await stripe.customers.create()).id;
    const intent = await stripe.setupIntents.create({ customer });
    const confirm = (payment_method: string) =>
      stripe.setupIntents.confirm(intent.id, { payment_method, return_url: RETURN_URL });
    await refused(confirm('pm_card_chargeDeclined'));
    await confirm('pm_card_visa');
    const attempts = await stripe.setupAttempts.list({ setup_intent: intent.id });
    expect(attempts.data).toMatchObject([
      { customer, setup_error: null, setup_intent: intent.id, status: 'succeeded' },
      { setup_error: { code: 'card_declined' }, status: 'failed' },
    ]);
    const [newest] = attempts.data;
    const older = { setup_intent: intent.id, starting_after: newest?.id ?? '', expand: ['data.setup_intent'] };
    expect((await stripe.setupAttempts.list(older)).data).toMatchObject([{ setup_intent: { id: intent.id } }]);
    const error = await refused(stripe.setupAttempts.list({ setup_intent: 'seti_nothing' }));
    expect(error).toMatchObject({ code: 'resource_missing', param: 'setup_intent' });
  });

  it('refuses what customers do not have here, and unsets what they do', async () => {
    for (const params of [{ source: 'tok_visa' }, { test_clock: 'clock_1' }]) {
      const error = await refused(stripe.customers.create(params));
      expect(error).toMatchObject({ statusCode: 400, param: Object.keys(params)[0] });
    }
    const { id } = await stripe.customers.create({
      business_name: 'Shop',
      individual_name: 'Ada',
      tax_exempt: 'reverse',
    });
    const changed = await stripe.customers.update(id, { business_name: '', preferred_locales: ['de', 'en'] });
    expect(changed).toMatchObject({ individual_name: 'Ada', preferred_locales: ['de', 'en'], tax_exempt: 'reverse' });
    expect(changed).not.toHaveProperty('business_name');
    expect((await refused(stripe.customers.update(id, { default_source: 'card_1' }))).param).toBe('default_source');
    expect((await refused(stripe.tokens.create({ pii: { id_number: '1' } }))).param).toBe('pii');
  });
});
