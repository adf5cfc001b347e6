import type { CaptureOrder } from '../../../modules/transaction/verbs/capture-transaction.service.js';
import type { RefundOrder } from '../../../modules/transaction/verbs/refund-transaction.service.js';
import type { CaptureTransactionBody, RefundTransactionBody } from './lifecycle.dto.js';

export function toCaptureOrder(body: CaptureTransactionBody): CaptureOrder {
  return {
    amountMinor: body.amount,
    taxMinor: body.tax_amount,
    shippingMinor: body.shipping_amount,
    taxExempt: body.tax_exempt,
    orderId: body.order_id,
    poNumber: body.po_number,
    ipAddress: body.ip_address,
  };
}

export function toRefundOrder({ amount, surcharge }: RefundTransactionBody): RefundOrder {
  return { amountMinor: amount, surchargeMinor: surcharge };
}
