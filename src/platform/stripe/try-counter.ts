import { AsyncLocalStorage } from 'node:async_hooks';
import Stripe from 'stripe';

interface TryLog {
  count: number;
  unknown: number;
  lastReplayed: boolean;
}

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;
type MakeRequest = HttpClient['makeRequest'];

const current = new AsyncLocalStorage<TryLog>();

/** Runs one SDK call and counts the HTTP tries it made, its own hidden retries included (issue 2808: there is one even at 0 retries). */
export async function countingTries<T>(call: () => Promise<T>): Promise<{ result: Promise<T>; log: Readonly<TryLog> }> {
  const log: TryLog = { count: 0, unknown: 0, lastReplayed: false };
  const result = current.run(log, call);
  await result.then(
    () => undefined,
    () => undefined,
  );
  return { result, log };
}

/** Wraps the SDK's HTTP client: every try that gets no answer, a 409 or a 5xx may have taken effect and is counted. */
export function countTries(client: HttpClient): HttpClient {
  const send: MakeRequest = client.makeRequest.bind(client);
  const makeRequest: MakeRequest = async (...request) => {
    const log = current.getStore();
    if (log !== undefined) log.count++;
    try {
      const response = await send(...request);
      const status = response.getStatusCode();
      if (log !== undefined) {
        if (status === 409 || status >= 500) log.unknown++;
        log.lastReplayed = String(response.getHeaders()['idempotent-replayed'] ?? '') === 'true';
      }
      return response;
    } catch (error) {
      if (log !== undefined) {
        log.unknown++;
        log.lastReplayed = false;
      }
      throw error;
    }
  };
  client.makeRequest = makeRequest;
  return client;
}
