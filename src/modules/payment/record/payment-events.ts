import type { Effect, Payment, PaymentChange, PaymentEvent } from './payment.types.js';

/** Something that happened to a payment: `id` tells it from every other of the same payment. */
export interface HappenedEvent {
  readonly type: PaymentEvent;
  readonly id: string;
}

/**
 * Adds what happened to the effects, for the repository to name those who have to know. One of a name for ever, whatever
 * happened to the state since: its consumers know it by its id.
 */
export function withEvent(
  payment: Pick<Payment, '_id' | 'effects'>,
  { type, id }: HappenedEvent,
  now: Date,
): Pick<PaymentChange, 'effects' | 'effectsDueAt'> {
  const effect: Effect = { id: `${payment._id}:${id}`, type, doneAt: null };
  const isKnown = payment.effects.some((one) => one.id === effect.id || one.id.startsWith(effectIdOf(effect.id, '')));
  return isKnown ? {} : { effects: [...payment.effects, effect], effectsDueAt: now };
}

/** Returns the id of an event's effect for one consumer. Receipts, which were there first, keep the event's own. */
export function effectIdOf(eventId: string, consumer: string): string {
  return `${eventId}@${consumer}`;
}
