import { MINUTE, SECOND } from '../draw.js';
import type { Answer, Fault } from './model.types.js';
import { newSlot, type Task } from './scheduler.js';
import { charge, decline, serve } from './stripe.js';
import type { World } from './world.js';

/** What a payer's browser knows of its own try. */
export interface BrowserTry {
  outcome?: 'succeeded' | 'declined' | 'open';
}

/** The payer at the bank's page. @returns null when they leave it, or it is no longer the page of this PaymentIntent */
export function* threeDSecure(w: World, piId: string): Task<'succeeded' | 'declined' | null> {
  const { draw } = w;
  const pi = w.intents.get(piId);
  if (pi === undefined) return null;
  const { action } = pi;
  yield draw.chance(0.8) ? draw.int(2 * SECOND, 5 * MINUTE) : draw.int(5 * MINUTE, 30 * MINUTE);
  if (pi.status !== 'requires_action' || pi.action !== action) return null;
  const outcome = draw.next();
  if (outcome < 0.15) return null;
  if (outcome < 0.7) {
    charge(w, pi, pi.tag ?? { by: 'browser' });
    return 'succeeded';
  }
  decline(w, pi);
  return 'declined';
}

/** Stripe.js with the client secret and no idempotency key. */
export function* payInBrowser(w: World, piId: string, card: string, own: BrowserTry): Task {
  w.count('browser');
  const { draw } = w;
  const fault: Fault | null = draw.chance(w.faultProbability / 2)
    ? { kind: draw.pick(['drop', 'late', 'lose'] as const) }
    : null;
  const slot = newSlot<Answer>();
  const params = { pi: piId, method: card };
  w.scheduler.spawn(serve(w, { op: 'confirm', params, key: null, tag: { by: 'browser' } }, slot, fault));
  yield [slot, 30 * SECOND];
  const answer = slot.value;
  if (answer === null) return;
  if (answer.status === 402) own.outcome = 'declined';
  else if (answer.status === 400) own.outcome = answer.body?.status === 'succeeded' ? 'succeeded' : 'declined';
  else if (answer.body?.status === 'succeeded') own.outcome = 'succeeded';
  else own.outcome = (yield* threeDSecure(w, piId)) ?? 'open';
}
