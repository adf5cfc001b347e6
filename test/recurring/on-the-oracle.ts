import { type Act, answerTo, type History, isSent, succeedsLate } from './history.js';
import { type Bill, Oracle, written } from './oracle.js';
import { dayOfSlot, hourOfSlot, type Shown } from './shown.js';

interface Pending {
  readonly bill: Bill;
  readonly g: number;
  readonly k: number;
  readonly day: number;
  readonly then: 'approve' | 'soft' | 'canceled' | 'unfunded' | 'returned';
}

const STATES = {
  waits: 'waiting',
  asked: 'charging',
  bank: 'processing',
  unpaid: 'failed',
  given_up: 'ending',
  paid: 'paid',
  dead: 'ended',
} as const;

/** Plays a history on the oracle. */
export class OraclePlayer {
  private readonly oracle = new Oracle();
  private pending: Pending[] = [];
  private card = 'one';

  constructor(private readonly history: History) {}

  create(): boolean {
    return this.oracle.create(this.history.first, this.history.withPlan, this.history.start);
  }

  act(act: Act, slot: number): boolean {
    const { oracle, history } = this;
    const today = dayOfSlot(history, slot);
    const sent = (n: number) => isSent(history, n, slot);
    const nth = (back: number): Bill | undefined => oracle.bills[oracle.bills.length - 1 - back];
    switch (act.kind) {
      case 'status':
        return oracle.change(act.to, act.nextDay, today, sent);
      case 'update':
        return oracle.update(act.wish, act.newPlan, today, sent);
      case 'delete':
        oracle.delete(sent);
        return true;
      case 'card':
        this.card = act.card;
        oracle.newCard();
        return true;
      case 'verified':
        oracle.newCard();
        return true;
      case 'push':
        if (oracle.plan !== null && oracle.status !== 'cancelled' && oracle.status !== 'completed')
          oracle.amount = act.amount;
        return true;
      case 'dispute': {
        const bill = nth(act.back);
        const g = bill === undefined ? undefined : [...bill.successes].at(-1);
        if (bill === undefined || g === undefined) return false;
        oracle.disputed(bill, `${act.id}/${g}`, act.standing, g, today);
        return true;
      }
      case 'release': {
        const bill = nth(act.back);
        return bill !== undefined && oracle.release(bill.n);
      }
      case 'page': {
        const bill = nth(act.back);
        if (bill?.state !== 'unpaid' || bill.disputes.size > 0) return false;
        oracle.approved(bill, bill.g, 'payer', today);
        return true;
      }
      default:
        return oracle.operator(act.way, this.dueDay(slot));
    }
  }

  /** @returns whether there was anything to do */
  run(slot: number): boolean {
    const today = dayOfSlot(this.history, slot);
    const arrived = this.pending.filter(({ day }) => day <= today);
    this.pending = this.pending.filter(({ day }) => day > today);
    for (const one of arrived) this.come(one, today);
    let isIdle = arrived.length === 0;
    while (this.fenced(today) || this.oracle.number(this.history.catchUp, this.dueDay(slot)) || this.tried(slot))
      isIdle = false;
    return !isIdle;
  }

  private fenced(today: number): boolean {
    const bill = this.oracle.bills.find(
      (one) => one.state === 'given_up' && !this.pending.some((news) => news.bill === one && news.g === one.g),
    );
    if (bill === undefined) return false;
    if (succeedsLate(this.history, bill.n) && bill.successes.size === 0)
      this.oracle.approved(bill, bill.g, 'late', today);
    else this.oracle.canceled(bill);
    return true;
  }

  private tried(slot: number): boolean {
    const bill = this.oracle.turn(this.dueDay(slot));
    if (bill === null) return false;
    const today = dayOfSlot(this.history, slot);
    if (this.oracle.begin(bill, this.card, today)) this.ask(bill, today);
    return true;
  }

  private ask(bill: Bill, today: number): void {
    const { n, k, g } = bill;
    const answer = answerTo(this.history, n, k, g);
    if (answer.kind === 'approve') this.oracle.approved(bill, g, bill.card, today);
    else if (answer.kind === 'bank' || answer.kind === 'slow') {
      if (answer.kind === 'bank') bill.state = 'bank';
      this.pending.push({ bill, g, k, day: today + answer.days, then: answer.then });
    } else this.oracle.failed(bill, answer.kind, today);
  }

  private come({ bill, g, k, then }: Pending, today: number): void {
    const isCurrent = bill.g === g && bill.k === k && ['asked', 'bank', 'given_up'].includes(bill.state);
    if (then === 'approve') this.oracle.approved(bill, g, bill.card, today);
    else if (!isCurrent) return;
    else if (then !== 'canceled') this.oracle.failed(bill, then, today);
    else if (this.oracle.canceled(bill)) this.ask(bill, today);
  }

  private dueDay(slot: number): number {
    return dayOfSlot(this.history, slot) - (hourOfSlot(slot) < this.history.hour ? 1 : 0);
  }

  dueAt(slot: number): number | null {
    const day = this.oracle.nextActive(this.dueDay(slot));
    return day === null ? null : day * 86_400_000 + this.history.hour * 3_600_000;
  }

  /** The slot of the next news of a payment; undefined for none. */
  newsAt(): number | undefined {
    const slots = this.pending.map(({ day }) => (day - this.history.start) * 2);
    return slots.length === 0 ? undefined : Math.min(...slots);
  }

  shown(): Shown {
    const { oracle } = this;
    return {
      status: oracle.status,
      next: oracle.shown,
      expires: oracle.expires,
      count: oracle.count,
      totals: oracle.totals(),
      parked: oracle.parked,
      first: oracle.first,
      bills: oracle.bills.map(
        ({ n, day, total, periods, state, g, k, parts }) =>
          `${n} ${written(day)} ${total} x${periods} ${STATES[state]} g${g} k${k} ${parts.map(({ uid, amount }) => `${uid}:${amount}`).join(' ')}`,
      ),
      events: oracle.events.slice(-100),
    };
  }
}
