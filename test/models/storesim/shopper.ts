import { HOUR, MINUTE, SECOND } from '../draw.js';
import { type BrowserTry, payInBrowser, threeDSecure } from './browser.js';
import { putCheckout } from './checkout.js';
import { confirm } from './confirm.js';
import { create } from './create.js';
import type { Told } from './model.types.js';
import type { Request } from './protocol.js';
import { read } from './read.js';
import { newSlot, type Slot, type Task } from './scheduler.js';
import { ABANDON, QUIET, REFUSED_PRICE, type World } from './world.js';

/** No request of ours runs longer than this: what a payer may rely on before starting over. */
const WINDOW = 40 * SECOND;
const CARDS = ['ok', 'ok', 'decline', 'decline', 'flaky', 'flaky', 'tds', 'bad'];

/** One thing somebody wants to buy once, however many cuids it takes. */
export interface Intention {
  readonly user: string;
  readonly cuid: string;
  readonly docs: string[];
  confirms: Sent[];
  readonly browserTries: BrowserTry[];
}

interface Sent extends Request {
  readonly slot: Slot<Told>;
  /** The answer gets lost on the way to the client. */
  readonly lost: boolean;
  answer: Told | null;
}

interface Visit {
  readonly id: string;
  readonly pi: string;
  /** The PaymentIntent whose secret the client was given. */
  readonly secret: string;
}

type After = 'gone' | 'goes on' | 'starts over';

export class Shopper {
  constructor(
    private readonly w: World,
    private readonly intention: Intention,
    private readonly nextRequest: () => number,
  ) {}

  /** Up to three cuids; a new one only when the last is known to be dead. */
  *shop(): Task {
    const { w, intention } = this;
    for (let round = 0; round < 3; round++) {
      const cuid = round === 0 ? intention.cuid : `${intention.cuid}r${round}`;
      const id = `${intention.user}|${cuid}`;
      intention.docs.push(id);
      intention.confirms = [];
      this.registerPrices(cuid, round === 0 ? 3 * SECOND : 500);
      if (w.draw.chance(0.5)) yield w.draw.int(0, 2 * SECOND);
      const created = yield* this.createPayment(cuid);
      if (created === 'starts over') {
        if (w.draw.chance(0.7)) continue;
        return;
      }
      if (created === 'gone') return;
      const end = yield* this.pay({ id, pi: created.pi ?? '', secret: created.secret ?? '' });
      if (end !== 'starts over' || w.draw.chance(0.2)) return;
    }
  }

  private registerPrices(cuid: string, within: number): void {
    const { w } = this;
    if (!w.draw.chance(0.5)) return;
    for (let k = w.draw.int(1, 3); k > 0; k--)
      w.scheduler.spawn(putCheckout(w, cuid, 100 * w.draw.int(1, 19), newSlot()), null, w.draw.int(0, within));
  }

  /** The shop hears of it, and its correction meets the payer's next tries; sometimes it is wrong again. */
  private correctPrice(cuid: string): void {
    const { w } = this;
    for (let k = w.draw.int(1, 6); k > 0; k--) {
      const amount = w.draw.chance(0.2) ? REFUSED_PRICE : REFUSED_PRICE + 100 * w.draw.int(1, 19);
      w.scheduler.spawn(putCheckout(w, cuid, amount, newSlot()), null, w.draw.int(0, 3 * SECOND));
    }
  }

  private *createPayment(cuid: string): Task<Told | Exclude<After, 'goes on'>> {
    const { w, intention } = this;
    let created: Told | null = null;
    for (let tries = 0; tries < 8 && created === null; tries++) {
      let dead = false;
      let refused = false;
      const tabs: Sent[] = [];
      for (let k = w.draw.chance(0.3) ? w.draw.int(2, 3) : 1; k > 0; k--)
        tabs.push(this.send((slot, request) => create(w, intention.user, cuid, slot, request)));
      for (const tab of tabs) {
        const answer = yield* this.answerTo(tab, w.draw.int(5, 60) * SECOND);
        if (answer?.kind === 'created') created ??= answer;
        if (answer?.kind === 'succeeded' || answer?.kind === 'taken') return 'gone';
        if (answer?.kind === 'canceled') dead = true;
        if (answer?.kind === 'rejected') refused = true;
      }
      if (dead) return 'starts over';
      if (refused) this.correctPrice(cuid);
      if (created === null) yield refused ? w.draw.int(0, 3 * SECOND) : this.pauseBeforeRetry();
    }
    return created ?? 'gone';
  }

  private pauseBeforeRetry(): number {
    const { draw } = this.w;
    return draw.chance(0.8) ? draw.int(100, 30 * SECOND) : draw.chance(0.8) ? HOUR : 30 * HOUR;
  }

  private *pay(visit: Visit): Task<After> {
    const { w } = this;
    for (let steps = w.draw.int(3, 14); steps > 0; steps--) {
      const end = yield* this.step(visit);
      if (end !== 'goes on') return end;
    }
    return 'gone';
  }

  private *step(visit: Visit): Task<After> {
    const { draw } = this.w;
    const act = draw.next();
    if (act < 0.02) return 'gone';
    if (act < 0.07) {
      yield act < 0.04 ? HOUR : act < 0.05 ? ABANDON + draw.int(-MINUTE, 6 * MINUTE) : 30 * HOUR;
      return 'goes on';
    }
    if (act < 0.18) return yield* this.look(visit);
    if (act < 0.25) return yield* this.browserOnly(visit);
    if (act < 0.34) return yield* this.confirmDuring3ds(visit);
    if (act < 0.42) return yield* this.browserThenRepeat(visit);
    if (act < 0.5) return yield* this.browserBeside(visit);
    if (act < 0.62) return yield* this.twoTabs(visit);
    return yield* this.insist(visit);
  }

  private *look(visit: Visit): Task<After> {
    const { w } = this;
    const sent = this.send((slot, request) => read(w, visit.id, slot, request));
    const answer = yield* this.answerTo(sent, 20 * SECOND);
    if (answer?.status === 'requires_action' && (yield* threeDSecure(w, visit.pi)) === 'succeeded') return 'gone';
    return yield* this.afterStep(visit, answer === null ? [] : [answer.kind], null);
  }

  private *browserOnly(visit: Visit): Task<After> {
    const { draw } = this.w;
    const own = this.openBrowser(visit, this.freshCard());
    yield draw.chance(0.5) ? draw.int(10, 3 * SECOND) : 35 * SECOND;
    if (own.outcome === 'succeeded') return 'gone';
    return yield* this.afterStep(visit, [], null);
  }

  /** Confirms while their browser is in 3-D Secure. */
  private *confirmDuring3ds(visit: Visit): Task<After> {
    const { draw } = this.w;
    const own = this.openBrowser(visit, 'tds1');
    yield draw.int(500, 8 * SECOND);
    const first = this.confirm(visit, draw.pick(['ok1', 'flaky1']));
    yield* this.answerTo(first, draw.int(5, 30) * SECOND);
    yield draw.int(1 * SECOND, 90 * SECOND);
    const last = this.confirm(visit, draw.pick(['decline1', 'flaky2']));
    yield* this.answerTo(last, 60 * SECOND);
    if (own.outcome === 'succeeded') return 'gone';
    return yield* this.afterStep(visit, [], last);
  }

  /** Pays in the browser, then the front end repeats the confirm. */
  private *browserThenRepeat(visit: Visit): Task<After> {
    const { draw } = this.w;
    const card = this.freshCard();
    const own = this.noteBrowser();
    const first = this.confirm(visit, card);
    yield* this.answerTo(first, draw.int(1, 20) * SECOND);
    this.startBrowser(visit, draw.chance(0.5) ? this.freshCard() : 'tds1', own);
    yield draw.int(0, 12 * SECOND);
    const last = this.confirm(visit, card);
    yield* this.answerTo(last, draw.int(5, 60) * SECOND);
    yield 2 * SECOND;
    if (own.outcome === 'succeeded') return 'gone';
    return yield* this.afterStep(visit, [], last);
  }

  private *browserBeside(visit: Visit): Task<After> {
    const { draw } = this.w;
    const own = this.noteBrowser();
    const ours = this.confirm(visit, this.freshCard());
    yield draw.int(0, 12 * SECOND);
    this.startBrowser(visit, draw.chance(0.6) ? this.freshCard() : 'tds1', own);
    yield* this.answerTo(ours, draw.int(5, 60) * SECOND);
    yield 3 * SECOND;
    if (own.outcome === 'succeeded') return 'gone';
    return yield* this.afterStep(visit, [], ours);
  }

  private *twoTabs(visit: Visit): Task<After> {
    const { draw } = this.w;
    const one = this.confirm(visit, this.freshCard());
    yield draw.int(0, 300);
    const other = this.confirm(visit, this.freshCard());
    yield* this.answerTo(one, draw.int(5, 60) * SECOND);
    yield* this.answerTo(other, draw.int(5, 60) * SECOND);
    return yield* this.afterStep(visit, one.answer === null ? [] : [one.answer.kind], other);
  }

  private *insist(visit: Visit): Task<After> {
    const { draw } = this.w;
    let card = this.freshCard();
    let last: Sent | null = null;
    for (let tries = draw.int(1, 4); tries > 0; tries--) {
      last = this.confirm(visit, card);
      const patience = draw.chance(0.3) ? draw.int(1 * SECOND, 6 * SECOND) : draw.int(5, 60) * SECOND;
      const answer = yield* this.answerTo(last, patience);
      if (answer !== null && !['processing', '503', '404'].includes(answer.kind)) break;
      if (draw.chance(0.4)) card = this.freshCard();
      yield draw.chance(0.7) ? draw.int(10, 5 * SECOND) : draw.int(5 * SECOND, 3 * MINUTE);
    }
    return yield* this.afterStep(visit, [], last);
  }

  private *afterStep(visit: Visit, told: readonly Told['kind'][], last: Sent | null): Task<After> {
    const { draw } = this.w;
    const kinds = last?.answer == null ? told : [...told, last.answer.kind];
    if (kinds.includes('succeeded')) return 'gone';
    if (kinds.includes('canceled')) return 'starts over';
    if (kinds.at(-1) === 'action' && draw.chance(0.8))
      if ((yield* threeDSecure(this.w, visit.pi)) === 'succeeded') return 'gone';
    if (last?.answer?.kind === '402' && draw.chance(0.6) && this.mayStartOver(last)) {
      this.w.count('restarts');
      this.w.log('RESTART', visit.id);
      return 'starts over';
    }
    if (last?.answer?.kind === 'processing' && draw.chance(0.3)) {
      yield QUIET + draw.int(-10 * SECOND, 2 * MINUTE); // comes back while the fence is at work
      return 'goes on';
    }
    yield this.pauseBetweenSteps();
    return 'goes on';
  }

  private pauseBetweenSteps(): number {
    const { draw } = this.w;
    if (draw.chance(0.7)) return draw.int(10, 5 * SECOND);
    if (draw.chance(0.88)) return draw.int(5 * SECOND, 5 * MINUTE);
    return draw.chance(0.8) ? draw.int(QUIET - MINUTE, QUIET + 6 * MINUTE) : draw.int(5 * MINUTE, HOUR);
  }

  /**
   * Told 402, with nothing of their own still out: browser tries answered, and each earlier confirm answered before this
   * one was sent, or older than any request can be, or refused for good.
   */
  private mayStartOver(last: Sent): boolean {
    const { browserTries, confirms } = this.intention;
    return (
      browserTries.every(({ outcome }) => outcome === 'declined') &&
      confirms.every(
        (sent) =>
          sent === last ||
          last.askedAt - sent.askedAt > WINDOW ||
          (sent.answer !== null && (sent.answer.at < last.askedAt || ['402', '400', '503'].includes(sent.answer.kind))),
      )
    );
  }

  private freshCard(): string {
    const { draw } = this.w;
    return draw.pick(CARDS) + draw.int(1, 3);
  }

  private noteBrowser(): BrowserTry {
    const own: BrowserTry = {};
    this.intention.browserTries.push(own);
    return own;
  }

  private openBrowser(visit: Visit, card: string): BrowserTry {
    const own = this.noteBrowser();
    this.startBrowser(visit, card, own);
    return own;
  }

  private startBrowser(visit: Visit, card: string, own: BrowserTry): void {
    this.w.scheduler.spawn(payInBrowser(this.w, visit.secret, card, own));
  }

  private confirm(visit: Visit, card: string): Sent {
    const sent = this.send((slot, request) => confirm(this.w, visit.id, card, slot, request));
    this.intention.confirms.push(sent);
    return sent;
  }

  /** To any instance that is up; to nobody when none is. One answer in twenty gets lost. */
  private send(handler: (slot: Slot<Told>, request: Request) => Task): Sent {
    const { w } = this;
    const up = w.instances.filter((each) => each.up);
    const slot = newSlot<Told>();
    const sent: Sent = {
      id: this.nextRequest(),
      askedAt: w.now,
      slot,
      lost: w.draw.chance(0.05),
      answer: null,
    };
    if (up.length > 0) w.scheduler.spawn(handler(slot, sent), w.draw.pick(up));
    return sent;
  }

  private *answerTo(sent: Sent, patience: number): Task<Told | null> {
    yield [sent.slot, patience];
    sent.answer = sent.lost ? null : sent.slot.value;
    return sent.answer;
  }
}
