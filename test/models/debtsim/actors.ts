import { copy, type State, type Variant } from './model.types.js';
import {
  actor,
  become,
  call,
  idle,
  payment,
  seenOwner,
  seenPayment,
  swapOwner,
  swapPayment,
  writeOwner,
} from './swaps.js';

/** What the workers and the resolver may do next, each of them one state. */

export const MAX_G = 2;

export function workerSteps(s: State, i: number, variant: Variant): State[] {
  const a = actor(s, i);
  const noRef = variant === 'no_reference';
  const g = a.g ?? 0;
  const k = a.k ?? 0;
  if (a.pc === 'idle') return take(s, i);
  if (a.pc === 'issue') return issue(s, i, variant);
  if (a.pc === 'act') return act(s, i, variant);
  if (a.pc === 'send')
    return call(
      s,
      ['confirm', g, k],
      (n, result) => (result === 'unexpected' ? idle(n, i) : become(n, i, { ...actor(n, i), pc: 'answer', result })),
      (n) =>
        variant === 'timeout_is_failure'
          ? become(n, i, { ...actor(n, i), pc: 'answer', result: 'timeout' })
          : idle(n, i),
    );
  if (a.pc === 'report') return swapOwner(s, i, { run: 'failed' }); // no_reference: only who was answered knows
  const o = seenOwner(s, a);
  if (a.result === 'timeout') return o.g < MAX_G ? swapOwner(s, i, { run: 'on', g: o.g + 1 }) : [idle(copy(s), i)];
  if (a.result !== 'declined') return swapPayment(s, i, { st: a.result === 'succeeded' ? 'SUCC' : 'PROC' });
  const done = a.p === true ? { ...payment(s, g).done, [k]: 1 as const } : {};
  return swapPayment(s, i, { st: 'DECL', done }, noRef ? 'report' : undefined);
}

function take(s: State, i: number): State[] {
  const { O } = s;
  if (O.issued === 0) return O.st === 'active' ? [become(copy(s), i, { pc: 'issue', o: true })] : [];
  // Both documents in one step: what an owner moves on from is final, so a write between the two readings shows nothing new.
  const p = s.P[O.g] === undefined ? null : true;
  return O.run === 'on' || O.run === 'proc' ? [become(copy(s), i, { pc: 'act', o: true, g: O.g, p })] : [];
}

function issue(s: State, i: number, variant: Variant): State[] {
  if (variant !== 'insert_is_commit')
    return swapOwner(s, i, { issued: 1, run: 'on' }).map((n) => {
      n.late = n.O.issued === 1 && s.O.issued === 0 && s.paused === 1 ? 1 : s.late;
      return n;
    });
  const n = copy(s); // the row is another document: its insertion cannot see the pause
  if (s.O.issued === 0) {
    writeOwner(n, { issued: 1, run: 'on' });
    n.late = s.paused;
  }
  return [idle(n, i)];
}

function act(s: State, i: number, variant: Variant): State[] {
  const a = actor(s, i);
  const g = a.g ?? 0;
  const nothing = () => [idle(copy(s), i)];
  const noRef = variant === 'no_reference';
  if (a.p === null) {
    // Record and unconfirmed PaymentIntent: one derived id, one key; that part is storesim's.
    const n = copy(s);
    n.P[g] ??= { st: 'PI', ref: 0, done: {}, cancel: 0 };
    n.S[g] ??= 'rpm';
    return [idle(n, i)];
  }
  const [o, p] = [seenOwner(s, a), seenPayment(s, a)];
  if (p.st === 'SUCC') return swapOwner(s, i, { run: 'paid', paid: s.O.paid + 1 });
  if (p.done[o.k] === 1 && !noRef) return swapOwner(s, i, { run: 'failed' });
  if (p.st === 'CANC' || (p.cancel === 1 && variant === 'early_generation'))
    return o.g < MAX_G ? swapOwner(s, i, { g: o.g + 1, run: 'on' }) : nothing();
  if (p.cancel === 1) return nothing();
  if (p.st === 'PROC') return o.run === 'on' ? swapOwner(s, i, { run: 'proc' }) : nothing();
  if (p.st === 'CONF') return p.ref === o.k || noRef ? [become(copy(s), i, { ...a, pc: 'send', k: p.ref })] : nothing();
  // Open and payable: the attempt is written, with what it is for, before it is sent.
  const ref = noRef ? p.ref + 1 : o.k;
  if (ref > 3) return nothing();
  return swapPayment(s, i, { st: 'CONF', ref }, 'send').map((n) => {
    if (actor(n, i).pc === 'send') actor(n, i).k = ref;
    return n;
  });
}

/** Asks, and fences what is quiet or abandoned; the intent is stored before the cancel. */
export function resolverSteps(s: State, variant: Variant): State[] {
  const i = 2;
  const a = actor(s, i);
  const g = a.g ?? 0;
  if (a.pc === 'idle') {
    const open = Object.keys(s.P)
      .map(Number)
      .filter((of) => !['SUCC', 'CANC'].includes(payment(s, of).st));
    return open.map((of) => become(copy(s), i, { pc: 'look', g: of, p: true }));
  }
  // Whatever a cancel is answered, the next look says what has become of it.
  if (a.pc === 'cancel')
    return call(
      s,
      ['cancel', g, 0],
      (n) => idle(n, i),
      (n) => idle(n, i),
    );
  return look(s, i, g, variant);
}

/** A GET made after the record was read. */
function look(s: State, i: number, g: number, variant: Variant): State[] {
  const p = seenPayment(s, actor(s, i));
  if (s.S[g] === 'succeeded') return swapPayment(s, i, { st: 'SUCC' });
  if (s.S[g] === 'canceled') return swapPayment(s, i, { st: 'CANC' });
  if (p.cancel === 1) return [become(copy(s), i, { pc: 'cancel', g })];
  if (s.S[g] === 'processing') return [idle(copy(s), i)];
  if (p.st === 'PROC' && variant === 'debit_failure_forgotten')
    return swapPayment(s, i, { st: 'PI' }).map((n) => {
      const key = `${g}.${p.ref}`; // the next attempt has the next number, so another key
      const kept = n.keys[key];
      if (actor(s, i).p === true && kept !== undefined) {
        n.keys[`${key} before`] = kept;
        delete n.keys[key];
      }
      return n;
    });
  if (p.st === 'PROC') return swapPayment(s, i, { st: 'DECL', done: { ...p.done, [p.ref]: 1 } });
  return swapPayment(s, i, { cancel: 1 }).map((n) =>
    payment(n, g).cancel === 1 && actor(s, i).p === true ? become(n, i, { pc: 'cancel', g }) : n,
  );
}
