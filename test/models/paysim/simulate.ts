import { DAY, HOUR } from '../draw.js';
import { billingEngine, PERIOD } from './billing.js';
import { chaos } from './chaos.js';
import { client, refunders } from './clients.js';
import { checkEverything } from './invariants.js';
import { janitor } from './janitor.js';
import type { Order } from './model.types.js';
import { inboxWorker, receiveWebhook } from './webhooks.js';
import { type Task, World, type WorldOptions } from './world.js';

/** One seeded run: clients, billing and refunds under fire for some hours, then days or months of peace, then the books. */
export function simulate(seed: number, options: WorldOptions = {}): World {
  const w = new World(seed, options);
  const { draw } = w;
  w.receiveWebhook = (event, slot) => receiveWebhook(w, event, slot);
  w.boot = (instance) => {
    for (const task of [inboxWorker(w), janitor(w), billingEngine(w, instance)]) w.spawn(task, instance, true);
  };
  for (const instance of w.instances) w.boot(instance);
  w.chaosMs = draw.int(1, 5) * HOUR;
  startClients(w);
  const subscriptions = startSubscriptions(w);
  const endMs = w.chaosMs + (subscriptions > 0 ? draw.int(0, 4) * PERIOD : 0) + 9 * DAY;
  w.spawn(chaos(w, endMs, subscriptions > 0));
  w.spawn(refunders(w));
  w.run(endMs, w.breaks('none') ? 4e6 : 1e6);
  // A mutant may keep everybody busy for ever; such a run says nothing.
  if (!w.capped) checkEverything(w, endMs);
  return w;
}

function startClients(w: World): void {
  const { draw } = w;
  const payments = draw.int(1, 4);
  for (let i = 0; i < payments; i++) {
    const order: Order = { amount: 1_000 + i, pm: draw.pick(['ok', 'ok', 'ok', 'decline', '3ds']) };
    const scope = draw.pick(['u1', 'u2']);
    const clients = draw.int(1, 3);
    for (let k = 0; k < clients; k++) w.spawn(laterClient(w, scope, `c${i % 3}`, order));
  }
}

/** One in ten comes with another amount under the same cuid. */
function* laterClient(w: World, scope: string, cuid: string, order: Order): Task {
  const { draw } = w;
  yield draw.chance(0.5) ? draw.int(0, 400) : draw.chance(0.9) ? draw.int(0, w.chaosMs) : draw.int(0, 60 * HOUR);
  const asked = draw.chance(0.1) ? { ...order, amount: 7 } : order;
  yield* client(w, scope, cuid, asked, draw.int(1, 6));
}

function startSubscriptions(w: World): number {
  const { draw } = w;
  const subscriptions = draw.int(0, 2);
  for (let i = 0; i < subscriptions; i++) {
    const id = `s${i}`;
    const anchor = draw.int(0, 3) * HOUR;
    const pm = draw.pick(['ok', 'ok', 'decline']);
    w.collections.subs.set(id, { _id: id, uniq: id, anchor, n: 0, next: anchor, pm, v: 1 });
  }
  return subscriptions;
}
