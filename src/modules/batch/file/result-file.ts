import { stringify } from 'csv-stringify/sync';
import type { FileBatchRow } from '../record/file-batch.types.js';

type ShownResult = Pick<
  FileBatchRow,
  | 'line'
  | 'transactionType'
  | 'amount'
  | 'orderId'
  | 'status'
  | 'transactionId'
  | 'responseCode'
  | 'responseText'
  | 'maskedAccount'
>;

/** Contract gateway 7.4. */
export const RESULT_COLUMNS = [
  'line',
  'transaction_type',
  'amount',
  'order_id',
  'status',
  'transaction_id',
  'response_code',
  'response_text',
  'masked_account',
] as const;

/** Writes the results of rows that come in pages. */
export async function* resultFile(
  pages: AsyncIterable<readonly ShownResult[]>,
): AsyncGenerator<string, void, undefined> {
  yield lines([[...RESULT_COLUMNS]]);
  for await (const page of pages) yield lines(page.map(valuesOf));
}

function valuesOf(row: ShownResult): string[] {
  const { line, transactionType, amount, orderId, status, transactionId, responseCode, responseText, maskedAccount } =
    row;
  const code = responseCode === null ? '' : String(responseCode);
  return [String(line), transactionType, amount, orderId, status, transactionId, code, responseText, maskedAccount];
}

function lines(records: string[][]): string {
  // A spreadsheet carries out a value that begins like a formula, whoever wrote it; an apostrophe makes it a text.
  return stringify(records, { quoted: true, quoted_empty: true, escape_formulas: true, record_delimiter: '\n' });
}
