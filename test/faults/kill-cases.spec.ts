import type { Effect } from '../../src/modules/payment/record/payment.types.js';
import { eventually, newCuid } from '../support/payments.js';
import { sideBySide } from '../support/side-by-side.js';
import { KillGround, SOON_MS, STANDS, type Told } from './harness/kill-ground.js';

/*
 * docs/fault-cases.md 3.1. A process costs seconds, so those that die at one life of A are cases of their own: each request
 * stands still at its point when kill -9 comes. Each is done once with a client that comes back with the same cuid, and
 * once with one that does not.
 */

jest.setTimeout(2 * SOON_MS);

const PAYMENT_INTENTS = '/v1/payment_intents';
/** Of a request, as the harness has it. */
const LEASE_MS = 5_000;
/** Longer than the claim of a receipt that A died with. */
const CLAIM_MS = 61_000;

let ground: KillGround;
beforeAll(async () => {
  ground = await KillGround.start();
});
afterAll(() => ground.stop());

const pointsOf = (cases: readonly { point: string }[]) => cases.map(({ point }) => point);

/** A dies while it creates. @returns the cuids by the points */
async function dieCreating(points: readonly string[]): Promise<(one: { point: string }) => string> {
  const cuids = new Map(points.map((point) => [point, newCuid()]));
  const cuidOf = ({ point }: { point: string }) => cuids.get(point) ?? '';
  await ground.diesAt(points, (point) => ground.create('A', cuidOf({ point })));
  return cuidOf;
}

/** A dies while it confirms. @returns the payments by the points */
async function dieConfirming(points: readonly string[]) {
  const payments = new Map<string, { cuid: string; id: string }>();
  const paymentOf = ({ point }: { point: string }) => payments.get(point) ?? { cuid: '', id: '' };
  await ground.diesAt(
    points,
    (point) => ground.confirm('A', paymentOf({ point })),
    async () => {
      for (const point of points) payments.set(point, await ground.made());
    },
  );
  return paymentOf;
}

async function created(cuid: string): Promise<Told> {
  let answer: Told | null = null;
  await eventually(async () => {
    answer = await ground.create('B', cuid);
    expect(answer?.status).toBe(201);
  }, SOON_MS);
  return answer as unknown as Told;
}

describe('killed while it creates, and the payer comes back', () => {
  const CASES = [
    { t: 'T-01', when: 'before the payment is inserted', point: 'create.insert.before' },
    { t: 'T-02', when: 'after it, before the PaymentIntent', point: 'create.insert.after' },
    { t: 'T-02', when: 'just before Stripe is asked', point: 'create.send.before' },
    { t: 'T-04', when: 'after Stripe made the PaymentIntent', point: 'create.send.after' },
    { t: 'T-04', when: 'before that is stored', point: 'create.store.before' },
    { t: 'T-04', when: 'after that is stored', point: 'create.store.after' },
  ];
  let outcome: (one: (typeof CASES)[number]) => { cuid: string; id: string; status?: number; paid: Told | null };

  beforeAll(async () => {
    const cuidOf = await dieCreating(pointsOf(CASES));
    // While the dead request's lease lasts, and after it.
    const first = await sideBySide(CASES, CASES.length, (one) => ground.create('B', cuidOf(one)));
    await ground.world.simulator.moveClock({ advance: LEASE_MS });
    outcome = await sideBySide(CASES, CASES.length, async (one) => {
      const cuid = cuidOf(one);
      const answer = first(one)?.status === 409 ? await created(cuid) : first(one);
      const id = String(answer?.body['id']);
      return { cuid, id, status: answer?.status, paid: await ground.confirm('B', { cuid, id }) };
    });
  });

  it.each(CASES)('$t, $when: the same cuid gets one payment, one PaymentIntent and one charge', async (one) => {
    const { cuid, id, status, paid } = outcome(one);
    expect(status).toBe(201);
    expect(paid?.body['status']).toBe('succeeded');
    await ground.expectPaidOnce(cuid);
    expect((await ground.recordOf(cuid)).providerPaymentId).toBe(id);
    expect(await ground.madeAtStripe(cuid)).toBe(1);
  });
});

describe('killed while it creates, and nobody comes back', () => {
  const NOTHING = { t: 'T-01', point: 'create.insert.before' };
  const CANCELED = [
    { t: 'T-02', point: 'create.insert.after' },
    { t: 'T-04', point: 'create.send.after' },
  ];
  let cuidOf: (one: { point: string }) => string;

  beforeAll(async () => {
    cuidOf = await dieCreating(pointsOf([NOTHING, ...CANCELED]));
    await ground.end(CANCELED.map(cuidOf));
  });

  it('T-01: there is nothing', async () => {
    expect(await ground.recordsOf(cuidOf(NOTHING))).toEqual([]);
  });

  it.each(CANCELED)('$t: canceled, no charge', async (one) => {
    expect((await ground.recordOf(cuidOf(one))).state).toBe('CANCELED');
    expect(await ground.chargesOf(cuidOf(one))).toBe(0);
  });
});

describe('killed while Stripe holds its requests, which then run, and while it tells a stored result', () => {
  const creates = { back: newCuid(), gone: newCuid() };
  let confirms: { back: Paying; gone: Paying; told: Paying };
  let confirmed: Told | null;
  let paid: Told | null;
  type Paying = { cuid: string; id: string };

  beforeAll(async () => {
    const { simulator } = ground.world;
    await ground.timeStands(async () => {
      const told = 'confirm.accepted.after';
      // As long as the lease lets it, so that A is dead before it stops waiting for Stripe.
      await ground.startA(`${told}=${STANDS}`, { STRIPE_TIMEOUT: `${LEASE_MS}ms` });
      confirms = { back: await ground.made(), gone: await ground.made(), told: await ground.made() };
      const asked: Promise<unknown>[] = [];
      await ground.comesTo(told, 'sleep', () => void asked.push(ground.confirm('A', confirms.told)));
      const holdsCreates = await ground.hold({ method: 'POST', path: PAYMENT_INTENTS }, 2);
      const holdsConfirms = await ground.hold({ method: 'POST', path: `${PAYMENT_INTENTS}/*/confirm` }, 2);
      asked.push(
        ...[creates.back, creates.gone].map((cuid) => ground.create('A', cuid)),
        ...[confirms.back, confirms.gone].map((payment) => ground.confirm('A', payment)),
      );
      await Promise.all([holdsCreates(), holdsConfirms()]);
      await ground.world.apps.A.stop();
      await ground.expectUnanswered(asked);
      await simulator.release();
      await simulator.clearFaults();
    });
    confirmed = await ground.confirm('B', confirms.back);
    await simulator.moveClock({ advance: LEASE_MS + 1_000 });
    paid = await ground.confirm('B', { cuid: creates.back, id: (await created(creates.back)).body['id'] });
    await ground.end([creates.gone, confirms.gone.cuid]);
  });

  it('T-03 while Stripe holds the create, and the payer comes back: one PaymentIntent, under one key', async () => {
    expect(paid?.body['status']).toBe('succeeded');
    const { _id } = await ground.recordOf(creates.back);
    const { requests } = await ground.world.simulator.requests({ key: `${_id}:create:` });
    expect(new Set(requests.map(({ idempotency_key }) => idempotency_key)).size).toBe(1);
    // B asks once, or again if it got no answer in time.
    expect(requests.length).toBeGreaterThan(1);
    expect(requests.map(({ executed, replayed }) => [executed, replayed])).toEqual([
      [true, false],
      ...requests.slice(1).map(() => [false, true]),
    ]);
    await ground.expectPaidOnce(creates.back);
  });

  it('T-03 while Stripe holds the create, and nobody comes back: canceled, no charge', async () => {
    expect((await ground.recordOf(creates.gone)).state).toBe('CANCELED');
    expect(await ground.chargesOf(creates.gone)).toBe(0);
  });

  it('T-06 while Stripe holds the confirm, and the payer comes back: one charge', async () => {
    expect([confirmed?.status, confirmed?.body['status']]).toEqual([201, 'succeeded']);
    await ground.expectPaidOnce(confirms.back.cuid);
  });

  it('T-06 while Stripe holds the confirm, and nobody comes back: one charge', async () => {
    expect((await ground.recordOf(confirms.gone.cuid)).state).toBe('SUCCEEDED');
    await ground.expectPaidOnce(confirms.gone.cuid);
  });

  it('T-07 a stored result is told again as a read tells it, and writes nothing', async () => {
    const { cuid, id } = confirms.told;
    await ground.expectPaidOnce(cuid);
    const { v } = await ground.recordOf(cuid);
    expect((await ground.confirm('B', confirms.told))?.body).toEqual(await ground.read(id));
    expect((await ground.recordOf(cuid)).v).toBe(v);
  });
});

describe('killed while it confirms, and the payer comes back', () => {
  const CASES = [
    { t: 'T-05', when: 'before the attempt is written', point: 'confirm.start.before' },
    { t: 'T-05', when: 'after it is written, before Stripe is asked', point: 'confirm.start.after' },
    { t: 'T-05', when: 'just before Stripe is asked', point: 'confirm.send.before' },
    { t: 'T-06', when: 'after Stripe has charged', point: 'confirm.send.after' },
    { t: 'T-06', when: 'before that is written', point: 'confirm.accepted.before' },
    { t: 'T-07', when: 'after that is written, before the answer', point: 'confirm.accepted.after' },
  ];
  let cuidOf: (one: { point: string }) => string;
  let outcome: (one: (typeof CASES)[number]) => {
    before: Awaited<ReturnType<KillGround['recordOf']>>;
    again: Told | null;
  };

  beforeAll(async () => {
    const paymentOf = await dieConfirming(pointsOf(CASES));
    cuidOf = (one) => paymentOf(one).cuid;
    outcome = await sideBySide(CASES, CASES.length, async (one) => ({
      before: await ground.recordOf(cuidOf(one)),
      again: await ground.confirm('B', paymentOf(one)),
    }));
    await ground.world.simulator.moveClock({ advance: CLAIM_MS });
  });

  it.each(CASES)('$t, $when: the same card again is one charge', async (one) => {
    const { before, again } = outcome(one);
    expect([again?.status, again?.body['status']]).toEqual([201, 'succeeded']);
    await ground.expectPaidOnce(cuidOf(one));
    const after = await ground.recordOf(cuidOf(one));
    expect(after.attempt?.n).toBe(1);
    // A stored result is told again, and nothing is written for it but that its receipt went out.
    if (one.point === 'confirm.accepted.after')
      expect([before.state, after.settled]).toEqual(['SUCCEEDED', before.settled]);
  });
});

describe('killed while it confirms, and nobody comes back', () => {
  const CASES = [
    { t: 'T-05', point: 'confirm.start.before', state: 'CANCELED', charges: 0 },
    { t: 'T-05', point: 'confirm.start.after', state: 'CANCELED', charges: 0 },
    { t: 'T-05', point: 'confirm.send.before', state: 'CANCELED', charges: 0 },
    { t: 'T-06', point: 'confirm.send.after', state: 'SUCCEEDED', charges: 1 },
    { t: 'T-07', point: 'confirm.accepted.after', state: 'SUCCEEDED', charges: 1 },
  ];
  let paymentOf: (one: { point: string }) => { cuid: string; id: string };

  beforeAll(async () => {
    paymentOf = await dieConfirming(pointsOf(CASES));
    await ground.end(CASES.map((one) => paymentOf(one).cuid));
  });

  it.each(CASES)('$t at $point: $state', async (one) => {
    const { cuid, id } = paymentOf(one);
    expect((await ground.recordOf(cuid)).state).toBe(one.state);
    expect(await ground.chargesOf(cuid)).toBe(one.charges);
    expect(await ground.statusAtStripe(id)).toBe(one.state.toLowerCase());
    if (one.charges === 1) await ground.expectPaidOnce(cuid);
  });
});

describe('killed while it sends a receipt', () => {
  const POINTS = ['effect.claim.after', 'effect.send.before', 'effect.send.after', 'effect.done.before'];
  const payments = new Map<string, { cuid: string; paid: Told | null; left: readonly Effect[] }>();

  beforeAll(async () => {
    const { A, B } = ground.world.apps;
    await B.stop(); // A is the only one that could send it
    // Time stands: what the earlier lives of A have claimed stays theirs.
    await ground.timeStands(async () => {
      for (const point of POINTS) {
        await ground.startA(`${point}=kill`);
        const payment = await ground.made();
        const paid = await ground.confirm('A', payment);
        await ground.isDown();
        payments.set(point, { ...payment, paid, left: (await ground.recordOf(payment.cuid)).effects });
      }
    });
    await A.stop();
    await ground.world.simulator.moveClock({ advance: CLAIM_MS });
    await B.start('B');
  });

  it.each(POINTS)('T-08 at %s: the receipt is sent under its one id, and done', async (point) => {
    const { cuid, paid, left } = payments.get(point) ?? { cuid: '', paid: null, left: [] };
    expect(left).toMatchObject([{ doneAt: null }]);
    if (paid !== null) expect(paid.body['status']).toBe('succeeded');
    await ground.expectPaidOnce(cuid);
    expect(new Set(ground.receiptsOf((await ground.recordOf(cuid))._id)).size).toBe(1);
  });
});

describe('killed while it takes an event', () => {
  const CASES = [
    { when: 'before the event is inserted', point: 'webhook.insert.before' },
    { when: 'after it is inserted, before the 200', point: 'webhook.insert.after' },
  ] as const;
  const payments = new Map<string, { cuid: string; id: string }>();

  beforeAll(async () => {
    const { world } = ground;
    world.webhookReaders = ['B'];
    await nothingIsOnItsWay();
    const [stands, kills] = CASES;
    await ground.startA(`${stands.point}=${STANDS},${kills.point}=kill`);
    world.webhookReaders = ['A'];
    await ground.comesTo(stands.point, 'sleep', async () => void payments.set(stands.point, await ground.made('B')));
    await ground.comesTo(kills.point, 'kill', async () => void payments.set(kills.point, await ground.made('B')));
    await ground.isDown();
    world.webhookReaders = ['B'];
    for (const payment of payments.values()) await ground.confirm('B', payment);
  });

  /** Every delivery was taken or given up. */
  const nothingIsOnItsWay = () =>
    eventually(async () => {
      const { deliveries } = await ground.world.simulator.deliveries();
      expect(deliveries.filter(({ delivered, next_at }) => !delivered && next_at !== null)).toEqual([]);
    }, SOON_MS);

  it.each(CASES)('T-09 $when: delivered again, one row', async ({ point }) => {
    const { cuid, id } = payments.get(point) ?? { cuid: '', id: '' };
    await ground.expectPaidOnce(cuid);
    await eventually(async () => {
      const { deliveries } = await ground.world.simulator.deliveries({ object: id });
      const open = deliveries.filter(({ event }) => !deliveries.some((one) => one.event === event && one.delivered));
      expect(open).toEqual([]);
      const rows = await ground.store.database().collection('inbox').find({ objectId: id }).toArray();
      expect(rows.map(({ state }) => state as string)).toEqual(rows.map(() => 'done'));
      expect(rows).toHaveLength(new Set(deliveries.map(({ event }) => event)).size);
      // The first try of the first event is the one that A died of.
      const first = deliveries.find(({ type }) => type === 'payment_intent.created');
      expect(first?.attempt).toBe(1);
      expect(first?.status).not.toBe(200);
    }, SOON_MS);
  });
});
