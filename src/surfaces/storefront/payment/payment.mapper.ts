import type { CreatedPayment } from '../../../modules/payment/shopper/create-payment.service.js';
import type { PaymentView } from '../../../modules/payment/record/payment-view.js';
import type { PaymentCreated, ReturnPayment } from './payment.dto.js';

export function toReturnPayment(payment: PaymentView): ReturnPayment {
  return {
    id: payment.id,
    amount: payment.amountMinor,
    currency: payment.currency,
    status: payment.status,
    paymentMethod: payment.paymentMethodId,
  };
}

export function toPaymentCreated(payment: CreatedPayment): PaymentCreated {
  const { id, amount, currency, status, paymentMethod } = toReturnPayment(payment);
  return { id, amount, currency, status, paymentMethod, clientSecret: payment.clientSecret };
}
