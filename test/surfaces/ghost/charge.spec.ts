import { PaymentSweeper } from '../../../src/modules/payment/upkeep/payment-sweeper.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { badRequest, CARD, failure, type GhostCaller, ghostCaller, notFound } from '../../support/ghost.js';
import { logs } from '../../support/log-capture.js';
import { HOUR, MINUTE, payments, resolve } from '../../support/payments.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const CREATE = { method: 'POST', path: '/v1/payment_intents' };

let app: TestApp;
let ghost: GhostCaller;
let other: GhostCaller;
let customer: string;
let card: string;
beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', STRIPE_TIMEOUT: '1s', PAYMENT_REPEAT_WAIT: '1s', USER_MAX_DECLINES: '1000' },
  });
  ghost = await ghostCaller(app);
  other = await ghostCaller(app, 'other');
  customer = await created(ghost);
  card = await added(customer);
});
afterAll(() => app.stop());
afterEach(() => app.simulator.clearFaults());

const created = async (of: GhostCaller) => String((await of.doc('POST', '/customers', {}))['id']);
const added = async (to: string, body: object = CARD) =>
  String((await ghost.doc('POST', `/customers/${to}/cards`, body))['id']);
const charge = (body: object, headers: Record<string, string> = {}, by = ghost) =>
  by.call('POST', '/charges', body, headers);
const keyed = (key: string) => ({ 'idempotency-key': key });
const order = (over: object = {}) => ({ amount: 1000, customerId: customer, ...over });
/** The money that moved for the answer's charge. */
const moved = async (body: Record<string, unknown>) =>
  (await app.simulator.ledger({ paymentId: String((body['doc'] as { id: string }).id).slice('charge_'.length) }))
    .charges;
const paid = async () => (await app.simulator.ledger()).count;

describe('POST /charges', () => {
  it('charges a card of the customer', async () => {
    const answer = await charge(order({ cardId: card, description: 'Order 1001' }));
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        doc: {
          id: expect.stringMatching(/^charge_[a-z0-9]{26}$/),
          amount: 1000,
          currency: 'usd',
          cardId: card,
          customerId: customer,
          description: 'Order 1001',
          status: 'succeeded',
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      },
    ]);
    expect((await moved(answer.body)).map(({ amount, currency }) => [amount, currency])).toEqual([[1000, 'usd']]);
  });

  it('takes the default card where none is named, and the currency that is', async () => {
    const answer = await charge(order({ currency: 'eur' }));
    expect(answer.body['doc']).toMatchObject({ cardId: card, currency: 'eur', status: 'succeeded', description: null });
  });

  it('takes a form', async () => {
    const form = new URLSearchParams({ amount: '1000', customerId: customer }).toString();
    const answer = await ghost.call('POST', '/charges', form, { 'content-type': 'application/x-www-form-urlencoded' });
    expect([answer.status, (answer.body['doc'] as { amount: number }).amount]).toEqual([201, 1000]);
  });

  it.each([
    [{ amount: 1000.5 }, /amount must be an integer/],
    [{ amount: '1000' }, /amount/],
    [{ amount: -1 }, /amount must not be less than 50/],
    [{ amount: 49 }, /amount must not be less than 50/],
    [{ amount: 100_000_000 }, /amount must not be greater/],
    [{ amount: undefined }, /amount/],
    [{ customerId: undefined }, /customerId/],
    [{ customerId: 'customer_' }, /customerId must be customer_/],
    [{ customerId: { $ne: null } }, /customerId/],
    [{ cardId: 'tok_visa' }, /cardId must be card_/],
    [{ cardId: ['card_1'] }, /cardId/],
    [{ description: 'x'.repeat(1001) }, /description/],
    [{ description: '4242 4242 4242 4242' }, /description/],
    [{ currency: 'USD' }, /currency/],
    [{ currency: 'xxx' }, /xxx|currency/],
    [{ currency: 'jpy', amount: 99_999_999 + 1 }, /amount/],
  ])('%j is 400, and nothing is asked of Stripe', async (over, message) => {
    const before = await paid();
    const answer = await charge(order(over));
    expect([answer.status, answer.body]).toEqual([400, badRequest(expect.stringMatching(message)).body]);
    expect(await paid()).toBe(before);
  });

  it.each(['', ' ', 'x'.repeat(256), 'naïve'])('an Idempotency-Key of %j is 400', async (key) => {
    const answer = await charge(order(), keyed(encodeURI(key) === key ? key : 'a b'));
    expect(answer.status).toBe(400);
  });

  it('an unknown customer, a deleted one, another account’s, and a card that is not theirs are 404', async () => {
    const gone = await created(ghost);
    await ghost.call('DELETE', `/customers/${gone}`);
    const foreign = await created(other);
    const bare = await created(ghost);
    for (const body of [
      order({ customerId: 'customer_bl6nqk69ku6897l45fp0' }),
      order({ customerId: gone }),
      order({ customerId: foreign }),
      order({ customerId: bare }), // no card at all
      order({ customerId: bare, cardId: card }),
    ])
      expect(await charge(body)).toMatchObject(notFound);
    expect(await charge(order(), {}, other)).toMatchObject(notFound);
  });

  it('a decline is 402 in the words of the bank, and the card is not tried again', async () => {
    const declining = await created(ghost);
    await added(declining, { token: 'pm_card_chargeCustomerFail' });
    const answer = await charge(order({ customerId: declining }), keyed('declined-1'));
    expect(answer).toMatchObject(failure(402, 'Your card was declined.', 'Payment Required'));
    const before = (await app.simulator.requests()).requests.length;
    expect(await charge(order({ customerId: declining }), keyed('declined-1'))).toMatchObject(
      failure(402, 'Your card was declined.', 'Payment Required'),
    );
    expect((await app.simulator.requests()).requests).toHaveLength(before);
  });
});

describe('Idempotency-Key', () => {
  it('the same key is the same charge, another key another, and none is a new one each time', async () => {
    const before = await paid();
    const first = await charge(order(), keyed('k-1'));
    const again = await charge(order(), keyed('k-1'));
    expect([again.status, again.body]).toEqual([201, first.body]);
    await charge(order(), keyed('k-2'));
    await charge(order());
    await charge(order());
    expect(await paid()).toBe(before + 4);
  });

  it('is the account’s own', async () => {
    const theirs = await created(other);
    await other.doc('POST', `/customers/${theirs}/cards`, CARD);
    const mine = await charge(order(), keyed('shared'));
    const other_ = await charge({ amount: 1000, customerId: theirs }, keyed('shared'), other);
    expect(other_.status).toBe(201);
    expect((other_.body['doc'] as { id: string }).id).not.toBe((mine.body['doc'] as { id: string }).id);
  });

  it('with another request is 409', async () => {
    await charge(order(), keyed('k-3'));
    const answer = await charge(order({ amount: 1001 }), keyed('k-3'));
    expect(answer).toMatchObject(failure(409, expect.stringMatching(/key/), 'Conflict'));
  });

  it('answers what became of the charge when its card and its customer are gone', async () => {
    const short = await created(ghost);
    await added(short);
    const first = await charge(order({ customerId: short }), keyed('k-4'));
    await ghost.call('DELETE', `/customers/${short}`);
    expect((await charge(order({ customerId: short }), keyed('k-4'))).body).toEqual(first.body);
  });

  it('ten at once under one key are one charge', async () => {
    const before = await paid();
    const answers = await Promise.all(Array.from({ length: 10 }, () => charge(order(), keyed('k-5'))));
    expect(answers.filter(({ status }) => ![201, 409].includes(status))).toEqual([]);
    expect(await paid()).toBe(before + 1);
  });
});

describe('when Stripe does not answer', () => {
  it('502 is told only where no confirm went out; without a key nothing can charge it later', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    expect(await charge(order({ description: 'nobody' }))).toMatchObject(
      failure(502, 'Payment provider unavailable', 'Bad Gateway'),
    );
    const [record] = await payments(app).find({ description: 'nobody' }).lean();
    expect(record?.state).toBe('CANCELED');
    await app.advance(26 * HOUR);
    await resolve(app);
    expect(await paid()).toBe(before);
  });

  it('with a key the same request goes on after 502, and charges once', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CREATE, times: 2 }, { type: 'drop_before' });
    expect((await charge(order(), keyed('k-6'))).status).toBe(502);
    expect((await charge(order(), keyed('k-6'))).body['doc']).toMatchObject({ status: 'succeeded' });
    expect(await paid()).toBe(before + 1);
  });

  it('an unknown outcome is 201 pending, and the same key tells what became of it', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_after_effect' });
    const told = await charge(order(), keyed('k-7'));
    expect([told.status, told.body['doc']]).toEqual([201, expect.objectContaining({ status: 'pending' })]);
    await app.advance(3 * MINUTE);
    await resolve(app);
    expect((await charge(order(), keyed('k-7'))).body['doc']).toMatchObject({ status: 'succeeded' });
    expect(await paid()).toBe(before + 1);
  });

  it('one that never arrived is failed once its PaymentIntent is canceled', async () => {
    const before = await paid();
    await app.simulator.fault({ ...CONFIRM, times: 2 }, { type: 'drop_before' });
    expect((await charge(order(), keyed('k-8'))).body['doc']).toMatchObject({ status: 'pending' });
    await app.advance(11 * MINUTE);
    await resolve(app);
    const after = await charge(order(), keyed('k-8'));
    expect([after.status, after.body['doc']]).toEqual([201, expect.objectContaining({ status: 'failed' })]);
    expect(await paid()).toBe(before);
  });
});

it('the books agree, and the sweep finds nothing but what is ours', async () => {
  logs.clear();
  await app.advance(2 * HOUR);
  await resolve(app);
  await app.app.get(PaymentSweeper, { strict: false }).pass();
  const alarms = logs.lines.filter(({ level }) => Number(level) >= 50).map((line) => line['msg']);
  expect(alarms).toEqual([]);
});
