import { Injectable } from '@nestjs/common';
import { effectIdOf } from './payment-events.js';
import type { Effect, Payment, PaymentChange, PaymentEvent } from './payment.types.js';

/** Somebody who has to know what happened to payments: told at least once, in the order of the events of a payment. */
export interface EffectConsumer {
  /** Is written into the records: another name is another consumer, who has not been told of anything yet. */
  readonly name: string;
  readonly events: readonly PaymentEvent[];
  /** Returns whether this payment is the consumer's business. */
  wants(payment: Payment): boolean;
  /** Throws to be called again later. Drops an effect whose id it has seen. */
  consume(effect: Effect, payment: Payment): Promise<void>;
}

/** The consumer whose effects release 0.1.0 wrote without a name. */
export const RECEIPTS = 'receipt';

/**
 * Where modules say which events of payments they have to know, so that news travels up without an import. Every process
 * registers the same ones when it starts, whatever its role: the names are written with the change that they are told of.
 */
@Injectable()
export class EffectConsumers {
  private readonly consumers = new Map<string, EffectConsumer>();

  register(consumer: EffectConsumer): void {
    if (this.consumers.has(consumer.name)) throw new Error(`two consumers are called ${consumer.name}`);
    this.consumers.set(consumer.name, consumer);
  }

  /** Returns the consumer of an effect; undefined when this release has none of that name. */
  of({ consumer = RECEIPTS }: Pick<Effect, 'consumer'>): EffectConsumer | undefined {
    return this.consumers.get(consumer);
  }

  /** Names the consumers of each event that the change adds; an event that nobody wants is not written. */
  addressed(seen: Payment, change: PaymentChange): PaymentChange {
    if (change.effects === undefined) return change;
    const before = new Set(seen.effects.map(({ id }) => id));
    const isNew = ({ id, consumer }: Effect) => consumer === undefined && !before.has(id);
    if (!change.effects.some(isNew)) return change;
    const after = { ...seen, ...change };
    const effects = change.effects.flatMap((effect) => (isNew(effect) ? this.copiesOf(effect, after) : [effect]));
    if (effects.length > seen.effects.length) return { ...change, effects };
    const { effects: _, effectsDueAt: __, ...rest } = change;
    return rest;
  }

  private copiesOf(effect: Effect, payment: Payment): Effect[] {
    return [...this.consumers.values()]
      .filter((consumer) => consumer.events.includes(effect.type) && consumer.wants(payment))
      .map(({ name }) => (name === RECEIPTS ? effect : { ...effect, id: effectIdOf(effect.id, name), consumer: name }));
  }
}
