import { DAY, HOUR, MINUTE, SECOND } from '../draw.js';
import { isFinal, isEnd, type PaymentDoc } from './model.types.js';
import type { Task } from './scheduler.js';
import { ABANDON, type World } from './world.js';

/** Kills, and outages of the store. */
export function* killsAndOutages(w: World): Task {
  const { draw } = w;
  const usual = w.storeFaultProbability;
  while (w.now < w.chaosMs) {
    yield draw.chance(0.6) ? draw.int(1 * SECOND, 30 * SECOND) : draw.int(30 * SECOND, 20 * MINUTE);
    const what = draw.next();
    if (what < 0.55) w.kill(draw.pick(w.instances));
    else if (what < 0.85) {
      w.storeFaultProbability = 0.7;
      yield draw.int(1 * SECOND, 2 * MINUTE);
      w.storeFaultProbability = usual;
    } else if (what < 0.9) for (const instance of w.instances) w.kill(instance);
  }
  w.storeFaultProbability = 0.001;
  w.storeSlowProbability = 0;
}

/** Now and then Stripe is hardly reachable: most creates and confirms time out, many arrive later. */
export function* brownouts(w: World): Task {
  const { draw } = w;
  if (draw.chance(0.2)) return;
  while (w.now < w.chaosMs + DAY) {
    yield draw.chance(0.7) ? draw.int(5 * SECOND, 90 * SECOND) : draw.int(2 * MINUTE, 20 * MINUTE);
    w.brown = true;
    yield draw.int(3 * SECOND, 30 * SECOND);
    w.brown = false;
  }
}

interface Undone {
  readonly since: number;
  readonly attempt: number;
}
const UNDONE = ['unsettled', 'succeeded unseen', 'canceled unseen'];

/** Where nine of ten requests go wrong, a kept 500 and a GET that says so take an hour to come together, and some take four. */
function patience({ faultProbability }: World): number {
  return faultProbability > 0.5 ? 12 * HOUR : 4 * HOUR;
}

/** From an hour after the chaos nothing that is due stays undone. */
export function* monitor(w: World): Task {
  yield w.chaosMs + HOUR;
  const noted = new Map<string, Undone>();
  for (;;) {
    for (const doc of w.payments.values()) look(w, doc, noted);
    yield 20 * MINUTE;
  }
}

function look(w: World, doc: PaymentDoc, noted: Map<string, Undone>): void {
  const late = whatIsLate(w, doc);
  if (late === null) for (const each of UNDONE) noted.delete(doc.id + each);
  else {
    const before = noted.get(doc.id + late);
    if (before === undefined || (doc.unsettled && before.attempt !== doc.attempt))
      noted.set(doc.id + late, { since: w.now, attempt: doc.attempt });
    if (w.now - (noted.get(doc.id + late)?.since ?? w.now) > patience(w))
      w.bad(`STUCK ${doc.id} ${late} for ${patience(w) / HOUR} h`);
  }
  if (doc.state === 'NEW' && w.now - doc.activeAt > ABANDON + patience(w)) w.bad(`STUCK ${doc.id} NEW`);
}

function whatIsLate(w: World, doc: PaymentDoc): string | null {
  if (doc.unsettled || doc.canceling) return 'unsettled';
  const pi = w.intents.get(doc.pi ?? '');
  return pi !== undefined && !isFinal(doc) && isEnd(pi.status) ? `${pi.status} unseen` : null;
}
