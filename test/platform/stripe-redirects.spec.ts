import type { RedirectPayer } from '../../src/platform/stripe/provider-method.types.js';
import type { ProviderAnswer } from '../../src/platform/stripe/provider.types.js';
import { StripeMethods } from '../../src/platform/stripe/stripe-methods.js';
import { REDIRECT_TYPES, type RedirectType, StripePayments } from '../../src/platform/stripe/stripe-payments.js';
import { startTestApp, type TestApp } from '../support/app.js';

const CURRENCY: Readonly<Record<RedirectType, string>> = {
  alipay: 'usd',
  klarna: 'eur',
  oxxo: 'mxn',
  wechat_pay: 'usd',
};
const PAYER = { name: 'Ada Lovelace', email: 'ada.fill_never@example.com', country: 'DE' };
const RETURN_URL = 'https://shop.test/back?order=7';

let app: TestApp;
let methods: StripeMethods;
let payments: StripePayments;
let n = 0;
const key = () => `redirect:${++n}`;

beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
  const get = <T>(type: new (...args: never[]) => T) => app.app.get<T>(type, { strict: false });
  [methods, payments] = [get(StripeMethods), get(StripePayments)];
});
afterAll(() => app.stop());

function done<T>(answer: ProviderAnswer<T>): T {
  if (answer.outcome !== 'done') throw new Error(JSON.stringify(answer));
  return answer.value;
}

async function confirmed(type: RedirectType) {
  const method = done(await methods.createRedirect({ type, ...PAYER }, { transaction_id: 't' }, key()));
  const terms = { amountMinor: 5000, currency: CURRENCY[type], metadata: {}, methodTypes: [type] };
  const made = done(await payments.create({ ...terms, statementDescriptor: 'SHOP' }, key()));
  expect(made.redirectUrl).toBeNull();
  const confirm = { paymentMethodId: method.id, returnUrl: RETURN_URL };
  return done(await payments.confirm(made.id, confirm, key()));
}

it.each([
  ['alipay', 'customer'],
  ['wechat_pay', 'customer'],
  ['klarna', 'customer'],
  ['oxxo', 'money_under_way'],
] as const)('%s is paid on the page that its confirmation names, and waits for %s', async (type, nextAction) => {
  const asked = await confirmed(type);
  expect(asked).toMatchObject({ status: 'requires_action', nextAction, receivedMinor: 0 });
  const page = await fetch(asked.redirectUrl ?? 'none');
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining(asked.id)]);
  await app.simulator.finish3ds(asked.id, 'complete');
  expect(done(await payments.retrieve(asked.id))).toMatchObject({
    status: 'succeeded',
    receivedMinor: 5000,
    redirectUrl: null,
    nextAction: null,
  });
});

it.each(REDIRECT_TYPES)('%s that the payer does not pay says why', async (type) => {
  const { id } = await confirmed(type);
  await app.simulator.finish3ds(id, 'fail');
  const open = done(await payments.retrieve(id));
  expect(open).toMatchObject({ status: 'requires_payment_method', redirectUrl: null, paymentMethodId: null });
  expect(open.lastDecline).toMatchObject({ code: expect.stringMatching(/^payment_intent_/), ofCard: false });
});

it('a voucher that may be paid cannot be fenced', async () => {
  const { id } = await confirmed('oxxo');
  expect((await payments.cancel(id, key())).outcome).toBe('unexpected_state');
  expect(done(await payments.retrieve(id)).status).toBe('requires_action');
});

it('a redirect can be fenced', async () => {
  const { id } = await confirmed('klarna');
  expect(done(await payments.cancel(id, key()))).toMatchObject({ status: 'canceled', redirectUrl: null });
});

it('a method with a page of its own is none that is kept, and one for one key', async () => {
  const sameKey = key();
  const payer: RedirectPayer = { type: 'alipay', name: '', email: '', country: '' };
  const first = done(await methods.createRedirect(payer, {}, sameKey));
  expect(first).toMatchObject({ customerId: null, fingerprint: null, details: { kind: 'other' } });
  expect(done(await methods.createRedirect(payer, {}, sameKey)).id).toBe(first.id);
});

it.each<[Partial<RedirectPayer>, string]>([
  [{ type: 'klarna', email: '' }, 'billing_details[email]'],
  [{ type: 'klarna', country: '' }, 'billing_details[address][country]'],
  [{ type: 'oxxo', name: '' }, 'billing_details[name]'],
  [{ type: 'oxxo', name: 'Ada' }, 'billing_details[name]'],
  [{ type: 'oxxo', email: '' }, 'billing_details[email]'],
])('a payer is refused who lacks what Stripe demands: %j', async (over, param) => {
  const payer: RedirectPayer = { type: 'alipay', ...PAYER, ...over };
  expect(await methods.createRedirect(payer, {}, key())).toMatchObject({ outcome: 'refused', status: 400, param });
});

it('a currency is refused that the method does not know', async () => {
  const terms = { amountMinor: 5000, currency: 'usd', metadata: {}, methodTypes: ['oxxo'] as const };
  expect(await payments.create(terms, key())).toMatchObject({ outcome: 'refused', status: 400, param: 'currency' });
});
