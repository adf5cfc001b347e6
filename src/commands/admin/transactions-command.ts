import type { INestApplicationContext } from '@nestjs/common';
import type { CommandOptions } from './command-options.js';
import { rangeOf } from './moments.js';
import { AccountService } from '../../modules/merchant/account.service.js';
import { TRANSACTION_STATUSES, type Transaction } from '../../modules/transaction/record/transaction.types.js';
import {
  type ExportCriteria,
  shownNumberOf,
  TransactionExport,
} from '../../modules/transaction/support/transaction-export.service.js';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { csvLines } from '../../platform/common/csv-lines.js';

type Shown = Readonly<Record<string, string | number>>;

/** The columns in the words of the contract, with the ids that it does not show. */
const COLUMNS = {
  id: (row: Transaction) => row._id,
  created_at: (row: Transaction) => row.createdAt.toISOString(),
  account_id: (row: Transaction) => row.accountId,
  user_id: (row: Transaction) => row.userId,
  type: (row: Transaction) => row.type,
  status: (row: Transaction) => row.status,
  response_code: (row: Transaction) => row.responseCode,
  currency: (row: Transaction) => row.currency.toUpperCase(),
  amount: (row: Transaction) => row.amountMinor,
  amount_authorized: (row: Transaction) => row.authorizedMinor,
  amount_captured: (row: Transaction) => row.capturedMinor,
  amount_settled: (row: Transaction) => row.settledMinor,
  amount_refunded: (row: Transaction) => row.refundedMinor,
  payment_method: (row: Transaction) => row.methodKind,
  payment_type: (row: Transaction) => row.paymentType,
  account_number: (row: Transaction) => shownNumberOf(row.method),
  order_id: (row: Transaction) => row.orderId,
  po_number: (row: Transaction) => row.poNumber,
  email: (row: Transaction) => row.billingAddress.email,
  customer_id: (row: Transaction) => row.customerId,
  processor_id: (row: Transaction) => row.processorId,
  terminal_id: (row: Transaction) => row.terminalId,
  referenced_transaction_id: (row: Transaction) => row.referencedTransactionId,
  idempotency_key: (row: Transaction) => row.idempotencyKey,
  payment_id: (row: Transaction) => row.paymentId ?? '',
  settlement_batch_id: (row: Transaction) => row.settlementBatchId,
  captured_at: (row: Transaction) => row.capturedAt?.toISOString() ?? '',
  settled_at: (row: Transaction) => row.settledAt?.toISOString() ?? '',
} as const satisfies Record<string, (row: Transaction) => string | number>;

const shown = (row: Transaction): Shown =>
  Object.fromEntries(Object.entries(COLUMNS).map(([name, of]) => [name, of(row)]));

/**
 * `npm run admin -- transactions`: transactions that match every option, as a table, as CSV (`--csv`) or as JSON, a line each
 * (`--json`). Amounts are in minor units.
 */
export async function exportTransactions(
  app: INestApplicationContext,
  options: CommandOptions,
  asJson = false,
): Promise<AsyncIterable<string>> {
  const asCsv = options['csv'] !== undefined;
  if (asCsv && asJson) throw invalidRequest('csv and json: one of them');
  const pages = app.get(TransactionExport, { strict: false }).pages(await criteriaOf(app, options));
  if (asJson) return jsonLines(pages);
  return asCsv ? csvFile(pages) : table(pages);
}

async function criteriaOf(app: INestApplicationContext, options: CommandOptions): Promise<ExportCriteria> {
  const { account, status, email = null, id = null, 'last-four': lastFour = null } = options;
  const known = TRANSACTION_STATUSES.find((one) => one === status) ?? null;
  if (status !== undefined && known === null)
    throw invalidRequest(`status must be one of ${TRANSACTION_STATUSES.join(', ')}`);
  if (lastFour !== null && !/^\d{4}$/.test(lastFour)) throw invalidRequest('last-four must be 4 digits');
  const accountId = account === undefined ? null : await accountIdOf(app, account);
  return { accountId, createdAt: rangeOf(options), status: known, lastFour, email, id };
}

async function accountIdOf(app: INestApplicationContext, name: string): Promise<string> {
  const found = await app.get(AccountService, { strict: false }).find(name);
  if (found === null) throw new AppError('account_not_found', 'there is no such account');
  return found.id;
}

async function* jsonLines(pages: AsyncIterable<readonly Transaction[]>): AsyncGenerator<string, void, undefined> {
  for await (const page of pages)
    if (page.length > 0) yield page.map((row) => `${JSON.stringify(shown(row))}\n`).join('');
}

async function* csvFile(pages: AsyncIterable<readonly Transaction[]>): AsyncGenerator<string, void, undefined> {
  yield csvLines([Object.keys(COLUMNS)]);
  for await (const page of pages)
    if (page.length > 0) yield csvLines(page.map((row) => Object.values(shown(row)).map(String)));
}

/** The columns that a terminal has room for, and their widths. */
const TABLE = {
  created_at: 24,
  id: 20,
  type: 12,
  status: 18,
  response_code: 13,
  amount: 10,
  currency: 8,
  amount_refunded: 15,
  account_number: 19,
  order_id: 17,
} as const satisfies Partial<Record<keyof typeof COLUMNS, number>>;

async function* table(pages: AsyncIterable<readonly Transaction[]>): AsyncGenerator<string, void, undefined> {
  yield line(Object.fromEntries(Object.keys(TABLE).map((name) => [name, name])));
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    if (page.length > 0) yield page.map((row) => line(shown(row))).join('');
  }
  yield `${count} transactions\n`;
}

function line(values: Shown): string {
  const cells = Object.entries(TABLE).map(([name, width]) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? String(value).padStart(width) : printable(value).padEnd(width);
  });
  return `${cells.join('  ').trimEnd()}\n`;
}

/** Replaces what a terminal would carry out. */
const printable = (text: string): string => text.replaceAll(/\p{C}/gu, '?');
