import { SECOND } from '../draw.js';
import { type Answer, type Fault, FAULTS, type Operation, type Params, type Tag } from './model.types.js';
import { newSlot, type Task } from './scheduler.js';
import { serve } from './stripe.js';
import type { World } from './world.js';

const TIMEOUT = 8 * SECOND;
const HIDDEN_RETRIES = 1;

export type Reply = Answer & {
  /** Some try of this call went out and its outcome is not known. */
  readonly unknown: boolean;
  /** The SDK sent it twice. */
  readonly retried: boolean;
};

const isServerError = ({ status = 0 }: Answer): boolean => status === 409 || status >= 500;

function faultOf(w: World, op: Operation): Fault | null {
  const { draw } = w;
  if (w.plannedFault !== null) return w.plannedFault(op);
  if (w.brown && op !== 'get' && draw.chance(0.8))
    return { kind: draw.pick(['late', 'late', 'lose', 'drop', 'edge500'] as const) };
  return draw.chance(w.faultProbability) ? { kind: draw.pick(FAULTS) } : null;
}

/** As the SDK calls: eight seconds, and one hidden retry under the same key. */
export function* call(
  w: World,
  op: Operation,
  params: Params,
  key: string | null = null,
  tag: Tag = { by: 'us' },
): Task<Reply> {
  const { draw, scheduler } = w;
  let [unknown, cut] = [false, false];
  for (let tries = 0; ; tries++) {
    if (w.crashes()) yield 0;
    const fault = faultOf(w, op);
    const slot = newSlot<Answer>();
    if (tag.fence === true) w.cancelSent.add(params.pi ?? '');
    const sentKey = op === 'get' ? null : w.breaks('random_key') ? `k${draw.next()}` : key;
    scheduler.spawn(serve(w, { op, params, key: sentKey, tag }, slot, fault));
    yield [slot, TIMEOUT];
    if (w.crashes()) yield 0;
    if (slot.value === null) w.count('timeouts');
    const answer: Answer = slot.value ?? { net: true };
    const open = answer.net === true || isServerError(answer);
    if (open && tries < HIDDEN_RETRIES) {
      unknown = true;
      cut ||= answer.net === true;
      yield draw.int(500, 2_000);
      continue;
    }
    const hides = w.breaks('lit_500hidden');
    return { ...answer, unknown: hides ? cut || open : unknown || open, retried: tries > 0 };
  }
}
