import { MINUTE, SECOND } from '../draw.js';
import { settle } from './payments.js';
import { type Event, FINAL } from './model.types.js';
import { stateOf } from './protocol.js';
import { atomically, Duplicate, find, insert, swap } from './store.js';
import { call } from './stripe.js';
import { type Slot, StoreAway, type Task, type World } from './world.js';

/** One row per event id; 200 after the insert, and nothing else. */
export function* receiveWebhook(w: World, event: Event, slot: Slot<number>): Task {
  try {
    yield* atomically(w, () =>
      insert(w, w.collections.inbox, event.id, event.id, { e: event, done: false, next: w.now }),
    );
    slot.r = 200;
  } catch (error) {
    if (error instanceof Duplicate) {
      slot.r = 200;
      w.count('dupWebhook');
    } else if (error instanceof StoreAway) slot.r = 503;
    else throw error;
  }
}

/** @returns whether the event is done with */
function* applyEvent(w: World, event: Event): Task<boolean> {
  const { payments } = w.collections;
  const id = event.meta.pid;
  const doc = yield* atomically(w, () => find(payments, id));
  if (doc === null) return w.breaks('drop_unmatched');
  if (FINAL.includes(doc.state)) {
    if (event.status === 'succeeded' && doc.state !== 'SUCCEEDED' && !w.breaks('terminal_sticky'))
      yield* atomically(w, () => swap(w, payments, doc, { state: 'SUCCEEDED', late: true }));
    return true;
  }
  // The webhook was faster than our own answer: retry later.
  if (doc.pi === null && !w.breaks('one_step') && !w.breaks('one_step_random')) return false;
  if (w.breaks('trust_snapshot')) {
    const state = stateOf(event);
    if (state === 'CONFIRMING') return true;
    const believed = state === 'DECLINED' ? 'FAILED' : state;
    yield* atomically(w, () => swap(w, payments, doc, { state: believed, next: Infinity }));
    return true;
  }
  const { s, intent } = yield* call(w, { op: 'get', p: { pi: event.pi } }, '');
  if (s !== 200 || intent === undefined) return false;
  if (doc.pi !== null && doc.pi !== event.pi) return true;
  const settled = yield* settle(w, doc, intent);
  if (settled === null) return false;
  const state = stateOf(intent);
  return FINAL.includes(settled.state) || state === settled.state || state === 'CONFIRMING';
}

export function* inboxWorker(w: World): Task {
  const { draw } = w;
  for (;;) {
    yield draw.int(200, 3_000);
    for (const row of [...w.collections.inbox.values()])
      if (!row.done && row.next <= w.now && draw.chance(0.7))
        try {
          const done = yield* applyEvent(w, row.e);
          yield* atomically(w, () => {
            row.done ||= done;
            row.next = w.now + draw.int(5 * SECOND, 10 * MINUTE);
          });
        } catch (error) {
          if (!(error instanceof StoreAway)) throw error;
        }
  }
}
