import { randomUUID } from 'node:crypto';
import { EffectDrain } from '../../src/modules/payment/effects/effect-drain.js';
import type { Failpoint } from '../../src/platform/common/failpoint-names.js';
import { armFailpoints } from '../../src/platform/common/failpoints.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { CASES_SEED, drawnOf } from '../support/drawn-cases.js';
import { eventually, HOUR, MINUTE, resolve } from '../support/payments.js';
import { act, type Body, finish, ledgerOf, process, rowOf, rows, saleOf } from '../support/transactions.js';

/*
 * A request that stands still for good at a point is, for the records, one whose process was killed there; and when it wakes up
 * after others have gone on without it, it is the zombie that safety must not depend on. Each point of a transaction is stood
 * at once before and once after, with a client who asks again under its key and with one who does not.
 */

jest.setTimeout(180_000);
/** Longer than everything that is done while it stands. */
const STANDS_MS = 15_000; // more than the deadline below, so that who wakes up starts nothing

let app: TestApp;
let merchant: GatewayCaller;
const standing: Promise<unknown>[] = [];
const truths: (() => Promise<void>)[] = [];
beforeAll(async () => {
  app = await startTestApp({
    webhooks: false,
    env: { RESOLVER_TICK: '1h', PAYMENT_REPEAT_WAIT: '0ms', CARD_MAX_DECLINES: '0', PAYMENT_REQUEST_DEADLINE: '10s' },
  });
  merchant = await gatewayCaller(app);
});
afterAll(async () => {
  armFailpoints(undefined);
  await app.stop();
});

async function standAt(point: string, act: () => Promise<unknown>): Promise<void> {
  const reached = armFailpoints(`${point}=sleep:${STANDS_MS}`);
  standing.push(act().catch(() => undefined));
  await eventually(async () => expect(reached()).toBe(true), 5_000);
  armFailpoints(undefined);
}

const send = (body: object) => merchant.call('POST', '/api/transaction', body);
/** Half of the points in each run, drawn anew (VAULT_SEED); all with VAULT_CASES=all. */
const sides = (points: readonly Failpoint[]) =>
  drawnOf(
    points.flatMap((point) => [`${point}.before`, `${point}.after`]),
    0.5,
  );

/** Everything that is left behind is finished, however long it takes. */
async function settleAll(): Promise<void> {
  for (const ms of [3 * MINUTE, 11 * MINUTE, 25 * HOUR]) {
    await app.advance(ms);
    await resolve(app);
    await finish(app);
    await app.app.get(EffectDrain, { strict: false }).pass();
  }
}

/** The row says what Stripe says, and at most one charge was made under the key. */
async function agree(key: string): Promise<void> {
  const found = await rows(app)
    .collection.find({ idempotencyKey: key, type: { $ne: 'refund' } } as never)
    .toArray();
  let charged = 0;
  for (const { _id } of found) {
    const row = await rowOf(app, _id);
    const { charges, refunds } = await ledgerOf(app, _id);
    const taken = charges.reduce((sum, { amount }) => sum + Number(amount), 0);
    const back = refunds.reduce((sum, { amount }) => sum + Number(amount), 0);
    charged += charges.length;
    expect([row.status, row.asked, row.nextCheckAt]).toEqual([expect.not.stringMatching('unknown'), null, null]);
    expect(['pending_settlement', 'settled', 'voided', 'refunded'].includes(row.status) ? row.capturedMinor : 0).toBe(
      taken,
    );
    expect(row.status === 'voided' ? row.capturedMinor : row.refundedMinor).toBe(back);
  }
  expect(charged).toBeLessThanOrEqual(1);
}

const PROCESSING: readonly Failpoint[] = [
  'transaction.look_key',
  'transaction.claim_key',
  'transaction.insert',
  'transaction.send_card',
  'charge.insert',
  'create.send',
  'create.store',
  'confirm.start',
  'confirm.send',
  'confirm.accepted',
  'transaction.read_charge',
  'transaction.book',
];

describe(`a sale that stands (VAULT_SEED=${CASES_SEED})`, () => {
  it.each(sides(PROCESSING))('at %s, and its client asks again: one transaction, charged once', async (point) => {
    const body = saleOf({ idempotency_key: randomUUID() });
    await standAt(point, () => send(body));
    await app.advance(2 * MINUTE); // every lease is over, and the key's window is not
    const sale = await process(merchant, body);
    expect(sale).toMatchObject({ status: 'pending_settlement', response_code: 100 });
    await settleAll();
    await agree(body.idempotency_key);
    truths.push(() => agree(body.idempotency_key));
  });

  it.each(sides(PROCESSING))('at %s, and nobody comes back: nothing is left open', async (point) => {
    const body = saleOf({ idempotency_key: randomUUID() });
    await standAt(point, () => send(body));
    await settleAll();
    await agree(body.idempotency_key);
    const open = { idempotencyKey: body.idempotency_key, status: 'unknown' };
    expect(await rows(app).collection.countDocuments(open as never)).toBe(0);
    truths.push(() => agree(body.idempotency_key));
  });
});

describe('a void that stands', () => {
  it.each(sides(['transaction.ask_void', 'refund.reserve', 'refund.send', 'refund.done', 'transaction.voided']))(
    'at %s is carried out, or was never asked for',
    async (point) => {
      const body = saleOf({ idempotency_key: randomUUID() });
      const sale = await process(merchant, body);
      await standAt(point, () => act(merchant, sale['id'], 'void'));
      await settleAll();
      expect(['voided', 'pending_settlement']).toContain((await rowOf(app, sale['id'])).status);
      await agree(body.idempotency_key);
      truths.push(() => agree(body.idempotency_key));
    },
  );

  it.each(sides(['transaction.ask_void', 'capture.release', 'fence.send', 'fence.canceled']))(
    'of a hold, at %s is carried out, or was never asked for',
    async (point) => {
      const body = saleOf({ type: 'authorize', idempotency_key: randomUUID() });
      const held = await process(merchant, body);
      await standAt(point, () => act(merchant, held['id'], 'void'));
      await settleAll();
      expect(['reversed', 'authorized']).toContain((await rowOf(app, held['id'])).status);
      expect((await ledgerOf(app, held['id'])).charges).toEqual([]);
    },
  );
});

describe('a capture that stands', () => {
  it.each(sides(['transaction.ask_capture', 'capture.ask', 'capture.send', 'capture.done', 'transaction.book']))(
    'at %s is carried out once, or was never asked for',
    async (point) => {
      const body = saleOf({ type: 'authorize', amount: 10_000, idempotency_key: randomUUID() });
      const held = await process(merchant, body);
      await standAt(point, () => act(merchant, held['id'], 'capture', { amount: 7_500 }));
      const isAsked = (await rowOf(app, held['id'])).asked !== null;
      for (let round = 0; round < 3; round++) {
        await app.advance(3 * MINUTE);
        await resolve(app);
        await finish(app);
      }
      const row = await rowOf(app, held['id']);
      if (isAsked) expect([row.status, row.capturedMinor]).toEqual(['pending_settlement', 7_500]);
      truths.push(async () => {
        const { charges } = await ledgerOf(app, held['id']);
        const after = await rowOf(app, held['id']);
        expect(charges.reduce((sum, { amount }) => sum + Number(amount), 0)).toBe(after.capturedMinor);
      });
    },
  );
});

describe('a refund that stands', () => {
  const settled = async (): Promise<Body> => {
    const sale = await process(merchant, saleOf());
    await rows(app).collection.updateOne({ _id: sale['id'] } as never, {
      $set: { status: 'settled', settledMinor: 1112, settledAt: new Date() },
    });
    return sale;
  };

  it.each(
    sides([
      'transaction.ask_refund',
      'refund.reserve',
      'refund.send',
      'refund.done',
      'transaction.insert_refund',
      'transaction.refund_told',
    ]),
  )('at %s is made once, or was never asked for', async (point) => {
    const sale = await settled();
    await standAt(point, () => act(merchant, sale['id'], 'refund', { amount: 400 }));
    const isAsked = (await rowOf(app, sale['id'])).refunds.length > 0;
    await settleAll();
    const check = async () => {
      const row = await rowOf(app, sale['id']);
      const back = (await ledgerOf(app, sale['id'])).refunds.reduce((sum, { amount }) => sum + Number(amount), 0);
      expect([row.refundedMinor, back]).toEqual([row.refunds.length * 400, row.refunds.length * 400]);
      for (const { id } of row.refunds)
        expect(await rowOf(app, id)).toMatchObject({
          status: expect.stringMatching(/^(pending_settlement|settled)$/),
          amountMinor: 400,
        });
    };
    await check();
    if (isAsked) expect((await rowOf(app, sale['id'])).refundedMinor).toBe(400);
    truths.push(check);
  });
});

it('once they wake up, all that stood change nothing that is not true', async () => {
  await Promise.all(standing);
  await settleAll();
  for (const truth of truths) await truth();
  expect(truths.length).toBeGreaterThan(25);
});
