import { DAY, HOUR, MINUTE } from '../../../platform/common/duration.js';
import { MailRefusedError } from '../../../platform/mail/mail-refused.error.js';
import type { Effect } from '../record/payment.types.js';
import { afterFailure } from './effect-failure.js';

const NEW: Effect = { id: 'pay_1:succeeded', type: 'payment.succeeded', doneAt: null };

describe('afterFailure', () => {
  it('parks what was refused for good at its first refusal', () => {
    const { effect, retryAt } = afterFailure(NEW, new MailRefusedError('550 5.1.1', undefined), 1_000);
    expect(effect).toMatchObject({ failures: 1, parkedAt: new Date(1_000), parkedBecause: '550 5.1.1' });
    expect(retryAt).toBeNull();
  });

  it('tries everything else again at growing pauses, for a day', () => {
    let [effect, now] = [NEW, 0];
    const pauses: number[] = [];
    for (;;) {
      const after = afterFailure(effect, new Error('421 later'), now);
      effect = after.effect;
      if (after.retryAt === null) break;
      pauses.push(after.retryAt.getTime() - now);
      now = after.retryAt.getTime();
    }
    expect(pauses.slice(0, 9)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 240].map((minutes) => minutes * MINUTE));
    expect(Math.max(...pauses)).toBe(4 * HOUR);
    expect(now).toBe(DAY);
    expect(effect).toMatchObject({ parkedAt: new Date(DAY), parkedBecause: 'failed 14 times in a day' });
  });
});
