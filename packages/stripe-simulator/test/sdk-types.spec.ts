import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS } from '../src/api/operations.js';
import { parametersOf, parameterTypeOf } from '../src/api/stripe-schema.js';
import { type Running, RETURN_URL, start } from './support.js';

const RESOURCES = join(__dirname, '../src/resources');

/** `POST /v1/refunds` → `RefundCreateParams`, as the sources of the operations say. */
function namedTypes(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(RESOURCES, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(join(RESOURCES, file), 'utf8');
    for (const [, type, method, path] of source.matchAll(
      /operation<([^>]*)>\(\{\s*method: '(\w+)',\s*path: '([^']+)'/g,
    )) {
      found.set(`${method ?? ''} ${path ?? ''}`, /(?:Stripe(?:\.\w+)*?\.)?(\w+Params)/.exec(type ?? '')?.[1] ?? '');
    }
  }
  return found;
}

const walked = OPERATIONS.filter(({ internal }) => !internal);

describe('the SDK’s own types', () => {
  it.each(walked.map(({ method, path }) => [`${method} ${path}`, method, path]))(
    '%s is a method of it',
    (_id, method, path) => {
      expect(() => parametersOf(method, path)).not.toThrow();
    },
  );

  it('are the ones that the operations name', () => {
    const named = namedTypes();
    const expected = walked.map(({ method, path }) => [`${method} ${path}`, parameterTypeOf(method, path)]);
    expect(Object.fromEntries(expected.map(([id]) => [id, named.get(id ?? '')]))).toEqual(Object.fromEntries(expected));
  });

  it('hold for every answer of a walk, with nothing missing and nothing more', async () => {
    const running: Running = await start({ allowRawCards: true });
    const post = async (path: string, form: Record<string, string> = {}) => (await running.post(path, form)).body;

    const address = { 'address[line1]': '1 Main St', 'address[city]': 'Town', 'address[country]': 'US' };
    const shipping = { 'shipping[name]': 'Ada', 'shipping[address][line1]': '1 Main St' };
    const customer = await post('/v1/customers', { email: 'ada@shop.test', ...address, ...shipping });
    await post(`/v1/customers/${customer['id']}`, { business_name: 'Shop', phone: '1' });
    const card = { 'card[number]': '4242424242424242', 'card[exp_month]': '12', 'card[exp_year]': '2034' };
    await post('/v1/payment_methods', { type: 'card', ...card });
    await post('/v1/tokens', { ...card, 'card[name]': 'Ada' });
    const bank = { 'us_bank_account[account_number]': '000123456789', 'us_bank_account[routing_number]': '110000000' };
    await post('/v1/payment_methods', { type: 'us_bank_account', ...bank });
    const method = await post('/v1/payment_methods/pm_card_visa/attach', { customer: customer['id'] });
    const money = { amount: '1999', currency: 'usd', return_url: RETURN_URL, confirm: 'true' };
    const pay = (payment_method: string, more: Record<string, string> = {}) =>
      post('/v1/payment_intents', { ...money, payment_method, ...more });
    const paid = await pay(method['id'], { customer: customer['id'], ...shipping });
    const held = await pay('pm_card_visa', { capture_method: 'manual' });
    await pay('pm_card_chargeDeclinedInsufficientFunds');
    await pay('pm_card_chargeDeclinedExpiredCard');
    await pay('pm_usBankAccount_success', {
      'mandate_data[customer_acceptance][type]': 'online',
      'mandate_data[customer_acceptance][online][ip_address]': '203.0.113.7',
      'mandate_data[customer_acceptance][online][user_agent]': 'Firefox',
    });
    const asked = await pay('pm_card_threeDSecure2Required', { 'payment_details[order_reference]': '7' });
    await running.sim('POST', `3ds/${asked['id']}`, { outcome: 'complete' });
    await pay('pm_card_createDispute');
    await post(`/v1/payment_intents/${held['id']}/capture`, { amount_to_capture: '1000' });
    await post('/v1/refunds', { payment_intent: held['id'], amount: '400' });
    const failing = await pay('pm_card_refundFail');
    await post('/v1/refunds', { payment_intent: failing['id'], reason: 'duplicate' });
    const setup = { customer: customer['id'], confirm: 'true', return_url: RETURN_URL };
    await post('/v1/setup_intents', { ...setup, payment_method: 'pm_card_visa' });
    await post('/v1/setup_intents', { ...setup, payment_method: 'pm_card_authenticationRequired' });
    await post('/v1/setup_intents', { ...setup, payment_method: 'pm_card_chargeDeclined' });
    await post('/v1/webhook_endpoints', { url: 'https://shop.test/hook', 'enabled_events[]': '*' });
    await running.sim('POST', 'clock', { advance: 60_000 });
    const expanded = `/v1/payment_intents/${paid['id']}?expand[]=customer&expand[]=latest_charge.balance_transaction`;
    expect((await running.get(expanded)).body).toMatchObject({ customer: { id: customer['id'] } });
    const lists = walked.filter(
      (one) => one.method === 'GET' && !one.path.includes(':') && !one.path.endsWith('search'),
    );
    for (const { path } of lists) await running.get(`${path}?limit=100`);
    const events: { type: string }[] = (await running.get('/v1/events?limit=100')).body['data'];
    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(15);
    await running.close();
  }, 60_000);
});
