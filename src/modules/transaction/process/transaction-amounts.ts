import { invalidRequest } from '../../../platform/common/app-error.js';
import { whyNotChargeable } from '../../../platform/common/currency.js';
import { type Fee, feeOf, type FeeTerms, type PayerFacts, quoteFees } from '../../calculator/fees.js';
import { toFigure } from '../../calculator/money.js';
import type { Transaction } from '../record/transaction.types.js';
import type { AskedAmounts, TransactionRequest } from './process.types.js';

/** Figures of a row that the amounts of a request decide. */
export type DecidedAmounts = Pick<
  Transaction,
  'amountMinor' | 'baseMinor' | 'paymentAdjustmentMinor' | 'surchargeMinor' | 'serviceFeeMinor'
>;

const NO_FEES = { baseMinor: 0, paymentAdjustmentMinor: 0, surchargeMinor: 0, serviceFeeMinor: 0 };

/**
 * Contract gateway 5.1.2: what is charged. A final amount is charged as it is; on a base amount fees are put: the request's own
 * adjustment, which replaces all others, else the processor's.
 * @throws AppError validation_failed
 */
export function decideAmounts(
  { type, amounts, echoed }: Pick<TransactionRequest, 'type' | 'amounts' | 'echoed'>,
  terms: FeeTerms,
  payer: PayerFacts,
): DecidedAmounts {
  if (type === 'verification') return verification(amounts);
  const decided = amounts.baseMinor === null ? finalAmount(amounts) : onBase(amounts.baseMinor, amounts, terms, payer);
  if (decided.amountMinor < 1) throw invalidRequest('amount must not be less than 1');
  const problem = whyNotChargeable(decided.amountMinor, echoed.currency);
  if (problem !== null) throw invalidRequest(problem);
  refuseHealth(amounts, decided.amountMinor);
  return decided;
}

function verification({ amountMinor, baseMinor, calculated }: AskedAmounts): DecidedAmounts {
  if (amountMinor !== null && amountMinor !== 0) throw invalidRequest('amount must be 0 in a verification');
  if (baseMinor !== null && baseMinor !== 0) throw invalidRequest('base_amount must be 0 in a verification');
  if (calculated !== null && calculated.totalMinor !== 0)
    throw invalidRequest('amounts.total must be 0 in a verification');
  return { ...NO_FEES, amountMinor: 0 };
}

function finalAmount(amounts: AskedAmounts): DecidedAmounts {
  const amountMinor = totalOf(amounts);
  const { paymentAdjustment, calculated } = amounts;
  const share = paymentAdjustment === null ? 0 : adjustmentOf(paymentAdjustment, amountMinor);
  const { surchargeMinor, serviceFeeMinor } = calculated ?? NO_FEES;
  return { ...NO_FEES, surchargeMinor, serviceFeeMinor, amountMinor, paymentAdjustmentMinor: share };
}

function totalOf({ amountMinor, calculated }: AskedAmounts): number {
  if (calculated === null) {
    if (amountMinor === null) throw invalidRequest('one of amount and base_amount is required');
    return amountMinor;
  }
  const { totalMinor, partsMinor } = calculated;
  if (partsMinor.reduce((sum, part) => sum + part, 0) !== totalMinor)
    throw invalidRequest('amounts.total must be the sum of its parts');
  if (amountMinor !== null && amountMinor !== totalMinor) throw invalidRequest('amount must be amounts.total');
  return totalMinor;
}

function onBase(
  baseMinor: number,
  { amountMinor, calculated, paymentAdjustment }: AskedAmounts,
  terms: FeeTerms,
  payer: PayerFacts,
): DecidedAmounts {
  if (amountMinor !== null) throw invalidRequest('only one of amount and base_amount may be sent');
  if (calculated !== null) throw invalidRequest('only one of amounts and base_amount may be sent');
  if (paymentAdjustment !== null) {
    const share = adjustmentOf(paymentAdjustment, baseMinor);
    const sum = toFigure('amount', BigInt(baseMinor) + BigInt(share));
    return { ...NO_FEES, baseMinor, paymentAdjustmentMinor: share, amountMinor: sum };
  }
  const fees = quoteFees(terms, baseMinor, payer);
  return {
    amountMinor: fees.requested,
    baseMinor,
    paymentAdjustmentMinor: fees.paymentAdjustment,
    surchargeMinor: fees.surcharge,
    serviceFeeMinor: fees.serviceFee,
  };
}

function adjustmentOf(fee: Fee, ofMinor: number): number {
  return toFigure('payment_adjustment', feeOf(fee, BigInt(ofMinor)));
}

/** What a health account pays is no more than the charge, and its parts no more than it. */
function refuseHealth({ healthMinor }: AskedAmounts, amountMinor: number): void {
  if (healthMinor === null || healthMinor.total === 0) return;
  const { total, rx, vision, clinic, dental } = healthMinor;
  if (rx + vision + clinic + dental > total)
    throw invalidRequest('additional_amounts.hsa.total must not be less than the sum of its parts');
  if (total > amountMinor) throw invalidRequest('additional_amounts.hsa.total must not be greater than the amount');
}
