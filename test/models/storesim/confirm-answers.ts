import { MINUTE } from '../draw.js';
import type { ConfirmRun } from './confirm-run.js';
import { type Change, isFinal, type Kind, type PaymentDoc, type Told } from './model.types.js';
import { afterReading, observe, tell } from './protocol.js';
import type { Task } from './scheduler.js';
import { change, changeOrReload, reload } from './store.js';
import type { Reply } from './stripe-client.js';
import type { World } from './world.js';

export interface Sent {
  readonly doc: PaymentDoc;
  readonly first: boolean;
  /** The attempt's answer is the answer to this request. */
  readonly mine: boolean;
  readonly reply: Reply;
}

type Outcome = 'answered' | 'again';
const REFUSALS = [400, 401, 403, 404, 429];

/** Stripe's answer to attempt n, by what it proves (docs/payment-protocol.md 2.6, rulings 1 to 3 and 14). */
export function* readAnswer(w: World, run: ConfirmRun, sent: Sent): Task<Outcome> {
  const { reply } = sent;
  if (reply.status === 200) return yield* accepted(w, run, sent);
  if (reply.status === 402) return yield* declined(w, run, sent);
  if (reply.code === 'unexpected_state') return yield* unexpectedState(w, run, sent);
  const replayed500 = reply.status === 500 && (reply.replayed === true || w.breaks('lit_bump'));
  if (replayed500 && !w.breaks('lit_never_bump')) return yield* nextKey(w, run, sent);
  return yield* refused(w, run, sent);
}

function answerWith(w: World, run: ConfirmRun, kind: Kind, doc: PaymentDoc, more: Partial<Told> = {}): Outcome {
  tell(w, run.slot, run.request, kind, doc, more);
  return 'answered';
}

function* accepted(w: World, run: ConfirmRun, { doc, first, mine, reply }: Sent): Task<Outcome> {
  run.unknown = true;
  if (reply.body?.status === 'succeeded') {
    yield* changeOrReload(w, doc, { ...afterReading(reply.body), result: 'succeeded' });
    return 'again';
  }
  const settled = yield* change(w, doc, () => ({ ...settling(w, 'action'), providerStatus: 'requires_action' }));
  if (settled === null || !mine) return 'again';
  // A replayed 200 is as old as its first try: the browser may have finished meanwhile.
  if (reply.replayed !== true && first && !reply.retried) return answerWith(w, run, 'action', settled);
  const seen = yield* observe(w, settled);
  if (seen === null) return answerWith(w, run, 'processing', settled);
  if (isFinal(seen.doc)) return 'again';
  return answerWith(w, run, seen.pi.status === 'requires_action' ? 'action' : 'open', seen.doc);
}

function* declined(w: World, run: ConfirmRun, { doc, first, mine, reply }: Sent): Task<Outcome> {
  run.unknown = true;
  let settled = yield* change(w, doc, () => ({
    ...settling(w, 'declined'),
    providerStatus: 'requires_payment_method',
  }));
  if (settled === null) {
    settled = yield* reload(w, doc.id);
    if (isFinal(settled) || settled.attempt === doc.attempt) return 'again';
  }
  if (!mine) return 'again';
  // Only the answer to the first and only try is news (ruling 3).
  if ((!first || reply.retried) && !w.breaks('lit_replay402')) {
    const seen = yield* observe(w, settled);
    if (seen === null) return answerWith(w, run, 'processing', settled);
    if (isFinal(seen.doc)) return 'again';
  }
  return answerWith(w, run, '402', settled, { n: doc.attempt });
}

function* unexpectedState(w: World, run: ConfirmRun, { doc, first, reply }: Sent): Task<Outcome> {
  run.unknown = true;
  const seen = yield* observe(w, doc);
  if (seen === null) return answerWith(w, run, 'processing', doc);
  if (isFinal(seen.doc) || seen.raced) return 'again';
  if (w.breaks('lit_unexp') || (first && !reply.unknown)) {
    const settled = yield* change(w, seen.doc, () => ({
      state: 'OPEN',
      unsettled: false,
      result: 'refused',
      settledAt: w.now,
    }));
    return settled === null ? 'again' : answerWith(w, run, 'action', settled);
  }
  return answerWith(w, run, seen.pi.status === 'requires_action' ? 'action' : 'processing', seen.doc);
}

/** A 500 kept under the key, and a GET that says that nothing runs: the next key. */
function* nextKey(w: World, run: ConfirmRun, { doc }: Sent): Task<Outcome> {
  const seen = yield* observe(w, doc);
  if (seen === null) return answerWith(w, run, 'processing', doc);
  if (isFinal(seen.doc) || seen.raced) return 'again';
  if (seen.pi.status !== 'requires_payment_method') return answerWith(w, run, 'action', seen.doc);
  w.count('bumps');
  yield* changeOrReload(w, seen.doc, { confirmGeneration: seen.doc.confirmGeneration + 1 });
  return 'again';
}

/** The only try was refused and nothing is out: n did not happen. The swap proves that nobody sent it again. */
function* refused(w: World, run: ConfirmRun, { doc, first, reply }: Sent): Task<Outcome> {
  const status = reply.status ?? 0;
  const known = !reply.unknown || (status === 429 && w.breaks('r429_not_sent'));
  if (first && known && REFUSALS.includes(status)) {
    const settled = yield* change(w, doc, () => settling(w, 'not_sent'));
    if (settled !== null) {
      run.unknown = false;
      return answerWith(w, run, status === 400 ? '400' : '503', settled, { n: doc.attempt });
    }
  }
  return answerWith(w, run, 'processing', doc);
}

export function settling(w: World, result: PaymentDoc['result']): Change {
  return { state: 'OPEN', unsettled: false, result, settledAt: w.now, dueAt: w.now + MINUTE };
}
