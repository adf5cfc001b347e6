import { API_VERSION, type Running, start } from './support.js';

/** As the Stripe CLI 1.52.0 says who it is; it names no version. */
const CLI = { 'user-agent': 'Stripe/v1 stripe-cli/1.52.0' };
const OLD_CARDS = { amount: '2000', currency: 'usd', 'payment_method_types[]': 'card' };

describe('requests written for another API version', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.close());

  async function ask(path: string, form: Record<string, string> | null, headers: Record<string, string>) {
    const answer = await fetch(running.url + path, {
      method: form === null ? 'GET' : 'POST',
      headers: { authorization: 'Bearer sk_test_simulator', ...headers },
      ...(form === null ? {} : { body: new URLSearchParams(form) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, any> };
  }

  it.each([
    ['2026-08-26.dahlia', { 'stripe-version': '2026-08-26.dahlia' }],
    ['2022-11-15', { 'stripe-version': '2022-11-15' }],
    ['none, from the Stripe CLI', CLI],
  ])('may send `payment_method_types`: %s', async (_name, headers) => {
    const { status, body } = await ask('/v1/payment_intents', OLD_CARDS, headers);
    expect([status, body['payment_method_types']]).toEqual([200, ['card']]);
    const changed = await ask(`/v1/payment_intents/${body['id']}`, { 'payment_method_types[]': 'card' }, headers);
    expect(changed.status).toBe(200);
  });

  it.each([
    ['today’s', { 'stripe-version': API_VERSION }],
    ['none', {}],
    ['today’s, from the Stripe CLI', { ...CLI, 'stripe-version': API_VERSION }],
  ])('may not when the version is %s', async (_name, headers) => {
    const { status, body } = await ask('/v1/payment_intents', OLD_CARDS, headers);
    expect([status, body['error'].param]).toEqual([400, 'payment_method_types']);
  });

  it.each([
    ['2022-11-15', { 'stripe-version': '2022-11-15' }, 200],
    ['none, from the Stripe CLI', CLI, 200],
    ['2023-08-16', { 'stripe-version': '2023-08-16' }, 400],
    ['none', {}, 400],
  ])('an intent confirmed without a way back: %s', async (_name, headers, wanted) => {
    const form = { payment_method: 'pm_card_visa', confirm: 'true' };
    const { status, body } = await ask('/v1/setup_intents', form, headers);
    expect(status).toBe(wanted);
    if (wanted === 400) expect(body['error'].param).toBe('return_url');
    else expect(body).toMatchObject({ automatic_payment_methods: null, payment_method_types: ['card'] });
  });

  it('a customer made with a `source` has that card as a payment method; not in today’s version', async () => {
    const { body } = await ask('/v1/customers', { source: 'tok_mastercard' }, CLI);
    const [card] = (await running.stripe.customers.listPaymentMethods(String(body['id']))).data;
    expect(card?.card?.brand).toBe('mastercard');
    const today = await ask('/v1/customers', { source: 'tok_mastercard' }, { 'stripe-version': API_VERSION });
    expect([today.status, today.body['error'].param]).toEqual([400, 'source']);
  });

  it('lists are the same for all', async () => {
    for (const path of ['/v1/payment_intents', '/v1/setup_intents']) {
      expect((await ask(`${path}?limit=1`, null, { 'stripe-version': '2022-11-15' })).body['object']).toBe('list');
    }
  });
});
