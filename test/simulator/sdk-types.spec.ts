import { OPERATIONS } from '../../src/simulator/api/operations.js';
import type { Fields } from '../../src/simulator/api/params.js';
import { complaints, type Names, parameterNames } from './sdk-types.js';
import { type Running, RETURN_URL, start } from './support.js';

/** Each operation with the SDK's type of its parameters; null where the SDK takes none. */
const PARAMETER_TYPES: Record<string, string | null> = {
  'GET /v1/balance': 'BalanceRetrieveParams',
  'GET /v1/balance_transactions': 'BalanceTransactionListParams',
  'GET /v1/balance_transactions/:id': 'BalanceTransactionRetrieveParams',
  'GET /v1/charges': 'ChargeListParams',
  'GET /v1/charges/:charge': 'ChargeRetrieveParams',
  'POST /v1/charges/:charge': 'ChargeUpdateParams',
  'GET /v1/customers': 'CustomerListParams',
  'POST /v1/customers': 'CustomerCreateParams',
  'GET /v1/customers/:customer': 'CustomerRetrieveParams',
  'POST /v1/customers/:customer': 'CustomerUpdateParams',
  'DELETE /v1/customers/:customer': null,
  'GET /v1/customers/:customer/payment_methods': 'CustomerListPaymentMethodsParams',
  'GET /v1/customers/:customer/payment_methods/:payment_method': 'CustomerRetrievePaymentMethodParams',
  'GET /v1/disputes': 'DisputeListParams',
  'GET /v1/disputes/:dispute': 'DisputeRetrieveParams',
  'GET /v1/events': 'EventListParams',
  'GET /v1/events/:event': 'EventRetrieveParams',
  'GET /v1/payment_intents': 'PaymentIntentListParams',
  'POST /v1/payment_intents': 'PaymentIntentCreateParams',
  'GET /v1/payment_intents/:intent': 'PaymentIntentRetrieveParams',
  'POST /v1/payment_intents/:intent': 'PaymentIntentUpdateParams',
  'POST /v1/payment_intents/:intent/cancel': 'PaymentIntentCancelParams',
  'POST /v1/payment_intents/:intent/capture': 'PaymentIntentCaptureParams',
  'POST /v1/payment_intents/:intent/confirm': 'PaymentIntentConfirmParams',
  'GET /v1/payment_methods': 'PaymentMethodListParams',
  'POST /v1/payment_methods': 'PaymentMethodCreateParams',
  'GET /v1/payment_methods/:payment_method': 'PaymentMethodRetrieveParams',
  'POST /v1/payment_methods/:payment_method': 'PaymentMethodUpdateParams',
  'POST /v1/payment_methods/:payment_method/attach': 'PaymentMethodAttachParams',
  'POST /v1/payment_methods/:payment_method/detach': 'PaymentMethodDetachParams',
  'GET /v1/refunds': 'RefundListParams',
  'POST /v1/refunds': 'RefundCreateParams',
  'GET /v1/refunds/:refund': 'RefundRetrieveParams',
  'POST /v1/refunds/:refund': 'RefundUpdateParams',
  'POST /v1/refunds/:refund/cancel': 'RefundCancelParams',
  'GET /v1/setup_intents': 'SetupIntentListParams',
  'POST /v1/setup_intents': 'SetupIntentCreateParams',
  'GET /v1/setup_intents/:intent': 'SetupIntentRetrieveParams',
  'POST /v1/setup_intents/:intent': 'SetupIntentUpdateParams',
  'POST /v1/setup_intents/:intent/cancel': 'SetupIntentCancelParams',
  'POST /v1/setup_intents/:intent/confirm': 'SetupIntentConfirmParams',
  'POST /v1/tokens': 'TokenCreateParams',
  'GET /v1/tokens/:token': 'TokenRetrieveParams',
  'GET /v1/webhook_endpoints': 'WebhookEndpointListParams',
  'POST /v1/webhook_endpoints': 'WebhookEndpointCreateParams',
  'GET /v1/webhook_endpoints/:webhook_endpoint': 'WebhookEndpointRetrieveParams',
  'POST /v1/webhook_endpoints/:webhook_endpoint': 'WebhookEndpointUpdateParams',
  'DELETE /v1/webhook_endpoints/:webhook_endpoint': null,
};

/** What Stripe.js sends and the server SDK has no types for. */
const FOR_BROWSERS = new Set([
  'client_attribution_metadata',
  'client_secret',
  'expected_payment_method_type',
  'is_stripe_sdk',
  'key',
  'payment_method_data[card]',
]);

/** Where our fields and the SDK's names differ. A hash that the simulator takes unread is not looked into. */
function differences(fields: Fields, names: Names, path = ''): string[] {
  const found: string[] = [];
  const plain = new Map(Object.entries(names).map(([name, below]) => [name.replace(/\?$/, ''), { name, below }]));
  for (const [name, kind] of Object.entries(fields)) {
    const full = path === '' ? name : `${path}[${name}]`;
    const known = plain.get(name);
    plain.delete(name);
    if (FOR_BROWSERS.has(full)) continue;
    if (known === undefined) found.push(`${full} does not exist`);
    else if (known.name.endsWith('?') === (kind.required === true)) found.push(`${full} required or not`);
    else if (kind.fields !== undefined) found.push(...differences(kind.fields, known.below ?? {}, full));
  }
  for (const name of plain.keys()) {
    if (!(path === '' && name === 'expand')) found.push(`${path === '' ? name : `${path}[${name}]`} is missing`);
  }
  return found;
}

describe('the SDK’s own types', () => {
  it('name exactly the parameters that the simulator takes', () => {
    const types = Object.values(PARAMETER_TYPES).flatMap((type) => (type === null ? [] : [`Stripe.${type}`]));
    const names = parameterNames(types);
    const different: Record<string, string[]> = {};
    for (const operation of OPERATIONS) {
      const id = `${operation.method} ${operation.path}`;
      const type = PARAMETER_TYPES[id];
      const wrong = type === undefined ? ['unknown'] : differences(operation.fields, names.get(`Stripe.${type}`) ?? {});
      if (wrong.length > 0) different[id] = wrong;
    }
    expect(different).toEqual({});
  });

  it('hold for every answer, with nothing missing and nothing more', async () => {
    const running: Running = await start({ allowRawCards: true });
    const answers: [string, unknown][] = [];
    const post = async (type: string, path: string, form: Record<string, string> = {}) => {
      const { body } = await running.post(path, form);
      if (body['error'] === undefined) answers.push([`Stripe.${type}`, body]);
      else answers.push([`Stripe.PaymentIntent.LastPaymentError`, body['error']]);
      return body;
    };
    const get = async (type: string, path: string) => answers.push([`Stripe.${type}`, (await running.get(path)).body]);

    const address = { 'address[line1]': '1 Main St', 'address[city]': 'Town', 'address[country]': 'US' };
    const shipping = { 'shipping[name]': 'Ada', 'shipping[address][line1]': '1 Main St' };
    const customer = await post('Customer', '/v1/customers', { email: 'ada@shop.test', ...address, ...shipping });
    await post('Customer', `/v1/customers/${customer['id']}`, { business_name: 'Shop', phone: '1' });
    const card = { 'card[number]': '4242424242424242', 'card[exp_month]': '12', 'card[exp_year]': '2034' };
    await post('PaymentMethod', '/v1/payment_methods', { type: 'card', ...card });
    await post('Token', '/v1/tokens', { ...card, 'card[name]': 'Ada' });
    const bank = { 'us_bank_account[account_number]': '000123456789', 'us_bank_account[routing_number]': '110000000' };
    await post('PaymentMethod', '/v1/payment_methods', { type: 'us_bank_account', ...bank });
    const method = await post('PaymentMethod', '/v1/payment_methods/pm_card_visa/attach', { customer: customer['id'] });
    const money = { amount: '1999', currency: 'usd', return_url: RETURN_URL, confirm: 'true' };
    const pay = (payment_method: string, more: Record<string, string> = {}) =>
      post('PaymentIntent', '/v1/payment_intents', { ...money, payment_method, ...more });
    const paid = await pay(method['id'], {
      customer: customer['id'],
      ...shipping,
      'expand[]': 'latest_charge.balance_transaction',
    });
    const held = await pay('pm_card_visa', { capture_method: 'manual' });
    await pay('pm_card_chargeDeclinedInsufficientFunds');
    await pay('pm_card_chargeDeclinedExpiredCard');
    await pay('pm_card_visa', { amount: 'x' });
    await pay('pm_usBankAccount_success');
    const asked = await pay('pm_card_threeDSecure2Required', { 'payment_details[order_reference]': '7' });
    await running.sim('POST', `3ds/${asked['id']}`, { outcome: 'complete' });
    await pay('pm_card_createDispute');
    await post('PaymentIntent', `/v1/payment_intents/${held['id']}/capture`, { amount_to_capture: '1000' });
    await post('Refund', '/v1/refunds', { payment_intent: held['id'], amount: '400' });
    const failing = await pay('pm_card_refundFail');
    await post('Refund', '/v1/refunds', { payment_intent: failing['id'], reason: 'duplicate' });
    const setup = { customer: customer['id'], confirm: 'true', return_url: RETURN_URL };
    await post('SetupIntent', '/v1/setup_intents', { ...setup, payment_method: 'pm_card_visa' });
    await post('SetupIntent', '/v1/setup_intents', { ...setup, payment_method: 'pm_card_authenticationRequired' });
    await post('SetupIntent', '/v1/setup_intents', { ...setup, payment_method: 'pm_card_chargeDeclined' });
    await post('WebhookEndpoint', '/v1/webhook_endpoints', { url: 'https://shop.test/hook', 'enabled_events[]': '*' });
    await running.sim('POST', 'clock', { advance: 60_000 });
    await get('PaymentIntent', `/v1/payment_intents/${paid['id']}?expand[]=customer&expand[]=payment_method`);
    await get('Balance', '/v1/balance');
    for (const [type, path] of [
      ['BalanceTransaction', 'balance_transactions'],
      ['Charge', 'charges'],
      ['Customer', 'customers'],
      ['Dispute', 'disputes'],
      ['PaymentIntent', 'payment_intents'],
      ['Refund', 'refunds'],
      ['SetupIntent', 'setup_intents'],
      ['WebhookEndpoint', 'webhook_endpoints'],
    ]) {
      await get(`ApiList<Stripe.${type ?? ''}>`, `/v1/${path ?? ''}?limit=100`);
    }
    const events: { type: string }[] = (await running.get('/v1/events?limit=100')).body['data'];
    answers.push(...events.map((event): [string, unknown] => [`Stripe.Event & { type: '${event.type}' }`, event]));
    await post('DeletedCustomer', `/v1/customers/${customer['id']}`);
    answers.pop();
    await running.close();

    expect(new Set(events.map(({ type }) => type)).size).toBeGreaterThan(15);
    expect(complaints(answers)).toEqual([]);
  }, 60_000);
});
