import { connect, type Socket } from 'node:net';
import { startTestApp, type TestApp } from '../support/app.js';
import { csvOf, SALE_ROW, sendCsv } from '../support/file-batches.js';
import { type GatewayCaller, gatewayCaller } from '../support/gateway.js';
import { rawHttp, statusOf } from '../support/raw-http.js';

let app: TestApp;
let merchant: GatewayCaller;
const open: Socket[] = [];
beforeAll(async () => {
  app = await startTestApp({ env: { RESOLVER_TICK: '1h' } });
  merchant = await gatewayCaller(app);
});
afterEach(() => open.splice(0).forEach((socket) => socket.destroy()));
afterAll(() => app.stop());

const head = (authorization: string, length: number, more = '') =>
  [
    'POST /api/filebatch HTTP/1.1',
    'host: x',
    `authorization: ${authorization}`,
    'content-type: text/csv',
    `content-length: ${length}`,
    `connection: close${more}`,
    '',
    '',
  ].join('\r\n');

/** An upload that stops after its first bytes. */
async function stalled(): Promise<Socket> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  open.push(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(`${head(merchant.key, 100_000)}"transaction_type","amount"\n`);
  return socket;
}

/** What a socket is told, once it is told anything. */
const told = (socket: Socket): Promise<string> =>
  new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString('latin1'))));

describe('an upload', () => {
  it('is refused by its credential before a byte of it is there', async () => {
    const answer = await rawHttp(app.url, head('api_nobody', 100_000), 3_000).catch((error: Error) => error.message);
    expect(answer).toMatch(/HTTP\/1\.1 401 /);
  });

  it('is refused by the length that it announces', async () => {
    const answer = await rawHttp(app.url, head(merchant.key, 11 * 1_048_576), 3_000).catch(
      (error: Error) => error.message,
    );
    expect(answer).toMatch(/HTTP\/1\.1 413 /);
  });

  it('that comes too slowly ends, and gives its place back', async () => {
    const socket = await stalled();
    const started = performance.now();
    const answer = await told(socket);
    expect([statusOf(answer), answer]).toEqual([408, expect.stringContaining('request timeout')]);
    expect(performance.now() - started).toBeGreaterThan(4_000);
  }, 20_000);

  it('waits for no place: those of one client are few, and hold up no other request', async () => {
    const sockets = [await stalled(), await stalled(), await stalled(), await stalled()];
    await new Promise((resolve) => setTimeout(resolve, 500));
    const fifth = await sendCsv(app, merchant, csvOf(SALE_ROW));
    expect([fifth.status, fifth.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await merchant.call('GET', '/api/user')).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await sendCsv(app, merchant, csvOf(SALE_ROW))).status).toBe(200);
  });
});
