import type { ConnectionError } from 'fastify';
import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError, type AppErrorCode } from '../common/app-error.js';
import type { Refusal, RefusalLog } from './refusals.js';
import type { AnswerError } from './request-edge.js';

/** Node's codes; what else it cannot read is `unreadable`. */
const REFUSED: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'slow_request',
  HPE_HEADER_OVERFLOW: 'long_headers',
};
const CODES: Readonly<Partial<Record<Refusal, AppErrorCode>>> = {
  slow_request: 'request_too_slow',
  long_headers: 'headers_too_large',
};

/**
 * Answers what Node does not take for a request, such as an address with letters beyond ASCII. No hook, route or reply
 * exists then, so the answer is written by hand, in the language of the address where there is one.
 */
export function answerUnreadable(
  error: ConnectionError,
  socket: Socket,
  refusals: RefusalLog,
  answer: AnswerError,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const why = REFUSED[error.code] ?? 'unreadable';
  const failure = new AppError(CODES[why] ?? 'unparseable_body', 'The request could not be read');
  const written = byHand(answer(addressIn(error.rawPacket), failure), why, refusals);
  if (socket.writable) socket.write(`${written.head}\r\n\r\n${written.text}`);
  socket.destroy(error);
}

/** An `Expect` that is not `100-continue`: Node answers 417 before anybody is asked, so this is done by hand as well. */
export function answerExpectations(server: Server, refusals: RefusalLog, answer: AnswerError): void {
  server.on('checkExpectation', ({ url = '/' }, response) => {
    const failure = new AppError('expectation_failed', 'The Expect header asks for something that is not done here');
    const { status, headers, text } = byHand(answer(url, failure), 'expectation', refusals);
    response.writeHead(status, headers).end(text);
  });
}

/** Reads the request line, if the packet, a Buffer whatever Fastify's types say, begins with one. */
function addressIn(packet: unknown): string {
  const beginning = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 2_048) : '';
  return /^[A-Z]+ (\/\S*)/.exec(beginning)?.[1] ?? '/';
}

/** The answer with the headers that hooks would have set; the log is told of it. */
function byHand({ status, body }: ReturnType<AnswerError>, why: Refusal, refusals: RefusalLog) {
  const correlationId = randomUUID();
  refusals.tell(why, { correlationId, route: '(none)', status });
  const text = JSON.stringify(body);
  const headers = {
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'x-correlation-id': correlationId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return { status, headers, text, head: [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n') };
}
