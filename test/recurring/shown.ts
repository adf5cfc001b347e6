import type { History } from './history.js';

/** What both sides of a history show after each step, in one form. */
export interface Shown {
  readonly status: string;
  readonly next: string;
  readonly expires: string;
  readonly count: number;
  /** Add-ons, discounts and total of the next billing. */
  readonly totals: readonly number[];
  readonly parked: string | null;
  /** Whether the next transaction would be the first one. */
  readonly first: boolean;
  readonly bills: readonly string[];
  readonly events: readonly string[];
}

export const dayOfSlot = ({ start }: History, slot: number): number => start + Math.floor(slot / 2);
export const hourOfSlot = (slot: number): number => (slot % 2 === 0 ? 3 : 12);

/** The first slot in which an engine finds due what is due at a moment. */
export function slotOf({ start }: History, moment: number): number {
  const hours = moment / 3_600_000 - start * 24;
  const day = Math.floor(hours / 24);
  const hour = hours - day * 24;
  return day * 2 + (hour <= 3 ? 0 : hour <= 12 ? 1 : 2);
}
