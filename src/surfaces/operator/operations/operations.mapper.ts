import type { OperationsReport } from '../../../modules/payment/upkeep/operations-report.service.js';
import type { ReturnOperations } from './operations.dto.js';

export function toReturnOperations({
  asOf,
  unknown,
  lateSuccesses,
  inbox,
  parkedReceipts,
  parked,
}: OperationsReport): ReturnOperations {
  const seconds = (at: Date | null) => (at === null ? null : Math.max(0, (asOf.getTime() - at.getTime()) / 1000));
  const { under_1m: under1m, under_10m: under10m, under_1h: under1h, over_1h: over1h } = unknown.ages;
  const { deadEvents, overdueEffects: overdueReceipts, overdueChecks, parkedEffects } = parked;
  return {
    asOf: asOf.toISOString(),
    unknownOutcomes: {
      count: unknown.count,
      oldestSeconds: seconds(unknown.oldestAt),
      byAge: { under1m, under10m, under1h, over1h },
    },
    lateSuccesses: {
      count: lateSuccesses.count,
      newest: lateSuccesses.newest.map(({ providerPaymentId, at }) => ({
        id: providerPaymentId,
        at: at.toISOString(),
      })),
    },
    events: {
      pending: inbox.pending,
      oldestPendingSeconds: seconds(inbox.oldestPendingAt),
      unmatched: inbox.unmatched,
      oldestUnmatchedSeconds: seconds(inbox.oldestUnmatchedAt),
    },
    parkedReceipts: parkedReceipts.map(({ payment, parkedAt, reason }) => ({
      id: payment,
      at: parkedAt.toISOString(),
      reason,
    })),
    parkedWork: {
      total: deadEvents + overdueReceipts + overdueChecks + parkedEffects,
      deadEvents,
      overdueReceipts,
      overdueChecks,
      parkedReceipts: parkedEffects,
    },
  };
}
