import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, gatewayCaller, type GatewayCaller } from '../../support/gateway.js';
import type { HttpAnswer } from '../../support/http-client.js';
import { recordOf, vaultCustomers } from '../../support/vault.js';

const CARD = { number: '4242424242424242', expiration_date: '1230' };
const ACCOUNT = { account_number: '999999', routing_number: '490000018', account_type: 'checking', sec_code: 'web' };
const refused = (reason: string) => ({ status: 400, body: failed(`bad request error: ${reason}`) });

/** Decision G76 and ruling 36: what is for the simulator only. */
describe('a vault whose Stripe is not known to be the simulator', () => {
  let app: TestApp;
  let allowed: TestApp;
  let caller: GatewayCaller;
  let customerId: string;

  beforeAll(async () => {
    app = await startTestApp({ webhooks: false, asRealStripe: true });
    const shared = { webhooks: false, asRealStripe: true, simulator: app.simulator, mongoUri: app.config.mongo.uri };
    allowed = await startTestApp({ ...shared, env: { ALLOW_RAW_CARD_DATA: 'true' } });
    caller = await gatewayCaller(app);
    customerId = recordOf(await caller.call('POST', '/api/vault/customer', {})).id;
  }, 60_000);
  afterAll(async () => {
    await allowed.stop();
    await app.stop();
  });

  const add = (kind: string, body: object): Promise<HttpAnswer> =>
    caller.call('POST', `/api/vault/customer/${customerId}/${kind}`, body);
  const asked = async () => (await app.simulator.requests()).requests.length;

  it.each([
    ['a card number', 'card', CARD, 'card numbers are not taken here, send a token'],
    ['an account number', 'ach', ACCOUNT, 'account numbers are not taken here, send a token'],
    [
      'an Apple Pay token of a processor',
      'applepay',
      { key_id: 'k', temporary_token: '4fHqW0aQ2mS9xYb7ZtK1cV3nR' },
      'the Apple Pay payload holds no Stripe token',
    ],
    [
      'a Google Pay payload',
      'googlepay',
      { google_pay_token: { signature: 's', signedMessage: 'm' } },
      'the Google Pay payload holds no Stripe token',
    ],
  ])('refuses %s, asks Stripe nothing and stores nothing', async (_, kind, body, reason) => {
    const before = await asked();
    expect(await add(kind, body)).toMatchObject(refused(reason));
    const created = await caller.call('POST', '/api/vault/customer', {
      id: `refused${kind}`,
      default_payment: kind === 'applepay' ? { apple_pay: body } : kind === 'googlepay' ? body : { [kind]: body },
    });
    expect(created).toMatchObject(refused(reason));
    expect(await asked()).toBe(before);
    expect(await vaultCustomers(app).countDocuments({ customerId: `refused${kind}` })).toBe(0);
    expect(recordOf(await caller.call('GET', `/api/vault/${customerId}`)).data.customer.payments).toEqual({
      ach: [],
      cards: [],
    });
  });

  it('takes tokens, and those in a wallet’s payload', async () => {
    expect((await add('token', { token: 'pm_card_visa' })).status).toBe(200);
    const wallet = await add('applepay', { key_id: 'k', temporary_token: 'tok_visa' });
    expect(recordOf(wallet).data.customer.payments.cards).toHaveLength(2);
  });

  it('sends numbers where the operator allows it, and lets Stripe decide', async () => {
    const send = () =>
      allowed.http.request('POST', `/api/vault/customer/${customerId}/card`, CARD, {
        headers: { authorization: caller.key },
      });
    // As an account that Stripe has not opened to numbers: no decline, since no other card would do.
    const refusal = refused('card numbers are not taken here, send a token');
    expect(await send()).toMatchObject(refusal);
    const created = { id: 'notopened', default_payment: { card: CARD } };
    const headers = { authorization: caller.key };
    expect(await allowed.http.request('POST', '/api/vault/customer', created, { headers })).toMatchObject(refusal);
    expect(await vaultCustomers(app).countDocuments({ customerId: 'notopened' })).toBe(0);
    await fetch(`${app.simulator.url}/_sim/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ raw_cards: true }),
    });
    expect((await send()).status).toBe(200);
  });
});
