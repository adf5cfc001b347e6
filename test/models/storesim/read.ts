import { SECOND } from '../draw.js';
import { isFinal, type Told } from './model.types.js';
import { observe, type Request, statusOf, tell } from './protocol.js';
import type { Slot, Task } from './scheduler.js';
import { load, StoreAway } from './store.js';
import type { World } from './world.js';

const FRESH = 5 * SECOND;

/** `GET /payment/{id}`: an open payment that is not new asks Stripe once (ruling 8). */
export function* read(w: World, id: string, slot: Slot<Told>, request: Request): Task {
  try {
    let doc = yield* load(w, id);
    if (doc === null) return tell(w, slot, request, '404');
    if (doc.pi !== null && !isFinal(doc) && w.now - doc.createdAt > FRESH) doc = (yield* observe(w, doc))?.doc ?? doc;
    const status = statusOf(doc);
    const kind = doc.state === 'SUCCEEDED' ? 'succeeded' : doc.state === 'CANCELED' ? 'canceled' : 'open';
    tell(w, slot, request, kind, doc, { status });
  } catch (error) {
    if (!(error instanceof StoreAway)) throw error;
    tell(w, slot, request, 'unavailable');
  }
}
