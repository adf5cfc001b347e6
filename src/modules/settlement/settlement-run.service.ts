import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { MINUTE } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { isLeased } from '../../platform/common/lease.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { maySettle, settlesFrom } from '../transaction/record/settling.js';
import { SettlingRepository } from '../transaction/record/settling.repository.js';
import type { Transaction } from '../transaction/record/transaction.types.js';
import { BatchCloser } from './batch-closer.service.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { SettlementBatch, SettlementProgress } from './batch.types.js';
import { lastCutOff, nextCutOff } from './cut-off.js';
import { processorBatch } from './batch-records.js';
import { SettlementProgressRepository } from './progress.repository.js';

const PAGE = 500;
/** Wait after the cut-off, in which captures just before it are written. */
const GRACE_MS = MINUTE;
/** A run that died is begun again after it. */
const LEASE_MS = 15 * MINUTE;

/** Range of cut-offs that a run closes. */
interface Reach {
  /** Cut-off up to which all is closed already: a row that comes late goes to the one after it. */
  readonly after: number | null;
  /** The last cut-off that is closed. */
  readonly until: number;
  /** A cut-off of its own for what is later than that; null leaves it to the next run. */
  readonly now: number | null;
  /** Absent: all accounts. */
  readonly accountId?: string | undefined;
}

/**
 * Contract gateway 6.3: closes what processors took, one batch for each processor, currency and cut-off. Cut-offs that were
 * missed are made up for, each row in its own; a batch that is settled takes nothing more, so that what a merchant has read
 * stays: a row that is late, such as a debit whose money took days, goes to the first cut-off that is still open.
 */
@Injectable()
export class SettlementRun {
  constructor(
    private readonly settling: SettlingRepository,
    private readonly batches: SettlementBatchRepository,
    private readonly progress: SettlementProgressRepository,
    private readonly closer: BatchCloser,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Closes the cut-offs that have passed, if there are any and nobody else is at it. Returns the batches. */
  async closeDue(isOver: () => boolean = () => false): Promise<SettlementBatch[]> {
    const claimed = await this.claim();
    if (claimed === null) return [];
    const until = this.lastDue();
    const after = claimed.doneThrough?.getTime() ?? null;
    try {
      const closed = await this.close({ after, until, now: null }, isOver);
      // A batch that a dead worker left standing is begun again here.
      const done = isOver() ? {} : { doneThrough: new Date(until) };
      await atFailpoint('settlement.through', () => this.progress.swap(claimed, { ...done, leaseUntil: null }));
      return closed;
    } catch (error) {
      await atFailpoint('settlement.let_go', () => this.progress.swap(claimed, { leaseUntil: null }));
      throw error;
    }
  }

  /** Closes everything that was captured until now, whatever the time: an operator's command. Returns the batches. */
  async closeAll(accountId?: string): Promise<SettlementBatch[]> {
    const { doneThrough } = await this.load();
    const until = this.lastDue();
    return this.close({ after: doneThrough?.getTime() ?? null, until, now: this.clock.now(), accountId }, () => false);
  }

  private lastDue(): number {
    return lastCutOff(this.clock.now() - GRACE_MS, this.config.settlement.cutOffMs);
  }

  /** @returns null when nothing is due, or somebody is at it. */
  private async claim(): Promise<SettlementProgress | null> {
    const progress = await this.load();
    const now = this.clock.now();
    const { doneThrough } = progress;
    const isDue = doneThrough === null || doneThrough.getTime() < this.lastDue();
    if (!isDue || isLeased(progress, now)) return null;
    return atFailpoint('settlement.claim', () =>
      this.progress.swap(progress, { leaseUntil: new Date(now + LEASE_MS) }),
    );
  }

  private async load(): Promise<SettlementProgress> {
    const found = await atFailpoint('settlement.progress', () => this.progress.load('processors'));
    if (found !== null) return found;
    const never = { _id: 'processors', doneThrough: null, leaseUntil: null } as const;
    return (await atFailpoint('settlement.first', () => this.progress.insert(never))).document;
  }

  private async close(reach: Reach, isOver: () => boolean): Promise<SettlementBatch[]> {
    const opened = new Map<string, SettlementBatch | null>();
    for (const left of await this.leftClosing(reach)) opened.set(left._id, left);
    for (let processorId = ''; !isOver();) {
      const first = await this.nextProcessor(processorId);
      if (first === null) break;
      ({ processorId } = first);
      if (reach.accountId === undefined || reach.accountId === first.accountId)
        await this.settleProcessor(processorId, reach, opened, isOver);
    }
    const begun = [...opened.values()].filter((batch) => batch !== null);
    begun.sort((one, other) => one.batchDate.getTime() - other.batchDate.getTime());
    const closed: SettlementBatch[] = [];
    // In order, for the sake of their numbers.
    for (const batch of begun) closed.push(await this.closer.finish(batch));
    return closed.filter(({ numTransactions }) => numTransactions > 0);
  }

  private nextProcessor(processorId: string): Promise<Transaction | null> {
    return atFailpoint('settlement.next_processor', () => this.settling.ofNextProcessor(processorId));
  }

  private async settleProcessor(
    processorId: string,
    reach: Reach,
    opened: Map<string, SettlementBatch | null>,
    isOver: () => boolean,
  ): Promise<void> {
    for (let after = '', more = true; more && !isOver();) {
      const page = await atFailpoint('settlement.waiting', () =>
        this.settling.waitingAtProcessor(processorId, after, PAGE),
      );
      const rows = new Map<SettlementBatch, Transaction[]>();
      for (const row of page) {
        const batch = await this.batchOf(row, reach, opened);
        if (batch !== null) rows.set(batch, [...(rows.get(batch) ?? []), row]);
      }
      for (const [batch, settling] of rows) await this.closer.settle(batch, settling);
      after = page.at(-1)?._id ?? '';
      more = page.length === PAGE;
    }
  }

  /** Returns null for what waits: for its money, for its terminal's closing, or for a later cut-off. */
  private async batchOf(
    row: Transaction,
    reach: Reach,
    opened: Map<string, SettlementBatch | null>,
  ): Promise<SettlementBatch | null> {
    const cutOff = row.terminalId === '' && maySettle(row) ? this.cutOffOf(row, reach) : null;
    if (cutOff === null) return null;
    const batch = processorBatch(row, new Date(cutOff), this.clock.date());
    const known = opened.get(batch._id);
    if (known !== undefined) return known;
    const found = await this.closer.open(batch);
    opened.set(batch._id, found);
    return found;
  }

  private cutOffOf(row: Transaction, { after, until, now }: Reach): number | null {
    const { cutOffMs } = this.config.settlement;
    const own = nextCutOff(settlesFrom(row).getTime(), cutOffMs);
    const open = after === null ? own : Math.max(own, nextCutOff(after, cutOffMs));
    return open <= until ? open : now;
  }

  /** Batches whose rows are all settled, and whose worker died before it summed them up. */
  private leftClosing({ until, accountId }: Reach): Promise<SettlementBatch[]> {
    if (accountId !== undefined) return Promise.resolve([]);
    return atFailpoint('settlement.left', () => this.batches.begun(new Date(until), PAGE));
  }
}
