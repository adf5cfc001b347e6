import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import { HOUR } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { inLanes } from '../../platform/common/lanes.js';
import { isCredit, maySettle, settled } from '../transaction/record/settling.js';
import { SettlingRepository } from '../transaction/record/settling.repository.js';
import { TransactionRepository } from '../transaction/record/transaction.repository.js';
import type { Transaction } from '../transaction/record/transaction.types.js';
import { TerminalService } from '../terminal/terminal.service.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { SettlementBatch } from './batch.types.js';

/** Rows settled at a time: most of the time goes by waiting for the store. */
const LANES = 4;
const PAGE = 1_000;
/** Somebody else changes the same batch so often only while something is wrong. */
const RACES = 20;
/** By then nobody who began before the batch was settled is still at work on it. */
const COUNT_AGAIN_MS = HOUR;

type Sums = Pick<SettlementBatch, 'numTransactions' | 'capturedMinor' | 'creditMinor'>;

/** The steps of closing a batch: store it, settle rows into it, sum up what is in it. Each may be done again, by anybody. */
@Injectable()
export class BatchCloser {
  constructor(
    private readonly batches: SettlementBatchRepository,
    private readonly rows: TransactionRepository,
    private readonly settling: SettlingRepository,
    private readonly terminals: TerminalService,
    private readonly clock: Clock,
  ) {}

  /** Returns null where it is settled already, and takes nothing more. */
  async open(batch: Omit<SettlementBatch, 'v' | 'w'>): Promise<SettlementBatch | null> {
    const found = await atFailpoint('settlement.open', () => this.batches.insert(batch));
    return found.state === 'settled' ? null : found;
  }

  /** Each row by one swap, which a void that was quicker wins. */
  async settle(batch: SettlementBatch, rows: readonly Transaction[]): Promise<void> {
    await inLanes(LANES, rows, async (seen) => {
      await atFailpoint('settlement.settle_row', () =>
        this.rows.changeUntil(seen, (row) => (maySettle(row) ? settled(row, batch._id, this.clock.date()) : null)),
      );
    });
  }

  /** Writes the sums of the rows that carry its id, and gives it its number; it is counted once more in an hour. */
  finish(batch: SettlementBatch): Promise<SettlementBatch> {
    return this.sumUp(batch, new Date(this.clock.now() + COUNT_AGAIN_MS));
  }

  /** Counts once more: somebody who was held up may have settled a row into it after the sum was made, and died. */
  check(batch: SettlementBatch): Promise<SettlementBatch> {
    return batch.state === 'closing' ? this.finish(batch) : this.sumUp(batch, null);
  }

  private async sumUp(batch: SettlementBatch, nextCheckAt: Date | null): Promise<SettlementBatch> {
    const { accountId, terminalId, batchNumber } = batch;
    if (terminalId !== '') await this.terminals.closeBatch(accountId, terminalId, batchNumber);
    for (let race = 0; race < RACES; race++) {
      const seen = await atFailpoint('settlement.reload', () => this.batches.load(batch._id));
      if (seen === null) throw new Error(`settlement batch ${batch._id} has vanished`);
      const sums = await this.sumsOf(seen);
      const number = await this.numberOf(seen, sums);
      const settledAt = seen.settledAt ?? this.clock.date();
      const change = { ...sums, batchNumber: number, state: 'settled', settledAt, nextCheckAt } as const;
      const done = await atFailpoint('settlement.sum_up', () => this.batches.swap(seen, change));
      if (done !== null) return done;
    }
    throw new Error(`the settlement batch ${batch._id} was not changed: others were quicker ${RACES} times`);
  }

  /** A batch whose every row was voided in the last moment gets no number, and nobody is shown it. */
  private async numberOf(batch: SettlementBatch, { numTransactions }: Sums): Promise<number> {
    if (batch.batchNumber > 0 || numTransactions === 0) return batch.batchNumber;
    const { processorId, currency } = batch;
    return (await atFailpoint('settlement.last_number', () => this.batches.lastNumber(processorId, currency))) + 1;
  }

  private async sumsOf({ _id }: SettlementBatch): Promise<Sums> {
    let sums: Sums = { numTransactions: 0, capturedMinor: 0, creditMinor: 0 };
    for (let after = '', more = true; more;) {
      const page = await atFailpoint('settlement.count', () => this.settling.ofBatch(_id, after, PAGE));
      for (const row of page) {
        const { numTransactions, capturedMinor, creditMinor } = sums;
        sums = {
          numTransactions: numTransactions + 1,
          capturedMinor: capturedMinor + (isCredit(row) ? 0 : row.settledMinor),
          creditMinor: creditMinor + (isCredit(row) ? row.settledMinor : 0),
        };
      }
      after = page.at(-1)?._id ?? '';
      more = page.length === PAGE;
    }
    return sums;
  }
}
