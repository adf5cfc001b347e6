import type { CsvRow } from '../../../modules/batch/file/csv-rows.js';
import type { RowDraft, RowOrder, ShownRow } from '../../../modules/batch/record/file-batch.types.js';
import { maskedAccountNumber, maskedCardNumber } from '../../../modules/customer/record/method-facts.js';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { containsCardNumber } from '../../../platform/common/card-number.js';
import { LiberalBodyPipe } from '../../shared/liberal-body.pipe.js';
import type { ProcessTransaction } from '../transaction/process.dto.js';
import { toTransactionRequest } from '../transaction/process.mapper.js';
import type { TransactionMethodFields } from '../transaction/payment-method.dto.js';
import { FileBatchRowFields, ROW_TYPES, type RowType } from './row-fields.dto.js';

type Values = CsvRow['values'];

const RULES = new LiberalBodyPipe();
const ASKED = { type: 'body', metatype: FileBatchRowFields } as const;

const AMOUNTS = new Set(['amount', 'shipping_amount', 'tax_amount', 'discount_amount']);
const ADDRESS = /^(billing|shipping)_(.+)$/;

/**
 * Reads a row as a transaction's body is read, by the same rules. What is wrong with it is the row's outcome.
 * @param address of the client who uploads it: rows name no payer's
 */
export async function toRowDraft(values: Values, address: string): Promise<RowDraft> {
  const shown = toShown(values);
  try {
    const fields = (await RULES.transform(toBody(values), ASKED)) as FileBatchRowFields;
    return { ...shown, asked: toOrder(fields, address) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const why = (error.messages ?? [error.message]).map(inColumns).join('; ');
    return { ...shown, asked: { kind: 'refused', why } };
  }
}

/** Values that may be shown again: nothing that could be a card's number in a wrong column. */
function toShown(values: Values): ShownRow {
  const { transaction_type: type = '', amount = '', order_id = '', cc_number = '', ach_account_number = '' } = values;
  const orderId = order_id.trim();
  const isPlain = /^[A-Za-z0-9 ]{1,17}$/.test(orderId) && !containsCardNumber(orderId);
  return {
    transactionType: isRowType(type.trim()) ? type.trim() : '',
    amount: /^\d{1,8}$/.test(amount.trim()) ? amount.trim() : '',
    orderId: isPlain ? orderId : '',
    maskedAccount: toMasked(cc_number.trim(), ach_account_number.trim()),
  };
}

function toMasked(card: string, account: string): string {
  if (/^\d{12,19}$/.test(card)) return maskedCardNumber(card);
  return /^\d{5,17}$/.test(account) ? maskedAccountNumber(account) : '';
}

const isRowType = (text: string): text is RowType => ROW_TYPES.some((type) => type === text);

/** Columns without a value are not sent, those of an address are one object, and figures are numbers. */
function toBody(values: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [column, text] of Object.entries(values)) {
    const value = text.trim();
    if (value === '') continue;
    const [, whose, line] = ADDRESS.exec(column) ?? [];
    if (whose === undefined || line === undefined || AMOUNTS.has(column)) body[column] = valueOf(column, value);
    else body[whose] = { ...(body[whose] as object | undefined), [line]: value };
  }
  return body;
}

function valueOf(column: string, text: string): unknown {
  if (AMOUNTS.has(column) && /^\d{1,15}$/.test(text)) return Number(text);
  return column === 'tax_exempt' ? text.toLowerCase() : text;
}

/** Says the column where the rule named a field of an address. */
const inColumns = (message: string): string => message.replace(/^(billing|shipping)\./, '$1_');

function toOrder(fields: FileBatchRowFields, address: string): RowOrder {
  const { amount, tax_amount, shipping_amount, tax_exempt, order_id, po_number, transaction_id } = fields;
  const named = { transactionId: transaction_id ?? '', orderId: order_id ?? '' };
  const type = fields.transaction_type as RowType;
  if (amount === undefined && type !== 'verification') throw invalidRequest('amount is required');
  if (type !== 'capture' && type !== 'refund')
    return { kind: 'charge', request: { ...toTransactionRequest(toTransaction(fields, type), address), body: {} } };
  if (named.transactionId === '' && named.orderId === '')
    throw invalidRequest(`transaction_id or order_id is required for a ${type}`);
  if (type === 'refund') return { kind: 'refund', named, order: { amountMinor: amount } };
  const amounts = { amountMinor: amount, taxMinor: tax_amount, shippingMinor: shipping_amount };
  return {
    kind: 'capture',
    named,
    order: { ...amounts, taxExempt: tax_exempt, orderId: order_id, poNumber: po_number },
  };
}

function toTransaction(fields: FileBatchRowFields, type: RowType): ProcessTransaction {
  const { amount, tax_amount, shipping_amount, discount_amount, tax_exempt, description, order_id, po_number } = fields;
  return {
    type,
    amount,
    tax_amount,
    shipping_amount,
    discount_amount,
    tax_exempt,
    description,
    order_id,
    po_number,
    processor_id: fields.processor_id,
    email_address: fields.email_address,
    payment_method: toMethod(fields),
    billing_address: fields.billing,
    shipping_address: fields.shipping,
  };
}

/** Exactly one of the three. */
function toMethod(fields: FileBatchRowFields): TransactionMethodFields {
  const { cc_number, cc_expiration, cc_cvc, customer_id } = fields;
  const { ach_account_number, ach_routing_number, ach_account_type, ach_sec_code } = fields;
  const card = [cc_number, cc_expiration, cc_cvc];
  const account = [ach_account_number, ach_routing_number, ach_account_type, ach_sec_code];
  const kinds = [card, account, [customer_id]].filter((columns) => columns.some((value) => value !== undefined));
  if (kinds.length !== 1)
    throw invalidRequest('exactly one of a card (cc_…), a bank account (ach_…) and customer_id is required');
  if (customer_id !== undefined) return { customer: { id: customer_id } };
  if (kinds[0] === card) {
    const number = required(cc_number, 'cc_number');
    return { card: { number, expiration_date: required(cc_expiration, 'cc_expiration'), cvc: cc_cvc } };
  }
  return {
    ach: {
      account_number: required(ach_account_number, 'ach_account_number'),
      routing_number: required(ach_routing_number, 'ach_routing_number'),
      account_type: required(ach_account_type, 'ach_account_type'),
      sec_code: required(ach_sec_code, 'ach_sec_code'),
    },
  };
}

function required(value: string | undefined, column: string): string {
  if (value === undefined) throw invalidRequest(`${column} is required`);
  return value;
}
