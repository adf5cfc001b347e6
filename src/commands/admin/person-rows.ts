import { type CsvError, parse } from 'csv-parse';
import { invalidRequest } from '../../platform/common/app-error.js';
import { csvRecords } from '../../platform/common/csv-records.js';

const COLUMNS = ['id', 'ids', 'name', 'email', 'vault_customer'] as const;
type Column = (typeof COLUMNS)[number];

/** A line has an address, a name and some identifiers. */
const LONGEST_LINE = 4_096;

export interface PersonRow {
  /** Number of the line in the file, on which the row ends; the header is line 1. */
  readonly line: number;
  readonly values: Readonly<Partial<Record<Column, string>>>;
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads persons from a CSV file with a header, a row at a time; blank lines are passed over, and a short row has empty values at
 * its end.
 * @throws AppError validation_failed for a header or a line that cannot be read, by its number; what `pieces` throws.
 */
export async function* personRows(pieces: AsyncIterable<Buffer>): AsyncGenerator<PersonRow, void, undefined> {
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
  const parser = parse({ ...options, max_record_size: LONGEST_LINE });
  const explain = (error: CsvError) => invalidRequest(`file cannot be read near line ${String(error['lines'])}`);
  let header: readonly Column[] | undefined;
  for await (const parsed of csvRecords(pieces, parser, explain)) {
    const { record, info } = parsed as Parsed;
    if (header === undefined) header = headerOf(record);
    else yield { line: info.lines, values: valuesOf(record, header) };
  }
  if (header === undefined) throw invalidRequest('file is empty');
}

function headerOf(names: readonly string[]): readonly Column[] {
  const columns = names.map((name, index) => {
    const column = COLUMNS.find((one) => one === name);
    if (column === undefined)
      throw invalidRequest(`file: column ${index + 1} of the header is none of ${COLUMNS.join(', ')}`);
    return column;
  });
  if (!columns.includes('id')) throw invalidRequest('file: the header has no column id');
  return columns;
}

function valuesOf(record: readonly string[], header: readonly Column[]): PersonRow['values'] {
  return Object.fromEntries(header.map((name, index) => [name, record[index] ?? '']));
}
