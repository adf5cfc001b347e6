import { invalidRequest } from '../../../platform/common/app-error.js';
import type { Fee } from '../../../modules/calculator/fees.js';
import {
  type AskedAmounts,
  type AskedMethod,
  type EchoedFields,
  REDIRECT_METHODS,
  type TransactionRequest,
} from '../../../modules/transaction/process/process.types.js';
import type { BillingMethod, TransactionBankAccount } from '../../../modules/transaction/record/transaction.types.js';
import { toExpiry } from '../vault/payment-method.mapper.js';
import type {
  TransactionAccountFields,
  TransactionCardFields,
  TransactionCustomerFields,
  TransactionMethodFields,
} from './payment-method.dto.js';
import type { CalculatedAmounts, ProcessTransaction } from './process.dto.js';
import { toAddress } from './transaction-address.mapper.js';

const KINDS = ['card', 'ach', 'customer', 'terminal', 'token', 'apm'] as const;

/** Longest suffix of a statement's line that Stripe takes. */
const LONGEST_DESCRIPTOR = 22;

/**
 * @param address of the client, for a request that names no payer's
 * @throws AppError validation_failed
 */
export function toTransactionRequest(body: ProcessTransaction, address: string): TransactionRequest {
  if ((body.subscriptions?.length ?? 0) > 0) throw invalidRequest('subscriptions must be empty');
  const { billing_address: billing, shipping_address: shipping } = body;
  return {
    type: body.type as TransactionRequest['type'],
    method: toMethod(body.payment_method),
    amounts: toAmounts(body),
    echoed: toEchoed(body, address),
    billingAddress: billing === undefined ? null : toAddress(billing, { country: 'US' }),
    shippingAddress: shipping === undefined ? null : toAddress(shipping, { country: '' }),
    processorId: body.processor_id ?? '',
    createsVaultRecord: body.create_vault_record ?? false,
    statementDescriptor: toDescriptor(body.descriptor?.name),
    body,
  };
}

/** Stripe refuses some characters, and a line without a letter. */
function toDescriptor(name: string | undefined): string | null {
  const text = (name ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/[<>\\'"*]/g, '')
    .trim()
    .slice(0, LONGEST_DESCRIPTOR)
    .trim();
  return /[A-Za-z]/.test(text) ? text : null;
}

function toMethod(fields: TransactionMethodFields | undefined): AskedMethod {
  const named = fields === undefined ? [] : KINDS.filter((kind) => fields[kind] !== undefined);
  if (fields === undefined || named.length !== 1)
    throw invalidRequest(`payment_method must have exactly one of ${KINDS.join(', ')}`);
  if (fields.card !== undefined) return toCard(fields.card);
  if (fields.ach !== undefined) return toAccount(fields.ach);
  if (fields.customer !== undefined) return toCustomer(fields.customer);
  if (fields.token !== undefined) return { kind: 'token', token: fields.token };
  if (fields.terminal !== undefined) return { kind: 'terminal', terminalId: fields.terminal.id };
  const { apm } = fields;
  const type = REDIRECT_METHODS.find((one) => one === apm?.type);
  if (apm === undefined || type === undefined)
    throw invalidRequest('payment_method.apm.type is not taken by this processor');
  return { kind: 'apm', apm: type, returnUrl: apm.merchant_redirect_url };
}

function toCard(fields: TransactionCardFields): AskedMethod {
  const { cvc } = fields;
  const { number, expiration_date: date } = fields;
  if (number === undefined) throw invalidRequest('payment_method.card.number is required');
  if (date === undefined) throw invalidRequest('payment_method.card.expiration_date is required');
  return { kind: 'card', card: { number, ...toExpiry(date), ...(cvc === undefined ? {} : { cvc }) } };
}

function toAccount(fields: TransactionAccountFields): AskedMethod {
  const { account_number, routing_number, sec_code, account_type, check_number } = fields;
  if (sec_code === 'tel' && check_number === undefined)
    throw invalidRequest('payment_method.ach.check_number is required with sec_code tel');
  const account = {
    accountType: account_type as TransactionBankAccount['accountType'],
    secCode: sec_code as TransactionBankAccount['secCode'],
    routingNumber: routing_number,
  };
  return { kind: 'ach', accountNumber: account_number, account };
}

function toCustomer(fields: TransactionCustomerFields): AskedMethod {
  return {
    kind: 'customer',
    customerId: fields.id,
    methodId: fields.payment_method_id ?? null,
    methodType: (fields.payment_method_type ?? null) as 'card' | 'ach' | null,
    billingAddressId: fields.billing_address_id ?? null,
    shippingAddressId: fields.shipping_address_id ?? null,
  };
}

function toAmounts(body: ProcessTransaction): AskedAmounts {
  const { additional_amounts: additional, payment_adjustment: adjustment } = body;
  const { total = 0, rx_amount = 0, vision_amount = 0, clinic_amount = 0, dental_amount = 0 } = additional?.hsa ?? {};
  return {
    amountMinor: body.amount ?? null,
    baseMinor: body.base_amount ?? null,
    calculated: body.amounts === undefined ? null : toCalculated(body.amounts),
    paymentAdjustment:
      adjustment === undefined ? null : { type: adjustment.type as Fee['type'], value: adjustment.value },
    healthMinor:
      additional?.hsa === undefined
        ? null
        : { total, rx: rx_amount, vision: vision_amount, clinic: clinic_amount, dental: dental_amount },
  };
}

/** Rule A5: the parts, of which the discount is taken off. */
function toCalculated({ total, amount, additional_total = 0, included_amounts: included }: CalculatedAmounts) {
  const { discount_amount: discount = 0, ...added } = included ?? {};
  const parts = [amount, additional_total, ...Object.values(added as Record<string, number | undefined>), -discount];
  const partsMinor = parts.filter((part): part is number => part !== undefined);
  const sum = partsMinor.reduce((all, part) => all + part, 0);
  const fees = { surchargeMinor: added.surcharge ?? 0, serviceFeeMinor: added.service_fee ?? 0 };
  return { totalMinor: total, partsMinor: sum < 0 ? [0] : partsMinor, ...fees };
}

function toEchoed(body: ProcessTransaction, address: string): EchoedFields {
  return {
    taxMinor: body.tax_amount ?? 0,
    shippingMinor: body.shipping_amount ?? 0,
    discountMinor: body.discount_amount ?? 0,
    tipMinor: body.tip_amount ?? 0,
    taxExempt: body.tax_exempt ?? false,
    currency: (body.currency ?? 'usd').toLowerCase(),
    description: body.description ?? '',
    orderId: body.order_id ?? '',
    poNumber: body.po_number ?? '',
    ipAddress: body.ip_address ?? address,
    emailReceipt: body.email_receipt ?? false,
    emailAddress: body.email_address ?? '',
    idempotencyKey: (body.idempotency_key ?? '').toLowerCase(),
    subscriptionId: '',
    billingMethod: (body.billing_method ?? 'straight') as BillingMethod,
    cardOnFileIndicator: body.card_on_file_indicator ?? '',
    initiatedBy: body.initiated_by ?? '',
    initialTransactionId: body.initial_transaction_id ?? '',
    storedCredentialIndicator: body.stored_credential_indicator ?? '',
    groupName: body.group_name ?? 'default',
    vendorId: body.vendor_id ?? '',
    customFields: body.custom_fields ?? null,
    lineItems: body.line_items ?? null,
    extras: toExtras(body),
  };
}

/** What is kept for reports and told to nobody but support. */
function toExtras(body: ProcessTransaction): Readonly<Record<string, unknown>> {
  const kept = {
    allowPartialPayment: body.allow_partial_payment,
    summaryCommodityCode: body.summary_commodity_code,
    shipFromPostalCode: body.ship_from_postal_code,
    iiasStatus: body.iias_status,
    additionalAmounts: body.additional_amounts,
    descriptor: body.descriptor,
    checkNumber: body.payment_method?.ach?.check_number,
    entryType: body.payment_method?.card?.entry_type,
    apm: body.payment_method?.apm,
    printReceipt: body.payment_method?.terminal?.print_receipt,
    signatureRequired: body.payment_method?.terminal?.signature_required,
  };
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}
