import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { Clock } from '../../../platform/common/clock.js';
import { MINUTE, SECOND } from '../../../platform/common/duration.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import { TransactionPayments } from '../record/transaction-payments.service.js';
import { TransactionRepository } from '../record/transaction.repository.js';
import type { NewTransaction, Transaction } from '../record/transaction.types.js';
import { inProgress, KeyClaims } from './key-claims.service.js';
import type { TransactionRequest } from './process.types.js';
import { TransactionCharger } from './transaction-charger.js';
import { RedirectPages } from '../record/redirect-pages.service.js';
import { type Plan, refuseCaller, TransactionPlanner } from './transaction-plan.service.js';

const LOOK_AGAIN_MS = 100;
/** A request that stood still is given so much longer before another one takes its row over. */
const GRACE_MS = 5 * SECOND;
/** A caller with an id of its own comes back within this, or never. */
const CALLER_COMES_BACK_MS = 10 * MINUTE;

/** Contract gateway 5.1: carries out a transaction, once for each idempotency key and its five minutes. */
@Injectable()
export class ProcessService {
  constructor(
    private readonly planner: TransactionPlanner,
    private readonly keys: KeyClaims,
    private readonly rows: TransactionRepository,
    private readonly charger: TransactionCharger,
    private readonly pages: RedirectPages,
    private readonly payments: TransactionPayments,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the transaction with its outcome: a decline is one, and so is `unknown`.
   * @throws AppError forbidden, validation_failed: nothing was written; provider_unreachable, provider_refused: a token could not
   *   be looked at; StoreError.
   */
  async process(caller: GatewayPrincipal, request: TransactionRequest): Promise<Transaction> {
    const { accountId } = caller;
    refuseCaller(caller, request);
    const key = request.echoed.idempotencyKey;
    if (key === '') return this.begin(await this.planner.plan(caller, request), newXid(this.clock.now()), request);
    const before = await this.keys.look(accountId, key, request.body);
    if (before !== null && before.row !== null) return this.repeat(before.row, caller, request);
    const plan = await this.planner.plan(caller, request);
    const claimed = before ?? (await this.keys.claim(accountId, key, request.body));
    if (claimed.row !== null) return this.repeat(claimed.row, caller, request);
    return this.begin(plan, claimed.transactionId, request);
  }

  private async begin(plan: Plan, id: string, request: TransactionRequest, patienceMs = 0): Promise<Transaction> {
    const { document, inserted } = await atFailpoint('transaction.insert', () =>
      this.rows.insert(this.rowOf(plan, id, patienceMs)),
    );
    if (!inserted) return this.finish(document, () => Promise.resolve(plan), request);
    return this.carryOut(document, plan, request);
  }

  private rowOf({ draft }: Plan, id: string, patienceMs: number): NewTransaction {
    const leaseUntil = this.leaseFromNow();
    const hasMoney = draft.type === 'sale' || draft.type === 'authorize';
    const paymentId = hasMoney ? this.payments.idOf({ _id: id, accountId: draft.accountId }) : null;
    const nextCheckAt = new Date(leaseUntil.getTime() + patienceMs);
    return { ...draft, _id: id, paymentId, leaseUntil, nextCheckAt };
  }

  private leaseFromNow(): Date {
    return new Date(this.clock.now() + this.config.payments.requestDeadlineMs + GRACE_MS);
  }

  private async carryOut(row: Transaction, plan: Plan, request: TransactionRequest): Promise<Transaction> {
    if (plan.declined !== null) return this.charger.decline(row, plan.declined);
    const { statementDescriptor } = request;
    const { source, vault } = plan.found;
    return this.charger.carryOut(row, { source, vault, statementDescriptor });
  }

  /** Answers as the first request, or finishes what it left behind. */
  private repeat(row: Transaction, caller: GatewayPrincipal, request: TransactionRequest): Promise<Transaction> {
    return this.finish(row, () => this.planner.plan(caller, request), request);
  }

  private async finish(
    found: Transaction,
    plan: () => Promise<Plan>,
    request: TransactionRequest,
  ): Promise<Transaction> {
    const until = performance.now() + this.config.payments.requestDeadlineMs;
    for (let row = found; ; row = await atFailpoint('transaction.reload', () => this.rows.reload(row))) {
      const free = await this.whenFree(row, until);
      if (free.status !== 'unknown') return this.pages.fill(free);
      const leaseUntil = this.leaseFromNow();
      const taken = await atFailpoint('transaction.take_over', () => this.rows.change(free, { leaseUntil }));
      if (taken === null) continue; // another repeat was quicker
      const gone = taken.paymentId === null ? null : await this.charger.goOn(taken);
      return gone ?? this.carryOut(taken, await plan(), request);
    }
  }

  /** Waits while another request is at work on the row. Throws AppError validation_failed: it takes too long. */
  private async whenFree(row: Transaction, until: number): Promise<Transaction> {
    let current = row;
    while (current.status === 'unknown' && isLeased(current, this.clock.now())) {
      if (performance.now() > until) throw inProgress();
      await sleep(LOOK_AGAIN_MS);
      current = await atFailpoint('transaction.wait', () => this.rows.reload(current));
    }
    return current;
  }

  /**
   * Carries out a transaction under an id that its caller has drawn and stored before, and returns it as `process` does. The same
   * id again goes on with the same row. The resolver leaves the row alone for some minutes: its caller has what it was asked for,
   * and comes back. Throws as `process`.
   */
  async processAs(caller: GatewayPrincipal, request: TransactionRequest, id: string): Promise<Transaction> {
    const before = await atFailpoint('transaction.find_drawn', () => this.rows.find(caller.accountId, id));
    if (before !== null) return this.repeat(before, caller, request);
    return this.begin(await this.planner.plan(caller, request), id, request, CALLER_COMES_BACK_MS);
  }
}
