/** Rules for what a failed attempt means for later ones: RC12, RC14, RC18, RC20, RC25, RC27. Pure. */

export const FAILURE_KINDS = [
  'declined',
  'never_again',
  'authentication_required',
  'debit_unfunded',
  'debit_returned',
  'error',
  'amount_too_small',
  'method_unverified',
  'reversed',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

interface FailureRule {
  readonly event: 'declined' | 'error';
  /** How many of the retry dates it may be tried on. */
  readonly retryDates: number;
  /** Bars the card or account from any further attempt. */
  readonly blocks: 'hard' | 'authentication' | null;
  /** Whether it is tried at once when there is a new card (RC15). */
  readonly newCard: boolean;
  readonly tells: 'failed' | 'authentication_required' | 'amount_too_small' | 'reversed';
}

const ALL = Number.POSITIVE_INFINITY;

export const FAILURES: Readonly<Record<FailureKind, FailureRule>> = {
  declined: { event: 'declined', retryDates: ALL, blocks: null, newCard: true, tells: 'failed' },
  never_again: { event: 'declined', retryDates: 0, blocks: 'hard', newCard: true, tells: 'failed' },
  authentication_required: {
    event: 'declined',
    retryDates: 0,
    blocks: 'authentication',
    newCard: true,
    tells: 'authentication_required',
  },
  // The network allows two more, and only for want of money.
  debit_unfunded: { event: 'declined', retryDates: 2, blocks: null, newCard: true, tells: 'failed' },
  debit_returned: { event: 'declined', retryDates: 0, blocks: 'hard', newCard: true, tells: 'failed' },
  error: { event: 'error', retryDates: ALL, blocks: null, newCard: true, tells: 'failed' },
  amount_too_small: { event: 'error', retryDates: 0, blocks: null, newCard: false, tells: 'amount_too_small' },
  // Due when it is verified, which is told as a new card is.
  method_unverified: { event: 'error', retryDates: 0, blocks: null, newCard: true, tells: 'failed' },
  reversed: { event: 'declined', retryDates: 0, blocks: null, newCard: false, tells: 'reversed' },
};

const INSUFFICIENT_FUNDS = 202;
const AUTHENTICATION_REQUIRED = 205;
const GATEWAY_DECLINES = 300;
const PROCESSOR_ERRORS = 400;
const NEVER_AGAIN: readonly number[] = [204, 222, 223, 250, 251, 252, 253, 254, 255, 256, 257, 258, 259, 260, 261, 262];

/** Returns the kind of a failure by the contract's response code (gateway 5.5). */
export function failureKindOf(answer: {
  readonly responseCode: number;
  readonly isDebit: boolean;
  /** Stripe's advice not to try that number again. */
  readonly doNotRetry: boolean;
}): FailureKind {
  const { responseCode: code, isDebit, doNotRetry } = answer;
  if (code >= PROCESSOR_ERRORS) return 'error';
  if (code >= GATEWAY_DECLINES) return 'declined';
  if (isDebit) return code === INSUFFICIENT_FUNDS ? 'debit_unfunded' : 'debit_returned';
  if (code === AUTHENTICATION_REQUIRED) return 'authentication_required';
  return doNotRetry || NEVER_AGAIN.includes(code) ? 'never_again' : 'declined';
}
