import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request being handled, wherever it is handled. */
export interface RequestContext {
  readonly correlationId: string;
  /** `performance.now()` when its first byte was read; for how old a request is, never for a date. */
  readonly arrivedAt: number;
  /** The client’s, by TRUST_PROXY; for limits and the audit trail. */
  readonly address: string;
}

export const requestContext = new AsyncLocalStorage<RequestContext>();
