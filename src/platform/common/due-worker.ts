import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from './duration.js';
import { BackgroundWorker } from './background-worker.js';
import { inLanes } from './lanes.js';

/** How a worker goes through what is due. */
export interface DuePace {
  /** So many records are read at a time; a full batch brings the next pass at once. */
  readonly batch: number;
  /** So many are at work at a time: most of the time goes by waiting. */
  readonly lanes: number;
  /** A longer backlog, such as after an outage, is worked off at this many a second, so that payers keep their share of
   * Stripe's limit. Absent: as fast as it goes. */
  readonly perSecond?: number;
}

/**
 * The work of a worker that goes by due records: read what is due, claim one by a swap that moves its due time (so that
 * whoever is alive looks at it again, should this one die), work on it, in lanes, at a pace, until the app stops.
 */
export abstract class DueWorker<R, T = R> extends BackgroundWorker {
  protected abstract readonly pace: DuePace;

  /** Reads at most `limit` records, the one due longest first. */
  protected abstract due(limit: number): Promise<readonly R[]>;

  /**
   * Claims one and works on it. Returns whether Stripe was asked, which is what the pace is for. What it throws ends the pass
   * once the other lanes are through.
   */
  protected abstract work(item: T): Promise<boolean>;

  /** Puts together what is worked on as one; else each record is by itself. */
  protected together(due: readonly R[]): Iterable<T> {
    return due as readonly unknown[] as readonly T[];
  }

  /** Shows what was due, before the work. */
  protected showDue?(due: readonly R[]): void;

  /** Shows what is left, after the work. */
  protected showRest?(): Promise<void>;

  override async pass(): Promise<void> {
    const { batch, lanes, perSecond } = this.pace;
    const due = await this.due(batch);
    this.showDue?.(due);
    const paced = perSecond !== undefined && due.length > perSecond;
    await inLanes(lanes, this.together(due), (item) => this.inTurn(item, paced ? (lanes * SECOND) / perSecond : 0));
    if (this.stopping) return;
    await this.showRest?.();
    if (due.length === batch) this.nudge();
  }

  private async inTurn(item: T, turnMs: number): Promise<void> {
    if (this.stopping) return; // what is left is due, here or on another instance
    const started = performance.now();
    const asked = await this.work(item);
    if (asked && turnMs > 0) await sleep(Math.max(0, turnMs - (performance.now() - started)));
  }
}
