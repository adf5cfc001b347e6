import { csvLines } from '../../../platform/common/csv-lines.js';
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
  yield csvLines([RESULT_COLUMNS]);
  for await (const page of pages) yield csvLines(page.map(valuesOf));
}

function valuesOf(row: ShownResult): string[] {
  const { line, transactionType, amount, orderId, status, transactionId, responseCode, responseText, maskedAccount } =
    row;
  const code = responseCode === null ? '' : String(responseCode);
  return [String(line), transactionType, amount, orderId, status, transactionId, code, responseText, maskedAccount];
}
