import type { IncomingMessage } from 'node:http';
import Stripe from 'stripe';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;
type MakeRequest = HttpClient['makeRequest'];
type Response = Awaited<ReturnType<MakeRequest>>;

/**
 * Wraps the SDK's HTTP client: a try takes as long as its time-out and no longer. The SDK's own is one of silence, and an
 * answer that trickles in is never silent: it would hold its payer, and a worker for good.
 */
export function limitTries(client: HttpClient): HttpClient {
  const send: MakeRequest = client.makeRequest.bind(client);
  const makeRequest: MakeRequest = async (...request) => {
    const timeoutMs = request[7];
    const until = performance.now() + timeoutMs;
    const response = await headWithin(send(...request), timeoutMs);
    endBodyAfter(response, Math.max(0, until - performance.now()));
    return response;
  };
  client.makeRequest = makeRequest;
  return client;
}

/** The SDK does not hand out the request, so one whose head never ends is left to Node, which takes 16 KB of it. */
async function headWithin(head: Promise<Response>, ms: number): Promise<Response> {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over = true;
      reject(tookTooLong());
    }, ms);
  });
  head.then(
    (response) => over && bodyOf(response).destroy(),
    () => undefined, // told below, or too late for anybody
  );
  try {
    return await Promise.race([head, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the body, so that its reader finds it cut off and takes the outcome for unknown. */
function endBodyAfter(response: Response, ms: number): void {
  const body = bodyOf(response);
  const timer = setTimeout(() => body.destroy(tookTooLong()), ms);
  body.once('close', () => clearTimeout(timer));
}

function bodyOf(response: Response): IncomingMessage {
  return response.getRawResponse() as IncomingMessage;
}

/** Error with the code by which the SDK knows its own time-out. */
function tookTooLong(): Error {
  return Object.assign(new Error('the answer did not end in time'), { code: 'ETIMEDOUT' });
}
