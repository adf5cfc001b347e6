import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { MINUTE, timeOfDay } from '../../platform/common/duration.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { maySettle, settlesFrom } from '../transaction/record/settling.js';
import { SettlingRepository } from '../transaction/record/settling.repository.js';
import type { Transaction } from '../transaction/record/transaction.types.js';
import { TerminalService } from '../terminal/terminal.service.js';
import type { Terminal } from '../terminal/terminal.types.js';
import { BatchCloser } from './batch-closer.service.js';
import { SettlementBatchRepository } from './batch.repository.js';
import type { SettlementBatch } from './batch.types.js';
import { terminalBatch } from './batch-records.js';
import { lastCutOff } from './cut-off.js';

const PAGE = 500;
/** Wait after the time, in which captures just before it are written. */
const GRACE_MS = MINUTE;
/** Closings of one terminal at the same moment, before one of them gives up. */
const TRIES = 20;

/**
 * Contract gateway 6.1: closes a terminal's open batch, with everything that the terminal took until then; payments that read
 * its number afterwards belong to the next one.
 */
@Injectable()
export class TerminalSettlement {
  constructor(
    private readonly terminals: TerminalService,
    private readonly settling: SettlingRepository,
    private readonly batches: SettlementBatchRepository,
    private readonly closer: BatchCloser,
    private readonly clock: Clock,
  ) {}

  /** Returns null when nothing was open. Throws AppError `terminal_not_found`, StoreError. */
  async close(accountId: string, terminalId: string): Promise<SettlementBatch | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const terminal = await this.find(accountId, terminalId);
      const rows = await this.openRows(terminal);
      const opened = await this.open(terminal, rows);
      if (opened === 'settled') {
        // Somebody has closed this number, or died while they were at it.
        await this.terminals.closeBatch(accountId, terminalId, terminal.batchNumber);
        continue;
      }
      return this.finish(terminal, opened);
    }
    throw new Error(`the terminal ${terminalId} was not closed: others were quicker ${TRIES} times`);
  }

  /** Closes the terminals whose time has come. Returns the batches. */
  async closeDue(accountId?: string): Promise<SettlementBatch[]> {
    const closed: SettlementBatch[] = [];
    for (let terminalId = ''; ;) {
      const first = await this.nextTerminal(terminalId);
      if (first === null) return closed;
      ({ terminalId } = first);
      if (accountId !== undefined && accountId !== first.accountId) continue;
      const batch = (await this.isDue(first)) ? await this.close(first.accountId, terminalId) : null;
      if (batch !== null) closed.push(batch);
    }
  }

  private nextTerminal(terminalId: string): Promise<Transaction | null> {
    return atFailpoint('settlement.next_terminal', () => this.settling.ofNextTerminal(terminalId));
  }

  private async isDue({ accountId, terminalId }: Transaction): Promise<boolean> {
    const terminal = await this.terminals.find(accountId, terminalId);
    // None at all is of a store that was tampered with: its rows wait, and are told as overdue.
    if (terminal?.autoSettle !== true) return false;
    const time = lastCutOff(this.clock.now() - GRACE_MS, timeOfDay(terminal.settleAt));
    const last = await atFailpoint('settlement.last_closed', () => this.batches.lastOfTerminal(terminalId));
    if (last !== null && last.batchDate.getTime() >= time) return false;
    return (await this.openRows(terminal)).some((row) => settlesFrom(row).getTime() < time);
  }

  private async find(accountId: string, terminalId: string): Promise<Terminal> {
    const terminal = await this.terminals.find(accountId, terminalId);
    if (terminal === null) throw new AppError('terminal_not_found', 'there is no such terminal');
    return terminal;
  }

  private async openRows({ id, accountId, batchNumber }: Terminal): Promise<Transaction[]> {
    const open: Transaction[] = [];
    for (let after = '', more = true; more;) {
      const page = await atFailpoint('settlement.open_rows', () => this.settling.waitingAtTerminal(id, after, PAGE));
      open.push(...page.filter((row) => row.accountId === accountId && maySettle(row) && isOf(row, batchNumber)));
      after = page.at(-1)?._id ?? '';
      more = page.length === PAGE;
    }
    return open;
  }

  private async open(terminal: Terminal, rows: readonly Transaction[]) {
    const opened = new Map<string, { batch: SettlementBatch; rows: Transaction[] }>();
    for (const row of rows) {
      const wanted = terminalBatch(row, terminal, this.clock.date());
      const known = opened.get(wanted._id);
      const batch = known?.batch ?? (await this.closer.open(wanted));
      if (batch === null) return 'settled';
      opened.set(batch._id, { batch, rows: [...(known?.rows ?? []), row] });
    }
    return [...opened.values()];
  }

  /** The number moves on before the first row is settled: what is paid from then on is of the next batch. */
  private async finish(
    { id, accountId, batchNumber }: Terminal,
    opened: readonly { readonly batch: SettlementBatch; readonly rows: readonly Transaction[] }[],
  ): Promise<SettlementBatch | null> {
    if (opened.length > 0) await this.terminals.closeBatch(accountId, id, batchNumber);
    const closed: SettlementBatch[] = [];
    for (const { batch, rows } of opened) {
      await this.closer.settle(batch, rows);
      closed.push(await this.closer.finish(batch));
    }
    return closed.find(({ numTransactions }) => numTransactions > 0) ?? null;
  }
}

/** A payment that read the next number while this one was being closed is not of it. */
function isOf({ method }: Transaction, batchNumber: number): boolean {
  return method.type !== 'terminal' || Number(method.batchNumber) <= batchNumber;
}
