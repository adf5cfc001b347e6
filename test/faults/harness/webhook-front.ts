import { createServer, type Server } from 'node:http';
import type { Journal } from './journal.js';

/**
 * Hands each delivery to the next app; where that one is down it is a lost connection, as for Stripe.
 * @param readers those whose turn it can be
 */
export function webhookFront(
  urls: Readonly<Record<string, string>>,
  port: number,
  journal: Journal,
  readers: () => readonly string[],
): Server {
  let turn = 0;
  const server = createServer((request, response) => {
    const apps = readers();
    const app = apps[turn++ % apps.length] ?? '';
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const signature = String(request.headers['stripe-signature']);
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
      const note = (status: string) => {
        const object = /"id":\s*"(pi_\w+)"/.exec(body.toString())?.[1];
        const type = /"type":\s*"([a-z_.]+)"/.exec(body.toString())?.[1];
        journal.note(`webhook ${type} to ${app}: ${status}`, object);
      };
      void pass(`${urls[app]}/webhook/stripe`, body, headers).then((status) => {
        note(status === null ? 'no answer' : String(status));
        return status === null ? request.socket.destroy() : response.writeHead(status).end();
      });
    });
  });
  server.listen(port, '127.0.0.1');
  return server;
}

/** @returns the status, or null when nobody answered. */
async function pass(url: string, body: Buffer, headers: Record<string, string>): Promise<number | null> {
  try {
    const answer = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}
