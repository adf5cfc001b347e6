import { MINUTE } from '../draw.js';
import { FINAL, type Meta, type Order, type Payment, type PaymentIntent, type Reply } from './model.types.js';
import { cancelKey, confirmKey, createKey, LEASE, replyFor, stateOf } from './protocol.js';
import { atomically, copy, Duplicate, find, insert, swap } from './store.js';
import { call } from './stripe.js';
import type { Answer } from './stripe.types.js';
import { type Slot, StoreAway, type Task, type World } from './world.js';

const UNEXPECTED = 'payment_intent_unexpected_state';

const change = (w: World, doc: Payment, to: () => Partial<Payment>) =>
  atomically(w, () => swap(w, w.collections.payments, doc, to()));
const load = (w: World, id: string) => atomically(w, () => find(w.collections.payments, id));

export function cancelAtStripe(w: World, doc: Payment, pi: string): Task<Answer> {
  return call(w, { op: 'cancel', p: { pi } }, cancelKey(doc));
}

/** Moves the record to what Stripe says. A decline is fenced by cancel before it is final. */
export function* settle(w: World, doc: Payment, pi: PaymentIntent): Task<Payment | null> {
  let state = stateOf(pi);
  if (state === 'CONFIRMING') return doc;
  if (state === 'DECLINED') {
    if (w.breaks('no_fence_on_decline')) state = 'FAILED';
    else {
      const answer = yield* cancelAtStripe(w, doc, pi.id);
      w.count('fence');
      if (answer.s !== 200 && answer.code !== UNEXPECTED) return doc;
      state = (answer.intent ?? pi).status === 'succeeded' ? 'SUCCEEDED' : 'FAILED';
    }
  }
  const next = () => (FINAL.includes(state) ? Infinity : w.now + 5 * MINUTE);
  return (yield* change(w, doc, () => ({ state, lease: 0, next: next() }))) ?? (yield* load(w, doc._id));
}

/** The outcome is unknown: a GET says the truth; then it is pushed under the same key, or fenced by cancel. */
export function* resolve(w: World, doc: Payment, mayConfirm: boolean): Task<Payment | null> {
  if (doc.pi === null) return doc;
  const { s, intent } = yield* call(w, { op: 'get', p: { pi: doc.pi } }, '');
  if (s !== 200 || intent === undefined) return doc;
  if (stateOf(intent) !== 'CONFIRMING') return yield* settle(w, doc, intent);
  if (mayConfirm) return yield* confirm(w, doc, doc.pi);
  if (w.breaks('fail_without_fence')) return yield* fail(w, doc);
  const canceled = yield* cancelAtStripe(w, doc, doc.pi);
  w.count('fence');
  return canceled.intent === undefined ? doc : yield* settle(w, doc, canceled.intent);
}

function* fail(w: World, doc: Payment): Task<Payment> {
  return (yield* change(w, doc, () => ({ state: 'FAILED', next: Infinity }))) ?? doc;
}

function* confirm(w: World, doc: Payment, pi: string): Task<Payment | null> {
  const answer = yield* call(w, { op: 'confirm', p: { pi } }, confirmKey(w, doc));
  const { s, code, intent } = answer;
  if (intent !== undefined && (s === 200 || s === 402 || code === UNEXPECTED)) return yield* settle(w, doc, intent);
  if (s === 500 && !w.breaks('no_bump')) return yield* nextKey(w, doc);
  return w.breaks('timeout_is_failure') ? yield* fail(w, doc) : doc;
}

/** A 500 may be kept under the key for a day; the PaymentIntent is the fence, so another key is safe. */
function* nextKey(w: World, doc: Payment): Task<Payment> {
  yield* change(w, doc, () => ({ gen: (doc.gen ?? 0) + 1 }));
  return (yield* load(w, doc._id)) ?? doc;
}

function metaOf({ _id, scope, cuid, fp, amount, pm, origin }: Payment): Meta {
  return { pid: _id, scope, cuid, fp, amount, pm, origin };
}

/** From wherever it stands: NEW, PI_CREATED, CONFIRMING. */
export function* drive(w: World, doc: Payment): Task<Payment | null> {
  let current = doc;
  if (current.state === 'NEW') {
    if (w.breaks('one_step') || w.breaks('one_step_random')) return yield* inOneStep(w, current);
    const { amount, pm } = current;
    const params = { amount, pm, meta: metaOf(current) };
    const answer = yield* call(w, { op: 'create', p: params }, createKey(w, current));
    if (answer.s === 500 && !w.breaks('no_bump')) return yield* nextKey(w, current);
    if (answer.s !== 200 || answer.intent === undefined) return current;
    const pi = answer.intent.id;
    if (w.breaks('no_write_ahead')) return yield* confirmUnstored(w, current, pi);
    const stored = (yield* change(w, current, () => ({ pi, state: 'PI_CREATED' }))) ?? (yield* load(w, current._id));
    if (stored === null) throw new StoreAway();
    current = stored;
  }
  if (current.state === 'PI_CREATED') {
    const seen = current;
    const started = yield* change(w, seen, () => ({
      state: 'CONFIRMING',
      lease: w.now + LEASE,
      next: w.now + 2 * MINUTE,
    }));
    if (started === null) return yield* load(w, seen._id);
    return yield* confirm(w, started, started.pi ?? '');
  }
  return current.state === 'CONFIRMING' ? yield* resolve(w, current, true) : current;
}

function* inOneStep(w: World, doc: Payment): Task<Payment | null> {
  const { amount, pm } = doc;
  const params = { amount, pm, meta: metaOf(doc), confirm: true } as const;
  const { intent } = yield* call(w, { op: 'create', p: params }, createKey(w, doc));
  return intent === undefined ? doc : yield* storeAndSettle(w, doc, intent);
}

function* confirmUnstored(w: World, doc: Payment, pi: string): Task<Payment | null> {
  const { intent } = yield* call(w, { op: 'confirm', p: { pi } }, confirmKey(w, doc));
  return intent === undefined ? doc : yield* storeAndSettle(w, doc, { ...intent, id: pi });
}

function* storeAndSettle(w: World, doc: Payment, intent: PaymentIntent): Task<Payment | null> {
  const stored = yield* change(w, doc, () => ({ pi: intent.id, state: 'CONFIRMING' }));
  return yield* settle(w, stored ?? doc, intent);
}

export interface NewPayment {
  readonly scope: string;
  readonly cuid: string;
  readonly order: Order;
  readonly origin: Payment['origin'];
}

/** The one call: insert, create, store, confirm, answer. @returns null when the store went away */
export function* createPayment(w: World, request: NewPayment, slot: Slot<Reply>): Task<Payment | null> {
  try {
    const fp = JSON.stringify(request.order);
    const doc = w.breaks('check_then_act')
      ? yield* lookThenInsert(w, request, fp)
      : yield* insertOrTakeOver(w, request, fp, slot);
    if ('answered' in doc) return doc.answered;
    const driven = yield* drive(w, doc);
    slot.r = replyFor(driven);
    return driven;
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    slot.r = { s: 503 };
    return null;
  }
}

function fresh(w: World, { scope, cuid, order, origin }: NewPayment, fp: string) {
  const times = { lease: w.now + LEASE, next: w.now + 2 * MINUTE, created: w.now };
  return { scope, cuid, fp, ...order, origin, state: 'NEW' as const, pi: null, ...times };
}

function* insertOrTakeOver(
  w: World,
  request: NewPayment,
  fp: string,
  slot: Slot<Reply>,
): Task<Payment | { answered: Payment }> {
  const { scope, cuid } = request;
  const uniq = `${scope}|${cuid}`;
  let doc: Payment;
  try {
    return yield* atomically(w, () => {
      const id = w.breaks('random_id') ? `p${w.nextId()}` : `P(${uniq})`;
      return insert(w, w.collections.payments, id, uniq, fresh(w, request, fp));
    });
  } catch (error) {
    if (!(error instanceof Duplicate)) throw error;
    doc = error.document as Payment;
  }
  const answered = (reply: Reply) => {
    slot.r = reply;
    return { answered: doc };
  };
  if (doc.fp !== fp) return answered({ s: 422 });
  if (FINAL.includes(doc.state) || doc.state === 'REQUIRES_ACTION') return answered(replyFor(doc));
  if (doc.lease > w.now) return answered({ s: 409 });
  w.count('resume');
  const taken = yield* change(w, doc, () => ({ lease: w.now + LEASE, next: w.now + 2 * MINUTE }));
  return taken ?? answered({ s: 409 });
}

function* lookThenInsert(w: World, request: NewPayment, fp: string): Task<Payment> {
  const { payments } = w.collections;
  const uniq = `${request.scope}|${request.cuid}`;
  yield* atomically(w, () => 0);
  let found: Payment | null = null;
  for (const each of payments.values()) if (each.uniq === uniq) found = copy(each);
  if (found !== null) return found;
  yield w.draw.int(0, 20);
  return yield* atomically(w, () => {
    const id = `p${w.nextId()}`;
    payments.set(id, { ...fresh(w, request, fp), _id: id, uniq, v: 1 });
    return copy(payments.get(id) as Payment);
  });
}
