import type { World } from '../world.js';
import type { ErrorBody } from '../objects/common.js';
import type { SavedAnswer } from '../objects/event.js';
import { authenticate, keyKind, secretKeyRequired } from './auth.js';
import { invalidRequest, serverError, StripeError, unrecognizedUrl } from './errors.js';
import { checkExpand, expandAnswer } from './expand.js';
import { decodeForm, type RawMap } from './form.js';
import { checkKey, hashParams, type Idempotency, isKept } from './idempotency.js';
import type { Caller } from './auth.js';
import { asToday, writtenFor } from './older-requests.js';
import { OPERATIONS } from './operations.js';
import { publicView } from './public-view.js';
import { type Route, Router } from './router.js';

/** One HTTP request to Stripe's API, read completely. */
export interface ApiRequest {
  id: string;
  method: string;
  /** Without the query. */
  path: string;
  query: string;
  body: string;
  authorization: string | undefined;
  idempotencyKey: string | undefined;
  version: string | undefined;
  contentType: string | undefined;
  userAgent: string | undefined;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** An answer whose body is a JSON value, here so that it can be saved without its text. */
interface ValueAnswer extends Answer {
  value: unknown;
  /** What was refused; undefined for 200. */
  error?: ErrorBody;
}

/** What was done, for the request log. */
export interface Done {
  answer: Answer;
  /** Whether the operation itself ran; not for what was refused at the door or replayed. */
  executed: boolean;
  replayed: boolean;
}

/**
 * From request to answer as Stripe does it: known URL, key, parameters, idempotency, execution, saved answer. Synchronous, so
 * that no two requests ever interleave; what takes time (faults) happens before or after.
 */
export class Pipeline {
  private readonly router = new Router(OPERATIONS);

  constructor(
    private readonly world: World,
    private readonly idempotency: Idempotency,
  ) {}

  run(request: ApiRequest): Done {
    const cause = { id: request.id, idempotency_key: request.idempotencyKey ?? null };
    return this.world.step(cause, () => this.guarded(request));
  }

  /** The operation that a request is for; undefined for an address that Stripe does not have. */
  routeOf({ method, path }: Pick<ApiRequest, 'method' | 'path'>): Route | undefined {
    return this.router.find(method, path);
  }

  /**
   * Saves an answer of our own making under the request's key, as if it had been executed. Not over an answer that is there,
   * unless this very request left it, nor for a form that cannot be read: neither would have come as far as this.
   */
  saveInstead(request: ApiRequest, status: number, body: string): void {
    const { idempotencyKey: key } = request;
    if (request.method !== 'POST' || key === undefined) return;
    const saved = this.idempotency.saved(key);
    const raw = readable(request.body);
    if (raw === undefined || (saved !== undefined && saved.requestId !== request.id)) return;
    const value: unknown = JSON.parse(body);
    this.world.byItself(() => this.save(request, key, hashParams(raw), { status, value }));
  }

  /** The endpoint as Stripe counts it for its limits: the same for all ids. */
  endpointOf({ method, path }: ApiRequest): string {
    return `${method} ${this.router.find(method, path)?.operation.path ?? 'unknown'}`;
  }

  /** The answer of a status code, as Stripe would word it. */
  errorAnswer(request: ApiRequest, error: StripeError): Answer {
    return this.failure(request, error, keyKind(request.authorization) ?? 'secret');
  }

  private guarded(request: ApiRequest): Done {
    let caller: Caller = 'secret';
    try {
      const route = this.routeOf(request);
      if (route === undefined) throw unrecognizedUrl(request.method, request.path);
      caller = authenticate(request.authorization);
      if (caller === 'publishable' && !route.operation.publishable) throw secretKeyRequired();
      return this.routed(request, route, caller);
    } catch (error) {
      return { answer: this.failure(request, error, caller), executed: false, replayed: false };
    }
  }

  private routed(request: ApiRequest, route: Route, caller: Caller): Done {
    const raw = this.rawParams(request);
    const key = request.method === 'POST' ? request.idempotencyKey : undefined;
    if (key === undefined) return this.execute(request, route, caller, raw);
    checkKey(key);
    const paramsHash = hashParams(raw);
    const saved = this.idempotency.recall(key, request.path, paramsHash);
    if (saved !== undefined) {
      return { answer: this.replay(request, saved), executed: false, replayed: true };
    }
    const { answer, executed, replayed } = this.execute(request, route, caller, raw);
    if (isKept(answer.status, answer.error, this.world.settings.save_unexpected_state)) {
      this.save(request, key, paramsHash, answer);
    }
    answer.headers['original-request'] = request.id;
    return { answer, executed, replayed };
  }

  private save(
    request: ApiRequest,
    key: string,
    paramsHash: string,
    answer: Pick<ValueAnswer, 'status' | 'value'>,
  ): void {
    const { status, value } = answer;
    const version = this.versionFor(request);
    const { path: endpoint, id: requestId } = request;
    this.idempotency.save({ id: key, endpoint, paramsHash, requestId, status, version, value });
  }

  /** The first answer as it was, its API version included: whatever version the repetition asks for. */
  private replay(request: ApiRequest, { status, value, version, requestId }: SavedAnswer): Answer {
    return this.answer(request, status, value, {
      'idempotent-replayed': 'true',
      'original-request': requestId,
      ...(version === undefined ? {} : { 'stripe-version': version }),
    });
  }

  private versionFor(request: ApiRequest): string {
    return request.version ?? this.world.apiVersion;
  }

  private execute(request: ApiRequest, route: Route, caller: Caller, raw: RawMap): Done & { answer: ValueAnswer } {
    const { world } = this;
    const written = writtenFor(request.version, request.userAgent, world.apiVersion);
    // Thrown from here it is a refused parameter: nothing ran, nothing is saved.
    const { expand: sent, ...params } = route.operation.read(asToday(route.operation, written, raw), caller);
    const expand = Array.isArray(sent) ? sent.map(String) : [];
    checkExpand(route.operation.path, expand);
    let answer: ValueAnswer;
    try {
      const result = route.operation.run({ world, params, path: route.path, caller });
      const expanded = expandAnswer(world, result, expand);
      answer = this.answer(request, 200, caller === 'publishable' ? publicView(expanded) : expanded);
    } catch (error) {
      answer = this.failure(request, error, caller);
    }
    return { answer, executed: true, replayed: false };
  }

  private rawParams(request: ApiRequest): RawMap {
    if (request.method !== 'POST') return decodeForm(request.query);
    if (request.contentType?.startsWith('application/json') === true && request.body !== '') {
      throw invalidRequest(
        'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.',
      );
    }
    return decodeForm(request.body);
  }

  private failure(request: ApiRequest, error: unknown, caller: Caller): ValueAnswer {
    const known = error instanceof StripeError ? error : unexpected(error);
    const body: ErrorBody = {
      ...known.body,
      request_log_url: `https://dashboard.stripe.com/test/logs/${request.id}?t=${this.world.clock.seconds()}`,
    };
    const shown = caller === 'publishable' ? publicView(body) : body;
    return { ...this.answer(request, known.status, { error: shown }, known.headers), error: known.body };
  }

  private answer(
    request: ApiRequest,
    status: number,
    value: unknown,
    headers: Record<string, string> = {},
  ): ValueAnswer {
    return {
      status,
      headers: {
        'content-type': 'application/json',
        'request-id': request.id,
        'stripe-version': this.versionFor(request),
        ...(request.idempotencyKey === undefined ? {} : { 'idempotency-key': printable(request.idempotencyKey) }),
        ...headers,
      },
      value,
      body: JSON.stringify(value),
    };
  }
}

/** The form, or undefined if it contradicts itself. */
function readable(body: string): RawMap | undefined {
  try {
    return decodeForm(body);
  } catch (error) {
    if (error instanceof StripeError) return undefined;
    throw error;
  }
}

/** Header values are latin1 without control characters, whatever was sent. */
function printable(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '?');
}

/** A mistake of the simulator: told on stderr, answered as Stripe's 500. */
function unexpected(error: unknown): StripeError {
  process.stderr.write(
    `stripe-simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return serverError();
}
