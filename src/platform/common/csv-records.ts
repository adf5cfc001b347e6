import type { CsvError, Parser } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';

/**
 * Yields what the parser makes of the pieces, a record at a time.
 * @param explain makes an error for the reader of one that the parser throws
 * @throws what `explain` returns, what `pieces` throws.
 */
export async function* csvRecords(
  pieces: AsyncIterable<string | Buffer>,
  parser: Parser,
  explain: (error: CsvError) => Error,
): AsyncGenerator<unknown, void, undefined> {
  // An error of any part of the pipeline destroys the parser and is thrown to the loop below.
  const records = pipeline(Readable.from(pieces), parser, () => undefined);
  try {
    for await (const record of records) yield record;
  } catch (error) {
    throw isCsvError(error) ? explain(error) : error;
  }
}

const isCsvError = (error: unknown): error is CsvError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(CSV_|INVALID_)/.test(error.code);
