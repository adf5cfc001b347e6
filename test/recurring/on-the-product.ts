import { billingMethodOf, withAttempt, withNewCard } from '../../src/modules/recurring/billing-engine/attempts.js';
import { totalOf } from '../../src/modules/recurring/billing-engine/billing-amounts.js';
import { billingTimeAt, type BillingTime } from '../../src/modules/recurring/billing-engine/billing-day.js';
import { withoutNotices } from '../../src/modules/recurring/billing-engine/billing-news.js';
import { dueAt, workOf } from '../../src/modules/recurring/billing-engine/due-work.js';
import { type FailureKind } from '../../src/modules/recurring/billing-engine/failure-kinds.js';
import type { SourcedWish } from '../../src/modules/recurring/billing-engine/item-wishes.js';
import { withFreeBooked } from '../../src/modules/recurring/billing-engine/money-moved.js';
import { newSubscription } from '../../src/modules/recurring/billing-engine/new-subscription.js';
import { withDueNumbered } from '../../src/modules/recurring/billing-engine/numbering.js';
import { type BillingOutcome, withOutcome } from '../../src/modules/recurring/billing-engine/outcomes.js';
import { withMissedDecided } from '../../src/modules/recurring/billing-engine/parked-dates.js';
import { type PlanPush, withPush } from '../../src/modules/recurring/billing-engine/plan-push.js';
import {
  withoutFiled,
  withReleased,
  withReopened,
  withTakenBack,
} from '../../src/modules/recurring/billing-engine/reversals.js';
import { withDeleted, withStatus } from '../../src/modules/recurring/billing-engine/status-changes.js';
import { updatedSubscription } from '../../src/modules/recurring/billing-engine/subscription-update.js';
import { expirationDay, previewOf, shownDay } from '../../src/modules/recurring/billing-engine/subscription-view.js';
import type { PlanTerms, SubscriptionWish } from '../../src/modules/recurring/billing-engine/subscription-wish.js';
import { itemTotals } from '../../src/modules/recurring/billing-engine/billing-amounts.js';
import type {
  Billing,
  BillingSettings,
  Changed,
  Subscription,
} from '../../src/modules/recurring/billing-engine/subscription.types.js';
import {
  type Act,
  type Answer,
  answerTo,
  CATALOGUE,
  type CatalogueId,
  type History,
  isSent,
  type ItemAsked,
  OTHER_PLAN,
  PLAN,
  succeedsLate,
  type Wish,
} from './history.js';
import { dayOfSlot, hourOfSlot, type Shown } from './shown.js';
import { written } from './oracle.js';

/** What a payment under way will come to, and when. */
interface Pending {
  readonly n: number;
  readonly g: number;
  readonly k: number;
  readonly day: number;
  readonly then: 'approve' | 'soft' | 'canceled' | 'unfunded' | 'returned';
}

const FAILURES: Readonly<Record<string, FailureKind>> = {
  soft: 'declined',
  hard: 'never_again',
  auth: 'authentication_required',
  error: 'error',
  small: 'amount_too_small',
  unverified: 'method_unverified',
  unfunded: 'debit_unfunded',
  returned: 'debit_returned',
};

/** Plays a history on the product: an engine, a store and a Stripe of a few lines around its pure decisions. */
export class ProductPlayer {
  private readonly filed = new Map<number, Billing>();
  private pending: Pending[] = [];
  private push: PlanPush | null = null;
  private pushes = 0;
  private plan: 'plan' | 'other' | null;
  private card = 'one';
  private readonly settings: BillingSettings;
  private value!: Subscription;

  constructor(private readonly history: History) {
    this.settings = { hour: history.hour, retryDays: [1, 3, 7], catchUp: history.catchUp };
    this.plan = history.withPlan ? 'plan' : null;
  }

  create(): boolean {
    const { first, withPlan } = this.history;
    const made = newSubscription(this.wish(first, 0), withPlan ? planTerms('plan', 0) : null, this.time(0));
    if (made.ok) this.value = made.subscription;
    return made.ok;
  }

  act(act: Act, slot: number): boolean {
    const time = this.time(slot);
    this.value = withPush(this.value, this.push);
    const sent = this.value.open.filter(({ n, state }) => state === 'charging' && isSent(this.history, n, slot));
    const underWay = sent.map(({ n }) => n);
    const today = dayOfSlot(this.history, slot);
    switch (act.kind) {
      case 'status': {
        const nextDay = act.nextDay === null ? null : written(today + act.nextDay);
        return this.take(withStatus(this.value, { to: act.to, nextDay }, underWay, time));
      }
      case 'update':
        return this.update(act, underWay, slot);
      case 'delete':
        return this.take({ ok: true, subscription: withDeleted(this.value, underWay) });
      case 'card':
        this.card = act.card;
        return this.take({ ok: true, subscription: withNewCard(this.value) });
      case 'verified':
        return this.take({ ok: true, subscription: withNewCard(this.value) });
      case 'push':
        if (this.plan !== null) this.push = { n: ++this.pushes, amount: act.amount };
        return true;
      case 'dispute':
        return this.dispute(act, time);
      case 'release': {
        const n = this.value.lastNumber - act.back;
        return n > 0 && this.take(withReleased(this.value, n));
      }
      case 'page':
        return this.pay(this.value.lastNumber - act.back, slot);
      default:
        return this.take(withMissedDecided(this.value, act.way, time));
    }
  }

  private update(act: Extract<Act, { kind: 'update' }>, underWay: readonly number[], slot: number): boolean {
    const plan = act.newPlan ? (this.plan === 'plan' ? 'other' : 'plan') : null;
    const today = dayOfSlot(this.history, slot);
    const terms = plan === null ? null : planTerms(plan, this.pushes);
    const wish = this.wish(act.wish, today - this.history.start);
    const isTaken = this.take(updatedSubscription(this.value, wish, terms, underWay, this.time(slot)));
    if (isTaken && plan !== null) [this.plan, this.push] = [plan, null];
    return isTaken;
  }

  private dispute(act: Extract<Act, { kind: 'dispute' }>, time: BillingTime): boolean {
    const billing = this.billing(this.value.lastNumber - act.back);
    const g = billing?.paidUnder.at(-1);
    if (billing === undefined || g === undefined) return false;
    const reopened = withReopened(this.value, billing);
    const news = { id: `${act.id}/${g}`, g, standing: act.standing };
    this.value = withTakenBack(reopened, billing.n, news, time);
    expectSame(withTakenBack(this.value, billing.n, news, time), this.value);
    return true;
  }

  private pay(n: number, slot: number): boolean {
    const billing = this.value.open.find((one) => one.n === n);
    if (billing?.state !== 'failed' || billing.takenBack.length > 0) return false;
    this.settle(n, billing.g, { kind: 'approved', transactionId: `page ${n}`, instrument: 'payer' }, slot);
    return true;
  }

  private billing = (n: number): Billing | undefined => this.value.open.find((one) => one.n === n) ?? this.filed.get(n);

  /** Works until nothing is left to do. @returns whether there was anything */
  run(slot: number): boolean {
    const before = this.value;
    const today = dayOfSlot(this.history, slot);
    const arrived = this.pending.filter(({ day }) => day <= today);
    this.pending = this.pending.filter(({ day }) => day > today);
    for (const { n, g, k, then } of arrived) this.come(n, g, k, then, slot);
    for (let rounds = 0; this.step(slot); rounds++) if (rounds > 500) throw new Error('the work never ends');
    return this.value !== before;
  }

  private step(slot: number): boolean {
    const time = this.time(slot);
    this.value = withPush(this.value, this.push);
    for (const work of workOf(this.value, time, this.settings)) {
      switch (work.kind) {
        case 'tell':
          this.value = withoutNotices(
            this.value,
            this.value.notices.map(({ id }) => id),
          );
          return true;
        case 'fence': {
          if (this.pending.some(({ n, g }) => n === work.n && g === work.g)) break;
          const isLate = succeedsLate(this.history, work.n) && (this.billing(work.n)?.paidUnder.length ?? 0) === 0;
          const late = { kind: 'approved', transactionId: `late ${work.n}`, instrument: 'late' } as const;
          this.settle(work.n, work.g, isLate ? late : { kind: 'canceled' }, slot);
          return true;
        }
        case 'file': {
          const billing = this.billing(work.n) as Billing;
          this.filed.set(work.n, billing);
          this.value = withoutFiled(this.value, work.n);
          return true;
        }
        case 'number':
          this.value = withDueNumbered(this.value, time, this.settings);
          return true;
        case 'book_free':
          this.value = withFreeBooked(this.value, work.n, time);
          return true;
        case 'attempt':
          this.attempt(work.n, slot);
          return true;
        case 'settle':
      }
    }
    return false;
  }

  private attempt(n: number, slot: number): void {
    const method = { methodId: 'm', instrument: this.card, transactionId: `t ${n}` };
    this.value = withAttempt(this.value, n, method, this.time(slot), this.settings);
    this.ask(n, slot);
  }

  /** Asks for what is being charged, if it is. */
  private ask(n: number, slot: number): void {
    const billing = this.billing(n) as Billing;
    if (billing.state !== 'charging') return;
    this.answered(billing, answerTo(this.history, n, billing.k, billing.g), slot);
  }

  private answered({ n, g, k }: Billing, answer: Answer, slot: number): void {
    const today = dayOfSlot(this.history, slot);
    if (answer.kind === 'approve') this.come(n, g, k, 'approve', slot);
    else if (answer.kind === 'bank' || answer.kind === 'slow') {
      if (answer.kind === 'bank') this.settle(n, g, { kind: 'processing', k }, slot);
      this.pending.push({ n, g, k, day: today + answer.days, then: answer.then });
    } else this.settle(n, g, { kind: 'failed', k, failure: FAILURES[answer.kind] as FailureKind }, slot);
  }

  private come(n: number, g: number, k: number, then: Pending['then'], slot: number): void {
    const billing = this.billing(n) as Billing;
    if (then === 'approve') {
      const instrument = billing.attempt?.instrument ?? '';
      this.settle(n, g, { kind: 'approved', transactionId: `t ${n}`, instrument }, slot);
    } else if (then === 'canceled') {
      this.settle(n, g, { kind: 'canceled' }, slot);
      this.ask(n, slot);
    } else this.settle(n, g, { kind: 'failed', k, failure: FAILURES[then] as FailureKind }, slot);
  }

  /** Everything is told twice: the second time must change nothing. */
  private settle(n: number, g: number, outcome: BillingOutcome, slot: number): void {
    // Every write first applies what the plan pushed (RC22).
    this.value = withOutcome(withPush(this.value, this.push), n, g, outcome, this.time(slot));
    expectSame(withOutcome(this.value, n, g, outcome, this.time(slot)), this.value);
  }

  private take(changed: Changed): boolean {
    if (changed.ok) this.value = changed.subscription;
    return changed.ok;
  }

  private time = (slot: number): BillingTime =>
    billingTimeAt(dayOfSlot(this.history, slot) * 86_400_000 + hourOfSlot(slot) * 3_600_000, this.history.hour);

  private wish(wish: Wish, day: number): SubscriptionWish {
    const { nextDay, addOns, discounts, ...rest } = wish;
    return {
      ...rest,
      nextDay: nextDay === undefined ? undefined : written(this.history.start + day + nextDay),
      addOns: addOns?.map(sourced),
      discounts: discounts?.map(sourced),
    };
  }

  dueAt(slot: number): number | null {
    return dueAt(this.value, this.time(slot), this.settings);
  }

  /** The slot of the next news of a payment; undefined for none. */
  newsAt(): number | undefined {
    const slots = this.pending.map(({ day }) => (day - this.history.start) * 2);
    return slots.length === 0 ? undefined : Math.min(...slots);
  }

  get subscription(): Subscription {
    return this.value;
  }

  shown(): Shown {
    const value = withPush(this.value, this.push);
    const all = [...this.filed.values()].filter(({ n }) => !value.open.some((one) => one.n === n));
    const bills = [...all, ...value.open].toSorted((one, other) => one.n - other.n);
    const { adds, discounts } = itemTotals(value);
    for (const { lines, total } of bills)
      if (totalOf(lines) !== total) throw new Error('lines do not sum to the total');
    return {
      status: value.status,
      next: shownDay(value),
      expires: expirationDay(value),
      count: value.count,
      totals: [adds, discounts, previewOf(value)?.total ?? -1],
      parked: value.parked,
      first: billingMethodOf(value) === 'initial_recurring',
      bills: bills.map(
        ({ n, day, total, periods, state, g, k, lines }) =>
          `${n} ${day} ${total} x${periods} ${state} g${g} k${k} ${lines.map(({ key, amount }) => `${key ?? 0}:${amount}`).join(' ')}`,
      ),
      events: value.events.map(({ status, amount }) => `${status} ${amount}`),
    };
  }
}

const sourced = ({ id, amount, duration }: ItemAsked): SourcedWish => {
  const source = CATALOGUE[id as CatalogueId] as (typeof CATALOGUE)[CatalogueId] | undefined;
  return {
    wish: { id, amount, duration },
    source: source === undefined ? null : { id, name: '', description: '', ...source },
  };
};

function planTerms(which: 'plan' | 'other', pushes: number): PlanTerms {
  const { amount, frequency, interval, days, duration, addOns, discounts } = which === 'plan' ? PLAN : OTHER_PLAN;
  const snapshots = (ids: readonly string[]) => ids.flatMap((id) => sourced({ id }).source ?? []);
  return {
    amount,
    schedule: { frequency, interval, days },
    chargeOnDay: false,
    duration,
    addOns: snapshots(addOns),
    discounts: snapshots(discounts),
    pushes,
  };
}

function expectSame(again: Subscription, once: Subscription): void {
  if (again !== once && JSON.stringify(again) !== JSON.stringify(once))
    throw new Error('the same news twice is not once');
}
