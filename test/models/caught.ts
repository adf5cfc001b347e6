import type { Variant as DebtVariant } from './debtsim/model.types.js';
import type { Mutant } from './paysim/mutants.js';
import type { Variant } from './storesim/variants.js';

/**
 * Where each variant is caught: a seed whose run breaks a rule with it and none without it. After a change of a model the
 * seeds are others: `npm run model -- storesim 3000 lit_resend` names some.
 */
interface Caught {
  readonly seed: number;
  /** As often as this things go wrong at Stripe; 1 is usual. */
  readonly faultRate?: number;
}

export const CAUGHT_BY_STORESIM: Partial<Record<Variant, Caught>> = {
  n1_over_unsettled: { seed: 1 },
  stored402_noget: { seed: 96 },
  r429_not_sent: { seed: 120 },
  no_cancel_gen: { seed: 45 },
  price_before_claim: { seed: 7 },
  reopen_unclaimed: { seed: 23 },
  fence_no_intent: { seed: 381 },
  snapshot: { seed: 2 },
  no_poller: { seed: 3 },
  leak_secret: { seed: 332 },
  random_key: { seed: 26 },
  lit_replay402: { seed: 2783 },
  lit_unexp: { seed: 1008 },
  lit_500hidden: { seed: 120 },
  lit_bump: { seed: 55 },
  lit_resend: { seed: 217 },
  lit_503write: { seed: 99 },
  lit_two_starts: { seed: 94 },
  lit_nodeadline: { seed: 64 },
  lit_withdraw: { seed: 23 },
  lit_only_declined: { seed: 2 },
  lit_all: { seed: 6 },
};

/**
 * `lit_never_bump` breaks no rule of the model: a payer whose attempt met a kept 500 is told `processing`, which is not
 * false, until the fence cancels ten minutes later. A directed test keeps the door open (variants.ts), and the model beside
 * the product shows the difference.
 */
export const HARMLESS_FOR_STORESIM: readonly Variant[] = ['lit_never_bump'];

export const CAUGHT_BY_PAYSIM: Partial<Record<Mutant | 'rollback+random_id' | 'rollback+no_sweep', Caught>> = {
  timeout_is_failure: { seed: 208 },
  no_fence_on_decline: { seed: 143 },
  refund_no_list: { seed: 15, faultRate: 2 },
  one_step: { seed: 46 },
  one_step_random: { seed: 33 },
  no_write_ahead: { seed: 4 },
  trust_snapshot: { seed: 10 },
  no_janitor: { seed: 11 },
  no_cas: { seed: 3 },
  check_then_act: { seed: 26 },
  no_unique_index: { seed: 7 },
  cycle_no_unique: { seed: 1 },
  advance_first: { seed: 17 },
  rollback: { seed: 53 },
  'rollback+random_id': { seed: 58 },
  'rollback+no_sweep': { seed: 53 },
};

export const CAUGHT_BY_DEBTSIM: Readonly<Record<Exclude<DebtVariant, 'design'>, number>> = {
  early_generation: 22,
  timeout_is_failure: 2,
  intent_per_attempt: 1_369,
  insert_is_commit: 6,
  no_reference: 2,
  debit_failure_forgotten: 348,
};
