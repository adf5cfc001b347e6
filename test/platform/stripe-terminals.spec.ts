import { readerTrouble, StripeTerminals } from '../../src/platform/stripe/stripe-terminals.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { atStripe, madeLocation, madeReader, presentCard } from '../support/readers.js';

jest.setTimeout(60_000);

let app: TestApp;
let terminals: StripeTerminals;
let n = 0;
const key = () => `test:${++n}`;

beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  terminals = app.app.get(StripeTerminals, { strict: false });
});
afterEach(() => app.simulator.clearFaults());
afterAll(() => app.stop());

const paymentIntent = async (amount = 1_000) =>
  (
    await atStripe(app.simulator, 'POST', '/payment_intents', {
      amount: String(amount),
      currency: 'usd',
      'allowed_payment_method_types[]': 'card_present',
    })
  ).id;
const actionOf = async (reader: string) => {
  const answer = await terminals.retrieve(reader);
  if (answer.outcome !== 'done') throw new Error(answer.outcome);
  return answer.value?.action;
};

it('a reader in our words; it asks for a card, and is done when one was held to it', async () => {
  const location = await madeLocation(app.simulator);
  const reader = await madeReader(app.simulator, { label: 'Counter', location });
  const payment = await paymentIntent();
  const told = await terminals.processPayment(reader, payment, { customerMayCancel: true }, key());
  const action = {
    kind: 'payment',
    providerPaymentId: payment,
    failureCode: null,
    failureMessage: null,
    decline: null,
  };
  expect(told).toMatchObject({
    outcome: 'done',
    value: {
      id: reader,
      label: 'Counter',
      deviceType: 'simulated_stripe_s700',
      serialNumber: expect.stringMatching(/./),
      status: 'online',
      locationId: location,
      action: { ...action, status: 'in_progress' },
    },
  });
  await presentCard(app.simulator, reader);
  expect(await actionOf(reader)).toEqual({ ...action, status: 'succeeded' });
});

it('asks for no tip unless told to, whatever the account says', async () => {
  const reader = await madeReader(app.simulator);
  const payment = await paymentIntent();
  const sent = async (options: { asksForTip?: boolean }) => {
    await terminals.processPayment(reader, payment, options, key());
    const { requests } = await app.simulator.requests({ path: '/v1/terminal/readers/*/process_payment_intent' });
    return requests.at(-1)?.params['process_config'];
  };
  expect([await sent({}), await sent({ asksForTip: true })]).toMatchObject([
    { enable_customer_cancellation: 'false', skip_tipping: 'true' },
    { skip_tipping: 'false' },
  ]);
});

it('a declined card and a customer who presses the cancel key', async () => {
  const reader = await madeReader(app.simulator);
  await terminals.processPayment(reader, await paymentIntent(), {}, key());
  await presentCard(app.simulator, reader, '4000000000009995');
  expect(await actionOf(reader)).toMatchObject({
    status: 'failed',
    failureCode: 'card_declined',
    decline: { code: 'card_declined', declineCode: 'insufficient_funds', ofCard: true },
  });
  await terminals.processPayment(reader, await paymentIntent(), { customerMayCancel: true }, key());
  await app.simulator.call('POST', `/terminal/readers/${reader}`, { press: 'cancel' });
  expect(await actionOf(reader)).toMatchObject({ status: 'failed', failureCode: 'customer_canceled', decline: null });
});

it('under the same key it asks once, and stops asking when it is told to', async () => {
  const reader = await madeReader(app.simulator);
  const payment = await paymentIntent();
  const same = key();
  await terminals.processPayment(reader, payment, {}, same);
  expect(await terminals.processPayment(reader, payment, {}, same)).toMatchObject({ outcome: 'done', replayed: true });
  expect(await terminals.cancelAction(reader, key())).toMatchObject({ outcome: 'done', value: { action: null } });
  expect(await actionOf(reader)).toBeNull();
});

it.each([
  [{ status: 'offline' }, 'offline'],
  [{ trouble: 'busy' }, 'busy'],
  [{ trouble: 'timeout' }, 'timeout'],
] as const)('a reader with %j is told from every other refusal', async (trouble, word) => {
  const reader = await madeReader(app.simulator);
  await app.simulator.call('POST', `/terminal/readers/${reader}`, trouble);
  const answer = await terminals.processPayment(reader, await paymentIntent(), {}, key());
  expect([answer.outcome, readerTrouble(answer)]).toEqual(['refused', word]);
  const unknown = await terminals.processPayment('tmr_unknown', await paymentIntent(), {}, key());
  expect([unknown.outcome, readerTrouble(unknown)]).toEqual(['refused', null]);
});

it('lists a hundred at a time, newest first, and says what was removed', async () => {
  const [gone, kept] = [await madeReader(app.simulator), await madeReader(app.simulator)];
  await atStripe(app.simulator, 'DELETE', `/terminal/readers/${gone}`);
  expect(await terminals.retrieve(gone)).toMatchObject({ outcome: 'done', value: null });
  for (let made = 0; made < 100; made++) await madeReader(app.simulator);
  const first = await terminals.list(null);
  if (first.outcome !== 'done') throw new Error(first.outcome);
  expect([first.value.items.length, first.value.more, first.value.unreadable]).toEqual([100, true, 0]);
  const second = await terminals.list(first.value.last);
  if (second.outcome !== 'done') throw new Error(second.outcome);
  expect([second.value.items[0]?.id, second.value.more]).toEqual([kept, false]);
});
