import fc from 'fast-check';
import { AppError } from '../../../platform/common/app-error.js';
import { type CsvRow, csvRows, MOST_ROWS } from './csv-rows.js';
import { FILE_COLUMNS, type FileColumn } from './file-columns.js';
import { resultFile } from './result-file.js';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(text: string | Buffer, size = 7): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const row of csvRows(inPieces(Buffer.from(text), size))) rows.push(row);
  return rows;
}

async function problemOf(text: string | Buffer, size?: number): Promise<string> {
  try {
    await rowsOf(text, size);
    return 'none';
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.messages ?? [error.message]).join('; ');
  }
}

/** Values as files have them: no quotes, no line ends. */
const value = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/["\r\n\ufeff]/gu, ' '));
const header = fc
  .subarray(
    [...FILE_COLUMNS].filter((name) => name !== 'transaction_type' && name !== 'amount'),
    { maxLength: 8 },
  )
  .map((names): FileColumn[] => ['amount', ...names, 'transaction_type']);

describe('the rows of a CSV file', () => {
  it('are what was written, however the bytes arrive', async () => {
    const file = header.chain((names) =>
      fc.record({
        names: fc.constant(names),
        rows: fc.array(fc.tuple(...names.map(() => value)), { minLength: 1, maxLength: 5 }),
        size: fc.integer({ min: 1, max: 40 }),
        end: fc.constantFrom('\n', '\r\n'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(file, async ({ names, rows, size, end }) => {
        const quoted = (values: readonly string[]) => `${values.map((one) => `"${one}"`).join(',')}${end}`;
        const read = await rowsOf(quoted(names) + rows.map(quoted).join(''), size);
        expect(read.map(({ line }) => line)).toEqual(rows.map((_row, index) => index + 2));
        expect(read.map(({ values }) => names.map((name) => values[name]))).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });

  it('are read, or refused with a line that the file has: never anything else', async () => {
    const junk = fc.stringMatching(/^[a",\r\n ;é]{0,60}$/u);
    await fc.assert(
      fc.asyncProperty(junk, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const file = `transaction_type,amount\n${text}`;
        const problem = await problemOf(file, size);
        const line = Number(/^line (\d+): /.exec(problem)?.[1] ?? 1);
        expect(line).toBeLessThanOrEqual(file.split('\n').length);
        expect(problem).toMatch(/^(none|line \d+: .+|the file has no rows)$/);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['"transaction_type","amount"\n"sale","1"\n"sale","2\n"sale","3"\n', 3],
    ['"transaction_type","amount"\n"sale","1"\n"sale","2"x\n', 3],
    ['"transaction_type","amount"\n"sale","1"\nsa"le,"2"\n', 3],
    ['"transaction_type","amount"\n"sale","1\n2"\n"sale"\n', 2],
    ['"transaction_type","amount"\n"sale","1"\n"sale","1"\n"sale', 4],
  ])('name the line that a quote is wrong in: %j', async (text, line) => {
    for (const size of [1, 5, 1_000])
      expect(await problemOf(text, size)).toMatch(new RegExp(`^line ${line}: a value must be free of quotes`));
  });

  it('are at most 10,000', async () => {
    const of = (count: number) => `"transaction_type","amount"\n${'"sale","1"\n'.repeat(count)}`;
    expect(await rowsOf(of(MOST_ROWS), 65_536)).toHaveLength(MOST_ROWS);
    expect(await problemOf(of(MOST_ROWS + 1), 65_536)).toBe('line 10002: a file has at most 10000 rows');
  });

  it('hold no half of a character where the file breaks off', async () => {
    const bytes = Buffer.from('transaction_type,amount\nsalé');
    expect(await problemOf(bytes.subarray(0, -1))).toBe('the file must be in UTF-8');
  });
});

describe('the results', () => {
  const RESULT = {
    line: 2,
    transactionType: 'sale',
    amount: '100',
    orderId: '',
    status: 'failed' as const,
    transactionId: '',
    responseCode: null,
    maskedAccount: '',
  };

  it('keep every value in its own cell, and begin none like a formula', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '"', ',', '\n', 'a') }),
        async (text) => {
          let file = '';
          for await (const piece of resultFile(pagesOf([{ ...RESULT, responseText: text }]))) file += piece;
          const [, rest = ''] = file.split('"masked_account"\n');
          const cell = rest
            .slice('"2","sale","100","","failed","","","'.length, -'",""\n'.length)
            .replaceAll('""', '"');
          expect(cell).toBe(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
        },
      ),
    );
  });

  async function* pagesOf<T>(page: T[]): AsyncGenerator<T[]> {
    yield page;
  }
});
