import { Draw } from '../models/draw.js';

/** One drawn life of a subscription: what is asked of it, and what Stripe and the payer do. Only data, so that it can be shrunk. */

/** Sent or not, as a request has it; days are counted from the first day of the history. */
export interface Wish {
  readonly amount?: number;
  readonly frequency?: string;
  readonly interval?: number;
  readonly days?: string;
  readonly chargeOnDay?: boolean;
  readonly duration?: number;
  readonly nextDay?: number;
  readonly addOns?: readonly ItemAsked[];
  readonly discounts?: readonly ItemAsked[];
}

export interface ItemAsked {
  readonly id: string;
  readonly amount?: number;
  readonly duration?: number;
}

export type Act =
  | {
      readonly kind: 'status';
      readonly to: 'active' | 'paused' | 'past_due' | 'cancelled' | 'completed';
      readonly nextDay: number | null;
    }
  | { readonly kind: 'update'; readonly wish: Wish; readonly newPlan: boolean }
  | { readonly kind: 'delete' }
  | { readonly kind: 'card'; readonly card: string }
  | { readonly kind: 'verified' }
  | { readonly kind: 'push'; readonly amount: number }
  /** Of the nth billing from the newest. */
  | { readonly kind: 'dispute'; readonly back: number; readonly id: string; readonly standing: 'open' | 'lost' | 'won' }
  | { readonly kind: 'release'; readonly back: number }
  | { readonly kind: 'page'; readonly back: number }
  | { readonly kind: 'operator'; readonly way: 'bill_each' | 'skip' | 'merge' };

export type Answer =
  | { readonly kind: 'approve' | 'soft' | 'hard' | 'auth' | 'error' | 'small' | 'unverified' }
  /** Nobody knows for so many days. */
  | { readonly kind: 'slow'; readonly days: number; readonly then: 'approve' | 'soft' | 'canceled' }
  | { readonly kind: 'bank'; readonly days: number; readonly then: 'approve' | 'unfunded' | 'returned' | 'canceled' };

export interface History {
  readonly seed: number;
  /** Day number of the first day, from 1970-01-01. */
  readonly start: number;
  readonly hour: number;
  readonly catchUp: 'bill_each' | 'skip' | 'merge';
  readonly withPlan: boolean;
  readonly first: Wish;
  /** Acts by slot: two slots a day, at 03:00 and at 12:00. */
  readonly turns: readonly { readonly slot: number; readonly act: Act }[];
  readonly slots: number;
  /** Slots in which no engine runs. */
  readonly outages: readonly { readonly from: number; readonly to: number }[];
  /** How much goes wrong: 0 to 1. */
  readonly trouble: number;
}

/** The shop's catalogue, and the one plan besides none; fixed, so that a history is small. */
export const CATALOGUE = {
  add_a: { amount: 200, percentage: null, duration: 1 },
  add_b: { amount: null, percentage: 10_000, duration: 0 },
  add_c: { amount: 99, percentage: null, duration: 3 },
  off_a: { amount: 50, percentage: null, duration: 0 },
  off_b: { amount: null, percentage: 12_345, duration: 2 },
  off_c: { amount: 5_000, percentage: null, duration: 1 },
} as const;
export type CatalogueId = keyof typeof CATALOGUE;

export const PLAN = {
  amount: 1_500,
  frequency: 'monthly',
  interval: 1,
  days: '31',
  duration: 6,
  addOns: ['add_a', 'add_b'],
  discounts: ['off_b'],
} as const;
export const OTHER_PLAN = {
  amount: 700,
  frequency: 'twice_monthly',
  interval: 2,
  days: '10,0',
  duration: 4,
  addOns: ['add_b', 'add_c', 'add_c'],
  discounts: [],
} as const;

/** Returns the answer to attempt k of billing n under generation g. */
export function answerTo({ seed, trouble }: History, n: number, k: number, g: number): Answer {
  const draw = new Draw(seed * 7_919 + n * 104_729 + k * 1_299_709 + g * 15_485_863);
  if (!draw.chance(trouble))
    return draw.chance(0.15) ? { kind: 'bank', days: draw.int(1, 6), then: 'approve' } : { kind: 'approve' };
  const kind = draw.pick([
    'soft',
    'soft',
    'soft',
    'hard',
    'auth',
    'error',
    'small',
    'unverified',
    'slow',
    'bank',
    'bank',
  ] as const);
  if (kind === 'slow') return { kind, days: draw.int(1, 3), then: draw.pick(['approve', 'soft', 'canceled']) };
  if (kind === 'bank')
    return { kind, days: draw.int(1, 9), then: draw.pick(['unfunded', 'unfunded', 'returned', 'canceled']) };
  return { kind };
}

/** Whether a fence came too late: the payment of a billing that was given up had succeeded. */
export const succeedsLate = ({ seed }: History, n: number): boolean => new Draw(seed * 31 + n * 977).chance(0.1);

/** Whether the payment of a billing that is being charged turns out to be under way when somebody wants it fenced. */
export const isSent = ({ seed }: History, n: number, slot: number): boolean =>
  new Draw(seed * 17 + n * 131 + slot).chance(0.5);

export function drawHistory(seed: number): History {
  const draw = new Draw(seed);
  const slots = draw.int(20, draw.chance(0.2) ? 800 : 300);
  const outages = Array.from({ length: draw.int(0, 2) }, () => {
    const from = draw.int(0, slots);
    return { from, to: from + draw.int(1, draw.chance(0.3) ? 120 : 24) };
  });
  const single = Array.from({ length: draw.int(0, 12) }, () => ({ slot: draw.int(0, slots), act: drawAct(draw) }));
  const disputes = Array.from({ length: draw.int(0, 2) }, () => drawDispute(draw, draw.int(0, slots)));
  const operators = outages.map(({ to }) => ({ slot: to + draw.int(0, 4), act: drawOperator(draw) }));
  const turns = [...single, ...disputes.flat(), ...operators];
  return {
    seed,
    start: draw.int(18_262, 20_500),
    hour: draw.pick([0, 8, 8, 23]),
    catchUp: draw.pick(['bill_each', 'bill_each', 'skip', 'merge']),
    withPlan: draw.chance(0.3),
    first: { amount: draw.int(0, 3_000), ...drawSchedule(draw), ...drawWish(draw) },
    turns: turns.toSorted((one, other) => one.slot - other.slot),
    slots,
    outages,
    trouble: draw.pick([0, 0.05, 0.1, 0.2, 0.3, 0.6, 0.9]),
  };
}

function drawAct(draw: Draw): Act {
  const kind = draw.pick([
    'status',
    'status',
    'status',
    'status',
    'update',
    'update',
    'update',
    'card',
    'verified',
    'push',
    'dispute',
    'dispute',
    'dispute',
    'release',
    'page',
    'operator',
    draw.chance(0.3) ? 'delete' : 'page',
  ] as const);
  switch (kind) {
    case 'status':
      return {
        kind,
        to: draw.pick([
          'active',
          'active',
          'active',
          'active',
          'paused',
          'past_due',
          'cancelled',
          'completed',
        ] as const),
        nextDay: draw.chance(0.4) ? draw.int(-3, 60) : null,
      };
    case 'update':
      return {
        kind,
        newPlan: draw.chance(0.15),
        wish: {
          ...(draw.chance(0.4) ? drawSchedule(draw) : {}),
          ...drawWish(draw),
          ...(draw.chance(0.3) ? { amount: draw.int(0, 3_000) } : {}),
        },
      };
    case 'card':
      return { kind, card: draw.pick(['one', 'two', 'three']) };
    case 'push':
      return { kind, amount: draw.int(0, 4_000) };
    case 'dispute':
      return {
        kind,
        back: draw.int(0, 3),
        id: draw.pick(['dp_1', 'dp_1', 'dp_2']),
        standing: draw.pick(['open', 'lost', 'won']),
      };
    case 'release':
    case 'page':
      return { kind, back: draw.int(0, 2) };
    case 'operator':
      return drawOperator(draw);
    default:
      return { kind };
  }
}

const drawOperator = (draw: Draw): Act => ({ kind: 'operator', way: draw.pick(['bill_each', 'skip', 'merge']) });

/** A dispute from its opening to its end, and what the merchant does about it. */
function drawDispute(draw: Draw, slot: number): { slot: number; act: Act }[] {
  const [back, id] = [draw.int(0, 2), draw.pick(['dp_1', 'dp_2'])];
  const standing = draw.pick(['won', 'lost', 'lost'] as const);
  return [
    { slot, act: { kind: 'dispute', back, id, standing: 'open' } },
    { slot: slot + draw.int(0, 20), act: { kind: 'release', back } },
    { slot: slot + draw.int(1, 30), act: { kind: 'dispute', back, id, standing } },
    { slot: slot + draw.int(10, 40), act: { kind: 'release', back } },
    { slot: slot + draw.int(10, 60), act: { kind: 'dispute', back, id, standing: draw.pick(['won', 'open']) } },
  ];
}

function drawSchedule(draw: Draw): Wish {
  const day = () => String(draw.pick([0, 1, 5, 10, 15, 28, 29, 30, 31, draw.int(0, 31)]));
  const frequency = draw.pick(['monthly', 'monthly', 'twice_monthly', 'twice_monthly', 'daily'] as const);
  if (frequency === 'daily') return { frequency, interval: draw.chance(0.1) ? 2 : 1, days: '' };
  const days = frequency === 'monthly' ? day() : `${day()}, ${day()}`;
  return { frequency, interval: draw.pick([1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 12]), days };
}

function drawWish(draw: Draw): Wish {
  const item = (ids: readonly string[]) => (): ItemAsked => ({
    id: draw.chance(0.03) ? 'gone' : draw.pick(ids),
    ...(draw.chance(0.2) ? { amount: draw.int(0, 900) } : {}),
    ...(draw.chance(0.2) ? { duration: draw.int(0, 3) } : {}),
  });
  return {
    ...(draw.chance(0.4) ? { duration: draw.pick([0, 0, 1, 2, 3, 5, 12]) } : {}),
    ...(draw.chance(0.3) ? { nextDay: draw.int(-2, 40) } : {}),
    ...(draw.chance(0.1) ? { chargeOnDay: draw.chance(0.8) } : {}),
    ...(draw.chance(0.4) ? { addOns: Array.from({ length: draw.int(0, 3) }, item(['add_a', 'add_b', 'add_c'])) } : {}),
    ...(draw.chance(0.4)
      ? { discounts: Array.from({ length: draw.int(0, 3) }, item(['off_a', 'off_b', 'off_c'])) }
      : {}),
  };
}
