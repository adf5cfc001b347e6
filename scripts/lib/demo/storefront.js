// The storefront's main job: a user pays, repeats, is declined, pays with another card, passes 3-D Secure.
const { randomBytes } = require('node:crypto');
const { expect, got, sent, step, until, Wrong } = require('./talk.js');

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const newCuid = () => `c${[...randomBytes(24)].map((byte) => ALPHABET[byte % 36]).join('')}`;

/** What the payer's browser does at the bank: opens the page that Stripe names, and presses Complete. */
async function passThreeDSecure(simulator, id, clientSecret) {
  const headers = { authorization: 'Bearer pk_test_demo' };
  const address = `${simulator}/v1/payment_intents/${id}?client_secret=${encodeURIComponent(clientSecret)}`;
  const intent = await (await fetch(address, { headers })).json();
  const page = intent.next_action?.redirect_to_url?.url;
  if (page === undefined) throw new Wrong('the PaymentIntent names no 3-D Secure page');
  sent(`open ${page}`);
  const html = await (await fetch(page)).text();
  got(`a page of ${html.length} bytes with the buttons of the bank`);
  const form = [...html.matchAll(/<form[^>]*\baction="([^"]+)"[^>]*>([\s\S]*?)<\/form>/g)]
    .map(([, action, inner]) => ({ action: action.replaceAll('&amp;', '&'), inner }))
    .find(({ inner }) => /complete/i.test(inner));
  if (form === undefined) throw new Wrong('the 3-D Secure page has no Complete button');
  const fields = new URLSearchParams();
  for (const [tag, kind, text] of form.inner.matchAll(/<(input|button)[^>]*>([^<]*)/g)) {
    const name = /\bname="([^"]+)"/.exec(tag)?.[1];
    if (name === undefined || (kind === 'button' && !/complete/i.test(text))) continue; // only the button pressed is sent
    fields.set(name, /\bvalue="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  sent('press Complete');
  const back = await fetch(new URL(form.action, page), { method: 'POST', body: fields, redirect: 'manual' });
  got(`${back.status}, sent back to ${(back.headers.get('location') ?? '').split('?')[0]}`);
}

async function storefront({ call, simulator }) {
  const email = `demo-${randomBytes(4).toString('hex')}@example.com`;
  const password = 'password';

  step('Register');
  const registered = await call('POST', '/user/register', { body: { userName: 'Grace Hopper', email, password } });
  expect('201 with an access token', registered.status === 201 && typeof registered.body.access_token === 'string');

  step('Log in');
  const login = await call('POST', '/user/login', { body: { email, password } });
  expect('201 with an access token', login.status === 201 && typeof login.body.access_token === 'string');
  const token = login.body.access_token;

  step('Create a payment: the client sends an id of its own, never a price');
  const cuid = newCuid();
  const made = await call('POST', '/payment', { token, body: { cuid } });
  expect('201 requires_payment_method', made.status === 201 && made.body.status === 'requires_payment_method');

  step('Send it again, as after a lost answer');
  const again = await call('POST', '/payment', { token, body: { cuid } });
  expect('the same PaymentIntent', again.status === 201 && again.body.id === made.body.id);
  expect('the same client secret', again.body.clientSecret === made.body.clientSecret);

  const confirm = (payment, card) =>
    call('POST', '/payment/confirm', {
      token,
      body: { cuid: payment.cuid, paymentId: payment.id, paymentMethodId: card },
    });
  const start = async () => {
    const next = newCuid();
    const { body } = await call('POST', '/payment', { token, body: { cuid: next } });
    return { cuid: next, id: body.id, clientSecret: body.clientSecret };
  };

  step('Confirm it with a card');
  const paid = await confirm({ cuid, id: made.body.id }, 'pm_card_visa');
  expect('201 succeeded', paid.status === 201 && paid.body.status === 'succeeded');

  if (simulator !== null) {
    step('Stripe’s webhook arrives');
    sent(`GET ${simulator}/_sim/deliveries?type=payment_intent.succeeded`);
    const delivery = await until('the webhook', async () => {
      const list = await (await fetch(`${simulator}/_sim/deliveries?type=payment_intent.succeeded`)).json();
      return list.deliveries.find(({ object, status }) => object === made.body.id && status === 200);
    });
    got(`${delivery.event} was delivered to ${delivery.url} and answered ${delivery.status}`);
    expect('signed, verified, stored, answered 200', delivery.status === 200);
  }

  step('Read it back');
  const read = await call('GET', `/payment/${made.body.id}`, { token });
  expect(
    '200 succeeded, and no client secret in it',
    read.body.status === 'succeeded' && !('clientSecret' in read.body),
  );

  step('A card that is declined');
  const second = await start();
  const declined = await confirm(second, 'pm_card_visa_chargeDeclinedInsufficientFunds');
  expect('402 insufficient_funds', declined.status === 402 && declined.body.code === 'insufficient_funds');

  step('The same payment with another card');
  const rescued = await confirm(second, 'pm_card_mastercard');
  expect('201 succeeded, the same PaymentIntent', rescued.body.status === 'succeeded' && rescued.body.id === second.id);

  if (simulator !== null) {
    step('A card that wants 3-D Secure');
    const third = await start();
    const action = await confirm(third, 'pm_card_threeDSecure2Required');
    expect('201 requires_action', action.status === 201 && action.body.status === 'requires_action');

    step('The payer passes it on the bank’s page (here: the simulator’s)');
    await passThreeDSecure(simulator, third.id, third.clientSecret);
    const done = await until('the payment', async () => {
      const { body } = await call('GET', `/payment/${third.id}`, { token });
      return body.status === 'succeeded' && body;
    });
    expect('succeeded', done.status === 'succeeded');
  }

  step('All payments of this user');
  const list = await call('GET', '/payment', { token });
  expect(
    'each of them succeeded, newest first',
    list.body.length > 0 && list.body.every(({ status }) => status === 'succeeded'),
  );
}

module.exports = { storefront };
