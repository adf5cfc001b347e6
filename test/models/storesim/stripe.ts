import { DAY, HOUR, MINUTE, SECOND } from '../draw.js';
import { type Answer, type Call, type Fault, isEnd, type PaymentIntent, type Tag } from './model.types.js';
import { newSlot, type Slot, type Task } from './scheduler.js';
import { copy } from './store.js';
import { type InboxRow, REFUSED_PRICE, type SavedKey, type World } from './world.js';

/** Tells of a PaymentIntent: 15 % are lost for good, others come twice, late, and in any order. */
export function emit(w: World, pi: PaymentIntent): void {
  const { draw } = w;
  if (!w.webhooksOn || draw.chance(w.lostEventProbability)) return;
  const event = { id: `evt_${w.nextId()}`, pi: pi.id, doc: pi.meta.id, status: pi.status };
  const copies = 1 + (draw.chance(0.3) ? 1 : 0) + (draw.chance(0.1) ? 2 : 0);
  for (let k = 0; k < copies; k++) w.scheduler.spawn(deliver(w, event));
}

function* deliver(w: World, event: Pick<InboxRow, 'id' | 'pi' | 'doc' | 'status'>): Task {
  const { draw, scheduler } = w;
  yield draw.chance(0.3) ? draw.int(0, 50) : draw.chance(0.85) ? draw.int(0, 3 * MINUTE) : draw.int(0, 20 * HOUR);
  for (let attempt = 0; attempt < 10; attempt++) {
    const up = w.instances.filter((each) => each.up);
    if (up.length > 0) {
      w.count('webhooks');
      const slot = newSlot<number>();
      scheduler.spawn(w.receiveWebhook(event, slot), draw.pick(up));
      yield [slot, 10 * SECOND];
      if (slot.value === 200) return;
    }
    yield MINUTE * 2 ** attempt;
  }
}

export function charge(w: World, pi: PaymentIntent, tag: Tag): void {
  become(w, pi, 'succeeded');
  w.charges.push({ ...tag, pi: pi.id, amount: pi.amount, doc: pi.meta.id, at: w.now });
  w.log('** CHARGE', pi.id, pi.meta.id, tag);
  emit(w, pi);
}

export function decline(w: World, pi: PaymentIntent): void {
  become(w, pi, 'requires_payment_method');
  emit(w, pi);
}

function become(w: World, pi: PaymentIntent, status: PaymentIntent['status']): void {
  if (pi.status === 'requires_action') pi.actionEndedAt = w.now;
  pi.status = status;
}

const unexpectedState = (pi: PaymentIntent): Answer => ({ status: 400, code: 'unexpected_state', body: copy(pi) });
const ok = (pi: PaymentIntent): Answer => ({ status: 200, body: copy(pi) });

/** `ok1`, `decline2`, `flaky1`, `tds1`, `bad1`: the number makes another card of the kind. */
function confirm(w: World, pi: PaymentIntent, card: string, tag: Tag): Answer {
  if (isEnd(pi.status) || (pi.status === 'requires_action' && !w.confirmsRequiresAction)) return unexpectedState(pi);
  if (card.startsWith('bad')) return { status: 400, code: 'invalid' };
  w.executions.push({ ...tag, pi: pi.id });
  pi.method = card;
  const kind = card.startsWith('flaky') ? (w.draw.chance(0.5) ? 'ok' : 'decline') : card.replace(/\d+$/, '');
  if (kind === 'tds') {
    pi.status = 'requires_action';
    pi.action = w.nextId();
    pi.tag = tag;
    emit(w, pi);
    return ok(pi);
  }
  if (kind === 'ok') {
    charge(w, pi, tag);
    return ok(pi);
  }
  decline(w, pi);
  return { status: 402, body: copy(pi) };
}

function create(w: World, { params }: Call): Answer {
  const { meta, amount } = params;
  if (meta === undefined || amount === undefined) throw new Error('a create without its parameters');
  if (amount <= REFUSED_PRICE) return { status: 400, code: 'invalid' };
  const id = `pi_${w.nextId()}`;
  const pi: PaymentIntent = { id, meta, amount, status: 'requires_payment_method', method: null, created: w.now };
  w.intents.set(id, pi);
  return ok(pi);
}

function execute(w: World, call: Call): Answer {
  if (call.op === 'create') return create(w, call);
  const pi = w.intents.get(call.params.pi ?? '');
  if (pi === undefined) return { status: 404 };
  if (call.op === 'get') return ok(pi);
  if (call.op === 'confirm') return confirm(w, pi, call.params.method ?? '', call.tag);
  if (isEnd(pi.status)) return unexpectedState(pi);
  become(w, pi, 'canceled');
  emit(w, pi);
  return ok(pi);
}

/** One request at Stripe, with the fault that befalls it. The slot stays empty when no answer comes back. */
export function* serve(w: World, call: Call, slot: Slot<Answer>, fault: Fault | null): Task {
  const { draw, scheduler } = w;
  const kind = fault?.kind;
  if (kind === 'drop') return;
  yield kind === 'late' ? lateness(w, fault) : draw.int(1, 200);
  if (kind === '429') return scheduler.fill(slot, { status: 429 });
  if (kind === '401') return scheduler.fill(slot, { status: 401 });
  if (kind === 'edge500') return scheduler.fill(slot, { status: 500 });
  if (kind === 'reset0') return scheduler.fill(slot, { net: true });
  const signature = call.op + JSON.stringify(call.params);
  const saved = call.key === null ? undefined : recall(w, call.key);
  if (saved !== undefined) return yield* replay(w, call, saved, signature, slot, kind);
  const record: SavedKey = { signature, busy: true, at: w.now };
  if (call.key !== null) w.keys.set(call.key, record);
  yield draw.chance(1 - w.slowProbability) ? draw.int(10, 800) : draw.int(1 * SECOND, 25 * SECOND);
  const result: Answer = kind === '500pre' ? { status: 500 } : execute(w, call);
  const answer: Answer = kind === '500post' ? { status: 500 } : result;
  w.log('   stripe', call.op, call.key ?? '', call.params, '->', result.status, result.body?.status ?? '', kind ?? '');
  if (call.key !== null) save(w, call.key, record, answer);
  yield draw.int(1, 100);
  if (kind === 'lose') return;
  scheduler.fill(slot, kind === 'reset1' ? { net: true } : answer);
}

function lateness({ draw, scheduler }: World, fault: Fault | null): number {
  if (fault?.delayMs !== undefined) return fault.delayMs / scheduler.pace;
  return draw.chance(0.5) ? draw.int(10 * SECOND, 60 * SECOND) : draw.int(1 * MINUTE, 6 * MINUTE);
}

/** After a day a key may be forgotten. */
function recall(w: World, key: string): SavedKey | undefined {
  const saved = w.keys.get(key);
  if (saved === undefined || w.now - saved.at <= DAY || !w.draw.chance(w.forgetProbability)) return saved;
  w.keys.delete(key);
  return undefined;
}

function* replay(
  w: World,
  { key }: Call,
  saved: SavedKey,
  signature: string,
  slot: Slot<Answer>,
  fault: Fault['kind'] | undefined,
): Task {
  if (saved.signature !== signature) {
    w.bad(`KEY reused with other parameters ${key}`);
    return w.scheduler.fill(slot, { status: 400, code: 'idempotency_error' });
  }
  if (saved.busy) return w.scheduler.fill(slot, { status: 409 });
  yield w.draw.int(1, 50);
  if (fault === 'lose') return;
  if (fault === 'reset1') return w.scheduler.fill(slot, { net: true });
  // What is kept stays: this 500 comes from in front of it.
  const hidden = fault === '500pre' || fault === '500post';
  w.scheduler.fill(slot, hidden ? { status: 500 } : { ...copy(saved.answer), replayed: true });
}

function save(w: World, key: string, record: SavedKey, answer: Answer): void {
  const { status, code } = answer;
  record.busy = false;
  const kept = [200, 402, 500].includes(status ?? 0) || (code === 'unexpected_state' && w.savesUnexpectedState);
  if (kept) record.answer = copy(answer);
  else w.keys.delete(key);
}
