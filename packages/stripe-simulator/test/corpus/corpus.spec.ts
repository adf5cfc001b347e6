import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import Stripe from 'stripe';
import { refused, type Running, start } from '../support.js';
import { INVALID, type Refused } from './invalid-calls.js';
import { type Cast, makeCast, VALID } from './valid-calls.js';

const RECORDED = join(__dirname, 'recorded.json');

/** The request that the SDK wrote for one call, and its answer. Ids are numbered in the order of their appearance. */
interface Recording {
  sent: string[];
  answered: string;
}

/** A client that keeps what it sends: the SDK's own encoding, not ours. */
function recorder(running: Running): { stripe: Stripe; sent: string[] } {
  const sent: string[] = [];
  const inner = Stripe.createNodeHttpClient();
  const { hostname, port } = new URL(running.url);
  const makeRequest = inner.makeRequest.bind(inner);
  inner.makeRequest = (host, at, path, method, headers, data, protocol, timeout) => {
    sent.push(`${method} ${path}${data === null || data === '' ? '' : ` ${String(data)}`}`);
    return makeRequest(host, at, path, method, headers, data, protocol, timeout);
  };
  const stripe = new Stripe('sk_test_corpus', {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: inner,
  });
  return { stripe, sent };
}

/** `pi_3f…` → `pi_#1`: the same objects whatever the ids. */
function anonymous(lines: string[]): string[] {
  const names = new Map<string, string>();
  return lines.map((line) =>
    line.replace(/\b(pi|cus|pm|seti|re|ch|py|du|we|tok|evt)_(?=\w*\d)[0-9A-Za-z]{14,}/g, (id, kind: string) => {
      if (!names.has(id)) names.set(id, `${kind}_#${names.size + 1}`);
      return names.get(id) ?? id;
    }),
  );
}

/** `{created: {gte: 1}}` → `created[gte]=1`: the SDK leaves the query of a raw GET to its caller. */
function query(params: Record<string, unknown>): string {
  const pairs = (value: unknown, name: string): [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => pairs(inner, name === '' ? key : `${name}[${key}]`))
      : [[name, String(value)]];
  const all = pairs(params, '');
  return all.length === 0 ? '' : `?${new URLSearchParams(all).toString()}`;
}

function invalidRequest(cast: Cast, { path, params }: Refused): [string, Record<string, unknown>] {
  return [typeof path === 'function' ? path(cast) : path, typeof params === 'function' ? params(cast) : (params ?? {})];
}

describe('the corpus of calls by the real SDK', () => {
  let running: Running;
  let stripe: Stripe;
  let sent: string[];
  let cast: Cast;
  const recording: Record<string, Recording> = {};
  const update = process.env['UPDATE_CORPUS'] !== undefined || !existsSync(RECORDED);
  const recorded: Record<string, Recording> = update ? {} : JSON.parse(readFileSync(RECORDED, 'utf8'));

  beforeAll(async () => {
    running = await start({ allowRawCards: true });
    ({ stripe, sent } = recorder(running));
    cast = await makeCast(stripe);
  });
  afterAll(async () => {
    if (update) writeFileSync(RECORDED, `${JSON.stringify(recording, null, 1)}\n`);
    await running.close();
  });

  /** One call, kept and returned to be compared with what was recorded. */
  async function call(name: string, work: () => Promise<string>): Promise<Recording> {
    sent.length = 0;
    const answered = await work();
    return (recording[name] = { sent: anonymous(sent), answered });
  }
  const known = (name: string) => (update ? recording : recorded)[name];

  it.each(Object.keys(VALID))('takes %s', async (name) => {
    const made = await call(name, async () => {
      await VALID[name]?.(stripe, cast);
      return '200';
    });
    expect(made).toEqual(known(name));
  });

  it.each(Object.keys(INVALID))('refuses %s', async (name) => {
    const entry = INVALID[name];
    if (entry === undefined) throw new Error(name);
    const made = await call(name, async () => {
      const [path, params] = invalidRequest(cast, entry);
      const posted = entry.method === 'POST';
      const sending = posted
        ? stripe.rawRequest('POST', path, params)
        : stripe.rawRequest(entry.method, path + query(params));
      const error = await refused(sending);
      const { statusCode, type, param, code } = error;
      expect({ statusCode, type, param, code }).toEqual({
        statusCode: entry.status ?? 400,
        type: 'StripeInvalidRequestError',
        param: entry.param,
        code: entry.code,
      });
      return `${statusCode} ${code ?? '-'} ${param ?? '-'}`;
    });
    expect(made).toEqual(known(name));
  });

  it('is large enough, and nothing of it is forgotten', () => {
    expect(Object.keys(VALID).length).toBeGreaterThanOrEqual(100);
    expect(Object.keys(INVALID).length).toBeGreaterThanOrEqual(70);
    expect(Object.keys(update ? recording : recorded).sort()).toEqual(
      [...Object.keys(VALID), ...Object.keys(INVALID)].sort(),
    );
  });
});
