import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { ProviderEntry } from '../../platform/stripe/provider.types.js';
import { DeploymentService } from '../merchant/deployment.service.js';
import { type BookedPayment, PaymentRepository } from '../payment/record/payment.repository.js';
import { identityOf, namedIntentOf } from '../payment/upkeep/imported-payment.js';
import { compare } from './compare.js';
import { spanOf } from './day-range.js';
import type { DayRange, Pairing, Reconciliation, Span } from './reconciliation.types.js';
import { RequestBudget } from './request-budget.js';
import { type StripeSide, StripeSideReader } from './stripe-side.js';

const LOOKUP_BATCH = 100;

interface CompareOptions {
  readonly maxRequests?: number;
  readonly isOver?: () => boolean;
}

/** Compares Stripe's account with our books over some days. It only reads. */
@Injectable()
export class Reconciler {
  constructor(
    private readonly stripe: StripeSideReader,
    private readonly payments: PaymentRepository,
    private readonly deployment: DeploymentService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param range one that `whyNoRange` has nothing against
   * @param options.isOver ends it between two requests to Stripe
   * @throws CouldNotReconcile, StoreError
   */
  async compare(
    range: DayRange,
    { maxRequests = this.config.reconcile.maxRequests, isOver }: CompareOptions = {},
  ): Promise<Reconciliation> {
    const now = this.clock.now();
    const span = spanOf(range, now);
    const budget = new RequestBudget(maxRequests, isOver);
    const side = await this.stripe.read(span, budget);
    const { pairings, foreign } = await this.pair(side, span, budget);
    const orphansBefore = new Date(now - this.config.sweep.twinAgeMs);
    const { rows, differences, agreed } = compare(pairings, {
      span,
      deploymentId: this.deployment.id,
      orphansBefore,
    });
    const counts = { agreed, foreign, unreadable: side.unreadable };
    return { range, until: span.until, rows, differences, counts };
  }

  private async pair(side: StripeSide, span: Span, budget: RequestBudget) {
    const pairings: Pairing[] = [];
    let foreign = 0;
    const named = await this.naming([...side.entries.values()]);
    for (const [id, entry] of side.entries) {
      const refunds = side.refunds.get(id) ?? [];
      const record = named.get(id) ?? null;
      if (record !== null) pairings.push({ entry, refunds, named: record, own: null });
      else if (entry.payment.metadata['deployment_id'] !== this.deployment.id) foreign++;
      else pairings.push({ entry, refunds, named: null, own: await this.ownerOf(entry) });
    }
    return { pairings: [...pairings, ...(await this.onlyInBooks(side, span, budget))], foreign };
  }

  private async naming(entries: readonly ProviderEntry[]): Promise<Map<string, BookedPayment>> {
    const all = new Map<string, BookedPayment>();
    for (let i = 0; i < entries.length; i += LOOKUP_BATCH) {
      const batch = entries.slice(i, i + LOOKUP_BATCH);
      const intents = batch.map(({ payment }) => namedIntentOf(payment, this.deployment.id));
      const found = await this.payments.byProviderPayments(intents);
      for (const [id, payment] of found) all.set(id, booked(payment));
    }
    return all;
  }

  /** The payment that its metadata is of, if that can be believed. */
  private async ownerOf({ payment }: ProviderEntry): Promise<BookedPayment | null> {
    const identity = identityOf(payment, this.deployment.id);
    const owner = identity === null ? null : await this.payments.load(identity.paymentId);
    return owner === null ? null : booked(owner);
  }

  /** Paid within the span by our books, and in none of Stripe's lists: charged on another day, or not at all. */
  private async onlyInBooks(side: StripeSide, span: Span, budget: RequestBudget): Promise<Pairing[]> {
    const pairings: Pairing[] = [];
    for (const named of await this.payments.paidBetween(span.from, span.until)) {
      const { providerPaymentId: id } = named;
      if (id !== undefined && side.entries.has(id)) continue;
      const entry = id === undefined ? null : await this.stripe.find(id, budget);
      pairings.push({ entry, refunds: [], named, own: null });
    }
    return pairings;
  }
}

/** Leaves out fields that are not compared: a month of payments is kept in memory. */
function booked(payment: BookedPayment): BookedPayment {
  const { _id, state, providerPaymentId, amountMinor, capturedMinor, currency, customerId, scope, cuid } = payment;
  const { createdAt, finalAt, refunds } = payment;
  return {
    _id,
    state,
    ...(providerPaymentId === undefined ? {} : { providerPaymentId }),
    amountMinor,
    ...(capturedMinor === undefined ? {} : { capturedMinor }),
    currency,
    customerId,
    scope,
    cuid,
    createdAt,
    finalAt,
    ...(refunds === undefined ? {} : { refunds }),
  };
}
