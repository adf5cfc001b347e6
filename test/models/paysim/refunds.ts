import { HOUR } from '../draw.js';
import type { Payment, Refund, Reply } from './model.types.js';
import { atomically, find, swap } from './store.js';
import { call } from './stripe.js';
import { type Slot, StoreAway, type Task, type World } from './world.js';

/** Shorter than Stripe keeps a key. */
const KEY_IS_SAFE = 23 * HOUR;

/** Not fenced by Stripe's state: two equal partial refunds are both legal (docs/payment-protocol.md 2.8). */
export function* refund(w: World, paymentId: string, rid: string, amount: number, slot: Slot<Reply>): Task {
  try {
    slot.r = yield* tryRefund(w, paymentId, rid, amount);
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    slot.r = { s: 503 };
  }
}

function* tryRefund(w: World, paymentId: string, rid: string, amount: number): Task<Reply> {
  const { payments } = w.collections;
  for (let tries = 0; tries < 6; tries++) {
    const doc = yield* atomically(w, () => find(payments, paymentId));
    if (doc?.state !== 'SUCCEEDED') return { s: 409 };
    const known = doc.refunds?.find((each) => each.rid === rid);
    if (known?.state === 'DONE') return { s: 201 };
    if (known !== undefined) return yield* send(w, doc, known);
    const refunds = doc.refunds ?? [];
    if (refunds.reduce((sum, each) => sum + each.amount, 0) + amount > doc.amount) return { s: 422 };
    let reserved: Refund | undefined;
    const written = yield* atomically(w, () => {
      reserved = { rid, amount, state: 'PENDING', t: w.now };
      return swap(w, payments, doc, { refunds: [...refunds, reserved] });
    });
    if (written !== null && reserved !== undefined) return yield* send(w, written, reserved);
  }
  return { s: 409 };
}

/** Once the key may be forgotten, Stripe's list says whether it happened. */
function* send(w: World, doc: Payment, { rid, amount, t }: Refund): Task<Reply> {
  const pi = doc.pi ?? '';
  let generation = 0;
  if (w.now - t > KEY_IS_SAFE && !w.breaks('refund_no_list')) {
    const { s, refunds } = yield* call(w, { op: 'listRefunds', p: { pi } }, '');
    if (s !== 200) return { s: 202 };
    const found = refunds?.find((each) => each.rid === rid);
    if (found !== undefined) {
      yield* markDone(w, doc._id, rid, found.id);
      return { s: 201 };
    }
    generation = 1;
  }
  const answer = yield* call(w, { op: 'refund', p: { pi, amount, rid } }, `refund|${rid}|${generation}`);
  if (answer.s !== 200) return { s: 202 };
  yield* markDone(w, doc._id, rid, answer.refund?.id ?? '');
  return { s: 201 };
}

function* markDone(w: World, paymentId: string, rid: string, re: string): Task {
  const { payments } = w.collections;
  for (;;) {
    const doc = yield* atomically(w, () => find(payments, paymentId));
    if (doc?.refunds === undefined) throw new StoreAway();
    const refunds = doc.refunds.map((each) => (each.rid === rid ? { ...each, state: 'DONE' as const, re } : each));
    if ((yield* atomically(w, () => swap(w, payments, doc, { refunds }))) !== null) return;
  }
}
