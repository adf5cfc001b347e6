import { type CsvError, parse } from 'csv-parse';
import { AppError, invalidRequest } from '../../../platform/common/app-error.js';
import { csvRecords } from '../../../platform/common/csv-records.js';
import { type FileColumn, isFileColumn, REQUIRED_COLUMNS } from './file-columns.js';

/** Contract gateway 7.2. */
export const MOST_ROWS = 10_000;
/** The header is line 1. */
export const FIRST_LINE = 2;
/** All columns together have some 3,000 characters. */
const LONGEST_LINE = 16_384;

/** A line of a file, by column. What the file has no column for is not there; an empty value is `''`. */
export interface CsvRow {
  /** Number of the line in the file; the header is line 1. */
  readonly line: number;
  readonly values: Readonly<Partial<Record<FileColumn, string>>>;
}

/**
 * Reads a CSV file (contract gateway 7.1) as it comes, a row at a time. Beyond the contract it takes values without quotes, CR LF
 * and a byte-order mark, because spreadsheets write them. No value holds a line end, so a row is a line.
 * @throws AppError validation_failed, which names the line and never what stands in it; what `pieces` throws.
 */
export async function* csvRows(pieces: AsyncIterable<Buffer>): AsyncGenerator<CsvRow, void, undefined> {
  let header: readonly FileColumn[] | undefined;
  let blank = false;
  let line = 0;
  for await (const values of records(pieces)) {
    line++;
    if (blank) throw structure(line - 1, 'it is empty');
    if (values.length === 1 && values[0] === '') blank = true;
    else if (header === undefined) header = headerOf(values);
    else yield rowOf(line, values, header);
  }
  // A blank line at the end is only what an editor leaves there.
  if (header === undefined) throw invalidRequest('the file is empty');
  if (line - (blank ? 1 : 0) === 1) throw invalidRequest('the file has no rows');
}

async function* records(pieces: AsyncIterable<Buffer>): AsyncGenerator<string[], void, undefined> {
  // Counted where they are parsed: an error overtakes the rows that wait to be read.
  let lines = 0;
  const parser = parse({
    // Columns are counted here, so that the message is the same for too few and too many.
    relax_column_count: true,
    record_delimiter: ['\n', '\r\n'],
    max_record_size: LONGEST_LINE,
    on_record(values: string[]) {
      lines++;
      if (values.some((value) => /["\r\n]/.test(value))) throw structure(lines, QUOTES);
      return values;
    },
  });
  const explain = ({ code }: CsvError) => structure(lines + 1, PROBLEMS[code] ?? UNCLEAR);
  for await (const values of csvRecords(textOf(pieces), parser, explain)) yield values as string[];
}

async function* textOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const piece of pieces) yield decoded(() => decoder.decode(piece, { stream: true }));
  yield decoded(() => decoder.decode());
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch (cause) {
    throw new AppError('validation_failed', 'the file must be in UTF-8', { cause });
  }
}

function headerOf(names: readonly string[]): readonly FileColumn[] {
  const columns = names.map((name, index) => {
    if (isFileColumn(name)) return name;
    // A file without a header has card numbers in its first line.
    const shown = /^[A-Za-z_ ]{1,40}$/.test(name) ? ` (${name})` : '';
    throw structure(1, `column ${index + 1}${shown} is unknown`);
  });
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined) throw structure(1, `column ${twice} stands there twice`);
  const missing = REQUIRED_COLUMNS.find((name) => !columns.includes(name));
  if (missing !== undefined) throw structure(1, `column ${missing} is missing`);
  return columns;
}

function rowOf(line: number, values: readonly string[], header: readonly FileColumn[]): CsvRow {
  if (line > MOST_ROWS + 1) throw structure(line, `a file has at most ${MOST_ROWS} rows`);
  if (values.length !== header.length)
    throw structure(line, `it has ${values.length} values, the header has ${header.length}`);
  return { line, values: Object.fromEntries(header.map((name, index) => [name, values[index] ?? ''])) };
}

const QUOTES = 'a value must be free of quotes and line ends, and its own quotes must be closed';
const UNCLEAR = 'it cannot be read';

const PROBLEMS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: QUOTES,
  CSV_INVALID_CLOSING_QUOTE: QUOTES,
  INVALID_OPENING_QUOTE: QUOTES,
  CSV_MAX_RECORD_SIZE: `it is longer than ${LONGEST_LINE} characters`,
};

const structure = (line: number, problem: string): AppError => invalidRequest(`line ${line}: ${problem}`);
