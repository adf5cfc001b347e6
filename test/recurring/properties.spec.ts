import fc from 'fast-check';
import { billingTimeAt, instantOf } from '../../src/modules/recurring/billing-engine/billing-day.js';
import { totalOf } from '../../src/modules/recurring/billing-engine/billing-amounts.js';
import { holdsPlace } from '../../src/modules/recurring/billing-engine/billing-states.js';
import { dueAt, startOf } from '../../src/modules/recurring/billing-engine/due-work.js';
import type { Subscription } from '../../src/modules/recurring/billing-engine/subscription.types.js';
import { type Act, drawHistory, type History } from './history.js';
import { ProductPlayer } from './on-the-product.js';

/** What holds in every life of a subscription, whatever is asked of it and whatever Stripe answers. */

const history = fc.nat({ max: 1_000_000_000 }).map(drawHistory);
const ADDS_PLACES: readonly Act['kind'][] = ['status', 'update', 'dispute', 'release', 'delete'];

/** Looks at the value after each step of a history. */
function everyStep(played: History, look: (value: Subscription, before: Subscription, slot: number) => void): void {
  const player = new ProductPlayer(played);
  if (!player.create()) return;
  let before = player.subscription;
  for (let slot = 0; slot <= played.slots; slot++) {
    for (const { act } of played.turns.filter((turn) => turn.slot === slot)) player.act(act, slot);
    player.run(slot);
    look(player.subscription, before, slot);
    before = player.subscription;
  }
}

const expectInEveryLife = (property: (played: History) => void): void =>
  fc.assert(fc.property(history, property), { numRuns: 50 });

it('dates of one subscription only grow, and its numbers have no gaps', () => {
  expectInEveryLife((played) => {
    everyStep(played, (value, before) => {
      expect(value.lastDay >= before.lastDay && value.nextDay > value.lastDay).toBe(true);
      const fresh = value.open.filter(({ n }) => n > before.lastNumber);
      expect(new Set(fresh.map(({ day }) => day)).size).toBe(fresh.length);
      expect(value.open.map(({ n }) => n)).toEqual(
        [...new Set(value.open.map(({ n }) => n))].toSorted((a, b) => a - b),
      );
    });
  });
});

it('the lines of a billing sum to its total, which is never below 0', () => {
  expectInEveryLife((played) => {
    everyStep(played, ({ open }) => {
      for (const { lines, total } of open) expect([totalOf(lines), total >= 0]).toEqual([total, true]);
    });
  });
});

it('an active one has nothing failed', () => {
  expectInEveryLife((played) => {
    everyStep(played, ({ status, open }) => {
      if (status === 'active') expect(open.filter(({ state }) => state === 'failed')).toEqual([]);
    });
  });
});

it('count and open billings together stay within the duration, where nobody changes it and no money comes back', () => {
  expectInEveryLife((drawn) => {
    const played = { ...drawn, turns: drawn.turns.filter(({ act }) => !ADDS_PLACES.includes(act.kind)) };
    everyStep(played, ({ duration, count, open }) => {
      const held = open.filter(holdsPlace).reduce((sum, { periods }) => sum + periods, 0);
      if (duration > 0) expect(count + held).toBeLessThanOrEqual(duration);
    });
  });
});

it('nothing starts before dueAt, and something may at it', () => {
  expectInEveryLife((played) => {
    const settings = { hour: played.hour, retryDays: [1, 3, 7], catchUp: played.catchUp };
    everyStep(played, (value, _before, slot) => {
      const day = new Date((played.start + Math.floor(slot / 2)) * 86_400_000).toISOString().slice(0, 10);
      const time = billingTimeAt(instantOf(day, slot % 2 === 0 ? 3 : 12), played.hour);
      const due = dueAt(value, time, settings);
      if (due === null || due <= time.now || value.open.some(({ state }) => state === 'charging')) return;
      expect(startOf(value, billingTimeAt(due - 1, played.hour), settings)).toBeNull();
      expect(startOf(value, billingTimeAt(due, played.hour), settings)).not.toBeNull();
    });
  });
});
