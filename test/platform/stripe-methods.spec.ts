import { StripeCustomers } from '../../src/platform/stripe/stripe-customers.js';
import { StripeMethods } from '../../src/platform/stripe/stripe-methods.js';
import { StripeSetups } from '../../src/platform/stripe/stripe-setups.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
let methods: StripeMethods;
let setups: StripeSetups;
let customers: StripeCustomers;
let n = 0;
const key = () => `test:${++n}`;

beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  const get = <T>(type: new (...args: never[]) => T) => app.app.get<T>(type, { strict: false });
  [methods, setups, customers] = [get(StripeMethods), get(StripeSetups), get(StripeCustomers)];
});
afterEach(() => app.simulator.clearFaults());
afterAll(() => app.stop());

async function customer(): Promise<string> {
  const made = await customers.create({ vault_customer_id: 'v' }, key());
  if (made.outcome !== 'done') throw new Error(made.outcome);
  return made.value.id;
}

async function found(token: string): Promise<string> {
  const answer = await methods.retrieve(token);
  if (answer.outcome !== 'done') throw new Error(answer.outcome);
  return answer.value.id;
}

async function save(methodId: string, kind: 'card' | 'bank_account' = 'card') {
  const customerId = await customer();
  const metadata = { vault_customer_id: 'v' };
  return {
    customerId,
    answer: await setups.save({ customerId, methodId, kind, agreedAt: new Date(), returnUrl: null, metadata }, key()),
  };
}

it('a card of a number: what may be shown, nothing else, and one for one key', async () => {
  const card = { number: '4242424242424242', expiryMonth: 12, expiryYear: 2031 };
  const sameKey = key();
  const made = await methods.createCard(card, {}, sameKey);
  expect(made).toMatchObject({
    outcome: 'done',
    value: {
      customerId: null,
      details: { kind: 'card', brand: 'visa', lastFour: '4242', expiryMonth: 12, expiryYear: 2031, wallet: null },
    },
  });
  expect(JSON.stringify(made)).not.toContain(card.number);
  expect(await methods.createCard(card, {}, sameKey)).toMatchObject({
    replayed: true,
    value: { id: made.outcome === 'done' && made.value.id },
  });
});

it('a number that nobody has is declined', async () => {
  const card = { number: '4242424242424241', expiryMonth: 12, expiryYear: 2031 };
  expect(await methods.createCard(card, {}, key())).toMatchObject({
    outcome: 'declined',
    decline: { code: 'incorrect_number' },
  });
});

it('a bank account is saved with its mandate', async () => {
  const account = {
    accountNumber: '000123456789',
    routingNumber: '110000000',
    accountType: 'savings',
    holder: 'A B',
  } as const;
  const made = await methods.createBankAccount(account, {}, key());
  expect(made).toMatchObject({
    value: { details: { kind: 'bank_account', accountType: 'savings', routingNumber: '110000000', lastFour: '6789' } },
  });
  if (made.outcome !== 'done') throw new Error(made.outcome);
  expect((await save(made.value.id, 'bank_account')).answer).toMatchObject({ value: { status: 'saved' } });
});

it('a bank account that must be verified first', async () => {
  await app.simulator.call('POST', '/settings', { verify_bank_accounts: true });
  const account = {
    accountNumber: '000123456789',
    routingNumber: '110000000',
    accountType: 'checking',
    holder: 'A B',
  } as const;
  const made = await methods.createBankAccount(account, {}, key());
  if (made.outcome !== 'done') throw new Error(made.outcome);
  expect((await save(made.value.id, 'bank_account')).answer).toMatchObject({ value: { status: 'verifying' } });
  await app.simulator.call('POST', '/settings', { verify_bank_accounts: false });
});

it.each([
  ['tok_visa', null],
  ['tok_applePay_visa', 'apple_pay'],
  ['tok_googlePay_visa', 'google_pay'],
])('%s is a card in the wallet %s', async (token, wallet) => {
  expect(await methods.createFromToken(token, {}, key())).toMatchObject({
    value: { details: { kind: 'card', wallet } },
  });
});

it('a test token is another method each time that it is looked at', async () => {
  const [a, b] = [await found('pm_card_visa'), await found('pm_card_visa')];
  expect(a).toMatch(/^pm_/);
  expect(a).not.toBe(b);
});

it('saved: changed in place, detached once, never saved again', async () => {
  const method = await found('pm_card_visa');
  const { customerId, answer } = await save(method);
  expect(answer).toMatchObject({ value: { status: 'saved' } });
  expect(await methods.retrieve(method)).toMatchObject({ value: { customerId } });
  const changed = await methods.change(method, { expiryMonth: 3, expiryYear: 2033 }, key());
  expect(changed).toMatchObject({ value: { details: { expiryMonth: 3, expiryYear: 2033, lastFour: '4242' } } });
  expect(await methods.detach(method, key())).toMatchObject({ value: { customerId: null } });
  expect(await methods.detach(method, key())).toMatchObject({ outcome: 'refused', status: 400 });
  expect((await save(method)).answer).toMatchObject({ outcome: 'refused', status: 400 });
});

it('a cardholder would have to be asked: nothing is saved, and after the cancel never will be', async () => {
  const method = await found('pm_card_authenticationRequired');
  const { answer } = await save(method);
  expect(answer).toMatchObject({ value: { status: 'authenticating' } });
  if (answer.outcome !== 'done') throw new Error(answer.outcome);
  expect(await setups.cancel(answer.value.id, key())).toMatchObject({ value: { status: 'open' } });
  expect(await methods.retrieve(method)).toMatchObject({ value: { customerId: null } });
});

it('a bank that says no is a decline', async () => {
  expect((await save(await found('pm_card_chargeDeclined'))).answer).toMatchObject({ outcome: 'declined' });
});

it('no answer is unknown, and the same key tells', async () => {
  const method = await found('pm_card_visa');
  await app.simulator.fault({ method: 'POST', path: '/v1/setup_intents', times: 2 }, { type: 'reset_after' });
  const customerId = await customer();
  const setup = {
    customerId,
    methodId: method,
    kind: 'card',
    agreedAt: new Date(),
    returnUrl: null,
    metadata: {},
  } as const;
  const sameKey = key();
  expect(await setups.save(setup, sameKey)).toMatchObject({ outcome: 'unknown' });
  expect(await setups.save(setup, sameKey)).toMatchObject({
    outcome: 'done',
    replayed: true,
    value: { status: 'saved' },
  });
});

it('a Customer is found by when it was made, and gone with its methods once it is removed', async () => {
  const from = new Date((await app.simulator.clock()).now - 1_000);
  const method = await found('pm_card_visa');
  const { customerId } = await save(method);
  const span = [from, new Date(from.getTime() + 60_000), null] as const;
  const idsIn = async () => {
    const page = await customers.createdBetween(...span);
    return page.outcome === 'done' ? page.value.items.map(({ id }) => id) : [];
  };
  expect(await idsIn()).toContain(customerId);
  expect(await customers.remove(customerId)).toMatchObject({ value: { id: customerId, deleted: true } });
  expect(await customers.remove(customerId)).toMatchObject({ outcome: 'refused', status: 404 });
  expect(await idsIn()).not.toContain(customerId);
  expect(await methods.retrieve(method)).toMatchObject({ value: { customerId: null } });
});
