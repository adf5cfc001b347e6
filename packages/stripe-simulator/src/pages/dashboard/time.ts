import type { World } from '../../world.js';

/** `2026-11-25 15:04:05 UTC`, epoch milliseconds. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Epoch seconds. */
export function created(seconds: number): string {
  return instant(seconds * 1000).replace(' UTC', '');
}

/** Simulator time. */
export function clockTime(world: World): string {
  return instant(world.clock.now());
}
