import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { AuditActor } from '../audit/audit.types.js';
import type { SettlementBatch } from './batch.types.js';
import { SettlementRun } from './settlement-run.service.js';
import { TerminalSettlement } from './terminal-settlement.service.js';

/** Settlement at an operator's word, beside the worker or instead of it. */
@Injectable()
export class OperatorSettlement {
  constructor(
    private readonly run: SettlementRun,
    private readonly terminals: TerminalSettlement,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Closes the terminals whose time has come, and everything else that was captured until now.
   * @param accountId absent: all accounts. Throws StoreError.
   */
  settle(actor: AuditActor, accountId?: string): Promise<SettlementBatch[]> {
    return this.audit.record(
      actor,
      { action: 'settlement.run', object: { kind: 'settlement', id: accountId ?? 'all' } },
      async () => [...(await this.terminals.closeDue(accountId)), ...(await this.run.closeAll(accountId))],
      (closed) => ({ after: { batches: closed.map(({ _id }) => _id) } }),
    );
  }
}
