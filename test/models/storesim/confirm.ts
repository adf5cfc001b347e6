import { MINUTE, SECOND } from '../draw.js';
import { readAnswer, settling } from './confirm-answers.js';
import type { ConfirmRun } from './confirm-run.js';
import { isFinal, type PaymentDoc, type Told } from './model.types.js';
import { cancel, observe, type Request, tell } from './protocol.js';
import type { Slot, Task } from './scheduler.js';
import { atomically, change, load, StoreAway, swap } from './store.js';
import { call } from './stripe-client.js';
import { DEADLINE, DECLINE_REPLAY, RECHECK, type World } from './world.js';

const ROUNDS = 6;

/** To be sent; `first` when this request started the attempt. */
interface Send {
  readonly doc: PaymentDoc;
  readonly first: boolean;
}
type Step = 'answered' | 'again' | Send;

/** `POST /payment/confirm`. Each round looks at the record anew and takes one step. */
export function* confirm(w: World, id: string, card: string, slot: Slot<Told>, request: Request): Task {
  const run: ConfirmRun = { id, card, slot, request, unknown: false, own: 0 };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const step = yield* nextStep(w, run);
      if (step === 'answered') return;
      if (step === 'again') continue;
      if ((yield* send(w, run, step)) === 'answered') return;
    }
    tell(w, slot, request, run.unknown ? 'processing' : '503');
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    tell(w, slot, request, run.unknown ? 'processing' : '503');
  }
}

function* nextStep(w: World, run: ConfirmRun): Task<Step> {
  const { id, card, slot, request } = run;
  const doc = yield* load(w, id);
  const answered = (kind: Told['kind']): Step => {
    tell(w, slot, request, kind, doc);
    return 'answered';
  };
  if (doc?.pi == null) {
    tell(w, slot, request, '404');
    return 'answered';
  }
  if (doc.state === 'SUCCEEDED') return answered('succeeded');
  if (doc.state === 'CANCELED') return answered('canceled');
  if (doc.canceling) return yield* finishCancel(w, run, doc);
  if (doc.unsettled && !(w.breaks('n1_over_unsettled') && card !== doc.method)) {
    return isLate(w, run) ? answered('processing') : yield* settleFirst(w, run, doc);
  }
  return yield* tryAnother(w, run, doc);
}

function isLate(w: World, { request }: ConfirmRun): boolean {
  return w.now - request.askedAt > DEADLINE && !w.breaks('lit_nodeadline');
}

/** No attempt starts until Stripe says canceled or succeeded. */
function* finishCancel(w: World, run: ConfirmRun, doc: PaymentDoc): Task<Step> {
  const after = yield* cancel(w, doc);
  if (isFinal(after)) return 'again';
  tell(w, run.slot, run.request, after.unsettled || run.unknown ? 'processing' : '503', after);
  return 'answered';
}

/** Attempt n is unsettled: whatever the card of this request, n is sent again, and that is written first (ruling 2). */
function* settleFirst(w: World, run: ConfirmRun, doc: PaymentDoc): Task<Step> {
  w.count('resends');
  let current = doc;
  if (!w.breaks('lit_resend')) {
    const written = yield* change(w, doc, () => ({ activeAt: w.now, dueAt: w.now + RECHECK }));
    if (written === null) return 'again';
    current = written;
  }
  run.unknown = true;
  return { doc: current, first: false };
}

/** Attempt n is settled: the stored answer, the current status, or attempt n+1. */
function* tryAnother(w: World, run: ConfirmRun, seen: PaymentDoc): Task<Step> {
  const { card, slot, request } = run;
  const sameCard = seen.attempt > 0 && card === seen.method;
  let doc = seen;
  if (sameCard && doc.result === 'declined' && w.now - doc.settledAt < DECLINE_REPLAY)
    return yield* repeatDecline(w, run, doc);
  if (sameCard && doc.result === 'action') {
    const status = yield* currentStatus(w, run, doc);
    if ('step' in status) return status.step;
    if (status.requiresAction) {
      tell(w, slot, request, 'action', status.doc);
      return 'answered';
    }
    doc = status.doc;
  }
  if (run.own > 0 && !w.breaks('lit_two_starts')) {
    // Its attempt is over and another request moved on: the current status, never a second attempt.
    const status = yield* currentStatus(w, run, doc);
    if ('step' in status) return status.step;
    tell(w, slot, request, status.requiresAction ? 'action' : 'open', status.doc);
    return 'answered';
  }
  // Asked once more: the look at Stripe may have taken long.
  if (isLate(w, run)) {
    tell(w, slot, request, '503', doc);
    return 'answered';
  }
  if (w.breaks('lit_only_declined') && doc.attempt > 0 && doc.result !== 'declined' && doc.result !== null) {
    w.count('deadEnds');
    tell(w, slot, request, 'action', doc);
    return 'answered';
  }
  return yield* start(w, run, doc);
}

/** The stored 402, after a GET made now: the browser may have paid meanwhile (ruling 3). */
function* repeatDecline(w: World, run: ConfirmRun, doc: PaymentDoc): Task<Step> {
  const { slot, request } = run;
  if (!w.breaks('stored402_noget')) {
    const seen = yield* observe(w, doc);
    if (seen === null) {
      tell(w, slot, request, 'processing', doc);
      return 'answered';
    }
    if (seen.raced || (seen.pi.status !== 'requires_payment_method' && isFinal(seen.doc))) return 'again';
    if (seen.pi.status !== 'requires_payment_method') {
      tell(w, slot, request, 'action', seen.doc);
      return 'answered';
    }
  }
  w.count('stored402');
  tell(w, slot, request, '402', doc, { n: doc.attempt, stored: true });
  return 'answered';
}

function* currentStatus(
  w: World,
  run: ConfirmRun,
  doc: PaymentDoc,
): Task<{ step: Step } | { doc: PaymentDoc; requiresAction: boolean }> {
  const seen = yield* observe(w, doc);
  if (seen === null) {
    tell(w, run.slot, run.request, 'processing', doc);
    return { step: 'answered' };
  }
  if (seen.raced || isFinal(seen.doc)) return { step: 'again' };
  return { doc: seen.doc, requiresAction: seen.pi.status === 'requires_action' };
}

/** Intent first: attempt n+1 is in the record before Stripe hears of it. */
function* start(w: World, run: ConfirmRun, doc: PaymentDoc): Task<Step> {
  const before = run.unknown;
  // From here a store that does not answer may leave an attempt that a later confirm, of any card, sends.
  run.unknown ||= !w.breaks('lit_503write');
  const started = yield* atomically(w, () => {
    const n = swap(w, doc, {
      state: 'CONFIRMING',
      attempt: doc.attempt + 1,
      confirmGeneration: 0,
      method: run.card,
      unsettled: true,
      result: null,
      activeAt: w.now,
      dueAt: w.now + RECHECK,
      backoff: MINUTE,
    });
    if (n !== null) noteStart(w, run, n, doc.unsettled);
    return n;
  });
  if (started === null) {
    run.unknown = before;
    return 'again';
  }
  w.count('attempts');
  return isLate(w, run) ? yield* takeBack(w, run, started, before) : { doc: started, first: true };
}

/** The write took so long that the payer may have gone another way. Nothing was sent; the swap proves that nobody did. */
function* takeBack(w: World, run: ConfirmRun, started: PaymentDoc, unknownBefore: boolean): Task<Step> {
  w.count('takenBack');
  const undone = yield* change(w, started, () => settling(w, 'not_sent'));
  if (undone !== null) run.unknown = unknownBefore;
  tell(w, run.slot, run.request, undone === null ? 'processing' : '503', undone ?? started);
  return 'answered';
}

/** Who started it, and whether they might. */
function noteStart(w: World, { request }: ConfirmRun, { id, pi, attempt }: PaymentDoc, over: boolean): void {
  if (over) w.bad(`OVER attempt ${attempt} of ${id} started, the one before is unsettled`);
  if (w.cancelSent.has(pi ?? '')) w.bad(`UNDERMINED attempt ${attempt} of ${id} started after our cancel was sent`);
  if ([...w.startedBy.values()].includes(request.id))
    w.bad(`STARTS request ${request.id} started more than one attempt`);
  w.startedBy.set(`${pi}:${attempt}`, request.id);
}

function* send(w: World, run: ConfirmRun, { doc, first }: Send): Task<'answered' | 'again'> {
  const mine = first || run.card === doc.method;
  const key = `${doc.id}:confirm:${doc.attempt}:${doc.confirmGeneration}`;
  const age = w.now - run.request.askedAt;
  if (first && age > DEADLINE + SECOND)
    w.bad(`LATE attempt ${doc.attempt} of ${doc.id} sent by a request ${age} ms old`);
  const tag = { by: 'us', n: doc.attempt, request: run.request.id, mine } as const;
  const reply = yield* call(w, 'confirm', { pi: doc.pi ?? '', method: doc.method ?? '' }, key, tag);
  if (reply.unknown) run.unknown = true;
  if (mine) run.own = doc.attempt;
  return yield* readAnswer(w, run, { doc, first, mine, reply });
}
