import { withAttempt } from '../../src/modules/recurring/billing-engine/attempts.js';
import { billingTimeAt, type BillingTime } from '../../src/modules/recurring/billing-engine/billing-day.js';
import { withoutNotices } from '../../src/modules/recurring/billing-engine/billing-news.js';
import { dueAt, startOf, workOf } from '../../src/modules/recurring/billing-engine/due-work.js';
import type { FailureKind } from '../../src/modules/recurring/billing-engine/failure-kinds.js';
import { withFreeBooked } from '../../src/modules/recurring/billing-engine/money-moved.js';
import { newSubscription } from '../../src/modules/recurring/billing-engine/new-subscription.js';
import { withDueNumbered } from '../../src/modules/recurring/billing-engine/numbering.js';
import { type BillingOutcome, withOutcome } from '../../src/modules/recurring/billing-engine/outcomes.js';
import { withoutFiled, withReopened, withTakenBack } from '../../src/modules/recurring/billing-engine/reversals.js';
import { withStatus } from '../../src/modules/recurring/billing-engine/status-changes.js';
import { updatedSubscription } from '../../src/modules/recurring/billing-engine/subscription-update.js';
import type { PlanTerms, SubscriptionWish } from '../../src/modules/recurring/billing-engine/subscription-wish.js';
import type {
  Billing,
  BillingSettings,
  Changed,
  Subscription,
  SubscriptionStatus,
  TakenBack,
} from '../../src/modules/recurring/billing-engine/subscription.types.js';

type Answer = 'approved' | 'processing' | 'unknown' | FailureKind;

export const SETTINGS: BillingSettings = { hour: 8, retryDays: [1, 3, 7], catchUp: 'bill_each' };
const MONTHLY: SubscriptionWish = { amount: 1_000, frequency: 'monthly', interval: 1, days: '1' };

export const noonOf = (day: string): BillingTime => billingTimeAt(Date.parse(`${day}T12:00:00Z`), SETTINGS.hour);

/** A subscription with an engine of a few lines around it, for tests that say a rule in a few steps. */
export class Life {
  value: Subscription;
  card = 'card';
  readonly filed = new Map<number, Billing>();
  readonly told: string[] = [];
  private refusal: string | null = null;

  constructor(
    created: string,
    wish: SubscriptionWish = {},
    readonly settings = SETTINGS,
    plan: PlanTerms | null = null,
  ) {
    const made = newSubscription({ ...MONTHLY, ...wish }, plan, noonOf(created));
    if (!made.ok) throw new Error(made.refusal.reason);
    this.value = made.subscription;
  }

  /** The engine works at noon of a day; attempts get these answers in turn, then `approved`. */
  on(day: string, ...answers: Answer[]): this {
    const time = noonOf(day);
    for (let work = this.next(time); work !== undefined; work = this.next(time)) {
      if (work.kind === 'tell') this.tell();
      else if (work.kind === 'file') this.file(work.n);
      else if (work.kind === 'fence') this.hears(day, work.n, { kind: 'canceled' }, work.g);
      else if (work.kind === 'number') this.value = withDueNumbered(this.value, time, this.settings);
      else if (work.kind === 'book_free') this.value = withFreeBooked(this.value, work.n, time);
      else if (work.kind === 'attempt') this.attempt(day, work.n, answers.shift() ?? 'approved');
    }
    return this;
  }

  private next(time: BillingTime) {
    return workOf(this.value, time, this.settings).find(({ kind }) => kind !== 'settle');
  }

  private tell(): void {
    this.told.push(...this.value.notices.map(({ kind, n }) => (n === null ? kind : `${kind} ${n}`)));
    this.value = withoutNotices(
      this.value,
      this.value.notices.map(({ id }) => id),
    );
  }

  private file(n: number): void {
    this.filed.set(n, this.billing(n));
    this.value = withoutFiled(this.value, n);
  }

  private attempt(day: string, n: number, answer: Answer): void {
    const method = { methodId: 'method', instrument: this.card, transactionId: `t${n}` };
    this.value = withAttempt(this.value, n, method, noonOf(day), this.settings);
    const { state, k } = this.billing(n);
    if (state !== 'charging' || answer === 'unknown') return;
    if (answer === 'approved') this.hears(day, n, { kind: 'approved', transactionId: `t${n}`, instrument: this.card });
    else this.hears(day, n, answer === 'processing' ? { kind: answer, k } : { kind: 'failed', k, failure: answer });
  }

  hears(day: string, n: number, outcome: BillingOutcome, g = this.billing(n).g): this {
    this.value = withOutcome(withReopened(this.value, this.billing(n)), n, g, outcome, noonOf(day));
    return this;
  }

  fails(day: string, n: number, failure: FailureKind): this {
    return this.hears(day, n, { kind: 'failed', k: this.billing(n).k, failure });
  }

  pays(day: string, n: number): this {
    return this.hears(day, n, { kind: 'approved', transactionId: `p${n}`, instrument: 'payer' });
  }

  takenBack(day: string, n: number, standing: TakenBack['standing'], g = 1, id = 'dp'): this {
    const reopened = withReopened(this.value, this.billing(n));
    this.value = withTakenBack(reopened, n, { id, g, standing }, noonOf(day));
    return this;
  }

  turns(day: string, to: SubscriptionStatus, nextDay: string | null = null, underWay: readonly number[] = []): this {
    return this.take(withStatus(this.value, { to, nextDay }, underWay, noonOf(day)));
  }

  updates(day: string, wish: SubscriptionWish, plan: PlanTerms | null = null): this {
    return this.take(updatedSubscription(this.value, wish, plan, [], noonOf(day)));
  }

  take(changed: Changed): this {
    this.refusal = changed.ok ? null : changed.refusal.reason;
    if (changed.ok) this.value = changed.subscription;
    return this;
  }

  /** Why the last request was refused; null when it was taken. */
  get refused(): string | null {
    return this.refusal;
  }

  billing(n: number): Billing {
    const found = this.value.open.find((one) => one.n === n) ?? this.filed.get(n);
    if (found === undefined) throw new Error(`no billing ${n}`);
    return found;
  }

  /** All billings so far, `day state`, oldest first. */
  get billings(): string[] {
    const numbers = Array.from({ length: this.value.lastNumber }, (_one, index) => index + 1);
    return numbers.map((n) => `${this.billing(n).day} ${this.billing(n).state}`);
  }

  get totals(): number[] {
    return Array.from({ length: this.value.lastNumber }, (_one, index) => this.billing(index + 1).total);
  }

  starts(day: string): string | null {
    return startOf(this.value, noonOf(day), this.settings)?.kind ?? null;
  }

  due(day: string): string | null {
    const at = dueAt(this.value, noonOf(day), this.settings);
    return at === null ? null : new Date(at).toISOString().slice(0, 13);
  }
}
