import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startTestApp, type TestApp } from '../../support/app.js';
import { batchModel } from '../../support/file-batches.js';
import { type GatewayCaller, gatewayCaller } from '../../support/gateway.js';

const MEGABYTE = 1_048_576;
const ROWS = 2_500;

let app: TestApp;
let merchant: GatewayCaller;
beforeAll(async () => {
  // A busy machine's embedded store takes its time.
  app = await startTestApp({ env: { RESOLVER_TICK: '1h', REQUEST_TIMEOUT: '5m' } });
  merchant = await gatewayCaller(app);
});
afterAll(() => app.stop());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How much more is held in the last quarter of the work than in the first; garbage does not count. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(held()), 200);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const quarter = Math.ceil(samples.length / 4);
  return median(samples.slice(-quarter)) - median(samples.slice(0, quarter));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Sends piece by piece, as fast as the app takes them, so that the client holds no file either. */
function fileOf(rows: number): { body: ReadableStream<Uint8Array>; bytes: number } {
  const line = Buffer.from(`"sale","100","4242424242424242","12/38","${'x'.repeat(4_130)}"\n`);
  const header = Buffer.from('"transaction_type","amount","cc_number","cc_expiration","description"\n');
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === 0) controller.enqueue(header);
      const some = Math.min(50, rows - sent);
      if (some > 0) controller.enqueue(Buffer.concat(Array.from({ length: some }, () => line)));
      sent += some;
      if (sent === rows) controller.close();
    },
  });
  return { body, bytes: header.length + rows * line.length };
}

it('takes a file of 10 MB, and gives its results, in flat memory', async () => {
  const { body, bytes } = fileOf(ROWS);
  expect(bytes).toBeGreaterThan(9.8 * MEGABYTE);
  expect(bytes).toBeLessThanOrEqual(10 * MEGABYTE);
  let id = '';
  const whileUploading = await growthDuring(async () => {
    const headers = { authorization: merchant.key, 'content-type': 'text/csv' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${app.url}/api/filebatch`, init);
    const { data } = (await answer.json()) as { data: { id: string; num_lines: number } };
    expect([answer.status, data.num_lines]).toEqual([200, ROWS]);
    id = data.id;
  });
  // As after its last row: what is measured is the download.
  await batchModel(app).collection.updateOne({ _id: id as never }, { $set: { status: 'completed', dueAt: null } });
  let lines = 0;
  const whileDownloading = await growthDuring(async () => {
    const answer = await fetch(`${app.url}/api/filebatch/${id}/download`, { headers: { authorization: merchant.key } });
    if (answer.body === null) throw new Error('there is no body');
    for await (const piece of answer.body) lines += Buffer.from(piece).filter((byte) => byte === 0x0a).length;
  });
  expect(lines).toBe(ROWS + 1);
  // Between the two quarters three quarters of the file come and go: as bytes and as texts 15 MB.
  expect(whileUploading).toBeLessThan(6 * MEGABYTE);
  expect(whileDownloading).toBeLessThan(6 * MEGABYTE);
}, 240_000);
