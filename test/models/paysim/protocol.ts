import type { Payment, PaymentIntent, Reply, State } from './model.types.js';
import { StoreAway, type World } from './world.js';
import { MINUTE, SECOND } from '../draw.js';

export const LEASE = 60 * SECOND;
export const ABANDON = 15 * MINUTE;

export function stateOf({ status }: Pick<PaymentIntent, 'status'>): State {
  switch (status) {
    case 'succeeded':
      return 'SUCCEEDED';
    case 'canceled':
      return 'CANCELED';
    case 'requires_action':
      return 'REQUIRES_ACTION';
    case 'requires_confirmation':
      return 'CONFIRMING';
    case 'requires_payment_method':
      return 'DECLINED';
  }
}

/** 202 while the outcome is not known: never a failure that nobody has said. */
export function replyFor(doc: Payment | null): Reply {
  if (doc === null) throw new StoreAway();
  if (doc.state === 'SUCCEEDED') return { s: 201, d: 'ok' };
  if (doc.state === 'FAILED') return { s: 402, d: 'declined' };
  return doc.state === 'CANCELED' ? { s: 409, d: 'canceled' } : { s: 202 };
}

export function createKey(w: World, { scope, cuid, gen }: Payment): string {
  const fresh = w.breaks('random_key') || w.breaks('one_step_random');
  return fresh ? `k${w.draw.next()}` : `${scope}|${cuid}|create|${gen ?? 0}`;
}

export function confirmKey(w: World, { scope, cuid, gen }: Payment): string {
  return w.breaks('random_key') ? `k${w.draw.next()}` : `${scope}|${cuid}|confirm|1|${gen ?? 0}`;
}

export const cancelKey = ({ scope, cuid }: Payment): string => `${scope}|${cuid}|cancel`;
