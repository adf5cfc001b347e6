import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { armFailpoints } from '../../../src/platform/common/failpoints.js';
import { commandLineActor } from '../../../src/modules/audit/actors.js';
import { EffectDrain } from '../../../src/modules/payment/effects/effect-drain.js';
import { TerminalSync } from '../../../src/modules/terminal/terminal-sync.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';
import { eventually, MINUTE, payments, resolve, secret } from '../../support/payments.js';
import { atStripe, madeReader, presentCard } from '../../support/readers.js';
import { act, type Body, finish, ledgerOf, process, read, rowOf, rows, saleOf } from '../../support/transactions.js';

jest.setTimeout(60_000);

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', CARD_MAX_DECLINES: '0', PAYMENT_REQUEST_DEADLINE: '9s' },
  });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());
afterEach(async () => {
  armFailpoints(undefined);
  await app.simulator.clearFaults();
});
const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b);

it('parallel refunds stay within what has settled', async () => {
  const sale = await process(merchant, saleOf());
  await rows(app).collection.updateOne({ _id: sale['id'] } as never, {
    $set: { status: 'settled', settledMinor: 1112, settledAt: new Date() },
  });
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => act(merchant, sale['id'], 'refund', { amount: 200 })),
  );
  expect(statuses(answers)).toEqual([200, 200, 200, 200, 200, 400, 400, 400]);
  const sum = (await ledgerOf(app, sale['id'])).refunds.reduce((all, one) => all + Number(one['amount']), 0);
  expect(sum).toBe(1000);
  await Promise.all([act(merchant, sale['id'], 'refund'), act(merchant, sale['id'], 'refund')]);
  expect(await read(merchant, sale['id'])).toMatchObject({ status: 'refunded', amount_refunded: 1112 });
});

it('capture and void at once: one of them', async () => {
  for (let n = 0; n < 4; n++) {
    const held = await process(merchant, saleOf({ type: 'authorize' }));
    const answers = await Promise.all([
      act(merchant, held['id'], 'capture'),
      act(merchant, held['id'], 'void'),
      act(merchant, held['id'], 'capture', { amount: 500 }),
      act(merchant, held['id'], 'void'),
    ]);
    expect(statuses(answers)).toEqual([200, 400, 400, 400]);
    const { status } = await rowOf(app, held['id']);
    expect((await ledgerOf(app, held['id'])).charges.length).toBe(status === 'reversed' ? 0 : 1);
  }
});

it('nothing is asked of Stripe before the row is stored', async () => {
  const asked = async () =>
    (await app.simulator.requests()).requests.filter(({ path }) => path.startsWith('/v1/payment_')).length;
  const before = await asked();
  const reached = armFailpoints('transaction.insert.before=sleep:3000');
  const sent = merchant.call('POST', '/api/transaction', saleOf());
  await eventually(async () => expect(reached()).toBe(true), 5_000);
  const meanwhile = await asked();
  expect([(await sent).status, meanwhile]).toEqual([200, before]);
});

it('a capture while another one is under way asks nothing of Stripe', async () => {
  const held = await process(merchant, saleOf({ type: 'authorize' }));
  const { paymentId } = await rowOf(app, held['id']);
  /** Keys, because an unanswered request is sent again under its own. */
  const captures = async () => {
    const { requests } = await app.simulator.requests();
    const keys = requests.map(({ idempotency_key: key }) => key ?? '');
    return new Set(keys.filter((key) => key.startsWith(`${paymentId}:capture:`))).size;
  };
  const match = { method: 'POST', path: '/v1/payment_intents/*/capture' };
  await app.simulator.fault({ ...match, times: 1 }, { type: 'latency', ms: 1_500 });
  const first = act(merchant, held['id'], 'capture', { amount: 500 });
  await eventually(async () => expect(await captures()).toBe(1), 3_000);
  expect((await act(merchant, held['id'], 'capture', { amount: 700 })).status).toBe(400);
  expect([(await first).status, await captures()]).toEqual([200, 1]);
  expect((await ledgerOf(app, held['id'])).charged).toBe(500);
});

it('a void of a hold that was captured elsewhere meanwhile comes too late, and gives nothing back', async () => {
  const held = await process(merchant, saleOf({ type: 'authorize' }));
  const { providerPaymentId = '' } = (await payments(app).findById((await rowOf(app, held['id'])).paymentId)) ?? {};
  await secret(app).paymentIntents.capture(providerPaymentId);
  expect((await act(merchant, held['id'], 'void')).status).toBe(400);
  await app.advance(10 * MINUTE);
  await finish(app);
  expect(await read(merchant, held['id'])).toMatchObject({ status: 'pending_settlement', amount_captured: 1112 });
  expect(await ledgerOf(app, held['id'])).toMatchObject({ charged: 1112, refunded: 0 });
  expect((await act(merchant, held['id'], 'void')).status).toBe(200);
  expect(await ledgerOf(app, held['id'])).toMatchObject({ net: 0 });
});

it('a capture of part of a currency whose amounts end in 0 is refused with the reason, and the hold stays', async () => {
  const held = await process(merchant, saleOf({ type: 'authorize', amount: 11120, currency: 'KWD' }));
  expect(held['status']).toBe('authorized');
  const answer = await act(merchant, held['id'], 'capture', { amount: 5555 });
  expect([answer.status, answer.body['msg']]).toEqual([400, expect.stringMatching(/end in 0/)]);
});

it('a verified card whose customer could not be stored is stored later', async () => {
  armFailpoints('adopt.insert.before=throw');
  const verified = await process(
    merchant,
    saleOf({ type: 'verification', amount: 0, create_vault_record: true, idempotency_key: randomUUID() }),
  );
  armFailpoints(undefined);
  expect(verified).toMatchObject({ status: 'settled', response_code: 100 });
  await app.advance(5 * MINUTE);
  await resolve(app);
  await app.app.get(EffectDrain, { strict: false }).pass();
  await finish(app);
  expect((await read(merchant, verified['id']))['customer_id']).not.toBe('');
});

it('the news of an authorization that come late do not revive what was voided', async () => {
  await app.app.get(EffectDrain, { strict: false }).pass();
  await sleep(1_500);
  const held = await process(merchant, saleOf({ type: 'authorize' }));
  const reached = armFailpoints('transaction.of_payment.after=sleep:4000');
  // The drain of every second reads the payment, and stands still.
  await eventually(async () => expect(reached()).toBe(true), 3_000);
  const voided = await act(merchant, held['id'], 'void');
  const seen: string[] = [];
  const until = performance.now() + 8_000;
  while (performance.now() < until) {
    const { status } = await rowOf(app, held['id']);
    if (seen.at(-1) !== status) seen.push(status);
    await sleep(20);
  }
  expect([voided.status, seen]).toEqual([200, ['reversed']]);
});

it('a confirm that stood still before it was sent charges nothing after its row has ended', async () => {
  armFailpoints('confirm.send.before=sleep:4000');
  const sent = merchant.call('POST', '/api/transaction', saleOf());
  await sleep(1_000);
  await app.advance(11 * MINUTE);
  await resolve(app);
  await finish(app);
  const [row] = await rows(app).find().sort({ createdAt: -1 }).limit(1).lean().exec();
  const told = row?.status;
  const answer = await sent;
  expect([told, (await ledgerOf(app, row?._id)).charges.length, (answer.body['data'] as Body)['status']]).toEqual([
    'declined',
    0,
    'declined',
  ]);
});

it('a charge whose outcome could not be written is told as unknown, with its id', async () => {
  armFailpoints('transaction.book.before=throw');
  const answer = await app.http
    .request('POST', '/api/transaction', saleOf(), { headers: { authorization: merchant.key } })
    .catch((error: unknown) => ({
      status: 500,
      text: String(error).slice(0, 200),
      body: {} as Record<string, unknown>,
    }));
  expect([answer.status, (answer.body['data'] as Body | undefined)?.['status']]).toEqual([200, expect.anything()]);
});

it('the surcharge within calculated amounts is told, and may be given back', async () => {
  const sale = await process(
    merchant,
    saleOf({ amount: 1030, amounts: { total: 1030, amount: 1000, included_amounts: { surcharge: 30 } } }),
  );
  expect(sale).toMatchObject({ surcharge: 30 });
});

it('a user without the permission does not get another’s transaction by its key', async () => {
  const body = saleOf({ idempotency_key: randomUUID() });
  await process(merchant, body);
  const clerk = await gatewayCaller(app, { role: 'standard', permissions: {} });
  const answer = await clerk.call('POST', '/api/transaction', body);
  expect(answer.status).toBe(403);
});

it('a request that stood still does not revive a hold that was voided meanwhile', async () => {
  await app.app.get(EffectDrain, { strict: false }).pass();
  const last = (await rows(app).find().sort({ createdAt: -1 }).limit(1).lean().exec())[0]?._id;
  armFailpoints('transaction.book.before=sleep:6000');
  const sent = merchant.call('POST', '/api/transaction', saleOf({ type: 'authorize' }));
  let id = '';
  await eventually(async () => {
    const [row] = await rows(app).find().sort({ createdAt: -1 }).limit(1).lean().exec();
    expect([row?.type, row?.status]).toEqual(['authorize', 'authorized']);
    expect(row?._id).not.toBe(last);
    id = row?._id ?? '';
  }, 5_000);
  expect((await act(merchant, id, 'void')).status).toBe(200);
  await app.app.get(EffectDrain, { strict: false }).pass();
  const before = (await rowOf(app, id)).status;
  const answer = (await sent).body['data'] as Body;
  await app.advance(10 * MINUTE);
  await resolve(app);
  await app.app.get(EffectDrain, { strict: false }).pass();
  await finish(app);
  expect([before, answer['id'] === id, answer['status'], (await rowOf(app, id)).status]).toEqual([
    'reversed',
    true,
    'reversed',
    'reversed',
  ]);
});

it('nobody is told a decline of what another request of the same key charges', async () => {
  const body = saleOf({ idempotency_key: randomUUID() });
  armFailpoints(
    'charge.insert.before=sleep:9500,confirm.start.before=sleep:3000,fence.intent.before=sleep:4000,transaction.book.before=sleep:6000',
  );
  const first = process(merchant, body);
  await sleep(1_000);
  await app.advance(MINUTE);
  await sleep(6_500);
  const second = process(merchant, body);
  const [one, two] = await Promise.all([first, second]);
  const { charges } = await ledgerOf(app, one['id']);
  expect([one['status'], two['status'], charges.length]).toEqual(['pending_settlement', 'pending_settlement', 1]);
});

it('a request whose row the resolver has ended answers the row', async () => {
  armFailpoints('charge.insert.before=sleep:3000');
  const sent = merchant.call('POST', '/api/transaction', saleOf());
  await sleep(1_000);
  await app.advance(MINUTE);
  await finish(app);
  const answer = await sent;
  expect([answer.status, (answer.body['data'] as Body | undefined)?.['status'], answer.body['msg']]).toEqual([
    200,
    'declined',
    'success',
  ]);
});

describe('at a terminal', () => {
  let reader: string;
  let terminal: string;
  beforeAll(async () => {
    reader = await madeReader(app.simulator);
    await app.app.get(TerminalSync, { strict: false }).sync(commandLineActor(), merchant.accountId, {});
    terminal = String(((await merchant.call('GET', '/api/terminals')).body['data'] as { id: string }[])[0]?.id);
  });
  beforeEach(() => atStripe(app.simulator, 'POST', `/terminal/readers/${reader}/cancel_action`).catch(() => undefined));
  const atTerminal = (over: object = {}) =>
    saleOf({ payment_method: { terminal: { id: terminal, print_receipt: 'no', signature_required: false } }, ...over });

  it('a sale that gives up does not stop the reader for the next one', async () => {
    const first = process(merchant, atTerminal());
    await sleep(1_000);
    // Somebody at the counter stops it, or the reader does.
    await atStripe(app.simulator, 'POST', `/terminal/readers/${reader}/cancel_action`);
    await sleep(1_000);
    const second = process(merchant, atTerminal({ amount: 2000 }));
    expect((await first)['status']).not.toBe('pending_settlement');
    await eventually(() => presentCard(app.simulator, reader), 5_000);
    expect(await second).toMatchObject({ status: 'pending_settlement', amount: 2000 });
  });

  it('a repeat of a sale that died at the reader ends it as the first would have', async () => {
    const body = atTerminal({ idempotency_key: randomUUID() });
    // As a process that dies once the reader asks: nothing is stopped.
    armFailpoints('reader.send.after=throw,fence.intent.before=throw');
    const first = await merchant
      .call('POST', '/api/transaction', body)
      .catch((error: unknown) => ({ status: 500, text: String(error).slice(0, 90) }));
    armFailpoints(undefined);
    await app.advance(MINUTE);
    const again = await process(merchant, body);
    const after = await presentCard(app.simulator, reader).then(
      () => 'taken',
      () => 'nobody asks',
    );
    expect([first.status, again['status'], after, (await ledgerOf(app, again['id'])).charges.length]).toEqual([
      500,
      'declined',
      'nobody asks',
      0,
    ]);
  });

  it('two at once: one of them is busy, and the other is paid', async () => {
    const both = [process(merchant, atTerminal()), process(merchant, atTerminal())];
    await eventually(() => presentCard(app.simulator, reader), 5_000);
    const done = await Promise.all(both);
    expect(done.map((one) => Number(one['response_code'])).toSorted((a, b) => a - b)).toEqual([100, 400]);
  });
});
