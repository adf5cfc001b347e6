import { PaymentSweeper } from '../../src/modules/payment/upkeep/payment-sweeper.js';
import { isCommand } from '../support/mongo-frames.js';
import { payer, payments, secret } from '../support/payments.js';
import { type ProxiedApp, startProxiedApp } from '../support/proxied-app.js';
import { Simulator } from '../support/simulator.js';

jest.setTimeout(60_000);

const PAYMENTS = 12;

/**
 * What a sweep asks of the store. A list of values of any field but `_id` makes the embedded store read the whole collection: 8 s
 * for a hundred PaymentIntents among 30,000 payments, while payers wait.
 */
let simulator: Simulator;
let proxied: ProxiedApp;
beforeAll(async () => {
  simulator = await Simulator.start();
  proxied = await startProxiedApp({ simulator, webhooks: false, env: { RESOLVER_TICK: '1h' } });
});
afterAll(async () => {
  await proxied.stop();
  await simulator.stop();
});

/** Sweeps, and returns what it asked of the collection of payments. */
async function asked(): Promise<{ byIds: number; byIntent: number; byIntents: number }> {
  const finds: Buffer[] = [];
  const isFind = isCommand('find', 'payments');
  proxied.store.onRequest = (message) => {
    if (isFind(message)) finds.push(message);
  };
  await proxied.app.clock.refresh();
  await proxied.app.app.get(PaymentSweeper, { strict: false }).pass();
  proxied.store.onRequest = undefined;
  const count = (...texts: string[]) => finds.filter((one) => texts.every((text) => one.includes(text))).length;
  return {
    byIds: count('$in', '_id'),
    byIntent: count('providerPaymentId', '$eq'),
    byIntents: count('$in', 'providerPaymentId'),
  };
}

it('a page of our own PaymentIntents is looked up by one query, and only others one by one', async () => {
  const { app } = proxied;
  for (let i = 0; i < PAYMENTS; i++) await payer(app);
  expect(await payments(app).countDocuments()).toBe(PAYMENTS);
  expect(await asked()).toEqual({ byIds: 1, byIntent: 0, byIntents: 0 });

  const metadata = { deployment_id: 'another', payment_id: 'pay_of_another' };
  const foreign = { amount: 100, currency: 'usd', metadata };
  for (let i = 0; i < 3; i++) await secret(app).paymentIntents.create(foreign);
  const [one] = await payments(app).find().limit(1).lean();
  const edited = { payment_id: 'pay_edited_in_the_dashboard' };
  await secret(app).paymentIntents.update(one?.providerPaymentId ?? '', { metadata: edited });
  await app.advance(3_600_000);
  expect(await asked()).toEqual({ byIds: 1, byIntent: 4, byIntents: 0 });
});
