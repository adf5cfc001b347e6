import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import type { Principal } from '../../platform/common/principal.js';
import { CouldNotReconcile } from './could-not-reconcile.js';
import { whyNoRange } from './day-range.js';
import { Reconciler } from './reconciler.service.js';
import type { DayRange, Difference, Reconciliation } from './reconciliation.types.js';
import { RepairService } from './repair.service.js';
import { ReportTurn } from './report-turn.js';

/** One repair may bring the next difference to light, such as the refund of a payment that was missing. */
const REPAIR_ROUNDS = 3;
/** A limit for requests over HTTP, which somebody waits for; the command takes longer ranges. */
const MAX_DAYS_OVER_HTTP = 31;
const MAX_REQUESTS_OVER_HTTP = 200;

export interface RepairedReconciliation {
  readonly repaired: readonly Difference[];
  /** The comparison after the repair. */
  readonly reconciliation: Reconciliation;
}

/** Reconciliation as it is asked for. The command has no principal: who may run it has the database. */
@Injectable()
export class ReconciliationService {
  constructor(
    private readonly reconciler: Reconciler,
    private readonly repairs: RepairService,
    private readonly turn: ReportTurn,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws AppError forbidden (403) unless an administrator asks, validation_failed (400), rate_limited (429) while
   *   another one is made here or on another instance, provider_unreachable (502).
   */
  async report(principal: Principal, range: DayRange): Promise<Reconciliation> {
    if (!principal.isAdmin) throw new AppError('forbidden', 'Only an administrator may see this');
    const problem = whyNoRange(range, this.clock.now(), MAX_DAYS_OVER_HTTP);
    if (problem !== null) throw new AppError('validation_failed', problem, { messages: [problem] });
    try {
      return await this.turn.take((isOver) =>
        this.reconciler.compare(range, { maxRequests: MAX_REQUESTS_OVER_HTTP, isOver }),
      );
    } catch (error) {
      if (error instanceof CouldNotReconcile)
        throw new AppError('provider_unreachable', error.message, { cause: error });
      throw error;
    }
  }

  /** @throws CouldNotReconcile, StoreError */
  compare(range: DayRange): Promise<Reconciliation> {
    return this.reconciler.compare(range);
  }

  /** Imports what Stripe knows, then compares again. @throws CouldNotReconcile, StoreError */
  async repair(range: DayRange): Promise<RepairedReconciliation> {
    const repaired: Difference[] = [];
    let reconciliation = await this.compare(range);
    for (let round = 0; round < REPAIR_ROUNDS; round++) {
      const done = await this.repairs.repair(reconciliation.differences);
      if (done.length === 0) break;
      repaired.push(...done);
      reconciliation = await this.compare(range);
    }
    return { repaired, reconciliation };
  }
}
