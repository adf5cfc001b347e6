import { PERIOD } from './billing.js';
import { FINAL, type Reply } from './model.types.js';
import type { World } from './world.js';

const STATE_OF = { ok: 'SUCCEEDED', declined: 'FAILED', canceled: 'CANCELED' } as const;

/** I1 to I6 of docs/payment-protocol.md 2.11, once everything has come to rest. */
export function checkEverything(w: World, endMs: number): void {
  chargesAndRecords(w);
  for (const [key, told] of w.answers) if (!key.endsWith('422')) answersAgree(w, key, told);
  billedOnce(w, endMs);
  for (const [rid, n] of count(w.stripe.refunds.map((each) => each.rid)))
    if (n > 1) w.bad(`DOUBLE refund ${rid} x${n}`);
}

function chargesAndRecords(w: World): void {
  const { payments } = w.collections;
  const { charges, intents } = w.stripe;
  const owners = charges.map(({ meta }) => payments.get(meta.pid)?.uniq ?? `lost:${meta.pid}`);
  for (const [key, n] of count(owners)) if (n > 1) w.bad(`DOUBLE charge ${key} x${n}`);
  for (const { pi, meta } of charges) {
    const state = payments.get(meta.pid)?.state;
    if (state !== 'SUCCEEDED') w.bad(`LOST charge ${pi} local=${state}`);
  }
  for (const { _id, state, pi } of payments.values()) {
    if (state === 'SUCCEEDED' && !charges.some(({ meta }) => meta.pid === _id)) w.bad(`PHANTOM success ${_id}`);
    if (!FINAL.includes(state)) w.bad(`STUCK ${_id} ${state} pi=${intents.get(pi ?? '')?.status}`);
  }
}

/** All definitive answers for one cuid are equal, and true. */
function answersAgree(w: World, key: string, told: readonly (Reply['d'] | 422)[]): void {
  const different = [...new Set(told)];
  if (different.length > 1) w.bad(`ANSWERS differ ${key} ${different.join()}`);
  const doc = [...w.collections.payments.values()].find(({ uniq }) => uniq === key);
  if (doc === undefined) return;
  for (const word of told)
    if (STATE_OF[word as keyof typeof STATE_OF] !== doc.state) w.bad(`LIED ${key} said ${word} is ${doc.state}`);
}

function billedOnce(w: World, endMs: number): void {
  const { subs, cycles, payments } = w.collections;
  for (const sub of subs.values()) {
    const due = Math.floor((endMs - 1 - sub.anchor) / PERIOD) + 1;
    for (let n = 0; n < due - 1; n++) {
      const made = [...cycles.values()].filter((cycle) => cycle.sub === sub._id && cycle.n === n);
      if (made.length !== 1) w.bad(`CYCLE ${sub._id}#${n} count=${made.length}`);
      else if (made[0]?.state === 'DUE') w.bad(`CYCLE ${sub._id}#${n} still DUE`);
    }
    const cuids = w.stripe.charges
      .map(({ meta }) => payments.get(meta.pid)?.cuid ?? '')
      .filter((cuid) => cuid.startsWith(`bill|${sub._id}#`));
    for (const [period, n] of count(cuids.map((cuid) => cuid.split('/')[0] ?? '')))
      if (n > 1) w.bad(`PERIOD billed ${n}x ${period}`);
  }
}

function count(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
