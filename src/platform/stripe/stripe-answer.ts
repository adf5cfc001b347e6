import Stripe from 'stripe';
import type { ProviderAnswer, ProviderPayment } from './provider.types.js';
import { toProviderPayment, UnknownProviderWord } from './stripe-translate.js';
import { withShortStack } from './short-stack.js';
import { countingTries } from './try-counter.js';

const REFUSALS = new Set([400, 401, 403, 404, 429]);
const UNREACHABLE = new Set([502, 503, 504]);
const isRefusal = (status: number | undefined): status is 400 | 401 | 403 | 404 | 429 => REFUSALS.has(status ?? 0);

/**
 * Makes one SDK call and says what we now know. Sorted by status, type and code: the SDK's class names do not tell whether
 * money moved (a 200 with a truncated body and an exhausted 409 are both `StripeAPIError`).
 */
export async function askStripe<S, T>(call: () => Promise<S>, translate: (value: S) => T): Promise<ProviderAnswer<T>> {
  const { result, log } = await countingTries(() => withShortStack(call));
  const tries = (bodyLost: boolean) => ({
    count: log.count,
    anyUnknown: log.unknown > 0 || bodyLost || log.count === 0,
  });
  try {
    return { outcome: 'done', value: translate(await result), replayed: log.lastReplayed, tries: tries(false) };
  } catch (error) {
    // Whatever broke after the request went out (a word we do not know, a body that is no object): it may have run.
    if (error instanceof UnknownProviderWord || (!(error instanceof Stripe.errors.StripeError) && log.count > 0)) {
      return {
        outcome: 'unknown',
        serverError: false,
        replayedServerError: false,
        unreachable: false,
        cause: String(error),
        tries: tries(true),
      };
    }
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    return sortError(error, log.lastReplayed, tries(error.statusCode === undefined));
  }
}

function sortError<T>(
  error: Stripe.errors.StripeError,
  replayed: boolean,
  tries: { count: number; anyUnknown: boolean },
): ProviderAnswer<T> {
  const status = error.statusCode;
  const payment = paymentOf(error);
  if (status === 402) {
    const decline = {
      code: error.code || 'card_declined',
      declineCode: error.decline_code || null,
      message: error.message,
      ofCard: error.rawType !== 'invalid_request_error',
    };
    return { outcome: 'declined', decline, payment, replayed, tries };
  }
  if (error.code === 'payment_intent_unexpected_state') return { outcome: 'unexpected_state', payment, tries };
  if (isRefusal(status) && error.rawType !== 'idempotency_error') {
    const retryAfter = Number(error.headers?.['retry-after']);
    return {
      outcome: 'refused',
      status,
      code: error.code || null,
      param: error.param || null,
      message: error.message,
      retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
      tries,
    };
  }
  // Counts an idempotency_error as unknown: it is our own bug (other bytes under one key), and the attempt behind the key stays
  // undecided.
  return {
    outcome: 'unknown',
    serverError: status === 500,
    replayedServerError: status === 500 && replayed,
    unreachable: status === undefined || UNREACHABLE.has(status),
    cause: `${error.rawType ?? error.type} ${status ?? 'no answer'} ${error.code ?? ''}`.trim(),
    tries: { ...tries, anyUnknown: true },
  };
}

/** The snapshot inside an error; one that we cannot read is none, for the error itself has been understood. */
function paymentOf(error: Stripe.errors.StripeError): ProviderPayment | null {
  if (error.payment_intent === undefined || error.payment_intent === null) return null;
  try {
    return toProviderPayment(error.payment_intent);
  } catch (unreadable) {
    if (unreadable instanceof UnknownProviderWord) return null;
    throw unreadable;
  }
}
