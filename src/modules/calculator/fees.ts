import { toFigure } from './money.js';
import { shareOf } from './rate.js';

/** A fixed amount in minor units, or thousandths of one percent of a base. */
export interface Fee {
  readonly type: 'flat' | 'percentage';
  readonly value: number;
}

/** Fees that a processor adds to a price, or takes off it; null: nothing of the kind. */
export interface FeeTerms {
  readonly surcharge:
    | (Fee & {
        /** Upper-case codes of states where the law allows no surcharge. */
        readonly bannedStates: readonly string[];
        /** First digits of debit and prepaid cards, which pay none. */
        readonly exemptBins: readonly string[];
      })
    | null;
  readonly serviceFee: Fee | null;
  readonly paymentAdjustment: Fee | null;
  readonly cashDiscount: Fee | null;
}

/** Facts of how somebody is going to pay. */
export interface PayerFacts {
  readonly method: 'card' | 'ach';
  readonly state: string | null;
  /** The first digits of the card. */
  readonly bin: string | null;
  /** True when the customer or the payment method has the flag `surcharge_exempt`. */
  readonly isExempt: boolean;
}

/** Minor units; null where nothing of the kind is charged. */
export interface Fees {
  readonly surcharge: bigint | null;
  readonly serviceFee: bigint | null;
  readonly paymentAdjustment: bigint | null;
  /** Amount that is taken off, never more than the base. */
  readonly cashDiscount: bigint | null;
}

export function feeOf({ type, value }: Fee, base: bigint): bigint {
  return type === 'flat' ? BigInt(value) : shareOf(base, BigInt(value));
}

/** Contract gateway 5.3, rule F2: every percentage is of the base, none of another fee. */
export function feesOf(terms: FeeTerms, base: bigint, payer: PayerFacts): Fees {
  const of = (fee: Fee | null) => (fee === null ? null : feeOf(fee, base));
  const discount = payer.method === 'ach' ? of(terms.cashDiscount) : null;
  return {
    surcharge: mayBeSurcharged(terms, payer) ? of(terms.surcharge) : null,
    serviceFee: of(terms.serviceFee),
    paymentAdjustment: of(terms.paymentAdjustment),
    cashDiscount: discount !== null && discount > base ? base : discount,
  };
}

function mayBeSurcharged({ surcharge }: FeeTerms, { method, state, bin, isExempt }: PayerFacts): boolean {
  if (surcharge === null || method !== 'card' || isExempt) return false;
  if (state !== null && surcharge.bannedStates.includes(state.toUpperCase())) return false;
  // A card that is not known counts as a credit card.
  return bin === null || !surcharge.exemptBins.some((prefix) => bin.startsWith(prefix));
}

/** Parts and sum of a charge, in minor units. */
export interface FeeQuote {
  readonly serviceFee: number;
  readonly paymentAdjustment: number;
  readonly surcharge: number;
  /** Null where none applies. */
  readonly discount: number | null;
  readonly requested: number;
}

/** Rule F1. Throws AppError `validation_failed` when the sum is greater than any amount may be. */
export function quoteFees(terms: FeeTerms, baseMinor: number, payer: PayerFacts): FeeQuote {
  const base = BigInt(baseMinor);
  const { surcharge, serviceFee, paymentAdjustment, cashDiscount } = feesOf(terms, base, payer);
  const requested = base + (serviceFee ?? 0n) + (paymentAdjustment ?? 0n) + (surcharge ?? 0n) - (cashDiscount ?? 0n);
  return {
    serviceFee: toFigure('service_fee', serviceFee ?? 0n),
    paymentAdjustment: toFigure('payment_adjustment', paymentAdjustment ?? 0n),
    surcharge: toFigure('surcharge', surcharge ?? 0n),
    discount: cashDiscount === null ? null : toFigure('discount_amount', cashDiscount),
    requested: toFigure('requested_amount', requested),
  };
}
