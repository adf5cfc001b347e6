import type { World } from '../world.js';

/** Does what follows inside of Stripe from an event; `id` is that of the event's object. */
export type Reaction = (world: World, id: string) => void;

/** Lets the world react to events of these types, each time right after the event, in the same step. */
export function react(world: World, reactions: Readonly<Record<string, Reaction>>): void {
  for (const [type, reaction] of Object.entries(reactions)) world.reactions.set(type, reaction);
}
