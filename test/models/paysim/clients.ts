import { HOUR, MINUTE, SECOND } from '../draw.js';
import type { Order, Payment, Reply } from './model.types.js';
import { createPayment } from './payments.js';
import { refund } from './refunds.js';
import type { Slot, Task, World } from './world.js';

/** Repeats with the same cuid until it has a definitive answer, and now and then after that. */
export function* client(w: World, scope: string, cuid: string, order: Order, tries: number): Task {
  const { draw } = w;
  for (let attempt = 0; attempt < tries; attempt++) {
    const up = w.instances.filter((each) => each.up);
    if (up.length === 0) {
      yield 5 * SECOND;
      continue;
    }
    const slot: Slot<Reply> = { r: null };
    w.spawn(createPayment(w, { scope, cuid, order, origin: 'api' }, slot), draw.pick(up));
    const since = w.now;
    const patience = draw.int(5, 60) * SECOND;
    while (slot.r === null && w.now - since < patience) yield draw.int(50, 500);
    const reply = slot.r as Reply | null;
    const key = `${scope}|${cuid}`;
    if (reply?.d !== undefined) {
      w.answers.set(key, [...(w.answers.get(key) ?? []), reply.d]);
      if (draw.chance(0.7)) return;
    }
    if (reply?.s === 422) {
      w.answers.set(`${key}|422`, [422]);
      return;
    }
    yield draw.chance(0.6)
      ? draw.int(10, 3_000)
      : draw.chance(0.9)
        ? draw.int(1 * SECOND, 10 * MINUTE)
        : draw.int(1 * HOUR, 50 * HOUR);
  }
}

/** Some successes are refunded by halves, each asked for more than once. */
export function* refunders(w: World): Task {
  const { draw } = w;
  yield draw.int(1, 3) * HOUR;
  for (const doc of [...w.collections.payments.values()])
    if (doc.state === 'SUCCEEDED' && draw.chance(0.6))
      for (let k = 0; k < draw.int(1, 3); k++)
        for (let clients = 0; clients < draw.int(1, 3); clients++)
          w.spawn(refunder(w, doc, `r${doc._id}${k % 2}`, Math.floor(doc.amount / 2)));
}

function* refunder(w: World, { _id }: Payment, rid: string, amount: number): Task {
  const { draw } = w;
  for (let attempt = 0; attempt < 5; attempt++) {
    const up = w.instances.filter((each) => each.up);
    if (up.length > 0) {
      const slot: Slot<Reply> = { r: null };
      w.spawn(refund(w, _id, rid, amount, slot), draw.pick(up));
      const since = w.now;
      while (slot.r === null && w.now - since < 30 * SECOND) yield 500;
      const reply = slot.r as Reply | null;
      if (reply?.s === 201 || reply?.s === 422) return;
    }
    yield draw.chance(0.7) ? draw.int(1, 60) * SECOND : draw.int(20, 40) * HOUR;
  }
}
