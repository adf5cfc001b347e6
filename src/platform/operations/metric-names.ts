import { REFUSALS } from '../http/refusals.js';

export interface Declared {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
  /**
   * All values of a counter's one label. They are shown as 0 from the start: what appears with its first count has no
   * increase that Prometheus could see, and the first time is what an alarm is for.
   */
  readonly values?: readonly string[];
  /** Seconds; histograms only. */
  readonly buckets?: readonly number[];
}

/** The closed list of what may be counted. Labels take few, known values; never an id. */
export const METRICS = {
  payments_settled_total: {
    kind: 'counter',
    help: 'Payments that came to a known end, and declines, by outcome (succeeded, declined, canceled, rejected).',
    labels: ['outcome'],
    values: ['succeeded', 'declined', 'canceled', 'rejected'],
  },
  payments_unknown: {
    kind: 'gauge',
    help: 'Payments whose attempt has no known outcome yet, by its age (under_1m, under_10m, under_1h, over_1h).',
    labels: ['age'],
  },
  payments_due: { kind: 'gauge', help: 'Payments due for a check at the last pass, 50 at most.' },
  payments_due_oldest_seconds: {
    kind: 'gauge',
    help: 'How long the payment due longest had been waiting at the last pass; 0 when none was due.',
  },
  late_success_total: {
    kind: 'counter',
    help: 'Payments that turned out paid after we had given them up. Each one wants a look.',
  },
  disputes_opened_total: {
    kind: 'counter',
    help: 'Disputes of our charges, and returns of bank debits, that were seen at Stripe for the first time.',
  },
  inbox_received_total: {
    kind: 'counter',
    help: 'Webhook deliveries, by what became of them (stored, duplicate, refused).',
    labels: ['result'],
    values: ['stored', 'duplicate', 'refused'],
  },
  inbox_unmatched: { kind: 'gauge', help: 'Webhook events of ours whose payment is not here (yet).' },
  inbox_pending: { kind: 'gauge', help: 'Stored webhook events that are not processed yet.' },
  sweep_runs_total: { kind: 'counter', help: 'Sweeps, by result (done, interrupted).', labels: ['result'] },
  sweep_payments_total: {
    kind: 'counter',
    help: 'PaymentIntents that a sweep looked at, by what they turned out to be (agrees, foreign, imported, updated, twin_canceled, waits, double, inconsistent, unreadable).',
    labels: ['verdict'],
  },
  orphan_imported_total: {
    kind: 'counter',
    help: 'PaymentIntents at Stripe whose payment was missing here and was recorded by a sweep.',
  },
  reconcile_drift_cents: {
    kind: 'gauge',
    help: 'Minor units that succeeded at Stripe and are not recorded here as paid, after the last sweep.',
    labels: ['currency'],
  },
  reconcile_runs_total: {
    kind: 'counter',
    help: 'Daily comparisons of Stripe’s account with our books, by result (agrees, differs, failed).',
    labels: ['result'],
  },
  reconcile_differences: { kind: 'gauge', help: 'Differences that the last daily comparison found.' },
  inbox_oldest_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest event that is not processed yet; 0 when there is none.',
  },
  inbox_dead: { kind: 'gauge', help: 'Events of ours that were given up. Each one wants a look.' },
  effects_total: {
    kind: 'counter',
    help: 'Receipts and other work that follows a payment, by result (done, failed, parked; failed is tried again, parked is not).',
    labels: ['result'],
    values: ['done', 'failed', 'parked'],
  },
  effects_parked: { kind: 'gauge', help: 'Payments whose receipt was refused for good or given up after a day.' },
  effects_overdue: { kind: 'gauge', help: 'Payments final for ten minutes whose receipt is not out yet.' },
  resolver_runs_total: {
    kind: 'counter',
    help: 'Payments looked at by the resolver, by result (looked, failed).',
    labels: ['result'],
    values: ['looked', 'failed'],
  },
  transactions_due: { kind: 'gauge', help: 'Gateway transactions to be finished at the last pass, 50 at most.' },
  settlement_overdue: {
    kind: 'gauge',
    help: 'Gateway transactions that could have been settled two days ago and are not, counted once an hour.',
  },
  vault_due: { kind: 'gauge', help: 'Vault customers with work at Stripe due at the last pass, 50 at most.' },
  vault_work_oldest_seconds: {
    kind: 'gauge',
    help: 'How long the oldest work at Stripe that was due at the last pass had been unfinished; 0 when none was due.',
  },
  vault_resolver_runs_total: {
    kind: 'counter',
    help: 'Vault customers looked at by their resolver, by result (looked, failed).',
    labels: ['result'],
    values: ['looked', 'failed'],
  },
  provider_calls_total: {
    kind: 'counter',
    help: 'Calls to Stripe, by what we knew afterwards (done, declined, unexpected_state, refused, unknown).',
    labels: ['outcome'],
    values: ['done', 'declined', 'unexpected_state', 'refused', 'unknown'],
  },
  provider_call_duration_seconds: {
    kind: 'histogram',
    help: 'Calls to Stripe by operation, the SDK’s own retry included.',
    labels: ['operation'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16],
  },
  http_failures_total: {
    kind: 'counter',
    help: 'Requests answered 500 (a bug), 502 or 503 (Stripe, MongoDB or an overload); not those for readiness.',
    labels: ['status'],
    values: ['500', '502', '503'],
  },
  http_refused_total: {
    kind: 'counter',
    help: 'Requests refused before anybody looked at them, by reason (slow_body, busy: too many at a time, slow_request, long_headers, unreadable, expectation). The log tells of one in ten seconds.',
    labels: ['reason'],
    values: REFUSALS,
  },
  store_errors_total: {
    kind: 'counter',
    help: 'Store operations without a good answer, by what is known of them (not_applied, unknown).',
    labels: ['outcome'],
    values: ['not_applied', 'unknown'],
  },
  worker_passes_total: {
    kind: 'counter',
    help: 'Rounds of the background workers, by result (done, failed, rested: this instance may not work now).',
    labels: ['worker', 'result'],
  },
  password_queue_waiting: { kind: 'gauge', help: 'Passwords waiting for their hash, beyond those being hashed.' },
  password_refused_total: { kind: 'counter', help: 'Logins and registrations refused because that queue was full.' },
  audit_actions_total: {
    kind: 'counter',
    help: 'Changes and readings of the audit trail that were done, by action. Those of commands: audit_command_actions.',
    labels: ['action'],
    values: [
      'user.create',
      'user.update',
      'user.rights',
      'user.password',
      'user.delete',
      'key.create',
      'key.import',
      'key.delete',
      'keys.read',
      'keys.reencrypt',
      'price.register',
      'processor.create',
      'processor.update',
      'add_on.create',
      'add_on.update',
      'add_on.delete',
      'discount.create',
      'discount.update',
      'discount.delete',
      'plan.create',
      'plan.update',
      'plan.delete',
      'persons.create',
      'persons.import',
      'terminal.sync',
      'terminal.update',
      'settlement.run',
      'books.repair',
      'indexes.repair',
      'receipts.retry',
      'receipts.skip',
    ],
  },
  audit_command_actions: {
    kind: 'gauge',
    help: 'What commands (npm run admin and others) did within the last hour, read from the audit trail, by action and result (done; unfinished: not ended after ten minutes).',
    labels: ['action', 'result'],
  },
  audit_unfinished_total: {
    kind: 'counter',
    help: 'Audited changes whose result is not known or could not be written. Each one wants a look.',
  },
  ready: { kind: 'gauge', help: '1 while this instance says that it is ready, else 0.' },
  indexes_missing: { kind: 'gauge', help: 'Declared indexes that are missing or different; 0 when ready.' },
  stripe_usable: { kind: 'gauge', help: '1; 0 while Stripe refuses the API key or the key is of another account.' },
  stripe_reachable: {
    kind: 'gauge',
    help: '1; 0 after five calls in a row without an answer, until one of the probes every five seconds gets one.',
  },
  test_keys: { kind: 'gauge', help: '1 where production uses a Stripe test key (ALLOW_TEST_KEYS): no money moves.' },
  clock_skew_ms: { kind: 'gauge', help: 'This machine’s clock minus the store’s.' },
} as const satisfies Record<string, Declared>;

export type MetricName = keyof typeof METRICS;
type NamesOf<K extends Declared['kind']> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never;
}[MetricName];
export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;
