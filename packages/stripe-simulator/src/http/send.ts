import type { ServerResponse } from 'node:http';
import type { Answer } from '../api/pipeline.js';

/** What Stripe sends with every answer of its API. */
const ALWAYS = {
  'access-control-allow-credentials': 'true',
  'access-control-allow-methods': 'GET, HEAD, PUT, PATCH, POST, DELETE',
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required',
  'access-control-max-age': '300',
  'cache-control': 'no-cache, no-store',
};

export function send(response: ServerResponse, answer: Answer): void {
  head(response, answer);
  response.end(answer.body);
}

/** The full content-length, then only part of the body, then the connection breaks. */
export function sendTruncated(response: ServerResponse, answer: Answer, bytes: number | undefined): void {
  head(response, answer);
  const body = Buffer.from(answer.body);
  response.write(body.subarray(0, bytes ?? Math.floor(body.length / 2)), () => response.socket?.destroy());
}

/** The whole body, but a few bytes at a time. */
export async function sendInPieces(response: ServerResponse, answer: Answer, bytes: number, ms: number): Promise<void> {
  head(response, answer);
  const body = Buffer.from(answer.body);
  for (let at = 0; at < body.length && !response.destroyed; at += bytes) {
    response.write(body.subarray(at, at + bytes));
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ms).unref();
    });
  }
  response.end();
}

function head(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, {
    ...ALWAYS,
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
}
