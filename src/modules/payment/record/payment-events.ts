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
  const isKnown = payment.effects.some((one) => one.id === effect.id || one.id.startsWith(`${effect.id}@`));
  return isKnown ? {} : { effects: [...payment.effects, effect], effectsDueAt: now };
}

/** The id of an event's effect for one consumer; receipts, which were there first, keep the event's own. */
export function effectIdOf(eventId: string, consumer: string | undefined): string {
  return consumer === undefined ? eventId : `${eventId}@${consumer}`;
}
