import { Draw, HOUR, MINUTE } from '../draw.js';
import type { Fault, Operation, ProviderStatus } from '../storesim/model.types.js';
import type { FaultAction } from '../../support/simulator.js';

/** The model's cards, and Stripe's tokens that behave like them. */
export const CARDS = {
  ok1: 'pm_card_visa',
  ok2: 'pm_card_mastercard',
  decline1: 'pm_card_visa_chargeDeclined',
  decline2: 'pm_card_chargeDeclinedExpiredCard',
  tds1: 'pm_card_threeDSecure2Required',
  bad1: 'pm_nosuchmethod',
} as const;

export type Card = keyof typeof CARDS;

interface InBothWords {
  readonly model: Fault;
  readonly simulator: FaultAction;
}

const late = (ms: number): InBothWords => ({
  model: { kind: 'late', delayMs: ms },
  simulator: { type: 'delay_effect', ms },
});
const status = (kind: Fault['kind'], simulator: Omit<FaultAction, 'type'>): InBothWords => ({
  model: { kind },
  simulator: { type: 'status', ...simulator },
});

/** What may become of one request on its way to Stripe and back. */
export const TROUBLES = {
  drop: { model: { kind: 'drop' }, simulator: { type: 'drop_before' } },
  late5: late(5 * MINUTE),
  late45: late(45 * MINUTE),
  lose: { model: { kind: 'lose' }, simulator: { type: 'drop_after_effect' } },
  reset0: { model: { kind: 'reset0' }, simulator: { type: 'reset_before' } },
  reset1: { model: { kind: 'reset1' }, simulator: { type: 'reset_after' } },
  '429': status('429', { status: 429, when: 'before' }),
  // To a payment a 403 is the same; a 401 would close the whole instance, to the other payers of the scenario too.
  '401': status('401', { status: 403, when: 'before' }),
  '500pre': status('500pre', { status: 500, when: 'before' }),
  '500post': status('500post', { status: 500, when: 'after' }),
  edge500: status('edge500', { status: 500, when: 'before', cached: false }),
} as const satisfies Record<string, InBothWords>;

export type Trouble = keyof typeof TROUBLES;

/** In the order of the requests that they befall, hidden retries of the SDK included. */
export type Troubles = Readonly<Partial<Record<Operation, readonly Trouble[]>>>;

export type Step =
  | { readonly does: 'create' | 'read' | 'nothing' }
  | { readonly does: 'confirm' | 'browser'; readonly card: Card }
  | { readonly does: '3ds'; readonly outcome: 'complete' | 'fail' }
  /** An event arrives whose snapshot says this, true or not. */
  | { readonly does: 'event'; readonly says: ProviderStatus };

export interface Turn {
  readonly step: Step;
  readonly troubles: Troubles;
}

/** One turn of every payer, then the clock moves, then the resolver passes. */
export interface Round {
  readonly turns: readonly Turn[];
  readonly moveMs: number;
  readonly passTroubles: readonly Troubles[];
}

export interface Scenario {
  readonly seed: number;
  readonly rounds: readonly Round[];
}

const DRAWN_CARDS: readonly Card[] = [
  ...(['ok1', 'ok2', 'decline1', 'decline1', 'decline1'] as const),
  ...(['decline2', 'tds1', 'tds1', 'tds1', 'bad1'] as const),
];
/** Those that cost a time-out are few, because the product waits for it in real time. */
const DRAWN_TROUBLES: readonly Trouble[] = [
  ...(['drop', 'late5', 'late45', 'lose', 'reset0', 'reset0', 'reset1', 'reset1', 'reset1', '401'] as const),
  ...(['429', '429', '500pre', '500pre', '500post', '500post', 'edge500', 'edge500'] as const),
];
/** What the product waits out with a create, or answers otherwise on purpose, is not among them. */
const CREATE_TROUBLES = DRAWN_TROUBLES.filter((each) => each !== '429' && each !== '401');
const STATUSES = ['requires_payment_method', 'requires_action', 'succeeded', 'canceled'] as const;
/** No sums of these meet a due date to the millisecond, where either side could be right. */
const MOVES = [0, 0, 0, 3 * MINUTE, 3 * MINUTE, 31 * MINUTE];
const A_DAY_LATER = 25 * HOUR;

/** @param payers how many at once; each has a payment of their own. */
export function drawScenario(seed: number, payers: number): Scenario {
  const draw = new Draw(seed * 7919 + 13);
  const everyone = <T>(of: () => T): T[] => Array.from({ length: payers }, of);
  const rounds: Round[] = [];
  const habits = everyone<{ card: Card | null }>(() => ({ card: null }));
  for (let left = draw.int(5, 8); left > 0; left--) {
    const turns = habits.map((habit) => (rounds.length === 0 ? firstTurn(draw) : drawTurn(draw, habit)));
    const moveMs = draw.chance(0.04) ? A_DAY_LATER : draw.pick(MOVES);
    rounds.push({ turns, moveMs, passTroubles: everyone(() => passTroubles(draw)) });
  }
  const nothing = everyone<Turn>(() => ({ step: { does: 'nothing' }, troubles: {} }));
  const troubled = everyone(() => passTroubles(draw));
  rounds.push({ turns: nothing, moveMs: A_DAY_LATER, passTroubles: troubled });
  // What was still in the way is gone: now everything comes to its end.
  for (const moveMs of [3 * MINUTE, 31 * MINUTE, A_DAY_LATER])
    rounds.push({ turns: nothing, moveMs, passTroubles: everyone(() => ({})) });
  return { seed, rounds };
}

function firstTurn(draw: Draw): Turn {
  return { step: { does: 'create' }, troubles: { create: some(draw, 0.2, CREATE_TROUBLES) } };
}

function drawTurn(draw: Draw, habit: { card: Card | null }): Turn {
  const step = drawStep(draw, habit.card);
  if (step.does === 'confirm') habit.card = step.card;
  const troubles = {
    create: some(draw, 0.5, CREATE_TROUBLES),
    confirm: some(draw, 0.55, DRAWN_TROUBLES),
    get: some(draw, 0.12, ['reset0', 'edge500', '429']),
    cancel: some(draw, 0.4, DRAWN_TROUBLES),
  };
  return { step, troubles };
}

/** @param last card that this payer confirmed with: many try the same again. */
function drawStep(draw: Draw, last: Card | null): Step {
  const act = draw.next();
  if (act < 0.58) return { does: 'confirm', card: draw.chance(0.4) && last !== null ? last : draw.pick(DRAWN_CARDS) };
  if (act < 0.7) return { does: 'browser', card: draw.pick(['ok1', 'decline1', 'decline2', 'tds1'] as const) };
  if (act < 0.8) return { does: '3ds', outcome: draw.pick(['complete', 'fail'] as const) };
  if (act < 0.86) return { does: 'read' };
  if (act < 0.92) return { does: 'create' };
  if (act < 0.97) return { does: 'event', says: draw.pick(STATUSES) };
  return { does: 'nothing' };
}

function passTroubles(draw: Draw): Troubles {
  return {
    get: some(draw, 0.1, ['reset0', 'edge500', '429']),
    cancel: some(draw, 0.4, DRAWN_TROUBLES),
  };
}

/** None, or one or two. */
function some(draw: Draw, probability: number, of: readonly Trouble[]): Trouble[] {
  const [any, two] = [draw.chance(probability), draw.chance(0.6)];
  const both = [draw.pick(of), draw.pick(of)];
  return any ? both.slice(0, two ? 2 : 1) : [];
}

/** Those that can meet this step; `create` only while there is no PaymentIntent, `get` of it only afterwards. */
export function troublesOf({ step, troubles }: Turn, hasPaymentIntent: boolean): Troubles {
  const { create = [], confirm = [], get = [], cancel = [] } = troubles;
  if (!hasPaymentIntent) return step.does === 'create' ? { create } : {};
  if (step.does === 'create' || step.does === 'read') return { get };
  return step.does === 'confirm' ? { confirm, get, cancel } : {};
}

/** One line, for the timelines. */
export function described({ step, troubles }: Turn): string {
  const { does, ...how } = step;
  return `${[does, ...Object.values(how)].join(' ')}${describedTroubles(troubles)}`;
}

export function describedTroubles(troubles: Troubles): string {
  const lists = Object.entries(troubles).filter(([, list]) => list.length > 0);
  return lists.length === 0 ? '' : ` [${lists.map(([op, list]) => `${op}: ${list.join(', ')}`).join('; ')}]`;
}
