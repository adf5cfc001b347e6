import type { Mutant } from './paysim/mutants.js';
import type { Variant } from './storesim/variants.js';

/** The test on the running product that fails when the product does what the variant does. */
export interface DirectedTest {
  readonly file: string;
  /** As it stands in the file. */
  readonly test: string;
  /** scripts/mutants.js breaks the product the same way, under the variant's name or this one. */
  readonly mutant: true | string;
}

const CONFIRM = 'test/faults/confirm.spec.ts';
const CREATE = 'test/faults/create.spec.ts';
const TWO = 'test/faults/two-instances.spec.ts';
const HIDDEN = 'test/faults/hidden-outcomes.spec.ts';
const PAYMENT = 'test/surfaces/storefront/payment.spec.ts';
const CHECKOUT = 'test/surfaces/storefront/checkout.spec.ts';
const WEBHOOK = 'test/surfaces/webhook.spec.ts';

/** `lit_all` is the sum of others. */
export const STORESIM_ON_THE_PRODUCT: Record<Exclude<Variant, 'none' | 'lit_all'>, DirectedTest> = {
  n1_over_unsettled: {
    file: CONFIRM,
    test: 'takes effect after the shopper tried another card: one charge, and both are told the truth',
    mutant: true,
  },
  stored402_noget: {
    file: PAYMENT,
    test: 'tells the truth to a repeated decline when the browser has paid meanwhile',
    mutant: true,
  },
  r429_not_sent: {
    file: CONFIRM,
    test: 'a timeout, then a 429: the first may have run, so it is processing and stays unsettled',
    mutant: true,
  },
  no_cancel_gen: { file: CONFIRM, test: 'is not blocked for a day by a 500 kept under its key', mutant: true },
  price_before_claim: {
    file: CHECKOUT,
    test: 'a replacement between the look and the claim: the claim looks again, and what stands is charged',
    mutant: true,
  },
  reopen_unclaimed: {
    file: CHECKOUT,
    test: 'a correction between the look and the reopening: what stands is charged',
    mutant: true,
  },
  fence_no_intent: {
    file: CONFIRM,
    test: 'stores its intent before the call; until Stripe has answered no attempt starts, and the cancel is repeated',
    mutant: true,
  },
  snapshot: { file: WEBHOOK, test: 'the snapshot in an event is not believed', mutant: 'trust_snapshot' },
  no_poller: { file: CONFIRM, test: 'paid in the browser, no webhook, no read: the poller finds it', mutant: true },
  leak_secret: {
    file: CREATE,
    test: 'the loser of a race answers the winner’s secret, never its own',
    mutant: true,
  },
  random_key: {
    file: CONFIRM,
    test: 'an idempotency_error is our bug: never a new key, never a failure, in the end a fence',
    mutant: true,
  },
  lit_replay402: {
    file: CONFIRM,
    test: 'a decline of ours is not told to a payer whose browser has paid (a replayed 402 is checked)',
    mutant: true,
  },
  lit_unexp: {
    file: TWO,
    test: 'unexpected_state after an unanswered try settles nothing while the PaymentIntent is open',
    mutant: true,
  },
  lit_500hidden: {
    file: CONFIRM,
    test: 'a %i after the effect, then a 429: the SDK hides the first, which has charged',
    mutant: true,
  },
  lit_bump: {
    file: CONFIRM,
    test: '%i from the edge, not kept: unsettled, and the generation does not move',
    mutant: true,
  },
  lit_resend: { file: TWO, test: 'nor one that another instance is sending right now', mutant: true },
  lit_503write: {
    file: HIDDEN,
    test: 'the start of an attempt is applied, its answer lost and the store gone: processing, not "could not be started"',
    mutant: true,
  },
  lit_two_starts: {
    file: TWO,
    test: 'one request starts one attempt: when its own was settled elsewhere it answers the status, and tries nothing more',
    mutant: true,
  },
  lit_nodeadline: { file: TWO, test: 'a request that is older than the deadline starts nothing', mutant: true },
  lit_withdraw: {
    file: CONFIRM,
    test: 'stores its intent before the call; until Stripe has answered no attempt starts, and the cancel is repeated',
    mutant: true,
  },
  lit_only_declined: {
    file: PAYMENT,
    test: 'lets the payer leave an open 3-D Secure page and pay with another card',
    mutant: true,
  },
  lit_never_bump: {
    file: CONFIRM,
    test: 'T-16 kept under the key, without effect: the repeat moves to the next key and pays',
    mutant: true,
  },
};

/**
 * Of the one-call form, what the storefront has too. Not here: refunds and billing, which come with the gateway and with
 * recurring; a decline that is final, which the storefront does not have; `rollback` and `random_key`, which move no money
 * wrongly.
 */
export const PAYSIM_ON_THE_PRODUCT: Partial<Record<Mutant, DirectedTest>> = {
  one_step: { file: CONFIRM, test: 'the browser pays while our confirm is unanswered', mutant: 'one_step_fresh_key' },
  one_step_random: {
    file: CONFIRM,
    test: '%s an answer that %s after the effect is found by the resolver, without a webhook or a read',
    mutant: 'one_step_fresh_key',
  },
  no_write_ahead: {
    file: CONFIRM,
    test: 'T-15 a confirm nobody comes back for is fenced after ten quiet minutes, and its late effect refused',
    mutant: 'confirm_before_store',
  },
  timeout_is_failure: {
    file: CONFIRM,
    test: '%s a confirm that %s is processing; the same card again pays, once',
    mutant: 'timeout_as_failure',
  },
  fail_without_fence: {
    file: CONFIRM,
    test: 'T-15 a confirm nobody comes back for is fenced after ten quiet minutes, and its late effect refused',
    mutant: 'no_fence',
  },
  trust_snapshot: { file: WEBHOOK, test: 'the snapshot in an event is not believed', mutant: true },
  drop_unmatched: {
    file: WEBHOOK,
    test: 'T-39 what is ours but not here yet is kept, and applied once it is here',
    mutant: true,
  },
  no_janitor: {
    file: CONFIRM,
    test: '%s an answer that %s after the effect is found by the resolver, without a webhook or a read',
    mutant: 'no_resolver',
  },
  no_cas: { file: TWO, test: 'nor one that another instance is sending right now', mutant: true },
  check_then_act: {
    file: PAYMENT,
    test: 'T-31 makes one PaymentIntent of twenty simultaneous repeats, and all get the same answer',
    mutant: 'check_then_insert',
  },
  no_unique_index: {
    file: PAYMENT,
    test: 'T-31 makes one PaymentIntent of twenty simultaneous repeats, and all get the same answer',
    mutant: 'check_then_insert',
  },
  no_bump: {
    file: CREATE,
    test: 'T-16 a 500 kept under the key: the next key makes it, in the same request',
    mutant: 'no_create_gen',
  },
  terminal_sticky: {
    file: CONFIRM,
    test: 'a success that comes after all overrides our CANCELED, with an alarm',
    mutant: true,
  },
};
