import {
  type Actor,
  type Answer,
  copy,
  type Message,
  type OldOwner,
  type Owner,
  type Payment,
  type State,
} from './model.types.js';

/** Reads, writes and calls: what every step is made of. */

const MAX_NET = 1;

export const actor = (s: State, i: number): Actor => s.A[i] as Actor;
export const payment = (s: State, g: number): Payment => s.P[g] as Payment;

/** A fresh reading is what stands there. */
export const seenOwner = (s: State, a: Actor): OldOwner => (a.o === true || a.o === undefined ? s.O : a.o);
export const seenPayment = (s: State, a: Actor): Payment => (a.p === true ? payment(s, a.g ?? 0) : (a.p as Payment));

export function become(s: State, i: number, a: Actor): State {
  s.A[i] = a;
  return s;
}
export const idle = (s: State, i: number): State => become(s, i, { pc: 'idle' });

/** Every reading of it is an old one from now on. */
export function writeOwner(s: State, change: Partial<Owner>): State {
  for (const a of s.A) if (a.o === true) a.o = { issued: s.O.issued, g: s.O.g, k: s.O.k, run: 'old' };
  Object.assign(s.O, change);
  return s;
}

function writePayment(s: State, g: number, change: Partial<Payment>): void {
  for (const a of s.A) if (a.p === true && a.g === g) a.p = { ...payment(s, g) };
  s.P[g] = { ...payment(s, g), ...change };
}

export function swapOwner(s: State, i: number, change: Partial<Owner>): State[] {
  const n = copy(s);
  return [actor(n, i).o === true ? idle(writeOwner(n, change), i) : idle(n, i)];
}

export function swapPayment(s: State, i: number, change: Partial<Payment>, pc?: Actor['pc']): State[] {
  const n = copy(s);
  const a = actor(n, i);
  if (a.p !== true) return [idle(n, i)];
  become(n, i, { ...a, pc: pc ?? 'idle', p: false });
  writePayment(n, a.g ?? 0, change);
  return [pc === undefined ? idle(n, i) : become(n, i, { ...actor(n, i), p: true })];
}

/** What a call does when it reaches Stripe: each outcome is its own next state. */
export function atStripe(s: State, [what, g, k]: Message): [State, Answer][] {
  if (what === 'cancel') {
    if (s.S[g] !== 'rpm') return [[s, 'unexpected']];
    const n = copy(s);
    n.S[g] = 'canceled';
    return [[n, 'canceled']];
  }
  const key = `${g}.${k}`;
  const kept = s.keys[key]; // the kept answer, nothing runs again
  if (kept !== undefined) return [[s, kept]];
  if (s.S[g] !== 'rpm') return [[s, 'unexpected']];
  return (['succeeded', 'declined', 'processing'] as const).map((result) => {
    const n = copy(s);
    if (result !== 'declined') n.S[g] = result;
    n.keys[key] = result;
    return [n, result];
  });
}

/** Executed and answered, executed and not answered, or under way for any time. */
export function call(
  s: State,
  message: Message,
  answered: (n: State, result: Answer) => State,
  unanswered: (n: State) => State,
): State[] {
  const next = atStripe(s, message).flatMap(([n, result]) => [answered(copy(n), result), unanswered(copy(n))]);
  if (s.net.length < MAX_NET) {
    const n = copy(s);
    n.net.push(message);
    next.push(unanswered(n));
  }
  return next;
}
