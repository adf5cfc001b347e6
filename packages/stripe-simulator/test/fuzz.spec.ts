import fc from 'fast-check';
// The package's CommonJS form has only the default export; its types also name it.
// oxlint-disable-next-line import/no-named-as-default
import Stripe from 'stripe';
import { StripeError } from '../src/api/errors.js';
import { decodeForm } from '../src/api/form.js';
import type { Operation } from '../src/api/operation.js';
import { OPERATIONS } from '../src/api/operations.js';
import { parametersOf } from '../src/api/stripe-schema.js';
import { mutationsOf, paramsOf } from './schema-arbitrary.js';
import { type Running, start } from './support.js';

/** The same calls every time; another seed with FUZZ_SEED. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_028);
const runs = Number(process.env['FUZZ_RUNS'] ?? 25);

let sent = '';
const httpClient = Stripe.createNodeHttpClient();
httpClient.makeRequest = (_host, _port, _path, _method, _headers, data) => {
  sent = data ?? '';
  return Promise.reject(new Error('not sent'));
};
const stripe = new Stripe('sk_test_fuzz', { httpClient, maxNetworkRetries: 0, telemetry: false });

/** The form that the real SDK makes of parameters, which it is kept from sending. */
async function encoded(params: Record<string, unknown>): Promise<string> {
  await expect(stripe.rawRequest('POST', '/v1/fuzz', params)).rejects.toThrow('connection');
  return sent;
}

const posted = OPERATIONS.filter(({ internal, method }) => !internal && method === 'POST');
const cases: [string, Operation][] = posted.map((operation) => [`${operation.method} ${operation.path}`, operation]);

function refusal(work: () => unknown): StripeError {
  try {
    work();
  } catch (error) {
    if (error instanceof StripeError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('random calls', () => {
  it.each(cases)('%s takes whatever its type allows, as the SDK encodes it', async (_id, operation) => {
    const parameters = paramsOf(parametersOf(operation.method, operation.path));
    await fc.assert(
      fc.asyncProperty(parameters, async (params) => {
        const read = operation.read(decodeForm(await encoded(params)), 'secret');
        expect(read).toEqual(params);
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
  });

  it.each(cases)('%s refuses one wrong value and names it', async (_id, operation) => {
    const node = parametersOf(operation.method, operation.path);
    await fc.assert(
      fc.asyncProperty(paramsOf(node), fc.nat(), async (params, choice) => {
        const mutations = mutationsOf(node, params);
        const mutation = mutations[choice % mutations.length];
        if (mutation === undefined) return;
        mutation.apply();
        const form = decodeForm(await encoded(params));
        const { status, body } = refusal(() => operation.read(form, 'secret'));
        expect({ status, param: body.param, code: body.code }).toEqual({
          status: 400,
          param: mutation.param,
          code: mutation.code,
        });
      }),
      { seed, numRuns: runs, endOnFailure: true },
    );
  });

  it('anything at all never gets a 500, nor an answer that is no JSON', async () => {
    const running: Running = await start();
    const word = fc.oneof(
      fc.constantFrom('amount', 'currency', 'usd', 'card', '', '[', ']', '%', '&', '=', '[]', '[0]', '\u0000'),
      fc.string(),
    );
    const form = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
    const operation = fc.constantFrom(...OPERATIONS);
    await fc.assert(
      fc.asyncProperty(operation, form, fc.string({ minLength: 1 }), async (target, body, id) => {
        const path = target.path.replace(/:\w+/g, encodeURIComponent(id));
        const posts = target.method === 'POST';
        const answer = await fetch(running.url + path + (posts ? '' : `?${encodeURI(body).replace(/#/g, '')}`), {
          method: target.method,
          headers: { authorization: 'Bearer sk_test_fuzz', 'content-type': 'application/x-www-form-urlencoded' },
          ...(posts ? { body } : {}),
        });
        expect(answer.status).toBeLessThan(500);
        await expect(answer.json()).resolves.toEqual(expect.any(Object));
      }),
      { seed, numRuns: 400 },
    );
    await running.close();
  }, 60_000);
});
