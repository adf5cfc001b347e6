import { invalidRequest } from '../../../platform/common/app-error.js';
import type { FeeQuote } from '../../../modules/calculator/fees.js';
import type { Processor } from '../../../modules/merchant/processor.types.js';
import type { FeeQuestion } from '../../../modules/transaction/quote/fee-quote.service.js';
import type { FeesBody, LookUpFees } from './fee.dto.js';

/** Throws AppError `validation_failed` for a payment method of nobody. */
export function toFeeQuestion(body: LookUpFees): FeeQuestion {
  const { base_amount, payment_method, state = null, bin = null, customer_id, payment_id = null } = body;
  if (payment_id !== null && customer_id === undefined) throw invalidRequest('payment_id needs a customer_id');
  const customer = customer_id === undefined ? null : { id: customer_id, methodId: payment_id };
  return { baseMinor: base_amount, method: payment_method, state, bin, customer };
}

export function toFeesBody(quote: FeeQuote & { readonly processor: Processor }): FeesBody {
  return {
    service_fee: quote.serviceFee,
    payment_adjustment: {
      value: quote.paymentAdjustment,
      type: quote.processor.paymentAdjustment?.type ?? '',
    },
    requested_amount: quote.requested,
    discount_amount: quote.discount,
    surcharge: quote.surcharge,
  };
}
