import { SECOND } from '../draw.js';
import { brownouts, killsAndOutages, monitor } from './chaos.js';
import { checkEverything } from './invariants.js';
import { type Intention, Shopper } from './shopper.js';
import { StoreAway } from './store.js';
import { startWorkers } from './workers.js';
import { World, type WorldOptions } from './world.js';

/** One seeded run: shoppers, instances and Stripe under fire for some hours, five days of peace, then the books. */
export function simulate(seed: number, options: WorldOptions = {}): World {
  const w = new World(seed, options);
  const intentions = openShop(w);
  startWorkers(w);
  for (const task of [killsAndOutages(w), brownouts(w), monitor(w)]) w.scheduler.spawn(task);
  w.run(w.endMs, endOfTask);
  checkEverything(w, intentions);
  return w;
}

/** A request that the store left in the middle has no more to do; anything else is a defect of the model. */
export function endOfTask(error: unknown): void {
  if (!(error instanceof StoreAway)) throw error;
}

function openShop(w: World): Intention[] {
  const { draw } = w;
  const intentions: Intention[] = [];
  let requests = 0;
  for (let i = draw.int(2, 6) - 1; i >= 0; i--) {
    const user = draw.pick(['u1', 'u2']);
    const cuid = `c${draw.int(0, 3)}${draw.chance(0.8) ? `i${i}` : ''}`;
    if (intentions.some((each) => each.user === user && each.cuid === cuid)) continue;
    const intention: Intention = { user, cuid, docs: [], confirms: [], browserTries: [] };
    intentions.push(intention);
    const shopper = new Shopper(w, intention, () => ++requests);
    const delay = draw.chance(0.5) ? draw.int(0, 5 * SECOND) : draw.int(0, w.chaosMs);
    w.scheduler.spawn(shopper.shop(), null, delay);
  }
  return intentions;
}
