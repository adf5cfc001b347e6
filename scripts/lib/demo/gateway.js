// The merchant's back end: the operator makes a user and a key, and the key opens the gateway.
const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { join } = require('node:path');
const { expect, got, sent, step, Wrong } = require('./talk.js');

const COMMAND = join(__dirname, '../../command.js');

/** Runs `npm run admin -- …` and gives back its JSON object. */
async function admin(...args) {
  sent(`npm run admin -- ${args.map((one) => (/[\s@]/.test(one) ? `'${one}'` : one)).join(' ')}`);
  const child = spawn(process.execPath, [COMMAND, 'admin', ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) output += chunk;
  const answer = JSON.parse(output.trim().split('\n').at(-1) || '{}');
  if (answer.error !== undefined) throw new Wrong(answer.error);
  return answer;
}

/** With a card number, which a real Stripe account takes only where it is allowed to. */
async function vault(call, key) {
  step('A customer of the merchant, with an address and a card');
  const email = `buyer-${randomBytes(4).toString('hex')}@example.com`;
  const made = await call('POST', '/api/vault/customer', {
    key,
    body: {
      description: 'Wholesale buyer',
      default_payment: { card: { number: '4111111111111111', expiration_date: '12/30' } },
      default_billing_address: { first_name: 'John', last_name: 'Smith', city: 'Wheaton', country: 'US', email },
    },
  });
  const [card] = made.body.data?.data.customer.payments.cards ?? [];
  expect(
    '200, and of the card only what may be shown',
    made.status === 200 && card?.masked_number === '411111******1111',
  );

  step('… found again by e-mail');
  const found = await call('POST', '/api/vault/customer/search', { key, body: { email: { value: email } } });
  expect('200, one customer', found.body.total_count === 1 && found.body.data[0].id === made.body.data.id);
  return made.body.data.id;
}

/** Charges the customer of the vault, in the two ways that there are, and gives a part back. */
async function transactions(call, key, customerId) {
  const payment_method = { customer: { id: customerId } };
  const act = (id, verb, body) => call('POST', `/api/transaction/${id}/${verb}`, { key, body });

  step('A sale to that customer');
  const sale = await call('POST', '/api/transaction', { key, body: { type: 'sale', amount: 1112, payment_method } });
  expect('200, approved with code 100', sale.body.data?.response_code === 100);

  step('A hold, of which a part is taken');
  const held = await call('POST', '/api/transaction', {
    key,
    body: { type: 'authorize', amount: 10_000, payment_method },
  });
  const captured = await act(held.body.data.id, 'capture', { amount: 7500 });
  expect('200, 7500 captured, the rest released', captured.body.data?.amount_captured === 7500);

  step('Settled, as happens every day at the cut-off');
  const settled = await admin('settle');
  got(JSON.stringify(settled));

  step('… and then a part of the sale is given back');
  const refund = await act(sale.body.data.id, 'refund', { amount: 400 });
  expect('200, a transaction of its own', refund.body.data?.type === 'refund' && refund.body.data?.amount === 400);
}

/** @returns the private key, for the reader to go on with. */
async function gateway({ call, simulator }) {
  const username = `demo${randomBytes(4).toString('hex')}`;

  step('The operator makes a user of the merchant, by command');
  const password = `T@est${randomBytes(6).toString('hex')}1`;
  const email = `${username}@example.com`;
  const user = await admin(
    'create-user',
    ...['--username', username, '--name', 'Ada Owner', '--email', email],
    ...['--password', password, '--role', 'admin'],
  );
  got(JSON.stringify(user));
  expect('an administrator of the default account', user.role === 'admin' && user.account === 'default');

  step('… and a private key of theirs');
  const { key } = await admin('create-key', '--username', username, '--name', 'Demo', '--type', 'api');
  got(key);
  expect('api_ and 27 letters and digits', /^api_\w{27}$/.test(key));

  step('The key opens the gateway');
  const me = await call('GET', '/api/user', { key });
  expect('200, the user behind it', me.status === 200 && me.body.data.username === username);

  if (simulator !== null) await transactions(call, key, await vault(call, key));
  return key;
}

module.exports = { gateway };
