import { type Change, isFinal, type Kind, type PaymentDoc, type PaymentIntent, type Told } from './model.types.js';
import type { Slot, Task } from './scheduler.js';
import { change, changeOrReload, reload } from './store.js';
import { call } from './stripe-client.js';
import { RECHECK, type World } from './world.js';

/** A request of a client of ours. */
export interface Request {
  readonly id: number;
  readonly askedAt: number;
}

/** What one look at Stripe made of our record. `raced`: somebody changed it meanwhile, so the look settles nothing. */
export interface Seen {
  readonly doc: PaymentDoc;
  readonly pi: PaymentIntent;
  readonly raced: boolean;
}

export function tell(
  w: World,
  slot: Slot<Told>,
  request: Request,
  kind: Kind,
  doc?: PaymentDoc | null,
  more: Partial<Told> = {},
): void {
  const { id, askedAt } = request;
  const told: Told = { kind, request: id, askedAt, at: w.now, doc: doc?.id, pi: doc?.pi, ...more };
  w.told.push(told);
  if (kind === '402') w.count('told402');
  if (kind === 'action') refuseNoAction(w, told);
  w.log('<- told', String(id), kind, more, doc?.id ?? '');
  w.scheduler.fill(slot, told);
}

/** Who is told to act has had something to act on since they asked. */
function refuseNoAction(w: World, { pi: id, doc, askedAt }: Told): void {
  const pi = w.intents.get(id ?? '');
  if (pi?.status !== 'requires_action' && (pi?.actionEndedAt ?? -1) < askedAt)
    w.bad(`LIEACTION ${doc} told requires_action, Stripe has it ${pi?.status}`);
}

/** What a GET says. Only `succeeded` and `canceled` settle (ruling 2). */
export function afterReading({ status }: Pick<PaymentIntent, 'status'>): Change {
  if (status === 'succeeded') return { state: 'SUCCEEDED', unsettled: false, canceling: false };
  if (status === 'canceled') return { state: 'CANCELED', unsettled: false, canceling: false };
  return { providerStatus: status };
}

/** R5: read v, ask Stripe, swap v. @returns null when Stripe did not say */
export function* observe(w: World, doc: PaymentDoc): Task<Seen | null> {
  const { status, body: pi } = yield* call(w, 'get', { pi: piOf(doc) });
  if (status !== 200 || pi === undefined) return null;
  const reading = afterReading(pi);
  if (reading.state === undefined && doc.providerStatus === reading.providerStatus) return { doc, pi, raced: false };
  const changed = yield* change(w, doc, reading);
  if (changed !== null) return { doc: changed, pi, raced: false };
  const current = yield* reload(w, doc.id);
  return { doc: current, pi, raced: !isFinal(current) };
}

/** One more try of a cancel whose intent is stored (ruling 4). Its key has a generation (ruling 14). */
export function* cancel(w: World, doc: PaymentDoc): Task<PaymentDoc> {
  const oneKey = w.breaks('no_cancel_gen');
  const key = `${doc.id}:cancel:${oneKey ? 0 : doc.cancelGeneration}`;
  const { status } = yield* call(w, 'cancel', { pi: piOf(doc) }, key, { by: 'us', fence: true });
  if (status === 200) {
    const canceled = { state: 'CANCELED', unsettled: false, canceling: false, providerStatus: 'canceled' } as const;
    return yield* changeOrReload(w, doc, canceled);
  }
  const seen = yield* observe(w, doc);
  if (seen === null) return doc;
  const open = !isFinal(seen.doc) && !seen.raced;
  if (open && status === 500 && !oneKey)
    return yield* changeOrReload(w, seen.doc, { cancelGeneration: seen.doc.cancelGeneration + 1 });
  if (open && seen.doc.canceling && w.breaks('lit_withdraw'))
    return yield* changeOrReload(w, seen.doc, { canceling: false, activeAt: w.now });
  return seen.doc;
}

/** Stores the intent, then cancels: from here on no attempt starts, whatever a GET says. */
export function* fence(w: World, doc: PaymentDoc): Task {
  w.count('fences');
  if (doc.providerStatus === 'requires_action') w.count('fenced3ds');
  if (w.breaks('fence_no_intent')) {
    yield* cancel(w, doc);
    return;
  }
  const intended = yield* change(w, doc, () => ({ canceling: true, dueAt: w.now + RECHECK }));
  if (intended !== null) yield* cancel(w, intended);
}

/** `processing` while an outcome is not known is the only status that we make up (ruling 5). */
export function statusOf(doc: PaymentDoc): Told['status'] {
  if (doc.state === 'SUCCEEDED') return 'succeeded';
  if (doc.state === 'CANCELED') return 'canceled';
  if (!doc.unsettled && !doc.canceling) return doc.providerStatus;
  return doc.providerStatus === 'requires_action' && !doc.canceling ? 'requires_action' : 'processing';
}

export function piOf(doc: PaymentDoc): string {
  if (doc.pi === null) throw new Error(`payment ${doc.id} has no PaymentIntent`);
  return doc.pi;
}
