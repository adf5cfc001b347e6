import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { DueWorker } from '../../../platform/common/due-worker.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/operations/metrics.js';
import { Readiness } from '../../../platform/operations/readiness.js';
import { ChargeService } from '../../payment/charge/charge.service.js';
import { RESPONSE } from '../record/response-codes.js';
import { lacksCustomer, lacksPage, TransactionBook } from '../record/transaction-book.service.js';
import { TransactionPayments } from '../record/transaction-payments.service.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { Transaction } from '../record/transaction.types.js';
import { RedirectPages } from '../record/redirect-pages.service.js';
import { VaultKeeper } from '../vault-keeper.service.js';
import { CaptureTransaction } from '../verbs/capture-transaction.service.js';
import { RefundTransaction } from '../verbs/refund-transaction.service.js';
import { VoidTransaction } from '../verbs/void-transaction.service.js';

/**
 * Finishes what requests leave behind: a row without a charge is ended, so that nothing that stood still can charge later; what
 * was asked for on a charge is carried out; an outcome that nobody knew is written once the payment has one. It never starts a
 * charge: its caller may have gone another way.
 */
@Injectable()
export class TransactionResolver extends DueWorker<Transaction> {
  protected override readonly pace = { batch: 50, lanes: 4 };
  private readonly logger = new Logger(TransactionResolver.name);

  constructor(
    private readonly rows: TransactionRepository,
    private readonly payments: TransactionPayments,
    private readonly charges: ChargeService,
    private readonly book: TransactionBook,
    private readonly pages: RedirectPages,
    private readonly vault: VaultKeeper,
    private readonly captures: CaptureTransaction,
    private readonly voids: VoidTransaction,
    private readonly refunds: RefundTransaction,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(config.role, readiness, 'transaction-resolver', config.payments.resolverTickMs);
  }

  protected override due(limit: number): Promise<readonly Transaction[]> {
    return atFailpoint('transaction.due', () => this.rows.dueForCheck(this.clock.date(), limit));
  }

  protected override showDue(due: readonly Transaction[]): void {
    this.metrics.gauge('transactions_due', due.length);
  }

  protected override async work(row: Transaction): Promise<boolean> {
    try {
      const nextCheckAt = new Date(this.clock.now() + this.config.payments.unansweredRecheckMs);
      const claimed = await atFailpoint('transaction.claim_due', () => this.rows.change(row, { nextCheckAt }));
      if (claimed !== null && !isLeased(claimed, this.clock.now())) await this.resolve(claimed);
    } catch (error) {
      this.logger.warn({ err: error, transactionId: row._id }, 'transaction could not be resolved yet');
    }
    return true;
  }

  private async resolve(row: Transaction): Promise<void> {
    if (row.status === 'unknown' && row.asked === null) return this.settle(row);
    if (lacksPage(row)) await this.pages.fill(row);
    const { saved } = row.vaultRecord ?? {};
    if (saved !== undefined && lacksCustomer(row)) await this.vault.keep(row, saved);
    if (row.asked?.kind === 'capture') await this.captures.carryOut(row);
    else if (row.asked?.kind === 'void') await this.voids.carryOut(row);
    for (const { id, state } of row.refunds) if (state === 'asked') await this.refunds.carryOut(row, id);
    await this.rest(row);
  }

  /** Writes the outcome of a charge, or ends one that nobody has begun or sent. */
  private async settle(row: Transaction): Promise<void> {
    if (row.type === 'refund') return this.settleRefund(row);
    const found = await this.payments.find(row);
    const ended = found !== null && found.outcome !== 'pending' ? found : await this.endUnsent(row);
    if (ended === null) {
      const unknown = { code: 'interrupted', text: 'nothing was charged' };
      const declined = { status: 'declined', responseCode: RESPONSE.processorError } as const;
      await this.book.end(row, { ...declined, answer: { ...row.answer, ...unknown } });
      return;
    }
    await this.book.book(row, ended.payment, { leaseUntil: null });
  }

  /** Returns null where no money can have moved: a verification, or a credit. */
  private async endUnsent(row: Transaction) {
    if (row.paymentId === null) return null;
    const { amountMinor, currency } = row;
    return this.charges.end({ ...this.payments.named(row), amountMinor, currency });
  }

  /** The original's row knows the refund by its id, and carries it on. */
  private async settleRefund(row: Transaction): Promise<void> {
    const original = await atFailpoint('transaction.original', () => this.rows.load(row.referencedTransactionId));
    if (original === null) throw new Error(`the original of refund ${row._id} has vanished`);
    await this.refunds.carryOut(original, row._id);
    await this.rest(row);
  }

  /** Takes what is finished out of what is due. */
  private async rest(row: Transaction): Promise<void> {
    await atFailpoint('transaction.at_rest', () =>
      this.rows.changeUntil(row, (current) => {
        const isOver = this.book.nextCheckOf(current) === null && current.nextCheckAt !== null;
        return isOver ? { nextCheckAt: null } : null;
      }),
    );
  }
}
