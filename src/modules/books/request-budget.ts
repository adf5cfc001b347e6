import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../platform/common/duration.js';
import type { ProviderAnswer } from '../../platform/stripe/provider.types.js';
import { CouldNotReconcile } from './could-not-reconcile.js';

/** Payers' own calls must keep their share of Stripe's limit (100 a second, 25 in a sandbox). */
const PAUSE_MS = SECOND / 10;
const TRIES = 4;
const MAX_WAIT_MS = 30 * SECOND;

/** Asks Stripe at most so often, and never faster than ten times a second; what gets no answer is asked again. */
export class RequestBudget {
  private spent = 0;

  /** @param isOver whether nobody wants the answer any more: nothing further is asked then */
  constructor(
    private readonly limit: number,
    private readonly isOver: () => boolean = () => false,
  ) {}

  /** @throws CouldNotReconcile without an answer, or when the budget is spent. */
  async read<T>(ask: () => Promise<ProviderAnswer<T>>): Promise<T> {
    const answer = await this.settle(ask);
    if (answer.outcome === 'done') return answer.value;
    const why = answer.outcome === 'refused' ? `${answer.status} ${answer.message}` : reasonOf(answer);
    throw new CouldNotReconcile(`Stripe could not be read: ${why}`);
  }

  /** Reads like `read`, but returns null for what Stripe does not have. */
  async find<T>(ask: () => Promise<ProviderAnswer<T>>): Promise<T | null> {
    return this.read<T | null>(async () => {
      const answer = await ask();
      const missing = answer.outcome === 'refused' && answer.status === 404;
      return missing ? { outcome: 'done', value: null, replayed: false, tries: answer.tries } : answer;
    });
  }

  private async settle<T>(ask: () => Promise<ProviderAnswer<T>>): Promise<ProviderAnswer<T>> {
    for (let left = TRIES - 1; ; left--) {
      this.spend();
      const answer = await ask();
      const patience = answer.outcome === 'refused' && answer.status === 429;
      if (answer.outcome === 'done' || left === 0 || (answer.outcome !== 'unknown' && !patience)) {
        await sleep(PAUSE_MS);
        return answer;
      }
      const waitMs = patience ? (answer.retryAfterSeconds ?? 1) * SECOND : SECOND;
      await sleep(Math.min(waitMs, MAX_WAIT_MS));
    }
  }

  private spend(): void {
    if (this.isOver()) throw new CouldNotReconcile('it was interrupted');
    if (++this.spent > this.limit)
      throw new CouldNotReconcile(`more than ${this.limit} requests to Stripe are needed: take fewer days at a time`);
  }
}

function reasonOf<T>(answer: Exclude<ProviderAnswer<T>, { outcome: 'done' | 'refused' }>): string {
  return answer.outcome === 'unknown' ? answer.cause : answer.outcome;
}
