import { DAY, MINUTE, SECOND } from '../draw.js';
import type { Task, World } from './world.js';

/** Kills and outages of the store; where there are subscriptions, then perhaps weeks in which nothing runs. */
export function* chaos(w: World, endMs: number, hasSubscriptions: boolean): Task {
  const { draw } = w;
  while (w.now < w.chaosMs) {
    yield draw.chance(0.7) ? draw.int(50, 5 * SECOND) : draw.int(5 * SECOND, 20 * MINUTE);
    const what = draw.next();
    if (what < 0.6) w.kill(draw.pick(w.instances));
    else if (what < 0.8) {
      w.storeFaultProbability = 0.6;
      yield draw.int(1 * SECOND, 2 * MINUTE);
      w.storeFaultProbability = 0.01;
    } else if (what < 0.85) for (const instance of w.instances) w.kill(instance);
  }
  w.storeFaultProbability = 0.002;
  if (!hasSubscriptions || !draw.chance(0.6) || endMs - w.now <= 12 * DAY) return;
  yield (draw.int(1, 20) * DAY) / 4;
  for (const instance of w.instances) w.stop(instance);
  yield Math.max(0, Math.min(draw.int(1, 70) * DAY, endMs - 4 * DAY - w.now));
  for (const instance of w.instances)
    if (!instance.up) {
      instance.up = true;
      w.boot(instance);
    }
}
