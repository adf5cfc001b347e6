import { HOUR, MINUTE, SECOND } from '../draw.js';
import { type Change, isEnd, isFinal, type PaymentDoc, type PaymentIntent } from './model.types.js';
import { afterReading, cancel, fence, observe } from './protocol.js';
import type { Slot, Task } from './scheduler.js';
import { atomically, change, load, StoreAway, swap } from './store.js';
import { call } from './stripe-client.js';
import { ABANDON, type InboxRow, QUIET, RECHECK, type World } from './world.js';

const MAX_TRIES = 20;

/** One row per event id; 200 after the insert, and nothing else. */
export function* receiveWebhook(
  w: World,
  event: Pick<InboxRow, 'id' | 'pi' | 'doc' | 'status'>,
  slot: Slot<number>,
): Task {
  try {
    yield* atomically(w, () => {
      if (!w.inbox.has(event.id)) w.inbox.set(event.id, { ...event, done: false, next: w.now, tries: 0 });
    });
    w.scheduler.fill(slot, 200);
    w.scheduler.spawn(handleEvent(w, event.id), w.scheduler.current?.instance ?? null);
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    w.scheduler.fill(slot, 503);
  }
}

/** An event is a hint: the PaymentIntent itself is read. */
function* handleEvent(w: World, eventId: string): Task {
  try {
    const row = w.inbox.get(eventId);
    if (row === undefined || row.done) return;
    const doc = yield* load(w, row.doc);
    let applied = false;
    if (doc !== null && doc.pi !== null) {
      if (doc.pi !== row.pi || isFinal(doc)) applied = true;
      else if (w.breaks('snapshot')) applied = (yield* change(w, doc, () => fromSnapshot(w, row))) !== null;
      else applied = (yield* observe(w, doc)) !== null;
    }
    yield* atomically(w, () => {
      if (!row.done) {
        if (!applied) row.tries += 1;
        row.done = applied || row.tries > MAX_TRIES;
      }
      row.next = w.now + w.draw.int(5 * SECOND, 10 * MINUTE);
    });
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
  }
}

function fromSnapshot(w: World, { status }: InboxRow): Change {
  const reading = afterReading({ status });
  if (reading.state !== undefined) return reading;
  const settled = { ...reading, state: 'OPEN', unsettled: false } as const;
  if (status === 'requires_payment_method') return { ...settled, result: 'declined', settledAt: w.now };
  return { ...settled, result: 'action' };
}

/** Inbox, resolver and sweeper of one instance. */
export function* workerLoop(w: World): Task {
  yield w.draw.int(0, 30 * SECOND);
  for (let round = 0; ; round++) {
    for (const row of [...w.inbox.values()]) if (!row.done && row.next <= w.now) yield* handleEvent(w, row.id);
    yield* resolverPass(w);
    if (round % 20 === 19) yield* sweep(w, round);
    const open = [...w.payments.values()].filter((doc) => !isFinal(doc));
    const due = Math.min(w.now + 20 * MINUTE, ...open.map(({ dueAt }) => dueAt));
    yield Math.max(w.draw.int(15 * SECOND, 60 * SECOND), due - w.now);
  }
}

/** Finishes what is due, webhooks or not, and never starts a charge (ruling 4). */
export function* resolverPass(w: World): Task {
  for (const doc of [...w.payments.values()]) {
    if (isFinal(doc) || doc.dueAt > w.now || doc.leaseUntil > w.now) continue;
    try {
      const claimed = yield* atomically(w, () => claimDue(w, doc.id));
      if (claimed !== null && !isFinal(claimed)) yield* resolve(w, claimed);
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
    }
  }
}

/** Moves the due date first: what is not finished now is looked at again, by whatever instance is alive then. */
function claimDue(w: World, id: string): PaymentDoc | null {
  const doc = w.payments.get(id);
  if (doc === undefined || doc.dueAt > w.now || doc.leaseUntil > w.now) return null;
  const wait = doc.unsettled || doc.canceling ? RECHECK : doc.backoff;
  const backoff = Math.min(doc.backoff * 2, HOUR);
  return swap(w, doc, { leaseUntil: w.now + MINUTE, dueAt: w.now + wait, backoff });
}

function* resolve(w: World, doc: PaymentDoc): Task {
  if (doc.state === 'NEW') {
    if (w.now - doc.activeAt > ABANDON) yield* change(w, doc, { state: 'CANCELED' });
    return;
  }
  if (doc.canceling) {
    yield* cancel(w, doc);
    return;
  }
  const quiet = w.now - doc.activeAt;
  if (doc.unsettled) {
    const seen = yield* observe(w, doc);
    if (seen !== null && !seen.raced && !isFinal(seen.doc) && quiet >= QUIET) yield* fence(w, seen.doc);
    return;
  }
  if (quiet >= ABANDON) {
    const seen = yield* observe(w, doc);
    if (seen === null) yield* change(w, doc, () => ({ dueAt: w.now + RECHECK }));
    else if (!seen.raced && !isFinal(seen.doc)) {
      w.count('abandons');
      yield* fence(w, seen.doc);
    }
    return;
  }
  if (w.breaks('no_poller')) return;
  w.count('polls');
  // No answer is no reason to back off.
  if ((yield* observe(w, doc)) === null)
    yield* change(w, doc, () => ({ dueAt: w.now + RECHECK, backoff: Math.max(MINUTE, doc.backoff / 2) }));
}

/** What the records do not know, or call final: success there is an alarm, an open twin is canceled. */
function* sweep(w: World, round: number): Task {
  for (const pi of [...w.intents.values()])
    try {
      yield* sweepOne(w, pi, round);
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
    }
}

function* sweepOne(w: World, pi: PaymentIntent, round: number): Task {
  const doc = yield* load(w, pi.meta.id);
  if (doc === null) return;
  if (pi.status === 'succeeded' && (doc.pi !== pi.id || doc.state === 'CANCELED')) {
    w.count('alarms');
    w.bad(`SWEEPER found ${pi.id} succeeded, ${doc.id} is ${doc.state} ${doc.pi}`);
    return;
  }
  const unreferenced = doc.pi !== pi.id && (doc.pi !== null || doc.state === 'CANCELED');
  if (unreferenced && !isEnd(pi.status) && w.now - pi.created > HOUR)
    yield* call(w, 'cancel', { pi: pi.id }, `sweep:${pi.id}:${round}`);
}

export function startWorkers(w: World): void {
  w.receiveWebhook = (event, slot) => receiveWebhook(w, event, slot);
  w.worker = () => workerLoop(w);
  for (const instance of w.instances) w.scheduler.spawn(workerLoop(w), instance);
}
