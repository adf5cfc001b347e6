import { stringify } from 'csv-stringify/sync';

/**
 * Returns records as lines of CSV, every value quoted. A spreadsheet carries out a value that begins like a formula, whoever
 * wrote it; an apostrophe makes it a text.
 */
export function csvLines(records: readonly (readonly string[])[]): string {
  return stringify(
    records.map((record) => [...record]),
    { quoted: true, quoted_empty: true, escape_formulas: true, record_delimiter: '\n' },
  );
}
