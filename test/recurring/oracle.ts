import { CATALOGUE, type CatalogueId, type ItemAsked, OTHER_PLAN, PLAN, type Wish } from './history.js';

/**
 * A subscription's billing a second time, written from the contract (gateway 8) and the rulings RC1 to RC36 in another way: it
 * walks over every day, keeps every billing for ever, and counts anew what the product keeps as numbers. Nothing of the product
 * is imported. It changes itself; days are numbers since 1970-01-01.
 */

const DAY_MS = 86_400_000;
const NEVER = 400 * 366;
const MISSED = 12;
const RETRIES = [1, 3, 7];
const MAX = 99_999_999;

const WRITTEN = new Map<number, string>();
export function written(day: number): string {
  const text = WRITTEN.get(day) ?? new Date(day * DAY_MS).toISOString().slice(0, 10);
  WRITTEN.set(day, text);
  return text;
}
interface Parts {
  readonly y: number;
  readonly m: number;
  readonly d: number;
  readonly last: number;
}
const PARTS = new Map<number, Parts>();
function partsOf(day: number): Parts {
  const known = PARTS.get(day);
  if (known !== undefined) return known;
  const at = new Date(day * DAY_MS);
  const [y, m] = [at.getUTCFullYear(), at.getUTCMonth()];
  const parts = { y, m, d: at.getUTCDate(), last: new Date(Date.UTC(y, m + 1, 0)).getUTCDate() };
  PARTS.set(day, parts);
  return parts;
}

interface Terms {
  frequency: string;
  interval: number;
  days: string;
}

interface Item {
  uid: number;
  id: string;
  amount: number | null;
  percentage: number | null;
  duration: number;
}

type Failure = 'soft' | 'hard' | 'auth' | 'error' | 'small' | 'unverified' | 'unfunded' | 'returned' | 'reversed';
type State = 'waits' | 'asked' | 'bank' | 'unpaid' | 'given_up' | 'paid' | 'dead';

export interface Bill {
  n: number;
  day: number;
  parts: { uid: number; amount: number }[];
  total: number;
  periods: number;
  state: State;
  g: number;
  k: number;
  card: string;
  firstFailure: number | null;
  failure: Failure | null;
  /** Offsets of RETRIES that are gone. */
  gone: Set<number>;
  atOnce: boolean;
  successes: Set<number>;
  disputes: Map<string, { g: number; standing: 'open' | 'lost' | 'won' }>;
}

/** Sum of what is with us: a success whose dispute is not open or lost. */
const hasMoney = (bill: Bill): boolean =>
  [...bill.successes].some((g) => [...bill.disputes.values()].every((one) => one.g !== g || one.standing === 'won'));

export class Oracle {
  status: 'active' | 'paused' | 'past_due' | 'cancelled' | 'completed' = 'active';
  hidden = false;
  byHand = false;
  amount = 0;
  duration = 0;
  onDay = false;
  terms: Terms = { frequency: 'monthly', interval: 1, days: '1' };
  addOns: Item[] = [];
  discounts: Item[] = [];
  phase = 0;
  next = 0;
  bills: Bill[] = [];
  events: string[] = [];
  parked: string | null = null;
  eachUpTo = -1;
  banned = new Map<string, 'hard' | 'auth'>();
  plan: typeof PLAN | typeof OTHER_PLAN | null = null;
  private uids = 0;
  private walked = { question: '', answer: '' };
  private firstCharged = false;

  // ---- dates

  private isBillingDay(day: number, terms = this.terms, phase = this.phase): boolean {
    if (terms.frequency === 'daily') return true;
    const { y, m, d, last } = partsOf(day);
    if ((y * 12 + m - phase) % terms.interval !== 0) return false;
    return terms.days.split(',').some((token) => d === (token === '0' ? last : Math.min(Number(token), last)));
  }

  private walkFrom(day: number, terms = this.terms, phase = this.phase): number {
    let at = day;
    while (!this.isBillingDay(at, terms, phase)) at++;
    return at;
  }

  private monthOf(day: number): number {
    const { y, m } = partsOf(day);
    return y * 12 + m;
  }

  private get lastDay(): number {
    return Math.max(-1, ...this.bills.map(({ day }) => day));
  }

  // ---- counts, always anew

  get count(): number {
    return this.bills.filter(({ state }) => state === 'paid').reduce((sum, { periods }) => sum + periods, 0);
  }

  private get held(): Bill[] {
    return this.bills.filter(({ state }) => state === 'waits' || state === 'asked' || state === 'bank');
  }

  private places(without?: Bill): number {
    if (this.duration === 0) return NEVER;
    const held = this.held.filter((one) => one !== without);
    return this.duration - this.count - held.reduce((sum, { periods }) => sum + periods, 0);
  }

  private runs(item: Item, before: { uid: number }[]): boolean {
    if (item.duration === 0) return true;
    const counting = [...this.bills.filter(({ state }) => state === 'paid'), ...this.held].flatMap(
      ({ parts }) => parts,
    );
    return [...counting, ...before].filter(({ uid }) => uid === item.uid).length < item.duration;
  }

  private figure(item: { amount: number | null; percentage: number | null }): number {
    if (item.percentage === null) return item.amount ?? 0;
    return Math.floor((this.amount * item.percentage) / 100_000 + 0.5);
  }

  private parts(before: { uid: number }[]): { uid: number; amount: number }[] {
    const added = [
      { uid: 0, amount: this.amount },
      ...this.addOns.filter((one) => this.runs(one, before)).map((one) => ({ uid: one.uid, amount: this.figure(one) })),
    ];
    let left = added.reduce((sum, { amount }) => sum + amount, 0);
    for (const item of this.discounts.filter((one) => this.runs(one, before))) {
      const off = left < this.figure(item) ? left : this.figure(item);
      added.push({ uid: item.uid, amount: 0 - off });
      left -= off;
    }
    return added;
  }

  totals(): readonly number[] {
    const sum = (items: Item[]) =>
      items.filter((one) => this.runs(one, [])).reduce((all, one) => all + this.figure(one), 0);
    const [adds, discounts] = [sum(this.addOns), sum(this.discounts)];
    return [adds, discounts, Math.max(0, this.amount + adds - discounts)];
  }

  get shown(): string {
    return this.hidden ? '' : written(this.next);
  }

  get expires(): string {
    if (this.duration === 0) return '';
    const last = this.lastDay < 0 ? '' : written(this.lastDay);
    if (this.status === 'completed') return last;
    const open = this.bills.filter(
      ({ state }) => state === 'waits' || state === 'asked' || state === 'bank' || state === 'unpaid',
    );
    let left = this.duration - this.count - open.reduce((sum, { periods }) => sum + periods, 0);
    if (left <= 0) return last;
    // The walk is long: it is made once for each question.
    const question = JSON.stringify([this.next, left, this.terms, this.phase]);
    if (this.walked.question === question) return this.walked.answer;
    let day = this.next;
    while (--left > 0) day = this.walkFrom(day + 1);
    this.walked = { question, answer: written(day) };
    return this.walked.answer;
  }

  // ---- requests; each says whether it was taken

  create(wish: Wish, withPlan: boolean, today: number): boolean {
    this.plan = withPlan ? PLAN : null;
    if (wish.amount === undefined && !withPlan) return false;
    const terms = this.merged(wish, this.plan ?? { frequency: 'monthly' });
    const { d } = partsOf(today);
    this.onDay = wish.chargeOnDay === true;
    if (this.onDay) terms.days = String(d);
    if (!valid(terms, this.onDay)) return false;
    this.amount = wish.amount ?? this.plan?.amount ?? 0;
    this.duration = wish.duration ?? this.plan?.duration ?? 0;
    this.terms = tidy(terms);
    if (!this.setItems(wish.addOns ?? planItems(this.plan?.addOns), wish.discounts ?? planItems(this.plan?.discounts)))
      return false;
    // In any month, however many are between: the first one makes the phase.
    const free = { ...this.terms, interval: 1 };
    this.next = this.onDay ? today : this.walkFrom(today, free);
    if (wish.nextDay !== undefined && wish.nextDay < 0) return false;
    if (wish.nextDay !== undefined) this.next = today + wish.nextDay;
    this.phase = this.monthOf(this.next);
    return true;
  }

  update(asked: Wish, newPlan: boolean, today: number, sent: (n: number) => boolean): boolean {
    let wish = asked;
    let plan = this.plan;
    if (newPlan) {
      plan = plan === PLAN ? OTHER_PLAN : PLAN;
      wish = { ...this.unsaid(asked) };
      wish = {
        ...wish,
        amount: wish.amount ?? plan.amount,
        frequency: wish.frequency ?? plan.frequency,
        interval: wish.interval ?? plan.interval,
        days: wish.days ?? plan.days,
        duration: wish.duration ?? plan.duration,
        addOns: wish.addOns ?? planItems(plan.addOns),
        discounts: wish.discounts ?? planItems(plan.discounts),
        chargeOnDay: wish.chargeOnDay ?? false,
      };
    }
    const terms = this.merged(wish, this.terms);
    const onDay = wish.chargeOnDay ?? this.onDay;
    if (wish.chargeOnDay === true && !this.onDay) terms.days = String(partsOf(today).d);
    if (!valid(terms, onDay)) return false;
    const day = wish.nextDay === undefined ? null : today + wish.nextDay;
    const isDate = day !== null && written(day) !== this.shown;
    if (isDate && (day < today || day <= this.lastDay)) return false;
    const before = { amount: this.amount, duration: this.duration };
    this.amount = wish.amount ?? this.amount;
    if (!this.setItems(wish.addOns ?? null, wish.discounts ?? null)) {
      this.amount = before.amount;
      return false;
    }
    const stored = tidy(terms);
    if (JSON.stringify(stored) !== JSON.stringify(this.terms)) this.phase = this.monthOf(this.next);
    [this.terms, this.onDay, this.plan, this.duration] = [stored, onDay, plan, wish.duration ?? this.duration];
    if (this.parked === 'amount_too_great') this.parked = null;
    if (isDate) this.setDate(day);
    const ends = this.duration > 0 && this.duration !== before.duration && this.count >= this.duration;
    if (ends && this.status !== 'cancelled' && this.status !== 'completed') this.complete(sent);
    return true;
  }

  private unsaid(wish: Wish): Wish {
    const same = (one: unknown, other: unknown) => one === other;
    const list = (asked: readonly ItemAsked[] | undefined, items: Item[]) =>
      asked !== undefined &&
      asked.length === items.length &&
      asked.every(({ id, amount, duration }, i) => {
        const item = items[i];
        return (
          id === item?.id && (amount ?? item.amount) === item.amount && (duration ?? item.duration) === item.duration
        );
      });
    return {
      ...wish,
      amount: same(wish.amount, this.amount) ? undefined : wish.amount,
      frequency: same(wish.frequency, this.terms.frequency) ? undefined : wish.frequency,
      interval: same(wish.interval, this.terms.interval) ? undefined : wish.interval,
      days: same(wish.days, this.terms.days) ? undefined : wish.days,
      duration: same(wish.duration, this.duration) ? undefined : wish.duration,
      chargeOnDay: same(wish.chargeOnDay, this.onDay) ? undefined : wish.chargeOnDay,
      addOns: list(wish.addOns, this.addOns) ? undefined : wish.addOns,
      discounts: list(wish.discounts, this.discounts) ? undefined : wish.discounts,
    };
  }

  private merged(wish: Wish, base: Partial<Terms>): Terms {
    return {
      frequency: wish.frequency ?? base.frequency ?? '',
      interval: wish.interval ?? base.interval ?? 0,
      days: wish.days ?? base.days ?? 'none',
    };
  }

  private setItems(addOns: readonly ItemAsked[] | null, discounts: readonly ItemAsked[] | null): boolean {
    const uids = this.uids;
    const added = addOns === null ? this.addOns : this.matched(this.addOns, addOns);
    const off = added === null || discounts === null ? this.discounts : this.matched(this.discounts, discounts);
    const most = (added ?? []).reduce((sum, item) => sum + this.figure(item), this.amount);
    if (added === null || off === null || most > MAX) {
      this.uids = uids;
      return false;
    }
    [this.addOns, this.discounts] = [added, off];
    return true;
  }

  private matched(stored: Item[], asked: readonly ItemAsked[]): Item[] | null {
    const made: Item[] = [];
    for (const [index, { id, amount, duration }] of asked.entries()) {
      const nth = asked.slice(0, index).filter((one) => one.id === id).length;
      const kept = stored.filter((one) => one.id === id)[nth];
      const source = CATALOGUE[id as CatalogueId] as (typeof CATALOGUE)[CatalogueId] | undefined;
      if (kept === undefined && source === undefined) return null;
      const base: Item = kept ?? { id, uid: ++this.uids, ...(source as (typeof CATALOGUE)[CatalogueId]) };
      const fixed = amount === undefined ? {} : { amount, percentage: null };
      made.push({ ...base, ...fixed, duration: duration ?? base.duration });
    }
    return made;
  }

  private setDate(day: number): void {
    this.next = day;
    this.phase = this.monthOf(day);
    this.hidden = false;
    if (this.parked === 'too_many_missed') this.parked = null;
  }

  change(to: Oracle['status'], nextDay: number | null, today: number, sent: (n: number) => boolean): boolean {
    const from = this.status;
    const day = to === 'active' && nextDay !== null ? today + nextDay : null;
    if (day !== null && (day < today || day <= this.lastDay)) {
      return false;
    }
    if (from === to) {
      if (day !== null) this.setDate(day);
      return true;
    }
    if ((from === 'cancelled' || from === 'completed') && (to === 'paused' || to === 'past_due')) return false;
    if (to === 'active') {
      if (this.duration > 0 && this.count >= this.duration) return false;
      this.giveUp(sent);
      [this.status, this.hidden, this.byHand] = ['active', false, false];
      for (const [card, why] of this.banned) if (why === 'auth') this.banned.delete(card);
      if (this.parked === 'too_many_missed') this.parked = null;
      if (day === null) this.resume(today);
      else this.setDate(day);
      return true;
    }
    if (to === 'cancelled' || to === 'completed') this.giveUp(sent);
    this.byHand = to === 'past_due' && !this.bills.some((bill) => this.owes(bill));
    this.status = to;
    return true;
  }

  delete(sent: (n: number) => boolean): void {
    this.giveUp(sent);
    [this.status, this.byHand] = ['cancelled', false];
  }

  newCard(): void {
    for (const bill of this.bills)
      if (bill.state === 'unpaid' && bill.disputes.size === 0 && bill.failure !== 'small') bill.atOnce = true;
  }

  release(n: number): boolean {
    const bill = this.bill(n);
    const standings = [...bill.disputes.values()].map(({ standing }) => standing);
    if (bill.state !== 'unpaid' || standings.length === 0 || standings.includes('open')) return false;
    if (bill.successes.has(bill.g)) bill.g++;
    bill.atOnce = true;
    return true;
  }

  operator(way: 'bill_each' | 'skip' | 'merge', dueDay: number): boolean {
    if (this.parked !== 'too_many_missed') return false;
    const missed: number[] = [];
    for (let day = this.next; day <= dueDay; day++) if (day === this.next || this.isBillingDay(day)) missed.push(day);
    this.parked = null;
    if (way === 'bill_each') this.eachUpTo = dueDay;
    else if (missed.length > 0) this.catchUp(way, missed, dueDay);
    if (this.parked === null) return true;
    this.parked = 'too_many_missed';
    return false;
  }

  bill(n: number): Bill {
    return this.bills[n - 1] as Bill;
  }

  /** Failed, and not paid since, also while it is tried again. */
  private owes({ firstFailure, state }: Bill): boolean {
    return firstFailure !== null && (state === 'unpaid' || state === 'asked' || state === 'bank');
  }

  private giveUp(sent: (n: number) => boolean): void {
    for (const bill of this.bills) {
      if (bill.state === 'waits' || (bill.state === 'unpaid' && bill.successes.has(bill.g))) bill.state = 'dead';
      else if (bill.state === 'unpaid' || (bill.state === 'asked' && !sent(bill.n))) bill.state = 'given_up';
    }
  }

  private complete(sent: (n: number) => boolean): void {
    [this.status, this.hidden, this.byHand] = ['completed', true, false];
    this.giveUp(sent);
  }

  private resume(today: number): void {
    if (this.next >= today) return;
    this.next = this.walkFrom(Math.max(today, this.lastDay + 1));
    if (this.parked === 'too_many_missed') this.parked = null;
  }

  // ---- what an engine does

  /** Numbers what is due. Says whether there was anything to do. */
  number(catchUp: 'bill_each' | 'skip' | 'merge', dueDay: number): boolean {
    if (this.status !== 'active' || this.parked !== null || this.places() <= 0) return false;
    const due: number[] = [];
    for (let day = this.next; day <= dueDay && due.length <= MISSED; day++)
      if (day === this.next || this.isBillingDay(day)) due.push(day);
    if (due.length === 0) return false;
    if (this.next <= this.eachUpTo) {
      const waiting = this.bills.filter(({ state }) => state === 'waits').length;
      if (waiting >= MISSED) return false;
      this.catchUp('bill_each', due.filter((day) => day <= this.eachUpTo).slice(0, MISSED - waiting), dueDay);
    } else if (due.length > MISSED) this.parked = 'too_many_missed';
    else this.catchUp(catchUp, due, dueDay);
    return true;
  }

  private catchUp(way: 'bill_each' | 'skip' | 'merge', due: number[], dueDay: number): void {
    if (way === 'merge') {
      this.make(due.slice(0, Math.min(due.length, this.places())));
      return;
    }
    const last = due.at(-1) as number;
    if (way === 'skip' && last >= dueDay - 1) this.make([last]);
    if (way === 'skip' && last < dueDay - 1) this.next = this.walkFrom(last + 1);
    if (way === 'bill_each') for (const day of due) if (this.places() > 0 && this.parked === null) this.make([day]);
  }

  private make(days: number[]): void {
    const parts: { uid: number; amount: number }[] = [];
    for (const _ of days) parts.push(...this.parts(parts));
    const total = parts.reduce((sum, { amount }) => sum + amount, 0);
    if (total > MAX) {
      this.parked = 'amount_too_great';
      return;
    }
    const day = days.at(-1) as number;
    this.bills.push({
      n: this.bills.length + 1,
      day,
      parts,
      total,
      periods: days.length,
      state: 'waits',
      g: 1,
      k: 0,
      card: '',
      firstFailure: null,
      failure: null,
      gone: new Set(),
      atOnce: false,
      successes: new Set(),
      disputes: new Map(),
    });
    this.next = this.walkFrom(day + 1);
  }

  private retryDays(bill: Bill): number[] {
    const { firstFailure, failure, gone } = bill;
    if (firstFailure === null || bill.disputes.size > 0) return [];
    const allowed =
      failure === 'soft' || failure === 'error' ? RETRIES : failure === 'unfunded' ? RETRIES.slice(0, 2) : [];
    return allowed.filter((offset) => !gone.has(offset)).map((offset) => firstFailure + offset);
  }

  /** The billing whose turn it is. */
  turn(dueDay: number): Bill | null {
    if (this.parked !== null || this.bills.some(({ state }) => state === 'asked')) return null;
    const fits = this.bills.filter((bill) => this.places(bill) >= bill.periods);
    if (this.status === 'active') return fits.find(({ state }) => state === 'waits') ?? null;
    if (this.status !== 'past_due') return null;
    const isDue = (bill: Bill) => bill.atOnce || this.retryDays(bill).some((day) => day <= dueDay);
    return fits.find((bill) => bill.state === 'unpaid' && isDue(bill)) ?? null;
  }

  /** The day on which it has next something to do by itself; null for none. */
  nextActive(dueDay: number): number | null {
    if (this.parked !== null) return null;
    const dates = this.bills
      .filter(({ state }) => state === 'unpaid')
      .flatMap((bill) => this.retryDays(bill).slice(0, 1));
    const isActive = this.status === 'active' && this.places() > 0;
    const last = isActive ? this.next : this.status === 'past_due' ? Math.max(...dates, -1) : -1;
    for (let day = dueDay + 1; day <= last; day++) if (isActive ? day === this.next : dates.includes(day)) return day;
    return null;
  }

  /** Begins to try a billing. Says whether anybody has to be asked. */
  begin(bill: Bill, card: string, today: number): boolean {
    if (bill.total === 0) {
      this.event('success', 0);
      this.asPaid(bill, today);
      return false;
    }
    bill.k++;
    bill.card = card;
    bill.atOnce = false;
    bill.state = 'asked';
    // All dates that have come are one attempt.
    for (const offset of RETRIES)
      if (bill.firstFailure !== null && bill.firstFailure + offset <= today) bill.gone.add(offset);
    const ban = this.banned.get(card);
    if (ban === undefined) return true;
    this.failed(bill, ban, today);
    return false;
  }

  get first(): boolean {
    return !this.firstCharged;
  }

  approved(bill: Bill, g: number, card: string, today: number): void {
    if (bill.successes.has(g)) return;
    const had = hasMoney(bill);
    bill.successes.add(g);
    this.firstCharged = true;
    if (this.banned.get(card) === 'auth') this.banned.delete(card);
    this.event('success', bill.total);
    if (!had && hasMoney(bill)) this.asPaid(bill, today);
  }

  private asPaid(bill: Bill, today: number): void {
    bill.state = 'paid';
    bill.atOnce = false;
    if (
      this.duration > 0 &&
      this.count >= this.duration &&
      this.status !== 'cancelled' &&
      this.status !== 'completed'
    ) {
      this.complete(() => true);
      return;
    }
    if (bill.firstFailure === null || this.status !== 'past_due' || this.byHand) return;
    if (this.bills.some((one) => this.owes(one))) return;
    this.status = 'active';
    this.resume(today);
  }

  failed(bill: Bill, failure: Failure, today: number): void {
    const isOver = this.status === 'cancelled' || this.status === 'completed';
    const again = this.status === 'active' && bill.firstFailure !== null;
    bill.failure = failure;
    bill.firstFailure ??= today;
    bill.state = isOver || again || bill.state === 'given_up' ? 'given_up' : 'unpaid';
    if (bill.state === 'unpaid' && this.status === 'active') this.status = 'past_due';
    const ban = failure === 'hard' || failure === 'returned' ? 'hard' : failure === 'auth' ? 'auth' : null;
    if (ban !== null) {
      if (this.banned.get(bill.card) !== 'hard') this.banned.set(bill.card, ban);
      for (const one of this.bills) one.atOnce = false;
    }
    this.event(
      failure === 'error' || failure === 'small' || failure === 'unverified' ? 'error' : 'declined',
      bill.total,
    );
  }

  /** It did not happen. Says whether it is tried again under the next generation. */
  canceled(bill: Bill): boolean {
    if (bill.state === 'given_up') {
      bill.state = 'dead';
      return false;
    }
    const owed = bill.firstFailure !== null;
    const isOver = this.status === 'cancelled' || this.status === 'completed';
    if (isOver || (this.status === 'active' && owed)) {
      bill.state = 'dead';
      return false;
    }
    bill.g++;
    const goesOn = (this.status === 'active' && !owed) || (this.status === 'past_due' && owed);
    bill.state = goesOn ? 'asked' : owed ? 'unpaid' : 'waits';
    return goesOn;
  }

  disputed(bill: Bill, id: string, standing: 'open' | 'lost' | 'won', g: number, today: number): void {
    const known = bill.disputes.get(id);
    if (known !== undefined && (known.standing !== 'open' || standing === 'open')) return;
    const had = hasMoney(bill);
    bill.disputes.set(id, { g, standing });
    if (!had && hasMoney(bill)) this.asPaid(bill, today);
    if (!had || hasMoney(bill)) return;
    bill.state = this.status === 'cancelled' || this.status === 'completed' ? 'dead' : 'unpaid';
    bill.failure = 'reversed';
    bill.firstFailure ??= today;
    if (this.status === 'active') this.status = 'past_due';
    this.event('declined', bill.total);
  }

  private event(status: string, amount: number): void {
    this.events.push(`${status} ${amount}`);
  }
}

const planItems = (ids: readonly string[] | undefined): readonly ItemAsked[] => (ids ?? []).map((id) => ({ id }));

function valid({ frequency, interval, days }: Terms, onDay: boolean): boolean {
  if (interval < 1 || interval > 120) return false;
  if (onDay && frequency !== 'monthly') return false;
  if (frequency === 'daily') return interval === 1;
  const tokens = days.split(',').map((token) => token.trim());
  if (tokens.some((token) => !/^[0-9]+$/.test(token) || Number(token) > 31)) return false;
  if (frequency === 'monthly') return tokens.length === 1;
  // Different in some month of the year, or they are one day.
  const ends = [28, 29, 30, 31].map((last) => tokens.map((t) => (Number(t) === 0 ? last : Math.min(Number(t), last))));
  return tokens.length === 2 && ends.some(([one, other]) => one !== other);
}

const tidy = (terms: Terms): Terms =>
  terms.frequency === 'daily'
    ? terms
    : {
        ...terms,
        days: terms.days
          .split(',')
          .map((token) => String(Number(token)))
          .join(','),
      };
