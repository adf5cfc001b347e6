import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import type { AuditState } from '../audit/audit-state.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { AuditActor } from '../audit/audit.types.js';
import type { GatewayPrincipal } from '../user/gateway/gateway-user.types.js';
import { may } from '../user/gateway/permissions.js';
import { toTerminal } from './terminal-records.js';
import { TerminalRepository } from './terminal.repository.js';
import type { TerminalRecord } from './terminal.schema.js';
import type { Terminal, TerminalChanges } from './terminal.types.js';

/** Changes of one terminal at the same moment, before one of them gives up. */
const TRIES = 20;

/** The terminals of an account. No endpoint makes or changes them: `TerminalSync` and operators do (contract gateway 9). */
@Injectable()
export class TerminalService {
  constructor(
    private readonly terminals: TerminalRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Returns the caller's terminals, oldest first, whatever their status; `authKey` is empty for who may not see it. */
  async listFor(caller: GatewayPrincipal): Promise<Terminal[]> {
    const all = await this.list(caller.accountId);
    return may(caller, 'manage_terminals') ? all : all.map((terminal) => ({ ...terminal, authKey: '' }));
  }

  /** Returns all of an account, oldest first, with their secrets. */
  async list(accountId: string): Promise<Terminal[]> {
    return (await this.terminals.list(accountId)).map(toTerminal);
  }

  /** Returns null where the account has no such terminal. One that is not `active` takes no payment. */
  async find(accountId: string, id: string): Promise<Terminal | null> {
    const found = await this.terminals.find(accountId, id);
    return found === null ? null : toTerminal(found);
  }

  /** Changes what is named and leaves the rest. Throws AppError `terminal_not_found`. */
  async update(actor: AuditActor, accountId: string, id: string, changes: TerminalChanges): Promise<Terminal> {
    const before = await this.terminals.find(accountId, id);
    if (before === null) throw notFound();
    return this.audit.record(
      actor,
      { action: 'terminal.update', object: { kind: 'terminal', id }, before: audited(before), asked: audited(changes) },
      async () => toTerminal(await this.change(accountId, id, () => ({ ...changes, updatedAt: this.clock.date() }))),
      (after) => ({ after: { status: after.status } }),
    );
  }

  /**
   * Ends the batch of this number: payments that read the terminal afterwards belong to the next. Once, however often it is
   * asked, so that a settlement that was interrupted may ask again. Throws AppError `terminal_not_found`.
   */
  async closeBatch(accountId: string, id: string, batchNumber: number): Promise<Terminal> {
    const closed = await this.change(accountId, id, (seen) => {
      if (batchNumber > seen.batchNumber) throw new Error(`terminal ${id} has not begun batch ${batchNumber}`);
      return batchNumber < seen.batchNumber ? null : { batchNumber: batchNumber + 1 };
    });
    return toTerminal(closed);
  }

  /** Swaps until it is the first; `next` returns null for a record that is as it should be. */
  private async change(
    accountId: string,
    id: string,
    next: (seen: TerminalRecord) => Parameters<TerminalRepository['swap']>[1] | null,
  ): Promise<TerminalRecord> {
    for (let tries = 0; tries < TRIES; tries++) {
      const seen = await this.terminals.find(accountId, id);
      if (seen === null) throw notFound();
      const change = next(seen);
      const changed = change === null ? seen : await this.terminals.swap(seen, change);
      if (changed !== null) return changed;
    }
    throw new Error(`the terminal ${id} was not changed: others were quicker ${TRIES} times`);
  }
}

const notFound = () => new AppError('terminal_not_found', 'there is no such terminal');

function audited({ disabled, autoSettle, settleAt, description, registerId }: TerminalChanges): AuditState {
  return { disabled, autoSettle, settleAt, description, registerId };
}
