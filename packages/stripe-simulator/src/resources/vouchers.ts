import type { World } from '../world.js';
import { currentAuthentication } from './authentication.js';

/** What is printed under the bar code of an intent's newest voucher. */
export function voucherNumber(world: World, intent: string): string {
  const source = currentAuthentication(world, intent)?.id ?? '';
  return world.ids.of(`voucher|${source}`, 32).replace(/\D/g, (letter) => String(letter.charCodeAt(0) % 10));
}
