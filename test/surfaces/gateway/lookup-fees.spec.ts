import type { ProcessorChanges } from '../../../src/modules/merchant/processor.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller, success, unauthorized } from '../../support/gateway.js';
import { madeProcessor, setDefaultFees } from '../../support/processors.js';
import { recordOf, type VaultRecord } from '../../support/vault.js';

/** Contract gateway 5.3. */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ webhooks: false });
});
afterAll(() => app.stop());

const bans = { bannedStates: ['CT', 'MA'], exemptBins: ['400005'] };
const FLAT: ProcessorChanges = { surcharge: { type: 'flat', value: 350, ...bans } };
const PERCENT: ProcessorChanges = {
  surcharge: { type: 'percentage', value: 3_000, ...bans },
  cashDiscount: { type: 'percentage', value: 2_000 },
};
const SAMPLE = {
  type: 'integrations',
  type_id: '',
  state: 'IL',
  bin: '517246700',
  payment_method: 'card',
  base_amount: 1000,
};
const refusal = (msg: string) => ({ status: 400, body: failed(`bad request error: ${msg}`) });

let n = 0;
/** Of an account of its own, whose default processor has these fees. */
async function merchant(terms: ProcessorChanges | null): Promise<GatewayCaller> {
  const caller = await gatewayCaller(app, { account: `fees${++n}`, role: 'standard' });
  if (terms !== null) await setDefaultFees(app, caller.accountId, terms);
  return caller;
}
const lookUp = (caller: GatewayCaller, change: object = {}) =>
  caller.call('POST', '/api/lookup/fees', { ...SAMPLE, ...change });

it('answers the contract’s sample, to a user without any permission', async () => {
  const { status, body } = await lookUp(await merchant(FLAT));
  expect([status, body]).toEqual([
    200,
    success({
      service_fee: 0,
      payment_adjustment: { value: 0, type: '' },
      requested_amount: 1350,
      discount_amount: null,
      surcharge: 350,
    }),
  ]);
});

it('the contract’s other figures', async () => {
  const caller = await merchant(PERCENT);
  for (const [change, figures] of [
    [{ base_amount: 2599 }, { surcharge: 78, requested_amount: 2677, discount_amount: null }],
    [
      { payment_method: 'ach', base_amount: 10_000 },
      { surcharge: 0, discount_amount: 200, requested_amount: 9800 },
    ],
    [{ state: 'CT' }, { surcharge: 0, requested_amount: 1000 }],
    [{ state: 'ct' }, { surcharge: 0, requested_amount: 1000 }],
    [{ bin: '400005665566' }, { surcharge: 0, requested_amount: 1000 }],
    [
      { bin: null, state: '' },
      { surcharge: 30, requested_amount: 1030 },
    ],
  ] as const)
    expect((await lookUp(caller, change)).body['data']).toMatchObject(figures);
});

it('a service fee and a payment adjustment are of the base, not of each other', async () => {
  const caller = await merchant({
    serviceFee: { type: 'flat', value: 199 },
    paymentAdjustment: { type: 'percentage', value: 3_500 },
  });
  expect((await lookUp(caller, { base_amount: 1299 })).body['data']).toEqual({
    service_fee: 199,
    payment_adjustment: { value: 45, type: 'percentage' },
    requested_amount: 1543,
    discount_amount: null,
    surcharge: 0,
  });
});

it('an account that nobody gave fees has a processor without any', async () => {
  expect((await lookUp(await merchant(null))).body['data']).toMatchObject({ requested_amount: 1000, surcharge: 0 });
});

it('the user’s own default processor comes first; one that is not there is no processor', async () => {
  const boss = await gatewayCaller(app, { account: `fees${++n}` });
  await setDefaultFees(app, boss.accountId, PERCENT);
  const { id } = await madeProcessor(app, boss.accountId, FLAT);
  const setDefault = (processor_id: string) =>
    boss.call('POST', `/api/user/${boss.userId}`, { defaults: { processor_id } });
  await setDefault(id);
  expect((await lookUp(boss)).body['data']).toMatchObject({ surcharge: 350 });
  const others = await merchant(null);
  const theirs = await madeProcessor(app, others.accountId, FLAT);
  for (const wrong of ['nowhere', theirs.id]) {
    await setDefault(wrong);
    expect(await lookUp(boss)).toMatchObject(refusal('no processor'));
  }
});

describe('a customer of the vault', () => {
  let caller: GatewayCaller;
  beforeAll(async () => {
    caller = await gatewayCaller(app, { account: 'fees of customers' });
    await setDefaultFees(app, caller.accountId, PERCENT);
  });
  const created = async (body: object): Promise<VaultRecord> =>
    recordOf(await caller.call('POST', '/api/vault/customer', body));
  const CARD = { default_payment: { card: { number: '4111111111111111', expiration_date: '12/30' } } };
  const surchargeOf = async (change: object) => {
    const { status, body } = await lookUp(caller, { bin: undefined, ...change });
    return status === 200 ? (body['data'] as { surcharge: number }).surcharge : body['msg'];
  };

  it('pays no surcharge if they or the method are exempt', async () => {
    const plain = await created(CARD);
    expect(await surchargeOf({ customer_id: plain.id })).toBe(30);
    const exempt = await created({ ...CARD, flags: ['surcharge_exempt'] });
    expect(await surchargeOf({ customer_id: exempt.id })).toBe(0);
    const methodId = String(plain.data.customer.payments.cards[0]?.['id']);
    await caller.call('POST', `/api/vault/customer/${plain.id}/card/${methodId}`, { flags: ['surcharge_exempt'] });
    expect(await surchargeOf({ customer_id: plain.id, payment_id: methodId })).toBe(0);
    expect(await surchargeOf({ customer_id: plain.id })).toBe(0);
  });

  it('a stored card is told by its own first digits, unless some are sent', async () => {
    const debit = { card: { number: '4000056655665556', expiration_date: '12/30' } };
    const { id, data } = await created({ default_payment: debit });
    const payment_id = String(data.customer.payments.cards[0]?.['id']);
    expect(await surchargeOf({ customer_id: id, payment_id })).toBe(0);
    expect(await surchargeOf({ customer_id: id, payment_id, bin: '517246700' })).toBe(30);
  });

  it('that is unknown or another account’s is refused, and so is a method of another kind', async () => {
    const { id, data } = await created(CARD);
    const payment_id = String(data.customer.payments.cards[0]?.['id']);
    expect(await surchargeOf({ customer_id: 'nobody' })).toBe('bad request error: customer_id is unknown');
    const other = await merchant(PERCENT);
    expect(await lookUp(other, { customer_id: id })).toMatchObject(refusal('customer_id is unknown'));
    for (const change of [{ payment_id: 'nothing' }, { payment_id, payment_method: 'ach' }])
      expect(await surchargeOf({ customer_id: id, ...change })).toMatch(/payment_id is no (card|ach) of the customer$/);
    expect(await surchargeOf({ payment_id })).toBe('bad request error: payment_id needs a customer_id');
  });
});

describe('refused', () => {
  it.each<[object, string]>([
    [{ type: 'gateway' }, 'type must be one of the following values: integrations'],
    [{ type: undefined }, 'type is required'],
    [{ bin: '51724' }, 'bin must have 6 to 19 digits'],
    [{ bin: '1'.repeat(20) }, 'bin must have 6 to 19 digits'],
    [{ bin: 517_246 }, 'bin must have 6 to 19 digits'],
    [{ state: 'Connecticut' }, 'state must be a code such as IL, of at most 3 letters or digits'],
    [{ payment_method: 'cash' }, 'payment_method must be one of the following values: card, ach'],
    [{ base_amount: undefined }, 'base_amount is required'],
    [{ base_amount: 10.5 }, 'base_amount must be an integer number'],
    [{ base_amount: '1000' }, 'base_amount must be an integer number'],
    [{ base_amount: -1 }, 'base_amount must not be less than 0'],
    [{ base_amount: 100_000_000 }, 'base_amount must not be greater than 99999999'],
    [{ base_amount: 99_999_999 }, 'requested_amount must not be greater than 99999999'],
  ])('%j: %s', async (change, msg) => {
    const caller = await merchant(FLAT);
    expect(await lookUp(caller, change)).toMatchObject(refusal(msg));
  });

  it('without a key', async () => {
    expect(await app.http.post('/api/lookup/fees', SAMPLE)).toMatchObject(unauthorized);
  });
});

it('charges and stores nothing at Stripe', async () => {
  const before = await app.simulator.ledger();
  await lookUp(await merchant(FLAT));
  expect(await app.simulator.ledger()).toEqual(before);
});
