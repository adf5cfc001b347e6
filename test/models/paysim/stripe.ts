import { DAY, HOUR, MINUTE, SECOND } from '../draw.js';
import type { Event, PaymentIntent } from './model.types.js';
import { copy } from './store.js';
import { type Answer, type Call, type Fault, FAULTS, type SavedKey } from './stripe.types.js';
import type { Slot, Task, World } from './world.js';

const TIMEOUT = 10 * SECOND;
const UNEXPECTED = 'payment_intent_unexpected_state';

/** Tells of a PaymentIntent: 15 % are lost for good, only the janitor can find those. */
function emit(w: World, pi: PaymentIntent): void {
  const { draw } = w;
  const event: Event = { id: `evt_${w.nextStripeId()}`, pi: pi.id, meta: copy(pi.meta), status: pi.status };
  if (draw.chance(0.15)) return;
  const copies = 1 + (draw.chance(0.3) ? 1 : 0) + (draw.chance(0.1) ? 2 : 0);
  for (let k = 0; k < copies; k++) w.spawn(deliver(w, event));
}

function* deliver(w: World, event: Event): Task {
  const { draw } = w;
  yield draw.chance(0.5) ? draw.int(0, 50) : draw.chance(0.8) ? draw.int(0, 2 * MINUTE) : draw.int(0, 20 * HOUR);
  for (let attempt = 0; attempt < 12; attempt++) {
    const up = w.instances.filter((each) => each.up);
    if (up.length > 0) {
      w.count('webhook');
      const answer: Slot<number> = { r: null };
      w.spawn(w.receiveWebhook(event, answer), draw.pick(up));
      for (let t = 0; t < 20 && answer.r === null; t++) yield 500;
      if (answer.r === 200) return;
    }
    yield Math.min(6 * HOUR, MINUTE * 2 ** attempt);
  }
}

function charge(w: World, pi: PaymentIntent): void {
  pi.status = 'succeeded';
  w.stripe.charges.push({ pi: pi.id, amount: pi.amount, meta: pi.meta });
  emit(w, pi);
}

function confirm(w: World, pi: PaymentIntent): Answer {
  if (!['requires_confirmation', 'requires_payment_method'].includes(pi.status))
    return { s: 400, code: UNEXPECTED, intent: copy(pi) };
  if (pi.pm === 'ok') {
    charge(w, pi);
    return { s: 200, intent: copy(pi) };
  }
  pi.status = pi.pm === '3ds' ? 'requires_action' : 'requires_payment_method';
  emit(w, pi);
  if (pi.status === 'requires_action') w.spawn(customer(w, pi));
  return { s: pi.status === 'requires_action' ? 200 : 402, intent: copy(pi) };
}

/** In 3-D Secure, and after a failure perhaps with another card on the same client secret. */
function* customer(w: World, pi: PaymentIntent): Task {
  const { draw } = w;
  yield draw.int(2 * SECOND, 30 * MINUTE);
  const outcome = draw.next();
  if (outcome < 0.2 || pi.status !== 'requires_action') return;
  if (outcome < 0.7) return charge(w, pi);
  pi.status = 'requires_payment_method';
  emit(w, pi);
  yield draw.int(0, 5 * MINUTE);
  if (draw.chance(0.5) && isDeclined(pi)) charge(w, pi);
}

/** A function, because the status changes while its reader sleeps. */
const isDeclined = ({ status }: PaymentIntent): boolean => status === 'requires_payment_method';

function execute(w: World, call: Call): Answer {
  const { stripe } = w;
  if (call.op === 'create') {
    const { meta, amount, pm } = call.p;
    const id = `pi_${w.nextStripeId()}`;
    const made: PaymentIntent = { id, meta, amount, pm, status: 'requires_confirmation', created: w.now };
    stripe.intents.set(id, made);
    return call.p.confirm === true ? confirm(w, made) : { s: 200, intent: copy(made) };
  }
  const pi = stripe.intents.get(call.p.pi);
  if (pi === undefined) return { s: 404 };
  const refunds = stripe.refunds.filter((each) => each.pi === pi.id);
  switch (call.op) {
    case 'get':
      return { s: 200, intent: copy(pi) };
    case 'confirm':
      return confirm(w, pi);
    case 'listRefunds':
      return { s: 200, refunds: copy(refunds) };
    case 'cancel':
      if (pi.status === 'succeeded' || pi.status === 'canceled') return { s: 400, code: UNEXPECTED, intent: copy(pi) };
      pi.status = 'canceled';
      emit(w, pi);
      return { s: 200, intent: copy(pi) };
    case 'refund': {
      const { amount, rid } = call.p;
      const refunded = refunds.reduce((sum, each) => sum + each.amount, 0);
      if (pi.status !== 'succeeded' || refunded + amount > pi.amount)
        return { s: 400, code: 'charge_already_refunded' };
      const refund = { id: `re_${w.nextStripeId()}`, pi: pi.id, amount, rid };
      stripe.refunds.push(refund);
      return { s: 200, refund: copy(refund) };
    }
  }
}

/** One request at Stripe, with the fault that befalls it. The slot stays empty when no answer comes back. */
function* serve(w: World, call: Call, key: string | null, slot: Slot<Answer>, fault: Fault | null): Task {
  const { draw } = w;
  const answer = (what: Answer) => void (slot.r = what);
  if (fault === 'drop') return;
  yield fault === 'late' ? lateness(w) : draw.int(1, 200);
  if (fault === '429') return answer({ s: 429 });
  if (fault === '500pre') return answer({ s: 500 });
  if (fault === 'reset0') return answer({ net: true });
  const signature = call.op + JSON.stringify(call.p);
  const saved = key === null ? undefined : recall(w, key);
  if (saved !== undefined) {
    if (saved.signature !== signature) return answer({ s: 400, code: 'idempotency_error' });
    if (saved.busy) return answer({ s: 409, code: 'idempotency_key_in_use' });
    yield draw.int(1, 50);
    return answer(copy(saved.answer ?? {}));
  }
  const record: SavedKey = { signature, busy: true, at: w.now };
  if (key !== null) w.stripe.keys.set(key, record);
  yield draw.int(10, 800);
  const executed = execute(w, call);
  const result: Answer = fault === '500post' ? { s: 500 } : executed;
  record.busy = false;
  record.answer = copy(result);
  yield draw.int(1, 100);
  if (fault !== 'lose') answer(fault === 'reset1' ? { net: true } : result);
}

function lateness({ draw }: World): number {
  return draw.chance(0.5) ? draw.int(20 * SECOND, 60 * SECOND) : draw.int(1 * MINUTE, 6 * MINUTE);
}

function recall(w: World, key: string): SavedKey | undefined {
  const saved = w.stripe.keys.get(key);
  if (saved === undefined || w.now - saved.at <= DAY || !w.draw.chance(0.9)) return saved;
  w.stripe.keys.delete(key);
  w.count('keyPruned');
  return undefined;
}

/** As the SDK calls: the same key, one retry, then the outcome is unknown. */
export function* call(w: World, what: Call, key: string): Task<Answer> {
  const { draw } = w;
  const reads = what.op === 'get' || what.op === 'listRefunds';
  for (let tries = 0; ; tries++) {
    if (w.crashes()) yield 0;
    const fault = draw.chance(w.faultProbability) ? draw.pick(FAULTS) : null;
    const slot: Slot<Answer> = { r: null };
    w.spawn(serve(w, what, reads ? null : key, slot, fault));
    const since = w.now;
    while (slot.r === null && w.now - since < TIMEOUT) yield draw.int(20, 400);
    const answer: Answer = slot.r ?? { net: true };
    if (slot.r === null) w.count('timeout');
    if (w.crashes()) yield 0;
    const open = answer.net === true || answer.s === 409 || (answer.s ?? 0) >= 500;
    if (!open || tries > 0) return answer;
    yield draw.int(500, 2_000);
  }
}
