import { Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE } from '../../../platform/common/duration.js';
import { earliest } from '../../../platform/common/earliest.js';
import type { Principal } from '../../../platform/common/principal.js';
import { type InboxBacklog, InboxRepository } from '../../../platform/stripe/webhook/inbox.repository.js';
import { OVERDUE_AFTER_MS } from '../effects/effect-drain.js';
import { type ParkedReceipt, ParkedReceiptsService } from '../effects/parked-receipts.service.js';
import { PaymentRepository } from '../record/payment.repository.js';
import { type UnknownAges, unknownAges } from './unknown-ages.js';

/** Time after which a check is overdue: longer than any resolver that works takes to come round. */
const CHECK_OVERDUE_MS = 10 * MINUTE;
const NEWEST = 20;

export interface OperationsReport {
  readonly asOf: Date;
  readonly unknown: { readonly count: number; readonly oldestAt: Date | null; readonly ages: UnknownAges };
  readonly lateSuccesses: {
    readonly count: number;
    readonly newest: readonly { readonly providerPaymentId: string; readonly at: Date }[];
  };
  readonly inbox: InboxBacklog;
  /** Newest first. */
  readonly parkedReceipts: readonly ParkedReceipt[];
  /** Counts of what nobody works on any more, or works on without getting anywhere. */
  readonly parked: {
    readonly deadEvents: number;
    readonly overdueEffects: number;
    readonly overdueChecks: number;
    readonly parkedEffects: number;
  };
}

/** Reports what an operator asks first, of all instances together: it is read from the store, which they share. */
@Injectable()
export class OperationsReportService {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly inbox: InboxRepository,
    private readonly receipts: ParkedReceiptsService,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError forbidden (403) unless an administrator asks. */
  async report(principal: Principal): Promise<OperationsReport> {
    if (!principal.isAdmin) throw new AppError('forbidden', 'Only an administrator may see this');
    const now = this.clock.now();
    const before = (ms: number) => new Date(now - ms);
    const [unsettled, lateCount, late, inbox, overdueEffects, overdueChecks, parkedEffects, parkedReceipts] =
      await Promise.all([
        this.payments.unsettledSince(),
        this.payments.countLateSuccesses(),
        this.payments.lateSuccesses(NEWEST),
        this.inbox.backlog(),
        this.payments.countOverdueEffects(before(OVERDUE_AFTER_MS)),
        this.payments.countOverdueChecks(before(CHECK_OVERDUE_MS)),
        this.payments.countParkedEffects(),
        this.receipts.list(NEWEST),
      ]);
    return {
      asOf: new Date(now),
      unknown: { count: unsettled.length, oldestAt: earliest(unsettled), ages: unknownAges(unsettled, now) },
      lateSuccesses: {
        count: lateCount,
        newest: late.flatMap(({ providerPaymentId, lateSuccessAt }) =>
          providerPaymentId === undefined || lateSuccessAt === undefined
            ? []
            : [{ providerPaymentId, at: lateSuccessAt }],
        ),
      },
      inbox,
      parkedReceipts,
      parked: { deadEvents: inbox.dead, overdueEffects, overdueChecks, parkedEffects },
    };
  }
}
