import { MAX_G, resolverSteps, workerSteps } from './actors.js';
import { type Actor, type AtStripe, copy, type State, type Variant } from './model.types.js';
import { atStripe, idle, seenOwner, writeOwner } from './swaps.js';

/** Everything that may happen next, and what may never have happened. */

const MAX_K = 2;

export function steps(s: State, variant: Variant): State[] {
  const next = [...workerSteps(s, 0, variant), ...workerSteps(s, 1, variant), ...resolverSteps(s, variant)];
  for (const [i, a] of s.A.entries()) if (a.pc !== 'idle') next.push(idle(copy(s), i)); // dies
  const empty = (): State => ({ ...copy(s), net: [] });
  for (const message of s.net) next.push(empty(), ...atStripe(empty(), message).map(([n]) => n)); // never, or late
  next.push(...Object.keys(s.S).flatMap((g) => turnsOf(s, Number(g))));
  if (s.pause === 1 && s.O.st === 'active') next.push({ ...writeOwner(copy(s), { st: 'paused' }), paused: 1 });
  if (s.O.run !== 'failed') return next;
  if (s.O.k < MAX_K) {
    const g = s.O.g + (variant === 'intent_per_attempt' ? 1 : 0); // the next retry date has come
    next.push(writeOwner(copy(s), { k: s.O.k + 1, g, run: 'on' }));
  }
  if (s.P[s.O.g]?.st === 'SUCC') next.push(writeOwner(copy(s), { run: 'paid', paid: s.O.paid + 1 })); // the news of it
  return next;
}

/** What a PaymentIntent does without us: a debit ends, the payer pays on the page of the debt. */
function turnsOf(s: State, g: number): State[] {
  const turned = (st: AtStripe, payer = s.payer): State => ({ ...copy(s), payer, S: { ...s.S, [g]: st } });
  if (s.S[g] === 'processing') return [turned('succeeded'), turned('rpm')];
  if (s.S[g] !== 'rpm' || s.payer === 0) return [];
  return [turned('succeeded', s.payer - 1), turned('processing', s.payer - 1)];
}

export function wrong(s: State): string | null {
  if (Object.values(s.S).filter((st) => st === 'succeeded').length > 1) return 'charged twice';
  if (s.O.paid > 1) return 'counted twice';
  if (s.late === 1) return 'billed after an acknowledged pause';
  const fences = Object.values(s.P).filter(({ st }) => st === 'CANC').length;
  const touched = Object.keys(s.keys).map((key) => Number.parseInt(key.split('.')[1] ?? '', 10));
  const isTwice = (k: number) => touched.filter((one) => one === k).length > 1 + fences;
  return touched.some((k) => k > s.O.k || isTwice(k)) ? 'a retry date reached the card twice' : null;
}

/** Nothing under way, and the owner knows what Stripe knows. */
export const isSettled = (s: State): boolean =>
  s.net.length === 0 &&
  ['paid', 'failed', 'off'].includes(s.O.run) &&
  !Object.values(s.S).includes('processing') &&
  Object.values(s.S).includes('succeeded') === (s.O.run === 'paid');

/** Beyond the last generation of the model there would be another one: not stuck. */
export const isStuckAtTheEdge = (s: State): boolean => s.O.g >= MAX_G;

/** Workers are alike; what is never looked at again is left out; who can only lose at the swap is as good as idle. */
export function canonical(s: State, variant: Variant): State {
  for (const p of Object.values(s.P)) {
    if (p.st === 'SUCC') p.done = {};
    if (p.st === 'SUCC' || p.st === 'CANC') p.cancel = 0;
    if (p.st !== 'CONF' && p.st !== 'PROC' && variant !== 'no_reference') p.ref = 0;
  }
  for (const [i, a] of s.A.entries()) forgetWhatIsLost(s, a, i, variant);
  const [one, other, resolver] = s.A;
  if (JSON.stringify(one) > JSON.stringify(other)) s.A = [other, one, resolver];
  return s;
}

function forgetWhatIsLost(s: State, a: Actor, i: number, variant: Variant): void {
  const lost = a.p !== undefined && a.p !== true && a.p !== null;
  const knowsRefs = variant !== 'no_reference';
  if (a.pc === 'issue' && a.o !== true && variant !== 'insert_is_commit') idle(s, i);
  else if (lost && (a.pc === 'look' || (a.pc === 'answer' && a.result !== 'timeout'))) idle(s, i);
  else if (a.pc === 'send' || a.pc === 'answer') {
    if (variant !== 'timeout_is_failure' && knowsRefs) delete a.o;
    if (lost) a.p = 0;
  } else if (a.pc === 'act' && lost && typeof a.p === 'object' && a.p !== null) {
    const sends = a.p.st === 'CONF' && a.p.cancel === 0 && (a.p.ref === seenOwner(s, a).k || !knowsRefs);
    if (a.o !== true && !sends) idle(s, i);
  }
}
