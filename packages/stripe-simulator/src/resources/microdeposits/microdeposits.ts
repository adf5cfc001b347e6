import { docUrl, invalidRequest, missingParam } from '../../api/errors.js';
import type { ErrorBody } from '../../objects/common.js';
import type { Microdeposits, NextAction } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { later } from '../jobs.js';
import { activate } from '../mandates/mandates.js';
import { behaviour, secretOf } from '../payment-methods/payment-method.use.js';

/** The page that Stripe sends the payer to, relative to the simulator's address. */
export const MICRODEPOSIT_PAGE = '/microdeposit';

const DAY_MS = 24 * 60 * 60 * 1000;
/** https://docs.stripe.com/payments/ach-direct-debit/set-up-payment: ten days, ten codes or three pairs of amounts. */
const TIME_TO_VERIFY_MS = 10 * DAY_MS;
const CODES_ALLOWED = 10;
const AMOUNTS_ALLOWED = 3;
/** When it is known that the deposits could not be sent. */
const DEPOSITS_FAIL_MS = 5_000;

/** Values with a meaning of their own in test mode. */
const VERIFIES = { amounts: '32,45', code: 'SM11AA' };
const EXCEEDS = { amounts: '10,11', code: 'SM33CC' };
const TIMES_OUT = { amounts: '40,41', code: 'SM44DD' };

export interface SentValues {
  amounts?: readonly number[] | undefined;
  descriptor_code?: string | undefined;
}

/** What came of the values: verified, or why the account can never be verified. Wrong values are thrown. */
export type Verdict = 'verified' | ErrorBody;

/** Whether the payer must first prove that the account is theirs. */
export function needsMicrodeposits(world: World, method: PaymentMethod, verification: string | undefined): boolean {
  if (method.type !== 'us_bank_account' || secretOf(world, method).verified === true) return false;
  return (
    verification === 'microdeposits' ||
    world.settings.verify_bank_accounts ||
    behaviour(world, method).microdepositsFail === true
  );
}

/** Sends microdeposits to the account; the intent waits for what the payer finds on their statement. */
export function sendMicrodeposits(
  world: World,
  intent: string,
  method: PaymentMethod,
  mandate: string | null,
): NextAction {
  const until = world.clock.now() + TIME_TO_VERIFY_MS;
  world.store.put(world.tables.microdeposits, { id: intent, method: method.id, mandate, failures: 0, until });
  const fail = behaviour(world, method).microdepositsFail === true;
  later(world, fail ? DEPOSITS_FAIL_MS : TIME_TO_VERIFY_MS, 'end_microdeposits', intent);
  return {
    type: 'verify_with_microdeposits',
    verify_with_microdeposits: {
      arrival_date: Math.floor((world.clock.now() + DAY_MS) / 1000),
      hosted_verification_url: `${world.url}${MICRODEPOSIT_PAGE}?intent=${intent}`,
      microdeposit_type: 'descriptor_code',
    },
  };
}

/** Compares what the payer sent with what the bank was sent. Throws Stripe's 400 while they may try again. */
export function judge(world: World, row: Microdeposits, method: PaymentMethod, sent: SentValues): Verdict {
  const { value, kind } = readValues(sent);
  if (behaviour(world, method).microdepositsFail === true) return failure(world, method, 'failed');
  if (value === TIMES_OUT[kind]) return failure(world, method, 'timeout');
  const left = (kind === 'amounts' ? AMOUNTS_ALLOWED : CODES_ALLOWED) - row.failures;
  if (value === EXCEEDS[kind] || left < 1) return failure(world, method, 'attempts_exceeded');
  if (value === VERIFIES[kind]) return 'verified';
  world.store.put(world.tables.microdeposits, { ...row, failures: row.failures + 1 });
  if (left === 1) return failure(world, method, 'attempts_exceeded');
  throw mismatch(kind, left - 1);
}

/** Marks the account as its owner's, and the mandate that waited for that as given. */
export function markVerified(world: World, method: PaymentMethod, mandate: string | null): void {
  world.store.put(world.tables.paymentMethodSecret, { ...secretOf(world, method), verified: true });
  activate(world, mandate);
}

/** Why the microdeposits of a row are over, at the time of its job; undefined if they are not. */
export function ended(world: World, row: Microdeposits, method: PaymentMethod): ErrorBody | undefined {
  if (behaviour(world, method).microdepositsFail === true) return failure(world, method, 'failed');
  return world.clock.now() < row.until ? undefined : failure(world, method, 'timeout');
}

function readValues({ amounts, descriptor_code: code }: SentValues): { value: string; kind: 'amounts' | 'code' } {
  if (amounts !== undefined && code !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: amounts, descriptor_code.', {
      param: 'descriptor_code',
    });
  }
  if (code !== undefined) {
    if (/^SM[A-Z0-9]{4}$/.test(code)) return { value: code, kind: 'code' };
    throw invalidRequest('A descriptor code has six characters and starts with SM.', {
      code: 'payment_method_microdeposit_verification_descriptor_code_mismatch',
      param: 'descriptor_code',
    });
  }
  if (amounts === undefined) throw missingParam('amounts');
  if (amounts.length !== 2) {
    throw invalidRequest('You must provide exactly two microdeposit amounts.', {
      code: 'payment_method_microdeposit_verification_amounts_invalid',
      param: 'amounts',
    });
  }
  return { value: amounts.toSorted((one, other) => one - other).join(','), kind: 'amounts' };
}

function mismatch(kind: 'amounts' | 'code', left: number) {
  const rest = `You have ${left} verification attempts remaining.`;
  return kind === 'amounts'
    ? invalidRequest(`The amounts provided do not match the amounts that were sent to the bank account. ${rest}`, {
        code: 'payment_method_microdeposit_verification_amounts_mismatch',
      })
    : invalidRequest(`The verification code provided does not match the one sent to the bank account. ${rest}`, {
        code: 'payment_method_microdeposit_verification_descriptor_code_mismatch',
      });
}

const FAILURES = {
  failed: {
    code: 'payment_method_microdeposit_failed',
    message: 'Microdeposits failed. Please check the account, institution and transit numbers provided.',
  },
  attempts_exceeded: {
    code: 'payment_method_microdeposit_verification_attempts_exceeded',
    message: 'You have exceeded the number of allowed verification attempts.',
  },
  timeout: {
    code: 'payment_method_microdeposit_verification_timeout',
    message: 'Microdeposit timeout. Customer has not verified their bank account within the required 10 day period.',
  },
};

function failure(world: World, method: PaymentMethod, why: keyof typeof FAILURES): ErrorBody {
  const { code, message } = FAILURES[why];
  const shown = world.tables.paymentMethod.get(method.id) ?? method;
  return { code, doc_url: docUrl(code), message, payment_method: shown, type: 'invalid_request_error' };
}
