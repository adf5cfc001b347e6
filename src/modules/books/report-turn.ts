import { Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { MINUTE, SECOND } from '../../platform/common/duration.js';
import { ReconcileRunRepository } from './reconcile-run.repository.js';
import type { ReconcileRun } from './reconciliation.types.js';

/** A report that takes longer is ended: the next in turn may have begun. */
const TURN_MS = 5 * MINUTE;

/**
 * Reports that somebody waits for are made one at a time, over all instances: each asks Stripe up to two hundred times, out
 * of the share that payers live on. An instance that died keeps its turn until it is over.
 */
@Injectable()
export class ReportTurn {
  private readonly logger = new Logger(ReportTurn.name);

  constructor(
    private readonly runs: ReconcileRunRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * @param work is given what says, between two requests, whether its turn is over
   * @throws AppError rate_limited (429) while another report is made; whatever `work` throws; StoreError
   */
  async take<T>(work: (isOver: () => boolean) => Promise<T>): Promise<T> {
    const mine = await this.begin();
    const until = performance.now() + TURN_MS;
    try {
      return await work(() => performance.now() > until);
    } finally {
      await this.end(mine);
    }
  }

  private async begin(): Promise<ReconcileRun> {
    const asked = (await this.runs.load('asked')) ?? (await this.first());
    const leftMs = (asked.leaseUntil?.getTime() ?? 0) - this.clock.now();
    if (leftMs > 0) throw anotherOne(leftMs);
    const mine = await this.runs.swap(asked, { leaseUntil: new Date(this.clock.now() + TURN_MS) });
    if (mine === null) throw anotherOne(TURN_MS);
    return mine;
  }

  private async first(): Promise<ReconcileRun> {
    const nothing = { comparedThrough: null, differences: 0, nextAt: this.clock.date(), leaseUntil: null };
    return (await this.runs.insert({ _id: 'asked', ...nothing })).document;
  }

  /** Gives the turn back. A failure does not withhold the result: the turn ends by itself. */
  private async end(mine: ReconcileRun): Promise<void> {
    try {
      await this.runs.swap(mine, { leaseUntil: null });
    } catch (error) {
      this.logger.warn({ err: error }, 'the turn of a report ends by itself, it could not be given back');
    }
  }
}

function anotherOne(leftMs: number): AppError {
  return new AppError('rate_limited', 'Another reconciliation is being made, please try again when it is done', {
    retryAfterSeconds: Math.min(10, Math.ceil(leftMs / SECOND)),
  });
}
