import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../common/app-error.js';
import { SECOND } from '../common/duration.js';
import { ArrivingBodies } from './arriving-bodies.js';
import { type ClientGroup, clientGroup } from './client-group.js';
import { markRefused, type Refusal } from './refusals.js';
import { UnreadAnswers } from './unread-answers.js';
import { Upload } from './upload.js';

export interface AdmissionRules {
  /** Maximum of requests that are worked on at a time. */
  readonly maxInFlight: number;
  /** Tells whether `TRUST_PROXY` names any proxy. */
  readonly trustsProxies: boolean;
  /** Tells whether the request's route reads its body itself: uploads have places of their own (upload.ts). */
  readonly isUpload: (request: FastifyRequest) => boolean;
}

/**
 * Lets in so many requests at a time. With a slow store or Stripe each of them is held for seconds, and what waits beyond
 * that only fills memory and is told too late; it is told at once instead.
 *
 * Only a request that is whole takes a place, and it gives it back with its answer: a client that sends slowly, or does not
 * read, holds up nobody else and has bounds of its own.
 */
export function limitInFlight(
  fastify: FastifyInstance,
  { maxInFlight, trustsProxies, isUpload }: AdmissionRules,
): void {
  const working = new WeakSet<FastifyRequest>();
  let inFlight = 0;
  const release = (request: FastifyRequest): void => void (working.delete(request) && inFlight--);

  fastify.addHook('onRequest', (request, _reply, done) => {
    // Before the body is read: it would only be thrown away.
    if (inFlight >= maxInFlight && !isOperators(request)) done(overloaded(request, 'busy'));
    else done();
  });
  boundArriving(fastify, { trustsProxies, isUpload });
  fastify.addHook('preValidation', (request, reply, done) => {
    if (isOperators(request) || request.body instanceof Upload || reply.raw.closed) return done();
    if (inFlight >= maxInFlight) return done(overloaded(request, 'busy'));
    inFlight++;
    working.add(request);
    reply.raw.once('close', () => release(request)); // a client that has gone
    return done();
  });
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    release(request);
    done(null, payload);
  });
  boundUnread(fastify, trustsProxies);
}

function boundArriving(
  fastify: FastifyInstance,
  { trustsProxies, isUpload }: Pick<AdmissionRules, 'trustsProxies' | 'isUpload'>,
): void {
  const bodies = new ArrivingBodies();
  every(SECOND, fastify, () => bodies.trim(performance.now()));
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    // To listen to an upload would be to read it before its sender is proven.
    if (hasBody(request) && !isUpload(request)) {
      const refuse = (): void => refuseRest(reply);
      const body = { group: clientGroup(request, trustsProxies), since: performance.now(), bytes: 0, refuse };
      bodies.add(body);
      // The parser begins to listen in the same turn, so neither hears more than the other.
      payload.on('data', (piece: Buffer) => bodies.grow(body, piece.length));
      payload.once('end', () => bodies.remove(body));
      reply.raw.once('close', () => bodies.remove(body));
    }
    done(null, payload);
  });
}

function boundUnread(fastify: FastifyInstance, trustsProxies: boolean): void {
  const answers = new UnreadAnswers();
  every(SECOND, fastify, () => answers.trim(performance.now()));
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const group = (): ClientGroup => clientGroup(request, trustsProxies);
    answers.add(reply.raw, { socket: request.raw.socket, group, since: performance.now() });
    done(null, payload);
  });
}

/** Tells whether the request has a method whose body Fastify reads, and a body. */
function hasBody({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function refuseRest(reply: FastifyReply): void {
  if (reply.sent) return;
  void reply.header('connection', 'close').send(overloaded(reply.request, 'slow_body'));
}

function overloaded(request: FastifyRequest, why: Refusal): AppError {
  markRefused(request, why);
  return new AppError('overloaded', 'The service is busy, please try again', { retryAfterSeconds: 1 });
}

/** Tells whether the path is one of the operators', who are always admitted to look what is wrong. */
function isOperators({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return url === '/metrics' || url.startsWith('/health/');
}

function every(ms: number, fastify: FastifyInstance, work: () => void): void {
  const timer = setInterval(work, ms).unref();
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    done();
  });
}
