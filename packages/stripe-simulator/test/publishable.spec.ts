import { type Running, createIntent, RETURN_URL, start } from './support.js';

describe('a publishable key', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start({ allowRawCards: true });
  });
  afterAll(() => running.close());

  const key = 'pk_test_browser';

  it('reads a PaymentIntent with its client secret, without what is not for browsers', async () => {
    const intent = await createIntent(running.stripe, { metadata: { payment_id: 'p' } });
    const { status, body } = await running.get(
      `/v1/payment_intents/${intent.id}?client_secret=${intent.client_secret}`,
      key,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: intent.id, amount: 1999, client_secret: intent.client_secret });
    for (const hidden of ['metadata', 'customer', 'latest_charge', 'application', 'amount_received']) {
      expect(body).not.toHaveProperty(hidden);
    }
  });

  it('confirms with the client secret and a method made in the browser', async () => {
    const intent = await createIntent(running.stripe);
    const method = await running.post(
      '/v1/payment_methods',
      {
        type: 'card',
        'card[number]': '4242424242424242',
        'card[exp_month]': '12',
        'card[exp_year]': '34',
        'card[cvc]': '123',
      },
      { key },
    );
    expect(method.body['card']).toMatchObject({ last4: '4242', exp_year: 2034 });
    expect(method.body['card']).not.toHaveProperty('fingerprint');
    expect(method.body).not.toHaveProperty('metadata');
    const done = await running.post(
      `/v1/payment_intents/${intent.id}/confirm`,
      {
        client_secret: intent.client_secret ?? '',
        payment_method: method.body['id'],
        return_url: RETURN_URL,
        use_stripe_sdk: 'true',
        key,
      },
      { key },
    );
    expect(done.body['status']).toBe('succeeded');
    const { requests } = await running.sim('GET', 'requests?path=/v1/payment_intents/*/confirm');
    expect(requests.at(-1)).toMatchObject({ key_kind: 'publishable', params: { client_secret: '****' } });
  });

  it('is told of a decline without the hidden properties', async () => {
    const intent = await createIntent(running.stripe);
    const { status, body } = await running.post(
      `/v1/payment_intents/${intent.id}/confirm`,
      { client_secret: intent.client_secret ?? '', payment_method: 'pm_card_chargeDeclined' },
      { key },
    );
    expect(status).toBe(402);
    expect(body['error']).toMatchObject({
      code: 'card_declined',
      payment_intent: { status: 'requires_payment_method' },
    });
    expect(body['error'].payment_intent).not.toHaveProperty('metadata');
    expect(body['error'].payment_method.card).not.toHaveProperty('fingerprint');
  });

  it('gets a next action for Stripe.js when it has no return URL', async () => {
    const intent = await createIntent(running.stripe);
    const { body } = await running.post(
      `/v1/payment_intents/${intent.id}/confirm`,
      { client_secret: intent.client_secret ?? '', payment_method: 'pm_card_threeDSecure2Required' },
      { key },
    );
    expect(body).toMatchObject({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } });
    expect((await fetch(body['next_action'].use_stripe_sdk.stripe_js)).status).toBe(200);
  });

  it('needs the right client secret', async () => {
    const intent = await createIntent(running.stripe);
    const path = `/v1/payment_intents/${intent.id}`;
    expect((await running.get(path, key)).body['error']).toMatchObject({
      code: 'parameter_missing',
      param: 'client_secret',
    });
    const wrong = await running.get(`${path}?client_secret=${intent.id}_secret_wrong`, key);
    expect(wrong.status).toBe(400);
    expect((await running.post(`${path}/confirm`, { client_secret: 'x' }, { key })).status).toBe(400);
  });

  it('may do nothing else', async () => {
    const intent = await createIntent(running.stripe);
    const attempts = [
      running.post('/v1/payment_intents', { amount: '100', currency: 'usd' }, { key }),
      running.post(`/v1/payment_intents/${intent.id}/cancel`, {}, { key }),
      running.post(`/v1/payment_intents/${intent.id}`, { amount: '50' }, { key }),
      running.post('/v1/refunds', { payment_intent: intent.id }, { key }),
      running.get('/v1/customers', key),
      running.get('/v1/events', key),
      running.get('/v1/payment_intents', key),
    ];
    for (const { status, body } of await Promise.all(attempts)) {
      expect(status).toBe(401);
      expect(body['error'].code).toBe('secret_key_required');
    }
  });

  it('works from a page of another origin', async () => {
    const answer = await fetch(`${running.url}/v1/payment_methods`, { method: 'OPTIONS' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const control = await fetch(`${running.url}/_sim/reset`, {
      method: 'POST',
      headers: { origin: 'https://evil.test' },
    });
    expect(control.status).toBe(403);
  });
});
