/**
 * What can be broken, one ruling at a time. `lit_*` are literal readings of earlier wordings of the rulings, the others
 * are mutants. `none` is the protocol as it stands.
 */
export const VARIANTS = {
  none: 'rulings as clarified',
  n1_over_unsettled: 'attempt n+1 started over unsettled n',
  stored402_noget: 'stored 402 replayed without a GET',
  r429_not_sent: '429 after an unanswered try treated as not sent',
  no_cancel_gen: 'no generation on cancel',
  price_before_claim: 'price read before the claim (two documents)',
  reopen_unclaimed: 'a refused payment is reopened at a price that it has not claimed',
  fence_no_intent: 'fence without storing the intent',
  snapshot: 'webhook snapshot trusted',
  no_poller: 'no poller, webhooks off',
  leak_secret: 'secret of the losing PaymentIntent answered',
  random_key: 'random key per try',
  lit_replay402: '402 to a re-sent or SDK-retried key told without a GET',
  lit_unexp: 'unexpected_state and a GET settle n whatever the GET says',
  lit_500hidden: 'a 5xx or 409 that the SDK hides counts as answered',
  lit_bump: 'confirm generation moves on any 500',
  lit_resend: 'a re-send is not written before it is sent',
  lit_503write: '503 although the write that starts the attempt may have been applied',
  lit_two_starts: 'one confirm request may start more than one attempt',
  lit_nodeadline: 'a handler may start an attempt however old its request is',
  lit_withdraw: 'after an unknown cancel a GET that says open withdraws the intent',
  lit_only_declined: 'n+1 only after a 402 (ruling 2 to the letter)',
  lit_never_bump: 'confirm generation never moves',
  lit_all: 'all literal readings that break a rule',
} as const;

export type Variant = keyof typeof VARIANTS;

/** These two leave a payer before a closed door rather than tell or charge wrongly; they are not part of `lit_all`. */
const CLOSED_DOORS: readonly Variant[] = ['lit_never_bump', 'lit_only_declined'];

export function isVariant(name: string): name is Variant {
  return name in VARIANTS;
}

export function breaks(variant: Variant, rule: Variant): boolean {
  return variant === rule || (variant === 'lit_all' && rule.startsWith('lit_') && !CLOSED_DOORS.includes(rule));
}
