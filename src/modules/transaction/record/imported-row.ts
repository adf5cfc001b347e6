import { newXid } from '../../../platform/common/xid.js';
import { defaultProcessorId } from '../../merchant/processor.service.js';
import { ownerOf } from '../../payment/record/payment-owner.js';
import type { Payment } from '../../payment/record/payment.types.js';
import { UNANSWERED, UNCHARGED } from './new-row.js';
import { EMPTY_ADDRESS } from './transaction-address.js';
import type { NewTransaction } from './transaction.types.js';

/**
 * Pure: the row of a payment that the sweep found at Stripe and that no row tells of, as after a restored backup. What only the
 * row knew (user, addresses, line items) is lost; the money, the order and the id are not. Null for a payment that is no
 * transaction's.
 */
export function importedRowOf(payment: Payment): NewTransaction | null {
  const owner = ownerOf(payment);
  const { transaction_id: id, order_id: orderId = '', po_number: poNumber = '' } = payment.metadata;
  if (owner.surface !== 'gateway' || id === undefined || id !== payment.cuid) return null;
  const { accountId } = owner;
  const isHeld = payment.state === 'REQUIRES_CAPTURE' || payment.terms?.capture === 'manual';
  const none = { baseMinor: 0, paymentAdjustmentMinor: 0, surchargeMinor: 0, serviceFeeMinor: 0 };
  const parts = { taxMinor: 0, shippingMinor: 0, discountMinor: 0, tipMinor: 0, taxExempt: false };
  return {
    ...none,
    ...UNCHARGED,
    ...UNANSWERED,
    ...parts,
    _id: id,
    accountId,
    userId: '',
    type: isHeld ? 'authorize' : 'sale',
    paymentId: payment._id,
    amountMinor: payment.amountMinor,
    currency: payment.currency,
    description: payment.description ?? '',
    orderId,
    poNumber,
    ipAddress: '',
    emailReceipt: false,
    emailAddress: '',
    idempotencyKey: '',
    processorId: defaultProcessorId(accountId),
    terminalId: '',
    methodKind: 'token',
    paymentType: 'card',
    method: { type: 'card', brand: '', maskedNumber: '', expirationDate: '' },
    responseId: newXid(payment.createdAt.getTime()),
    vaultRecord: null,
    customerId: '',
    subscriptionId: '',
    referencedTransactionId: '',
    billingMethod: 'straight',
    cardOnFileIndicator: '',
    initiatedBy: '',
    initialTransactionId: '',
    storedCredentialIndicator: '',
    groupName: 'default',
    vendorId: '',
    customFields: null,
    lineItems: null,
    extras: { imported: true },
    billingAddress: EMPTY_ADDRESS,
    shippingAddress: EMPTY_ADDRESS,
    createdAt: payment.createdAt,
    updatedAt: payment.createdAt,
    leaseUntil: null,
    nextCheckAt: payment.createdAt,
  };
}
