import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import {
  FILE_BATCH_MODEL,
  FILE_BATCH_ROW_MODEL,
  FILE_CLAIM_MODEL,
} from '../../src/modules/batch/record/file-batch.schema.js';
import type { FileBatchRow } from '../../src/modules/batch/record/file-batch.types.js';
import { FileBatchWorker } from '../../src/modules/batch/run/file-batch-worker.js';
import type { TestApp } from './app.js';
import type { GatewayCaller } from './gateway.js';
import type { HttpAnswer } from './http-client.js';
import { dataOf } from './transactions.js';

export type Row = Readonly<Record<string, string>>;

/** A file of rows as the contract writes it; a row has what its first one has. */
export function csvOf(...rows: readonly Row[]): string {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lineOf = (values: readonly string[]) => `${values.map((value) => `"${value}"`).join(',')}\n`;
  return [lineOf(header), ...rows.map((row) => lineOf(header.map((name) => row[name] ?? '')))].join('');
}

export const SALE_ROW: Row = {
  transaction_type: 'sale',
  amount: '100',
  cc_number: '4242424242424242',
  cc_expiration: '12/38',
  cc_cvc: '123',
};

/** Sends a file as text/csv. */
export function sendCsv(
  app: TestApp,
  caller: Pick<GatewayCaller, 'key'>,
  file: string | Buffer,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const all = { authorization: caller.key, 'content-type': 'text/csv', ...headers };
  return app.http.request('POST', '/api/filebatch', file, { headers: all });
}

/** Uploads a file that must be taken, and returns the batch's id. */
export async function upload(app: TestApp, caller: GatewayCaller, ...rows: readonly Row[]): Promise<string> {
  return String(dataOf(await sendCsv(app, caller, csvOf(...rows)))['id']);
}

export const worker = (app: TestApp): FileBatchWorker => app.app.get(FileBatchWorker, { strict: false });

/** Runs the worker until the batch has an end. */
export async function carryOut(app: TestApp, caller: GatewayCaller, id: string, passes = 300): Promise<void> {
  await app.clock.refresh();
  for (let pass = 0; pass < passes; pass++) {
    await worker(app).pass();
    const { status } = dataOf(await caller.call('GET', `/api/filebatch/${id}`));
    if (status === 'completed' || status === 'failed') return;
  }
  throw new Error(`file batch ${id} has no end after ${passes} passes`);
}

/** The lines of a download, by column. */
export async function results(caller: GatewayCaller, id: string): Promise<Record<string, string>[]> {
  const { status, text } = await caller.call('GET', `/api/filebatch/${id}/download`);
  if (status !== 200) throw new Error(`answered ${status}: ${text}`);
  const [header = [], ...lines] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(1, -1).split('","'));
  return lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ''])));
}

/** Carries out rows that are uploaded together, and returns how each of them went. */
export async function carriedOut(app: TestApp, caller: GatewayCaller, ...rows: readonly Row[]) {
  const id = await upload(app, caller, ...rows);
  await carryOut(app, caller, id);
  return results(caller, id);
}

const model = <T>(app: TestApp, name: string): Model<T> =>
  app.app.get<Model<T>>(getModelToken(name), { strict: false });

export const rowModel = (app: TestApp): Model<FileBatchRow> => model(app, FILE_BATCH_ROW_MODEL);
export const batchModel = (app: TestApp): Model<unknown> => model(app, FILE_BATCH_MODEL);
export const claimModel = (app: TestApp): Model<unknown> => model(app, FILE_CLAIM_MODEL);
