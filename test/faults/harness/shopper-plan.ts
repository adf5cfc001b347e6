import type { Dice } from './random.js';

/** All that a shopper will do, drawn before anything happens. */
export interface ShopperPlan {
  readonly cuid: string;
  readonly user: number;
  /** How many times the create is sent at the same moment, each to another app. */
  readonly createTabs: number;
  /** The payment methods of one confirm after the other; those of one round are sent at the same moment, each to another app. */
  readonly rounds: readonly (readonly string[])[];
  /** Asks again, with the same cuid, after no answer. Others never come back. */
  readonly comesBack: boolean;
  /** Pays in the browser, past us: before the first confirm, or at the same moment. */
  readonly byBrowser: 'no' | 'first' | 'beside';
  readonly challenge: 'complete' | 'fail' | 'leave';
  readonly pauseMs: number;
}

const CARDS = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_visa_chargeDeclined',
  'pm_card_chargeDeclinedExpiredCard',
  'pm_card_threeDSecure2Required',
];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ROUNDS = 3;

/** A quarter declines, one in ten asks for 3-D Secure, as in T-12; every third shopper is in a hurry and clicks twice. */
export function planShopper(of: Dice, users: number): ShopperPlan {
  return {
    cuid: drawCuid(of),
    user: of.between(0, users - 1),
    createTabs: of.pick([1, 1, 1, 2, 3]),
    rounds: Array.from({ length: ROUNDS }, () => drawRound(of)),
    comesBack: of.chance(0.75),
    byBrowser: of.pick([...Array<'no'>(10).fill('no'), 'first', 'beside']),
    challenge: of.pick(['complete', 'complete', 'fail', 'leave']),
    pauseMs: of.between(50, 600),
  };
}

export function drawCuid(of: Dice): string {
  return `c${Array.from({ length: 24 }, () => LETTERS[of.between(0, 35)]).join('')}`;
}

function drawRound(of: Dice): string[] {
  const first = drawCard(of);
  const tabs = of.pick([0, 0, 0, 1, 1, 2]);
  return [first, ...Array.from({ length: tabs }, () => (of.chance(0.4) ? first : drawCard(of)))];
}

function drawCard(of: Dice): string {
  const roll = of.roll();
  return CARDS[roll < 0.45 ? 0 : roll < 0.65 ? 1 : roll < 0.8 ? 2 : roll < 0.9 ? 3 : 4] as string;
}
