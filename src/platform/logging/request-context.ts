import { AsyncLocalStorage } from 'node:async_hooks';

/** Facts about the request being handled, known wherever it is handled. */
export interface RequestContext {
  readonly correlationId: string;
  /** `performance.now()` when its first byte was read; for how old a request is, never for a date. */
  readonly arrivedAt: number;
  /** The client’s, by TRUST_PROXY; for limits and the audit trail. */
  readonly address: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();
