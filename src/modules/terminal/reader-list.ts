import { Inject, Injectable } from '@nestjs/common';
import { AppError, invalidRequest } from '../../platform/common/app-error.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { ProviderAnswer, ProviderPage } from '../../platform/stripe/provider.types.js';
import type { ProviderReader } from '../../platform/stripe/provider-reader.types.js';
import { StripeTerminals } from '../../platform/stripe/stripe-terminals.js';

/** Where a simulated reader stands: Stripe registers none without a location. */
const SIMULATED_PLACE = {
  name: 'Simulated readers',
  address: { line1: '1 Market Street', city: 'San Francisco', state: 'CA', postalCode: '94105', country: 'US' },
};

/** Reads and makes readers at Stripe for a sync. Throws AppError, `provider_unreachable` or `provider_refused`. */
@Injectable()
export class ReaderList {
  constructor(
    private readonly stripe: StripeTerminals,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Reads every reader to the end, oldest first: one that was overlooked would count as gone. */
  async all(): Promise<ProviderReader[]> {
    const readers: ProviderReader[] = [];
    for (let after: string | null = null; ;) {
      const page: ProviderPage<ProviderReader> = valueOf(await this.stripe.list(after));
      readers.push(...page.items);
      if (!page.more || page.last === null) return readers.toReversed();
      after = page.last;
    }
  }

  /** Throws AppError `validation_failed` for a key of live mode, where Stripe simulates nothing. */
  refuseLive(): void {
    if (this.config.stripe.livemode) throw invalidRequest('simulated-reader is for test keys and the simulator only');
  }

  /** Registers a simulated reader, once for each `key`. */
  async simulated(key: string, locationId?: string): Promise<ProviderReader> {
    const place =
      locationId ??
      valueOf(await this.stripe.someLocation()) ??
      valueOf(await this.stripe.createLocation(SIMULATED_PLACE, `${key}:location`));
    return valueOf(
      await this.stripe.createSimulated({ label: 'simulated reader', locationId: place }, `${key}:reader`),
    );
  }
}

function valueOf<T>(answer: ProviderAnswer<T>): T {
  if (answer.outcome === 'done') return answer.value;
  if (answer.outcome !== 'refused') throw new AppError('provider_unreachable', 'Stripe does not answer, try again');
  const { status, message } = answer;
  if (status === 400 || status === 404) throw invalidRequest(`Stripe says: ${message}`);
  throw new AppError('provider_refused', `Stripe refuses the request (${status}): ${message}`);
}
