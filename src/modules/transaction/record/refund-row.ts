import type { RefundRequest } from '../../payment/record/payment.types.js';
import { UNCHARGED } from './new-row.js';
import { RESPONSE } from './response-codes.js';
import type { AskedRefund, NewTransaction, Transaction } from './transaction.types.js';

/** Pure: the row of a refund, made of its original's and of what Stripe has said. */
export function refundRowOf(
  original: Transaction,
  { id, amountMinor, surchargeMinor, userId, at }: AskedRefund,
  request: Pick<RefundRequest, 'state' | 'reason'>,
  now: Date,
): NewTransaction {
  const { v: _v, w: _w, ...rest } = original;
  const noFees = { baseMinor: 0, paymentAdjustmentMinor: 0, serviceFeeMinor: 0, taxMinor: 0, shippingMinor: 0 };
  return {
    ...rest,
    ...UNCHARGED,
    ...noFees,
    ...outcomeOf(request, original, now),
    _id: id,
    userId,
    type: 'refund',
    amountMinor,
    surchargeMinor,
    discountMinor: 0,
    tipMinor: 0,
    emailReceipt: false,
    idempotencyKey: '',
    referencedTransactionId: original._id,
    vaultRecord: null,
    createdAt: at,
    updatedAt: now,
    leaseUntil: null,
    nextCheckAt: null,
  };
}

type Outcome = Pick<Transaction, 'status' | 'responseCode' | 'answer' | 'answeredAt'>;

function outcomeOf(
  { state, reason }: Pick<RefundRequest, 'state' | 'reason'>,
  { answer }: Transaction,
  now: Date,
): Outcome {
  const said = { ...answer, authCode: '' };
  switch (state) {
    case 'asked':
      return {
        status: 'unknown',
        responseCode: RESPONSE.unknown,
        answer: { ...said, code: '', text: '' },
        answeredAt: null,
      };
    case 'pending':
    case 'succeeded':
      return {
        status: 'pending_settlement',
        responseCode: RESPONSE.approved,
        answer: { ...said, code: '00', text: 'REFUNDED' },
        answeredAt: now,
      };
    case 'refused':
    case 'failed':
      return {
        status: 'declined',
        responseCode: RESPONSE.processorError,
        answer: { ...said, code: reason ?? state, text: 'the processor did not make the refund' },
        answeredAt: now,
      };
  }
}
