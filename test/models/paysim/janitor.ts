import { DAY, HOUR, MINUTE, SECOND } from '../draw.js';
import { FINAL, type Payment, type PaymentIntent } from './model.types.js';
import { cancelAtStripe, drive, resolve, settle } from './payments.js';
import { ABANDON, LEASE } from './protocol.js';
import { atomically, Duplicate, find, insert, swap } from './store.js';
import { call } from './stripe.js';
import { StoreAway, type Task, type World } from './world.js';

/** Finishes what nobody comes back for, and now and then sweeps. */
export function* janitor(w: World): Task {
  const { draw } = w;
  if (w.breaks('no_janitor')) return;
  for (;;) {
    yield draw.int(20 * SECOND, 90 * SECOND);
    if (!w.breaks('no_sweep') && draw.chance(0.1)) yield* sweep(w);
    for (const doc of [...w.collections.payments.values()])
      if (!FINAL.includes(doc.state) && doc.next <= w.now && doc.lease <= w.now)
        try {
          yield* finish(w, doc);
        } catch (error) {
          if (!(error instanceof StoreAway)) throw error;
        }
  }
}

/** @param due the stored document itself: its lease is taken at whatever version it then has. */
function* finish(w: World, due: Payment): Task {
  const { payments } = w.collections;
  const lease = () => ({ lease: w.now + LEASE, next: w.now + w.draw.int(1, 10) * MINUTE });
  const doc = yield* atomically(w, () => swap(w, payments, due, lease()));
  if (doc === null) return;
  const old = w.now - doc.created > ABANDON;
  if (doc.origin === 'billing')
    yield* drive(w, doc); // the engine owns it: push forward
  else if (doc.state === 'CONFIRMING') yield* resolve(w, doc, false);
  else if (!old) return;
  else if (doc.state === 'NEW')
    yield* atomically(w, () => swap(w, payments, doc, { state: 'CANCELED', next: Infinity }));
  else if (doc.state === 'PI_CREATED') yield* resolve(w, doc, false);
  else if (doc.state === 'REQUIRES_ACTION') yield* lookAt3ds(w, doc, doc.pi ?? '');
}

function* lookAt3ds(w: World, doc: Payment, pi: string): Task {
  const { s, intent } = yield* call(w, { op: 'get', p: { pi } }, '');
  if (s !== 200 || intent === undefined) return;
  if (intent.status !== 'requires_action') yield* settle(w, doc, intent);
  else if (w.now - doc.created > DAY) {
    const canceled = yield* cancelAtStripe(w, doc, pi);
    if (canceled.intent !== undefined) yield* settle(w, doc, canceled.intent);
  }
}

/** What is paid at Stripe and unknown, or ended otherwise, here. */
function* sweep(w: World): Task {
  for (const pi of [...w.stripe.intents.values()])
    if (pi.status === 'succeeded' && w.now - pi.created > 10 * MINUTE && pi.swept !== true)
      try {
        yield* sweepOne(w, pi);
      } catch (error) {
        if (!(error instanceof StoreAway) && !(error instanceof Duplicate)) throw error;
      }
}

function* sweepOne(w: World, pi: PaymentIntent): Task {
  const { payments } = w.collections;
  const { pid, scope, cuid, fp, amount, pm, origin } = pi.meta;
  const doc = yield* atomically(w, () => find(payments, pid));
  if (doc === null) {
    const imported = { state: 'SUCCEEDED', pi: pi.id, lease: 0, next: Infinity, imported: true } as const;
    yield* atomically(w, () => {
      const order = { scope, cuid, fp, amount, pm, origin };
      return insert(w, payments, pid, `${scope}|${cuid}`, { ...order, ...imported, created: w.now });
    });
  } else if (doc.state !== 'SUCCEEDED' && FINAL.includes(doc.state)) {
    const late = { state: 'SUCCEEDED', pi: pi.id, next: Infinity, late: true } as const;
    yield* atomically(w, () => swap(w, payments, doc, late));
  } else if (doc.state === 'SUCCEEDED' && w.now > w.chaosMs + HOUR) pi.swept = true;
}
