import { MINUTE } from '../draw.js';
import { type Change, isFinal, type PaymentDoc, type PaymentIntent, type Told } from './model.types.js';
import { claim, reclaim } from './checkout.js';
import { observe, type Request, statusOf, tell } from './protocol.js';
import type { Slot, Task } from './scheduler.js';
import { atomically, change, changeOrReload, copy, load, reload, StoreAway } from './store.js';
import { call } from './stripe-client.js';
import type { World } from './world.js';

const ROUNDS = 3;
/** As a payment begins. */
const FRESH = { state: 'NEW', backoff: MINUTE, leaseUntil: 0 } as const;

/** `POST /payment`. */
export function* create(w: World, user: string, cuid: string, slot: Slot<Told>, request: Request): Task {
  try {
    const id = `${user}|${cuid}`;
    let doc = yield* load(w, id);
    if (doc === null) {
      const amount = yield* claim(w, user, cuid);
      if (amount === null) {
        // Not among what is judged: it says nothing of a payment.
        const { id: number, askedAt } = request;
        w.scheduler.fill(slot, { kind: 'taken', request: number, askedAt, at: w.now, doc: undefined, pi: undefined });
        return;
      }
      doc = yield* atomically(w, () => insertOnce(w, { id, user, cuid, amount }));
    }
    if (doc.state === 'REJECTED') doc = yield* reopen(w, doc);
    const made = yield* withPaymentIntent(w, doc, slot, request);
    if (made !== null) yield* answer(w, made, slot, request);
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    tell(w, slot, request, 'unavailable');
  }
}

function insertOnce(w: World, of: Pick<PaymentDoc, 'id' | 'user' | 'cuid' | 'amount'>): PaymentDoc {
  const stored = w.payments.get(of.id);
  if (stored !== undefined) return copy(stored);
  const doc: PaymentDoc = {
    ...of,
    state: 'NEW',
    pi: null,
    providerStatus: null,
    attempt: 0,
    method: null,
    unsettled: false,
    result: null,
    settledAt: 0,
    confirmGeneration: 0,
    createGeneration: 0,
    cancelGeneration: 0,
    canceling: false,
    activeAt: w.now,
    dueAt: w.now + MINUTE,
    backoff: MINUTE,
    leaseUntil: 0,
    createdAt: w.now,
    v: 1,
  };
  w.payments.set(of.id, doc);
  return copy(doc);
}

/** Stripe has refused the price; once it is corrected the payment starts over, under the next key. */
function* reopen(w: World, doc: PaymentDoc): Task<PaymentDoc> {
  let current = doc;
  while (current.state === 'REJECTED') {
    const amount = yield* reclaim(w, current);
    if (amount === null) return current;
    const createGeneration = current.createGeneration + 1;
    const anew = () => ({ ...FRESH, amount, createGeneration, activeAt: w.now, dueAt: w.now + MINUTE });
    const reopened = yield* change(w, current, anew);
    if (reopened !== null) w.count('reopened');
    current = reopened ?? (yield* reload(w, doc.id));
  }
  return current;
}

/** @returns null when it has answered */
function* withPaymentIntent(w: World, doc: PaymentDoc, slot: Slot<Told>, request: Request): Task<PaymentDoc | null> {
  let current = doc;
  const { id, user, cuid } = doc;
  for (let round = 0; round < ROUNDS && current.state === 'NEW'; round++) {
    const key = `${id}:create:${current.createGeneration}`;
    const params = { amount: current.amount, meta: { id, user, cuid } };
    const { status, unknown, body: pi } = yield* call(w, 'create', params, key);
    if (status === 200 && pi !== undefined) {
      const stored = yield* change(w, current, () => opened(w, pi));
      current = stored ?? (yield* reload(w, id));
      if (stored === null && w.breaks('leak_secret') && current.pi !== pi.id) {
        tell(w, slot, request, 'created', current, { secret: pi.id });
        return null;
      }
    } else if (status === 500) {
      // An unconfirmed twin is harmless, a 500 kept under the key is not.
      current = yield* changeOrReload(w, current, { createGeneration: current.createGeneration + 1 });
    } else if (status === 400 && !unknown) {
      current = yield* changeOrReload(w, current, { state: 'REJECTED' });
    } else break;
  }
  if (current.state === 'REJECTED') {
    w.count('rejected');
    tell(w, slot, request, 'rejected', current);
    return null;
  }
  if (current.state !== 'NEW') return current;
  tell(w, slot, request, '502', current);
  return null;
}

function opened(w: World, pi: PaymentIntent): Change {
  return { pi: pi.id, state: 'OPEN', providerStatus: pi.status, activeAt: w.now, dueAt: w.now + MINUTE };
}

/** The secret that leaves is the stored PaymentIntent's (ruling 6). */
function* answer(w: World, doc: PaymentDoc, slot: Slot<Told>, request: Request): Task {
  if (doc.state === 'CANCELED') return tell(w, slot, request, 'canceled', doc);
  const seen = yield* observe(w, doc);
  if (seen === null) return tell(w, slot, request, '502', doc);
  const current = seen.doc;
  if (current.state === 'CANCELED') return tell(w, slot, request, 'canceled', current);
  if (!isFinal(current) && !current.canceling && w.now - current.activeAt > MINUTE) {
    const soon = () => ({ activeAt: w.now, backoff: MINUTE, dueAt: Math.min(current.dueAt, w.now + MINUTE) });
    yield* change(w, current, soon);
  }
  const status = statusOf(current);
  const kind = status === 'succeeded' ? 'succeeded' : 'created';
  tell(w, slot, request, kind, current, { secret: current.pi, status });
}
