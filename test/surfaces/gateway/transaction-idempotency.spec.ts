import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../../support/app.js';
import { failed, type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { MINUTE, resolve } from '../../support/payments.js';
import { act, cardOf, finish, ledgerOf, process, read, rowOf, rows, saleOf } from '../../support/transactions.js';

const CONFIRM = { method: 'POST', path: '/v1/payment_intents/*/confirm' };
const CREATE = { method: 'POST', path: '/v1/payment_intents' };
const METHOD = { method: 'POST', path: '/v1/payment_methods' };

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0', STRIPE_TIMEOUT: '1s', PAYMENT_REQUEST_DEADLINE: '8s' },
  });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());
afterEach(() => app.simulator.clearFaults());

const send = (body: object, by = merchant) => by.call('POST', '/api/transaction', body);
const keyed = (over: object = {}) => saleOf({ idempotency_key: randomUUID(), ...over });
const charges = async () => (await app.simulator.ledger()).count;
const reused = failed('bad request error: idempotency key reused with different parameters');
const inProgress = failed('bad request error: transaction in progress');
const dropAnswers = (match: { method: string; path: string }) =>
  app.simulator.fault({ ...match, times: 0 }, { type: 'drop_after_effect' });

describe('idempotency_key (contract 5.1.7)', () => {
  it('names one transaction for five minutes, to the millisecond', async () => {
    const body = keyed();
    const before = await charges();
    const { now } = await app.simulator.moveClock({ freeze: true });
    const at = async (ms: number) => {
      await app.simulator.moveClock({ set: now + ms });
      await app.clock.refresh();
    };
    await at(0);
    const first = await process(merchant, body);
    await at(2_000);
    expect(await process(merchant, body)).toEqual(first);
    await at(299_999);
    expect(await process(merchant, body)).toEqual(first);
    expect(await charges()).toBe(before + 1);
    await at(300_000);
    const second = await process(merchant, body);
    expect(second['id']).not.toBe(first['id']);
    expect(await charges()).toBe(before + 2);
    await app.simulator.moveClock({ freeze: false });
    await app.clock.refresh();
  });

  it('repeats a decline', async () => {
    const body = keyed({ payment_method: cardOf('4000000000009995') });
    const first = await process(merchant, body);
    expect([first['status'], first['response_code']]).toEqual(['declined', 202]);
    expect(await process(merchant, body)).toEqual(first);
  });

  it('is refused with another body, and another account’s key is another', async () => {
    const body = keyed();
    await process(merchant, body);
    const answer = await send({ ...body, amount: 1113 });
    expect([answer.status, answer.body]).toEqual([400, reused]);
    const other = await gatewayCaller(app, { account: 'other' });
    expect((await send({ ...body, amount: 1113 }, other)).status).toBe(200);
  });

  it('is not occupied by what was refused', async () => {
    const key = randomUUID();
    expect((await send(saleOf({ idempotency_key: key, amount: 0 }))).status).toBe(400);
    expect((await send(saleOf({ idempotency_key: key, processor_id: 'none' }))).status).toBe(400);
    const cashier = await gatewayCaller(app, { role: 'standard', permissions: {} });
    expect((await send(saleOf({ idempotency_key: key }), cashier)).status).toBe(403);
    expect((await send(saleOf({ idempotency_key: key }))).status).toBe(200);
  });

  it('twenty at once are one charge', async () => {
    const body = keyed();
    const before = await charges();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body)));
    const told = answers.filter(({ status }) => status === 200);
    // On a slow machine some wait as long as a request may, and are told that it is still under way.
    for (const { status, body: said } of answers)
      if (status !== 200) expect([status, said['msg']]).toEqual([400, 'transaction in progress']);
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map((answer) => (answer.body['data'] as { id: string }).id)).size).toBe(1);
    expect((await send(body)).status).toBe(200);
    expect(await charges()).toBe(before + 1);
  });

  it('a repeat while the first is under way waits for it', async () => {
    const body = keyed();
    await app.simulator.fault({ ...CONFIRM, nth: 1 }, { type: 'latency', ms: 700 });
    const [first, second] = await Promise.all([send(body), send(body)]);
    expect(second.body).toEqual(first.body);
  });

  it('is kept while the outcome is unknown, and gives the outcome once it is known', async () => {
    const body = keyed();
    await dropAnswers(CONFIRM);
    const unknown = await process(merchant, body);
    expect(unknown).toMatchObject({ status: 'unknown', response_code: 0, amount_captured: 0 });
    await app.advance(6 * MINUTE);
    const late = await send(body);
    expect([late.status, late.body]).toEqual([400, inProgress]);
    await app.simulator.clearFaults();
    await app.advance(5 * MINUTE);
    await resolve(app);
    await finish(app);
    expect(await read(merchant, unknown['id'])).toMatchObject({ status: 'pending_settlement', response_code: 100 });
    expect((await ledgerOf(app, unknown['id'])).charges).toHaveLength(1);
  });

  it('a repeat inside the window settles what the first could not', async () => {
    const body = keyed();
    await dropAnswers(CONFIRM);
    const unknown = await process(merchant, body);
    await app.simulator.clearFaults();
    expect(await process(merchant, body)).toMatchObject({
      id: unknown['id'],
      status: 'pending_settlement',
      response_code: 100,
    });
    expect((await ledgerOf(app, unknown['id'])).charges).toHaveLength(1);
  });
});

describe('when Stripe does not answer', () => {
  it.each([
    ['the method', METHOD],
    ['the PaymentIntent', CREATE],
  ])('%s: declined with 421, and nothing can be charged any more', async (_what, match) => {
    const body = keyed();
    await app.simulator.fault({ ...match, times: 0 }, { type: 'drop_before' });
    const sale = await process(merchant, body);
    expect(sale).toMatchObject({ status: 'declined', response_code: 421 });
    await app.simulator.clearFaults();
    expect(await process(merchant, body)).toEqual(sale);
    await finish(app);
    await app.advance(25 * 60 * MINUTE);
    await resolve(app);
    expect((await ledgerOf(app, sale['id'])).charges).toEqual([]);
    expect(await read(merchant, sale['id'])).toMatchObject({ status: 'declined' });
  });

  it('a decline of which nobody heard is told by the resolver', async () => {
    await dropAnswers(CONFIRM);
    const sale = await process(merchant, saleOf({ payment_method: cardOf('4000000000009995') }));
    expect(sale['status']).toBe('unknown');
    await app.simulator.clearFaults();
    await app.advance(11 * MINUTE);
    await resolve(app);
    await finish(app);
    expect(await read(merchant, sale['id'])).toMatchObject({ status: 'declined', response_code: 202 });
  });

  it('a capture: unknown, and captured by the resolver', async () => {
    const held = await process(merchant, saleOf({ type: 'authorize' }));
    await dropAnswers({ method: 'POST', path: '/v1/payment_intents/*/capture' });
    await app.simulator.fault({ method: 'GET', path: '/v1/payment_intents/*', times: 0 }, { type: 'drop_before' });
    const captured = await act(merchant, held['id'], 'capture', { amount: 1000 });
    expect(captured.body['data']).toMatchObject({ status: 'unknown', response_code: 0 });
    expect((await act(merchant, held['id'], 'void')).status).toBe(400);
    await app.simulator.clearFaults();
    await app.advance(3 * MINUTE);
    await resolve(app);
    await finish(app);
    expect(await read(merchant, held['id'])).toMatchObject({ status: 'pending_settlement', amount_captured: 1000 });
  });

  it('a void: voided at once, and refunded by the resolver', async () => {
    const sale = await process(merchant, saleOf());
    await app.simulator.fault({ method: 'POST', path: '/v1/refunds', times: 0 }, { type: 'drop_before' });
    expect((await act(merchant, sale['id'], 'void')).status).toBe(200);
    expect((await rowOf(app, sale['id'])).asked).not.toBeNull();
    await app.simulator.clearFaults();
    await app.advance(3 * MINUTE);
    await resolve(app);
    await finish(app);
    expect(await rowOf(app, sale['id'])).toMatchObject({ status: 'voided', asked: null, nextCheckAt: null });
    expect((await ledgerOf(app, sale['id'])).refunds).toMatchObject([{ amount: 1112 }]);
  });
});

it('nothing of a card is stored', async () => {
  await process(merchant, keyed({ payment_method: cardOf('4012888888881881', { cvc: '987' }) }));
  const all = JSON.stringify([
    await rows(app).find().lean().exec(),
    await rows(app).db.collection('transaction_keys').find().toArray(),
    await rows(app).db.collection('payments').find().toArray(),
  ]);
  expect(all).toContain('401288******1881');
  expect(all).not.toContain('4012888888881881');
  expect(all).not.toContain('"987"');
});
