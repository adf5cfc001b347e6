/** What can be broken in the one-call form (ghost, gateway, billing); several at once with `+`. */
export const MUTANTS = {
  none: 'the protocol as specified',
  one_step: 'create and confirm in one call, stable key',
  one_step_random: 'create and confirm in one call, a fresh key per try: the usual code',
  random_key: 'two steps, a fresh key per try: harmless, the PaymentIntent is the fence',
  no_write_ahead: 'confirm before the PaymentIntent is stored',
  timeout_is_failure: 'a time-out recorded as failure',
  no_fence_on_decline: 'a decline is final without a cancel',
  fail_without_fence: 'an unknown outcome is failed without a cancel',
  no_bump: 'no key generations',
  trust_snapshot: 'the state that an event carries is believed',
  drop_unmatched: 'an event of an unknown payment is dropped',
  terminal_sticky: 'a late success does not override a final state',
  no_janitor: 'no janitor',
  no_sweep: 'no sweeper',
  no_cas: 'writes without a version',
  check_then_act: 'look, then insert, instead of a unique id',
  no_unique_index: 'no unique index at all',
  refund_no_list: 'a refund retried after a day without listing first',
  cycle_no_unique: 'billing cycles without a unique id',
  advance_first: 'the subscription is advanced before its cycle exists',
  local_clock: 'instances whose clocks differ',
  rollback: 'the store loses its last seconds (w:1 failover)',
  random_id: 'random payment ids',
} as const;

export type Mutant = keyof typeof MUTANTS;

/** @returns null when a name is unknown */
export function mutantsIn(names: string): readonly Mutant[] | null {
  const mutants = names.split('+');
  return mutants.every((name): name is Mutant => name in MUTANTS) ? mutants : null;
}
