import { isApproved, RESPONSE } from '../../../modules/transaction/record/response-codes.js';
import type {
  Transaction,
  TransactionBankAccount,
  TransactionCard,
  TransactionTerminal,
} from '../../../modules/transaction/record/transaction.types.js';
import { toAddressBody } from './transaction-address.mapper.js';
import type {
  AccountResponse,
  CardResponse,
  TerminalResponse,
  TransactionBody,
  TransactionResponse,
} from './transaction-answer.dto.js';

/** The one kind of processor that there is. */
const PROCESSOR_TYPE = 'stripe';

export function toTransactionBody(row: Transaction): TransactionBody {
  const response = toResponse(row);
  return {
    ...toFigures(row),
    id: row._id,
    user_id: row.userId,
    type: row.type,
    currency: row.currency,
    description: row.description,
    order_id: row.orderId,
    po_number: row.poNumber,
    ip_address: row.ipAddress,
    email_receipt: row.emailReceipt,
    email_address: row.emailAddress,
    idempotency_key: row.idempotencyKey,
    processor_id: row.processorId,
    processor_type: PROCESSOR_TYPE,
    payment_method: row.methodKind,
    payment_type: row.paymentType,
    response,
    response_body: response,
    response_code: row.responseCode,
    status: row.status,
    settlement_batch_id: row.settlementBatchId,
    ...toRelations(row),
    custom_fields: row.customFields,
    line_items: row.lineItems,
    billing_address: toAddressBody(row.billingAddress),
    shipping_address: toAddressBody(row.shippingAddress),
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    captured_at: row.capturedAt?.toISOString() ?? null,
    settled_at: row.settledAt?.toISOString() ?? null,
  };
}

function toFigures(row: Transaction) {
  return {
    amount: row.amountMinor,
    base_amount: row.baseMinor,
    amount_authorized: row.authorizedMinor,
    amount_captured: row.capturedMinor,
    amount_settled: row.settledMinor,
    amount_refunded: row.refundedMinor,
    payment_adjustment: row.paymentAdjustmentMinor,
    surcharge: row.surchargeMinor,
    service_fee: row.serviceFeeMinor,
    tax_amount: row.taxMinor,
    tax_exempt: row.taxExempt,
    shipping_amount: row.shippingMinor,
    discount_amount: row.discountMinor,
    tip_amount: row.tipMinor,
  };
}

function toRelations(row: Transaction) {
  return {
    customer_id: row.customerId,
    subscription_id: row.subscriptionId,
    referenced_transaction_id: row.referencedTransactionId,
    billing_method: row.billingMethod,
    card_on_file_indicator: row.cardOnFileIndicator,
    initiated_by: row.initiatedBy,
    initial_transaction_id: row.initialTransactionId,
    stored_credential_indicator: row.storedCredentialIndicator,
  };
}

function toResponse(row: Transaction): TransactionResponse {
  const { method } = row;
  switch (method.type) {
    case 'card':
      return { card: toCardResponse(row, method) };
    case 'ach':
      return { ach: toAccountResponse(row, method) };
    case 'terminal':
      return { terminal: toTerminalResponse(row, method) };
    case 'apm':
      return { apm: { ...toSaid(row), id: row.responseId, type: method.apm, redirect_url: method.redirectUrl } };
  }
}

function toVerdict(responseCode: number): string {
  if (responseCode === RESPONSE.unknown) return 'unknown';
  if (responseCode === RESPONSE.awaitingRedirect) return 'pending';
  return isApproved(responseCode) ? 'approved' : 'declined';
}

function toSaid(row: Transaction) {
  return {
    status: toVerdict(row.responseCode),
    response_code: row.responseCode,
    auth_code: row.answer.authCode,
    processor_response_code: row.answer.code,
    processor_response_text: row.answer.text,
    processor_type: PROCESSOR_TYPE,
    processor_id: row.processorId,
    created_at: row.createdAt.toISOString(),
    updated_at: (row.answeredAt ?? row.createdAt).toISOString(),
  };
}

function toCardResponse(row: Transaction, { brand, maskedNumber, expirationDate }: TransactionCard): CardResponse {
  return {
    ...toSaid(row),
    id: row.responseId,
    card_type: brand,
    first_six: /^\d{6}/.exec(maskedNumber)?.[0] ?? '',
    last_four: /\d{4}$/.exec(maskedNumber)?.[0] ?? '',
    masked_card: maskedNumber,
    expiration_date: expirationDate,
    avs_response_code: row.answer.avs,
    cvv_response_code: row.answer.cvv,
    processor_specific: {},
  };
}

function toTerminalResponse(row: Transaction, read: TransactionTerminal): TerminalResponse {
  return {
    ...toSaid(row),
    id: row.responseId,
    terminal_id: read.terminalId,
    card_type: read.brand,
    entry_type: read.entryType,
    first_four: '',
    last_four: /\d{4}$/.exec(read.maskedNumber)?.[0] ?? '',
    masked_card: read.maskedNumber,
    cardholder_name: read.cardholderName,
    signature_data: '',
    processor_specific: { BatchNum: read.batchNumber },
  };
}

function toAccountResponse(row: Transaction, account: TransactionBankAccount): AccountResponse {
  return {
    ...toSaid(row),
    id: row.responseId,
    account_type: account.accountType,
    masked_account_number: account.maskedAccountNumber,
    routing_number: account.routingNumber,
    sec_code: account.secCode,
  };
}
