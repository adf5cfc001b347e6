import { decline, charge, serve } from '../storesim/stripe.js';
import { confirm } from '../storesim/confirm.js';
import { create } from '../storesim/create.js';
import { type Answer, isFinal, type PaymentIntent, type Told } from '../storesim/model.types.js';
import type { Request } from '../storesim/protocol.js';
import { read } from '../storesim/read.js';
import { newSlot, type Slot, type Task } from '../storesim/scheduler.js';
import { endOfTask } from '../storesim/simulate.js';
import { receiveWebhook, resolverPass } from '../storesim/workers.js';
import type { Variant } from '../storesim/variants.js';
import { World } from '../storesim/world.js';
import { type Card, type Step, type Trouble, TROUBLES, type Troubles, troublesOf, type Turn } from './scenario.js';
import { type Answered, NOTHING, type Standing } from './standing.js';

const [USER, CUID] = ['payer', 'cuid'];
const ID = `${USER}|${CUID}`;
/** Waiting takes next to no time, as on the product, whose clock is frozen while it works. */
const PACE = 1e-6;
/** More than any one request can take at that pace, and less than the first late effect. */
const MOMENT = 1;

/** One payer's payment in a world of its own, where nothing goes wrong but what is planned. */
export class OnTheModel {
  readonly timeline: string[] = [];
  private readonly w: World;
  private requests = 0;
  private time = 0;

  constructor(variant: Variant) {
    const w = (this.w = new World(1, { variant, trace: (line) => this.timeline.push(line) }));
    w.scheduler.pace = PACE;
    Object.assign(w, { faultProbability: 0, crashProbability: 0, storeFaultProbability: 0, storeSlowProbability: 0 });
    // As the simulator has it.
    Object.assign(w, { slowProbability: 0, webhooksOn: false, forgetProbability: 1 });
    Object.assign(w, { savesUnexpectedState: true, confirmsRequiresAction: true });
  }

  get hasPaymentIntent(): boolean {
    return this.intent() !== undefined;
  }

  /** Rules of the model that broke, which none may. */
  get violations(): readonly string[] {
    return this.w.violations;
  }

  play(turn: Turn): Answered {
    this.plan(troublesOf(turn, this.hasPaymentIntent));
    return this.hasPaymentIntent || turn.step.does === 'create' ? this.step(turn.step) : 'none';
  }

  private step(step: Step): Answered {
    switch (step.does) {
      case 'create':
        return this.ask((slot, request) => create(this.w, USER, CUID, slot, request)).kind;
      case 'confirm':
        return this.ask((slot, request) => confirm(this.w, ID, step.card, slot, request)).kind;
      case 'read': {
        const { kind, status } = this.ask((slot, request) => read(this.w, ID, slot, request));
        return `${kind} ${status}`;
      }
      case 'browser':
        return this.payInBrowser(step.card);
      case '3ds':
        return this.finish3ds(step.outcome);
      case 'event':
        this.tell(step.says);
        return 'none';
      case 'nothing':
        return 'none';
    }
  }

  moveClock(ms: number): void {
    this.time += ms;
    this.runTo(this.time);
    this.w.scheduler.now = this.time;
  }

  pass(troubles: Troubles): void {
    this.plan(troubles);
    this.w.scheduler.spawn(resolverPass(this.w));
    this.runTo(this.time + MOMENT);
  }

  look(): Standing {
    const { w } = this;
    const doc = w.payments.get(ID);
    if (doc === undefined) return NOTHING;
    return {
      state: doc.state,
      attempt: doc.attempt,
      results: w.results.map(({ n, result }) => `${n} ${result}`),
      confirmGeneration: doc.confirmGeneration,
      createGeneration: doc.createGeneration,
      cancelGeneration: doc.cancelGeneration,
      canceling: doc.canceling && !isFinal(doc),
      stripe: this.intent()?.status ?? null,
      charges: w.charges.length,
    };
  }

  private intent(): PaymentIntent | undefined {
    return this.w.intents.get(this.w.payments.get(ID)?.pi ?? '');
  }

  private plan(troubles: Troubles): void {
    const queues = new Map<string, Trouble[]>(Object.entries(troubles).map(([op, list]) => [op, [...list]]));
    this.w.plannedFault = (op) => {
      const next = queues.get(op)?.shift();
      return next === undefined ? null : TROUBLES[next].model;
    };
  }

  private ask(handler: (slot: Slot<Told>, request: Request) => Task): Told {
    const slot = newSlot<Told>();
    this.w.scheduler.spawn(handler(slot, { id: ++this.requests, askedAt: this.w.now }));
    this.runTo(this.time + MOMENT);
    if (slot.value === null) throw new Error('the model did not answer');
    return slot.value;
  }

  private payInBrowser(card: Card): Answered {
    const slot = newSlot<Answer>();
    const params = { pi: this.intent()?.id ?? '', method: card };
    const call = { op: 'confirm', params, key: null, tag: { by: 'browser' } } as const;
    this.w.scheduler.spawn(serve(this.w, call, slot, null));
    this.runTo(this.time + MOMENT);
    const { status, code, body } = slot.value ?? {};
    if (status === 200) return body?.status ?? '';
    return status === 402 ? 'declined' : (code ?? '');
  }

  private finish3ds(outcome: 'complete' | 'fail'): Answered {
    const pi = this.intent();
    if (pi?.status !== 'requires_action') return 'not waiting';
    if (outcome === 'complete') charge(this.w, pi, pi.tag ?? { by: 'browser' });
    else decline(this.w, pi);
    return pi.status;
  }

  private tell(says: PaymentIntent['status']): void {
    const event = { id: `evt_${this.w.nextId()}`, pi: this.intent()?.id ?? '', doc: ID, status: says };
    this.w.scheduler.spawn(receiveWebhook(this.w, event, newSlot<number>()));
    this.runTo(this.time + MOMENT);
  }

  private runTo(time: number): void {
    this.w.run(time, endOfTask);
  }
}
