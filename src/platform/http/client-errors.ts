import type { ConnectionError } from 'fastify';
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { AppError } from '../common/app-error.js';
import type { AnswerError } from './request-edge.js';

/** Node's codes; what else it cannot read is 400. */
const STATUS: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * What Node does not take for a request, such as an address with letters beyond ASCII. No hook, route or reply exists then,
 * so the answer is written by hand, in the language of the address where there is one.
 */
export function answerUnreadable(error: ConnectionError, socket: Socket, logger: Logger, answer: AnswerError): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = STATUS[error.code] ?? 400;
  const correlationId = randomUUID();
  logger.info({ correlationId, route: '(none)', status }, 'request');
  if (socket.writable) socket.write(written(status, correlationId, bodyOf(status, error.rawPacket, answer)));
  socket.destroy(error);
}

function bodyOf(status: number, packet: unknown, answer: AnswerError): object {
  if (status === 400) {
    return answer(addressIn(packet), new AppError('unparseable_body', 'The request could not be read')).body;
  }
  return { statusCode: status, message: 'The request could not be read', error: STATUS_CODES[status] };
}

/** Of the request line, if the packet, a Buffer whatever Fastify's types say, begins with one. */
function addressIn(packet: unknown): string {
  const beginning = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, 2_048) : '';
  return /^[A-Z]+ (\/\S*)/.exec(beginning)?.[1] ?? '/';
}

function written(status: number, correlationId: string, body: object): string {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    `x-correlation-id: ${correlationId}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
  ];
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}
