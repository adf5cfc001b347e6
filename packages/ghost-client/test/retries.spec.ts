import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ghost = require('../index.js');

/** Shows what the client sends, and when it sends again, to a server that answers what a test says. */
interface Seen {
  method?: string;
  url?: string;
  key?: string;
  authorization?: string;
  body: string;
}
type Reply = 'cut' | 'nothing' | { status: number; headers?: Record<string, string>; text?: string };

let server: Server;
let seen: Seen[] = [];
let replies: Reply[] = [];
const DOC = { doc: { id: 'charge_1' } };

beforeAll(async () => {
  server = createServer((request, response) => {
    void read(request).then((body) => {
      const { method, url, headers } = request;
      const key = headers['idempotency-key'] as string | undefined;
      seen.push({ method, url, key, authorization: headers.authorization, body });
      const reply = replies.shift() ?? { status: 201 };
      if (reply === 'cut') return request.socket.destroy();
      if (reply === 'nothing') return undefined;
      return response.writeHead(reply.status, reply.headers).end(reply.text ?? JSON.stringify(DOC));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  seen = [];
  replies = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}

const client = (options: Partial<ghost.Options> = {}) => {
  const { port } = server.address() as AddressInfo;
  return ghost({ publicKey: 'gpk_1', secretKey: 'gsk_1', baseUrl: `http://127.0.0.1:${port}/ghost`, ...options });
};
const CHARGE = { amount: 1000, customerId: 'customer_1', cardId: 'card_1', description: 'Order 1001' };
const error = (call: Promise<unknown>): Promise<ghost.GhostError> =>
  call.then(
    () => {
      throw new Error('was not rejected');
    },
    (problem: ghost.GhostError) => problem,
  );

describe('charge.create', () => {
  it.each<[string, Reply[]]>([
    ['a cut line', ['cut']],
    ['502 and 503', [{ status: 502 }, { status: 503, headers: { 'retry-after': '0' } }]],
    ['429 with Retry-After', [{ status: 429, headers: { 'retry-after': '1' } }]],
    ['a Retry-After that is a date', [{ status: 503, headers: { 'retry-after': new Date(0).toUTCString() } }]],
  ])('is sent again after %s, under the key of its first try', async (_what, first) => {
    replies = [...first];
    expect(await client().charge.create(CHARGE)).toEqual(DOC);
    expect(seen).toHaveLength(first.length + 1);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/ghost/api/v1/charges',
      key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      authorization: `Basic ${Buffer.from('gpk_1:gsk_1').toString('base64')}`,
    });
    for (const { body } of seen) expect(JSON.parse(body)).toEqual(CHARGE);
  });

  it('is sent again when no answer comes in time', async () => {
    replies = ['nothing'];
    expect(await client({ timeoutMs: 100 }).charge.create(CHARGE)).toEqual(DOC);
    expect([seen.length, seen[0]?.key]).toEqual([2, seen[1]?.key]);
  });

  it('has another key for each call, or the one that is named', async () => {
    for (const options of [undefined, undefined, { idempotencyKey: 'order 1001' }])
      await client().charge.create(CHARGE, options);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(3);
    expect(seen.at(-1)?.key).toBe('order 1001');
  });

  it('gives up after so many tries, and says under which key it may be asked for again', async () => {
    replies = Array.from({ length: 9 }, () => ({ status: 503, headers: { 'retry-after': '0' }, text: 'a page' }));
    const busy = await error(client({ maxRetries: 2 }).charge.create(CHARGE));
    expect(busy).toMatchObject({ status: 503, error: 'Service Unavailable', message: 'Service Unavailable' });
    expect([seen.length, busy.idempotencyKey]).toEqual([3, seen[0]?.key]);
    replies = ['cut'];
    const cut = await error(client({ maxRetries: 0 }).charge.create(CHARGE));
    expect(cut).toMatchObject({ status: null, error: 'Network Error', message: 'The API could not be reached' });
    expect(cut.idempotencyKey).toBe(seen.at(-1)?.key);
    expect(cut.cause).toMatchObject({ message: 'fetch failed' });
    await expect(client().charge.create(CHARGE, { idempotencyKey: 'a\nb' })).rejects.toThrow('invalid header');
  });

  it.each([400, 401, 402, 404, 409, 429, 500])('is not sent again after %s', async (status) => {
    replies = [{ status, text: JSON.stringify({ message: 'told', status, error: 'Reason' }) }];
    expect(await error(client().charge.create(CHARGE))).toMatchObject({ status, message: 'told', error: 'Reason' });
    expect(seen).toHaveLength(1);
  });
});

describe('other calls', () => {
  const again: Reply = { status: 503, headers: { 'retry-after': '0' } };
  const away = { status: 503 };

  it('that read or change are sent again, without a key', async () => {
    replies = [again, { status: 200 }, again, { status: 200 }];
    await client().customer.get({ customerId: 'customer_1' });
    await client().customer.update({ customerId: 'customer_1', description: 'VIP' });
    expect(seen.map(({ method, url, key, body }) => [method, url, key, body])).toEqual([
      ...Array(2).fill(['GET', '/ghost/api/v1/customers/customer_1', undefined, '']),
      ...Array(2).fill(['PUT', '/ghost/api/v1/customers/customer_1', undefined, '{"description":"VIP"}']),
    ]);
  });

  it('that create or delete are sent once', async () => {
    const names = { customerId: 'customer_1', cardId: 'card_1' };
    const calls = [
      () => client().customer.create({}),
      () => client().customerCard.create({ customerId: 'customer_1', token: 'pm_card_visa' }),
      () => client().customer.delete(names),
      () => client().customerCard.delete(names),
    ];
    for (const call of calls) {
      replies = [again];
      expect(await error(call())).toMatchObject(away);
    }
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE', 'DELETE']);
  });

  it('follow no redirection with the keys, and take no page for an answer', async () => {
    replies = [
      { status: 302, headers: { location: '/elsewhere' }, text: '' },
      { status: 200, text: '<html>' },
    ];
    expect(await error(client().customer.get({ customerId: 'c' }))).toMatchObject({ status: 302, error: 'Found' });
    expect(await error(client().customer.get({ customerId: 'c' }))).toMatchObject({ error: 'Unreadable Answer' });
    expect(seen.map(({ url }) => url)).not.toContain('/elsewhere');
  });

  it('write ids into the address as they are, and send nothing without one', async () => {
    await client().customerCard.get({ customerId: '../accounts/1', cardId: 'a?b' });
    expect(seen[0]?.url).toBe('/ghost/api/v1/customers/..%2Faccounts%2F1/cards/a%3Fb');
    for (const customerId of ['', undefined, null, {}])
      await expect(client().customer.get({ customerId } as never)).rejects.toThrow('customerId is required');
    expect(seen).toHaveLength(1);
  });
});

it('is not made without both keys', () => {
  expect(() => ghost({ publicKey: 'gpk_1' } as never)).toThrow('secretKey is required');
  expect(() => ghost(undefined as never)).toThrow('publicKey is required');
});
