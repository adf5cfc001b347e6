import type { ConnectionError } from 'fastify';
import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { AppError, type AppErrorCode } from '../common/app-error.js';
import type { AnswerError } from './request-edge.js';

/** Node's codes; what else it cannot read is `unparseable_body`. */
const CODES: Readonly<Record<string, AppErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/**
 * What Node does not take for a request, such as an address with letters beyond ASCII. No hook, route or reply exists then,
 * so the answer is written by hand, in the language of the address where there is one.
 */
export function answerUnreadable(error: ConnectionError, socket: Socket, logger: Logger, answer: AnswerError): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const failure = new AppError(CODES[error.code] ?? 'unparseable_body', 'The request could not be read');
  const written = byHand(answer(addressIn(error.rawPacket), failure), logger);
  if (socket.writable) socket.write(`${written.head}\r\n\r\n${written.text}`);
  socket.destroy(error);
}

/** An `Expect` that is not `100-continue`: Node answers 417 before anybody is asked, so this is done by hand as well. */
export function answerExpectations(server: Server, logger: Logger, answer: AnswerError): void {
  server.on('checkExpectation', ({ url = '/' }, response) => {
    const failure = new AppError('expectation_failed', 'The Expect header asks for something that is not done here');
    const { status, headers, text } = byHand(answer(url, failure), logger);
    response.writeHead(status, headers).end(text);
  });
}

/** Of the request line, if the packet, a Buffer whatever Fastify's types say, begins with one. */
function addressIn(packet: unknown): string {
  const beginning = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 2_048) : '';
  return /^[A-Z]+ (\/\S*)/.exec(beginning)?.[1] ?? '/';
}

/** The answer with the headers that hooks would have set, and its line in the log. */
function byHand({ status, body }: ReturnType<AnswerError>, logger: Logger) {
  const correlationId = randomUUID();
  logger.info({ correlationId, route: '(none)', status }, 'request');
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
