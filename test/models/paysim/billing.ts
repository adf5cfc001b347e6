import { DAY, MINUTE, SECOND } from '../draw.js';
import { type Cycle, FINAL, type Subscription } from './model.types.js';
import { createPayment } from './payments.js';
import { atomically, Duplicate, find, insert, swap } from './store.js';
import { type Instance, StoreAway, type Task, type World } from './world.js';

export const PERIOD = 30 * DAY;
const PRICE = 500;
const PERIODS_A_PASS = 5;

/** Period n of a subscription exactly once: the cycle first, then the subscription moves on (docs/payment-protocol.md 2.10). */
export function* billingEngine(w: World, instance: Instance): Task {
  for (;;) {
    yield w.draw.int(30 * SECOND, 10 * MINUTE);
    for (const { _id } of [...w.collections.subs.values()]) yield* ignoringOutages(makeCycles(w, _id, instance));
    for (const cycle of [...w.collections.cycles.values()])
      if (cycle.state === 'DUE' && cycle.next <= w.now && cycle.lease <= w.now)
        yield* ignoringOutages(billCycle(w, cycle));
  }
}

function* ignoringOutages(task: Task): Task {
  try {
    yield* task;
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
  }
}

function* makeCycles(w: World, id: string, instance: Instance): Task {
  const { subs } = w.collections;
  let sub = yield* atomically(w, () => find(subs, id));
  const skew = instance.i * w.draw.int(0, 2) * SECOND;
  const early = w.breaks('local_clock') ? skew * 10 : 0;
  for (let made = 0; made < PERIODS_A_PASS && sub !== null && sub.next <= w.now + early; made++) {
    const seen: Subscription = sub;
    const advanced = { n: seen.n + 1, next: seen.anchor + (seen.n + 1) * PERIOD };
    if (w.breaks('advance_first')) {
      sub = yield* atomically(w, () => swap(w, subs, seen, advanced));
      if (sub !== null) yield* insertCycle(w, seen);
      continue;
    }
    yield* insertCycle(w, seen);
    sub = yield* atomically(w, () => swap(w, subs, seen, advanced));
    sub ??= yield* atomically(w, () => find(subs, id));
  }
}

function* insertCycle(w: World, { _id, n }: Subscription): Task {
  const { cycles } = w.collections;
  const id = `${_id}#${n}`;
  const due = () => ({ sub: _id, n, state: 'DUE' as const, next: w.now, lease: 0 });
  if (w.breaks('cycle_no_unique')) {
    yield* atomically(w, () => {
      const unique = `${id}/${w.nextId()}`;
      cycles.set(unique, { ...due(), _id: unique, uniq: unique, v: 1 });
    });
    return;
  }
  try {
    yield* atomically(w, () => insert(w, cycles, id, id, due()));
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error; // somebody else made it: go on
  }
}

/** @param due the stored document itself: its lease is taken at whatever version it then has. */
function* billCycle(w: World, due: Cycle): Task {
  const { cycles, subs } = w.collections;
  const lease = () => ({ lease: w.now + 2 * MINUTE, next: w.now + 5 * MINUTE });
  const cycle = yield* atomically(w, () => swap(w, cycles, due, lease()));
  if (cycle === null) return;
  const of = w.breaks('cycle_no_unique') ? cycle._id : `${cycle.sub}#${cycle.n}`;
  const order = { amount: PRICE, pm: subs.get(cycle.sub)?.pm ?? '' };
  const request = { scope: 'billing', cuid: `bill|${of}`, order, origin: 'billing' } as const;
  const payment = yield* createPayment(w, request, { r: null });
  if (payment === null || !FINAL.includes(payment.state)) return;
  const state = payment.state === 'SUCCEEDED' ? 'PAID' : 'UNPAID';
  yield* atomically(w, () => swap(w, cycles, cycle, { state, lease: 0 }));
}
