import type { Target } from './target.js';

export const GROUPS = [
  'idempotency',
  'tokens',
  'transitions',
  'capture and refund',
  'webhooks',
  'lists and search',
  'errors',
] as const;

export type Group = (typeof GROUPS)[number];

/** One thing that Stripe's documentation says, held against whatever answers at the target. */
export interface Check {
  /** Stays the same for ever; a check that goes leaves its number unused. */
  id: string;
  group: Group;
  title: string;
  /** The page that says so. */
  doc: string;
  /** Why no sandbox can show it: it takes the simulator's control plane. */
  needs?: string;
  /** Throws when what the documentation says does not hold. */
  run(target: Target): Promise<void>;
}

/** A check without its group, as the files in `checks/` list them. */
export type Entry = [id: string, title: string, doc: string, run: Check['run'], needs?: string];

export function group(name: Group, entries: readonly Entry[]): Check[] {
  return entries.map(([id, title, doc, run, needs]) => ({
    id,
    group: name,
    title,
    doc: `https://docs.stripe.com/${doc}`,
    ...(needs === undefined ? {} : { needs }),
    run,
  }));
}
