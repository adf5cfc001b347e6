import type { Difference, DifferenceKind } from './reconciliation.types.js';

export interface DifferenceWords {
  readonly what: string;
  readonly todo: string;
}

const REPAIR = 'Run it again with --repair';
const SWEEP = 'The hourly sweep does it; if this is still here tomorrow, see the runbook: PaymentsSweepStopped.';

/** Says what a difference is and what to do about it, for a reader who does not know the code. */
const WORDS: Readonly<Record<DifferenceKind, DifferenceWords>> = {
  missing: {
    what: 'Paid at Stripe, and the payment is not in our books.',
    todo: `${REPAIR}: the payment is recorded and its receipt sent. Then find out what the database has lost.`,
  },
  paid_elsewhere: {
    what: 'Paid at Stripe with a PaymentIntent that its payment does not name.',
    todo: `${REPAIR}: the payment then names the one that was paid.`,
  },
  paid_twice: {
    what: 'Paid at Stripe a second time: its payment was paid with another PaymentIntent already.',
    todo: 'A person looks at both in Stripe’s dashboard and refunds this one there. It counts as settled once it is refunded in full.',
  },
  inconsistent: {
    what: 'Carries our deployment id, but its metadata belongs to no payment of ours.',
    todo: 'A person finds out who made or edited it in Stripe’s dashboard, and refunds or cancels it, or puts its metadata back.',
  },
  orphan: {
    what: 'A PaymentIntent of ours that can still be paid, and no payment names it.',
    todo: SWEEP,
  },
  not_at_stripe: {
    what: 'Paid in our books, and Stripe does not know it.',
    todo: 'A person finds out where this record comes from (another account or mode, an edited database). Deliver nothing for it.',
  },
  wrong_payment: {
    what: 'A payment in our books names the PaymentIntent of another payment.',
    todo: 'A person compares the payments named here with Stripe’s metadata (payment_id) and puts providerPaymentId right. Refund nothing before.',
  },
  paid_at_stripe: {
    what: 'Paid at Stripe, and our books say otherwise.',
    todo: `${REPAIR}: it is recorded as paid and its receipt sent.`,
  },
  not_paid_at_stripe: {
    what: 'Paid in our books, and Stripe has taken no money for it.',
    todo: 'A person asks who changed the record: Stripe never takes back “succeeded”. Deliver nothing for it.',
  },
  canceled_at_stripe: {
    what: 'Canceled at Stripe, and still open in our books.',
    todo: `${REPAIR}: it is recorded as canceled.`,
  },
  open_at_stripe: {
    what: 'Ended in our books, and it can still be paid at Stripe.',
    todo: 'A person cancels the PaymentIntent in Stripe’s dashboard.',
  },
  currency: {
    what: 'Charged in another currency than our books say.',
    todo: `${REPAIR}: our books take Stripe’s currency and amount. Then compare with the order.`,
  },
  amount: {
    what: 'Another amount at Stripe than in our books.',
    todo: `${REPAIR}: our books take Stripe’s amount. Then compare with the order.`,
  },
  customer: {
    what: 'Another Customer at Stripe than in our books.',
    todo: `${REPAIR}: our books take Stripe’s Customer.`,
  },
  refund: {
    what: 'Refunded at Stripe, and not so in our books.',
    todo: `${REPAIR}: the refund is recorded with its payment.`,
  },
  refund_undone: {
    what: 'A refund in our books that failed at Stripe, or that Stripe does not know.',
    todo: `${REPAIR}: it is taken out of our books. A refund that failed still has to be paid out to the payer.`,
  },
};

export function wordsFor({ kind, cure }: Pick<Difference, 'kind' | 'cure'>): DifferenceWords {
  const words = WORDS[kind];
  if (kind === 'orphan' && cure === 'repair') return { ...words, todo: `${REPAIR}: its payment is recorded as open.` };
  if (kind === 'paid_elsewhere' && cure === 'person')
    return {
      ...words,
      todo: 'A person enters it in the payment, which names none (providerPaymentId). Refund nothing before.',
    };
  return cure === 'sweep' ? { ...words, todo: SWEEP } : words;
}
