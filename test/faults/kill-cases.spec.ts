import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Payment } from '../../src/modules/payment/payment.types.js';
import { TEST_STRIPE_KEY } from '../support/app.js';
import { builtDist } from '../support/built-dist.js';
import { eventually, newCuid } from '../support/payments.js';
import { Journal } from './harness/journal.js';
import { StoreWatch } from './harness/observation.js';
import { World } from './harness/world.js';

/*
 * FAULTS.md 3.1 with real processes: A dies at a named point by kill -9, B is another instance that stays. Each case runs
 * once with a client that comes back with the same cuid, and once with one that does not.
 */

const SOON_MS = 180_000;
const PAYMENT_INTENTS = '/v1/payment_intents';

let dir: string;
let world: World;
let store: StoreWatch;
let token: string;
/** What A is started with next. */
let failpoints: string | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'payments-kills-'));
  const dist = await builtDist();
  const journal = new Journal();
  const failpointsFor = (app: string) => (app === 'A' ? failpoints : undefined);
  world = await World.start({ dir, journal, appDist: dist, simulatorDist: dist, seed: 5, failpointsFor });
  store = new StoreWatch(world.mongoUri);
  await world.apps.B.start('B');
  // The first payment makes the Customer, which no case is about.
  const answer = await ask('B', '/user/register', { userName: 'T', email: 't@example.com', password: 'password' });
  token = String(answer?.body['access_token']);
  await ask('B', '/payment', { cuid: newCuid() });
}, 120_000);
afterEach(() => world.apps.A.stop());
afterAll(async () => {
  await store.stop();
  await world.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Null when the connection ended without an answer. */
async function ask(app: 'A' | 'B', path: string, body: object) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(world.url(app) + path, { method: 'POST', headers, body: JSON.stringify(body) }).catch(
    () => null,
  );
  return response === null
    ? null
    : { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function startA(armed: string): Promise<void> {
  failpoints = armed;
  await world.apps.A.start('A');
}

const create = (app: 'A' | 'B', cuid: string) => ask(app, '/payment', { cuid });
const confirm = (app: 'A' | 'B', cuid: string, paymentId: unknown, paymentMethodId = 'pm_card_visa') =>
  ask(app, '/payment/confirm', { cuid, paymentId, paymentMethodId });

const recordsOf = (cuid: string): Promise<Payment[]> => store.payments.find({ cuid } as never).toArray();

async function recordOf(cuid: string): Promise<Payment> {
  const [record, ...more] = await recordsOf(cuid);
  expect(more).toEqual([]);
  if (record === undefined) throw new Error(`no payment of ${cuid}`);
  return record;
}

const atStripe = async (cuid: string) => {
  const { requests } = await world.simulator.requests({ path: '/v1/payment_intents' });
  const made = requests.filter(({ params, executed }) => executed && JSON.stringify(params).includes(cuid));
  return made.length;
};

async function statusAtStripe(id: unknown): Promise<string> {
  const headers = { authorization: `Bearer ${TEST_STRIPE_KEY}` };
  const response = await fetch(`${world.simulator.url}/v1/payment_intents/${String(id)}`, { headers });
  return ((await response.json()) as { status: string }).status;
}

async function chargesOf(cuid: string): Promise<number> {
  const { charges } = await world.simulator.ledger();
  return charges.filter(({ metadata }) => metadata['cuid'] === cuid).length;
}

/** More time passes than anybody waits for, until B has ended the payment. */
async function ends(cuid: string, state: string): Promise<void> {
  await eventually(async () => {
    await world.simulator.moveClock({ advance: 6_000 });
    expect((await recordOf(cuid)).state).toBe(state);
  }, SOON_MS);
}

/** Paid in the end, once, and all that goes with it. */
async function isPaidOnce(cuid: string): Promise<void> {
  await eventually(async () => {
    const record = await recordOf(cuid);
    expect([record.state, record.effects.map(({ id, doneAt }) => [id, doneAt !== null])]).toEqual([
      'SUCCEEDED',
      [[`${record._id}:succeeded`, true]],
    ]);
  }, SOON_MS);
  expect(await chargesOf(cuid)).toBe(1);
}

/** A dies while it creates; the payer pays at B when he comes back. */
async function diesCreating(point: string) {
  await startA(`${point}=kill`);
  const cuid = newCuid();
  expect(await create('A', cuid)).toBeNull();
  return {
    cuid,
    async comesBack() {
      let again = await create('B', cuid);
      // The dead request's lease, five seconds here, is waited for.
      for (let i = 0; again?.status === 409 && i < 20; i++) {
        await world.simulator.moveClock({ advance: 1_000 });
        again = await create('B', cuid);
      }
      expect(again?.status).toBe(201);
      expect((await confirm('B', cuid, again?.body['id']))?.body['status']).toBe('succeeded');
      await isPaidOnce(cuid);
      return again?.body['id'];
    },
  };
}

/** A is killed while Stripe holds its request; then that runs, and is answered to nobody. */
async function dies(path: string, send: () => Promise<unknown>): Promise<void> {
  await world.simulator.fault({ method: 'POST', path, times: 1 }, { type: 'hold' });
  const asked = send();
  await eventually(async () => {
    const { faults } = (await world.simulator.faults()) as { faults: { hits: number }[] };
    expect(faults[0]?.hits).toBe(1);
  }, 10_000);
  await world.apps.A.stop();
  expect(await asked).toBeNull();
  await world.simulator.release();
  await world.simulator.clearFaults();
}

/** A dies while it confirms; the payment was made at B. */
async function diesConfirming(point: string) {
  await startA(`${point}=kill`);
  const cuid = newCuid();
  const made = await create('B', cuid);
  expect(await confirm('A', cuid, made?.body['id'])).toBeNull();
  return { cuid, id: made?.body['id'] };
}

describe('killed while it creates', () => {
  it.each([
    ['T-01', 'before the payment is inserted', 'create.insert.before'],
    ['T-02', 'after it, before the PaymentIntent', 'create.insert.after'],
    ['T-02', 'just before Stripe is asked', 'create.send.before'],
    ['T-04', 'after Stripe made the PaymentIntent', 'create.send.after'],
    ['T-04', 'before that is stored', 'create.store.before'],
    ['T-04', 'after that is stored', 'create.store.after'],
  ])(
    '%s, %s: the same cuid gets one payment, one PaymentIntent and one charge',
    async (_t, _when, point) => {
      const dead = await diesCreating(point);
      const id = await dead.comesBack();
      expect((await recordOf(dead.cuid)).providerPaymentId).toBe(id);
      expect(await atStripe(dead.cuid)).toBe(1);
    },
    SOON_MS,
  );

  it(
    'T-01 and nobody comes back: there is nothing',
    async () => {
      const { cuid } = await diesCreating('create.insert.before');
      expect(await recordsOf(cuid)).toEqual([]);
    },
    SOON_MS,
  );

  it.each([
    ['T-02', 'create.insert.after'],
    ['T-04', 'create.send.after'],
  ])(
    '%s and nobody comes back: canceled, no charge',
    async (_t, point) => {
      const { cuid } = await diesCreating(point);
      await ends(cuid, 'CANCELED');
      expect(await chargesOf(cuid)).toBe(0);
    },
    SOON_MS,
  );

  it.each([true, false])(
    'T-03 while Stripe holds the create: one PaymentIntent, under one key (comes back: %s)',
    async (comesBack) => {
      await startA('confirm.find.before=kill'); // armed for nothing: A is killed from outside
      const cuid = newCuid();
      await dies(PAYMENT_INTENTS, () => create('A', cuid));
      await world.simulator.moveClock({ advance: 6_000 });
      if (comesBack) {
        await eventually(async () => expect((await create('B', cuid))?.status).toBe(201), 10_000);
        const { _id, providerPaymentId } = await recordOf(cuid);
        const { requests } = await world.simulator.requests({ key: `${_id}:create:` });
        expect(new Set(requests.map(({ idempotency_key }) => idempotency_key)).size).toBe(1);
        expect(requests.map(({ executed, replayed }) => [executed, replayed])).toEqual([
          [true, false],
          [false, true],
        ]);
        expect((await confirm('B', cuid, providerPaymentId))?.body['status']).toBe('succeeded');
        await isPaidOnce(cuid);
      } else {
        await ends(cuid, 'CANCELED');
        expect(await chargesOf(cuid)).toBe(0);
      }
    },
    SOON_MS,
  );
});

describe('killed while it confirms', () => {
  it.each([
    ['T-05', 'before the attempt is written', 'confirm.start.before'],
    ['T-05', 'after it is written, before Stripe is asked', 'confirm.start.after'],
    ['T-05', 'just before Stripe is asked', 'confirm.send.before'],
    ['T-06', 'after Stripe has charged', 'confirm.send.after'],
    ['T-06', 'before that is written', 'confirm.accepted.before'],
    ['T-07', 'after that is written, before the answer', 'confirm.accepted.after'],
  ])(
    '%s, %s: the same card again is one charge',
    async (_t, _when, point) => {
      const { cuid, id } = await diesConfirming(point);
      const before = await recordOf(cuid);
      const again = await confirm('B', cuid, id);
      expect([again?.status, again?.body['status']]).toEqual([201, 'succeeded']);
      await isPaidOnce(cuid);
      const after = await recordOf(cuid);
      expect(after.attempt?.n).toBe(1);
      // A stored result is told again, and nothing is written for it but that its receipt went out.
      if (point === 'confirm.accepted.after')
        expect([before.state, after.settled]).toEqual(['SUCCEEDED', before.settled]);
    },
    SOON_MS,
  );

  it.each([true, false])(
    'T-06 while Stripe holds the confirm, which then runs: one charge (comes back: %s)',
    async (comesBack) => {
      await startA('create.load.before=kill'); // armed for nothing
      const cuid = newCuid();
      const made = await create('B', cuid);
      await dies(`${PAYMENT_INTENTS}/*/confirm`, () => confirm('A', cuid, made?.body['id']));
      if (comesBack) {
        const again = await confirm('B', cuid, made?.body['id']);
        expect([again?.status, again?.body['status']]).toEqual([201, 'succeeded']);
      } else await ends(cuid, 'SUCCEEDED');
      await isPaidOnce(cuid);
    },
    SOON_MS,
  );

  it(
    'T-07 a stored result is told again as a read tells it, and writes nothing',
    async () => {
      const { cuid, id } = await diesConfirming('confirm.accepted.after');
      await isPaidOnce(cuid);
      const { v } = await recordOf(cuid);
      const read = await fetch(`${world.url('B')}/payment/${String(id)}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect((await confirm('B', cuid, id))?.body).toEqual(await read.json());
      expect((await recordOf(cuid)).v).toBe(v);
    },
    SOON_MS,
  );

  it.each([
    ['T-05', 'confirm.start.before', 'CANCELED', 0],
    ['T-05', 'confirm.start.after', 'CANCELED', 0],
    ['T-05', 'confirm.send.before', 'CANCELED', 0],
    ['T-06', 'confirm.send.after', 'SUCCEEDED', 1],
    ['T-07', 'confirm.accepted.after', 'SUCCEEDED', 1],
  ])(
    '%s at %s and nobody comes back: %s',
    async (_t, point, state, charges) => {
      const { cuid, id } = await diesConfirming(point);
      await ends(cuid, state);
      expect(await chargesOf(cuid)).toBe(charges);
      expect(await statusAtStripe(id)).toBe(state.toLowerCase());
      if (charges === 1) await isPaidOnce(cuid);
    },
    SOON_MS,
  );
});

describe('killed behind the requests', () => {
  const receipts = (paymentId: string) =>
    ['A', 'B'].flatMap((app) => {
      try {
        return readdirSync(join(dir, app, 'outbox')).filter((name) => name.startsWith(`${paymentId}_succeeded`));
      } catch {
        return []; // it never sent one
      }
    });

  it.each(['effect.claim.after', 'effect.send.before', 'effect.send.after', 'effect.done.before'])(
    'T-08 at %s: the receipt is sent under its one id, and done',
    async (point) => {
      await world.apps.B.stop(); // A is the only one that could send it
      await startA(`${point}=kill`);
      const cuid = newCuid();
      const made = await create('A', cuid);
      const paid = await confirm('A', cuid, made?.body['id']);
      if (paid !== null) expect(paid.body['status']).toBe('succeeded');
      await eventually(async () => expect(world.apps.A.isUp).toBe(false), 20_000);
      expect((await recordOf(cuid)).effects).toMatchObject([{ doneAt: null }]);
      await world.apps.B.start('B');
      await world.simulator.moveClock({ advance: 61_000 }); // the dead one's claim
      await isPaidOnce(cuid);
      expect(new Set(receipts((await recordOf(cuid))._id)).size).toBe(1);
    },
    SOON_MS,
  );

  it.each([
    ['before the event is inserted', 'webhook.insert.before'],
    ['after it is inserted, before the 200', 'webhook.insert.after'],
  ])(
    'T-09 %s: delivered again, one row',
    async (_when, point) => {
      await startA(`${point}=kill`);
      const cuid = newCuid();
      // Deliveries go round: one of them finds A.
      for (let i = 0; i < 6 && world.apps.A.isUp; i++) await create('B', newCuid());
      const made = await create('B', cuid);
      await confirm('B', cuid, made?.body['id']);
      await eventually(async () => expect(world.apps.A.isUp).toBe(false), 20_000);
      await isPaidOnce(cuid);
      await eventually(async () => {
        const { deliveries } = await world.simulator.deliveries({ object: String(made?.body['id']) });
        const open = deliveries.filter(({ event }) => !deliveries.some((one) => one.event === event && one.delivered));
        expect(open).toEqual([]);
        const rows = await store.database().collection('inbox').find({ objectId: made?.body['id'] }).toArray();
        expect(rows.map(({ state }) => state as string)).toEqual(rows.map(() => 'done'));
        expect(rows).toHaveLength(new Set(deliveries.map(({ event }) => event)).size);
      }, 30_000);
    },
    SOON_MS,
  );
});
