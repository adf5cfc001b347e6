import type { ErrorBody } from '../objects/common.js';

/** Codes that Stripe documents at a page of their own name. */
const DOCUMENTED = 'https://stripe.com/docs/error-codes/';

/** An answer of Stripe that is not 2xx. Thrown anywhere below the pipeline. */
export class StripeError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly headers: Record<string, string> = {},
  ) {
    super(body.message);
  }
}

export function docUrl(code: string): string {
  return DOCUMENTED + code.replaceAll('_', '-');
}

/** 400 or 404 `invalid_request_error`, with `doc_url` where there is a code. */
export function invalidRequest(
  message: string,
  more: { code?: string; param?: string; status?: number } = {},
): StripeError {
  const { status = 400, code, param } = more;
  return new StripeError(status, {
    ...(code === undefined ? {} : { code, doc_url: docUrl(code) }),
    message,
    ...(param === undefined ? {} : { param }),
    type: 'invalid_request_error',
  });
}

/** 402 `card_error`. */
export function cardError(fields: Omit<ErrorBody, 'type' | 'doc_url'> & { code: string }): StripeError {
  return new StripeError(402, { ...fields, doc_url: docUrl(fields.code), type: 'card_error' });
}

/** 404 for an id in the URL, 400 for one in a parameter. `what` is Stripe's name for the object in messages. */
export function missing(what: string, id: string, param: string, status: 400 | 404 = 404): StripeError {
  return invalidRequest(`No such ${what}: '${id}'`, { code: 'resource_missing', param, status });
}

export function missingParam(param: string): StripeError {
  return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}

export function serverError(): StripeError {
  return new StripeError(500, { message: 'An unknown error occurred.', type: 'api_error' });
}

export function unrecognizedUrl(method: string, path: string): StripeError {
  return invalidRequest(
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
    { status: 404 },
  );
}
