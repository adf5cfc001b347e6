import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { RawCardData } from '../../../platform/stripe/raw-card-data.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import type { VaultCustomer } from '../vault/vault-customer.types.js';
import { VaultRecords } from '../vault/vault-records.js';
import { type AskedMethod, toNewMethod } from './asked-method.js';
import type { NewMethod } from './new-method.types.js';
import type { MethodFlag } from './payment-method.types.js';
import { freshWork, withPatched, withWork } from './pending-work.js';
import type { PendingWork, SaveWork } from './pending-work.types.js';
import { newSaveWork } from './new-save-work.js';
import { methodRefused, numbersNotTaken, Unanswered } from './provider-refusals.js';

/** A record stays small, and Stripe lists a Customer's methods a hundred at a time. */
const MOST_METHODS = 100;
const MOST_PENDING = 20;

export interface SaveTarget {
  /** Null: a new method. */
  readonly methodId: string | null;
  readonly flags: readonly MethodFlag[] | null;
}

/** Stores what is about to be asked of Stripe; a repeat of what is not answered yet goes on with it instead. */
@Injectable()
export class SaveStarter {
  constructor(
    private readonly records: VaultRecords,
    private readonly deployment: DeploymentService,
    private readonly rawCards: RawCardData,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * What can be stored of what was asked for.
   * @throws AppError payment_method_refused when numbers must not be sent to this Stripe (G76), or a wallet's payload cannot
   *   be opened here.
   */
  accept(asked: AskedMethod): NewMethod {
    const method = toNewMethod(asked, this.rawCards.isSimulated);
    if (method.kind === 'token' || this.rawCards.mayBeSent) return method;
    throw numbersNotTaken(method.kind);
  }

  /**
   * Work that nobody has begun.
   * @param holder whose bank account it would be
   * @param scope whose request it is: the same from somebody else is no repeat
   */
  draw(asked: NewMethod, { methodId, flags }: SaveTarget, holder: string, scope: string): SaveWork {
    const now = this.records.now();
    const { leaseMs, quietAfterMs } = this.config.payments;
    return newSaveWork(
      asked,
      {
        id: newXid(now.getTime()),
        methodId: methodId ?? newXid(now.getTime()),
        replaces: methodId !== null,
        flags,
        fingerprint: this.deployment.fingerprint({ scope, asked, methodId }),
        holder,
      },
      { now, leaseMs, quietAfterMs },
    );
  }

  /**
   * @returns the record with the work in it, this request's own now; or, with `done`, the record in which a request that
   *   asked for the same at the same time has put the method.
   *   Null when the record is gone.
   * @throws AppError overloaded: that other request is still at it.
   */
  async start(
    seen: VaultCustomer,
    work: SaveWork,
    mayStart: (record: VaultCustomer) => void,
  ): Promise<{ record: VaultCustomer; work: SaveWork; done: boolean } | null> {
    const until = performance.now() + this.config.payments.repeatWaitMs;
    for (;;) {
      const record = await atFailpoint('method.begin', () =>
        this.records.change(seen._id, (current) => this.begin(current, work, mayStart)),
      );
      const mine = record?.pending.find((one): one is SaveWork => isSame(one, work));
      if (record === null) return null;
      if (mine === undefined) throw new Unanswered();
      if (isMine(mine, work)) return { record, work: mine, done: false };
      const after = await this.records.waitUntil(
        seen._id,
        ({ pending }) => !pending.some(({ id, leaseUntil }) => id === mine.id && this.isLeased(leaseUntil)),
        until - performance.now(),
      );
      if (after === null) return null;
      if (!after.over)
        throw new AppError('overloaded', 'the same request is being worked on', { retryAfterSeconds: 2 });
      if (!mine.replaces && after.record.methods.some(({ id }) => id === mine.methodId))
        return { record: after.record, work: mine, done: true };
    }
  }

  /** Inserts it, takes over what nobody is at any more, or changes nothing while somebody is. */
  private begin(record: VaultCustomer, work: SaveWork, mayStart: (record: VaultCustomer) => void) {
    const same = record.pending.find((one): one is SaveWork => isSame(one, work));
    if (same !== undefined) {
      if (this.isLeased(same.leaseUntil) || same.id === work.id) return null;
      const now = this.records.now();
      const { leaseUntil } = freshWork(now, this.config.payments.leaseMs);
      const dueAt = new Date(now.getTime() + this.config.payments.quietAfterMs);
      const unanswered = same.unanswered || same.leaseUntil !== null;
      return withPatched<SaveWork>(record, same.id, { leaseUntil, dueAt, unanswered, takenBy: work.id });
    }
    mayStart(record);
    const { pending } = this.withoutRivals(record, work);
    if (record.methods.length + record.pending.length >= MOST_METHODS && !work.replaces)
      throw methodRefused(`a customer has at most ${MOST_METHODS} payment methods`);
    if (record.pending.length >= MOST_PENDING)
      throw new AppError('overloaded', 'too much is under way for this customer', { retryAfterSeconds: 30 });
    return withWork({ ...record, pending }, work);
  }

  /** Another replacement of the same method: one that nobody is at is given up for this one. */
  private withoutRivals(record: VaultCustomer, { methodId, replaces }: SaveWork): Pick<VaultCustomer, 'pending'> {
    const isRival = (one: PendingWork): one is SaveWork =>
      replaces && one.kind === 'save' && one.methodId === methodId && !one.undoing;
    if (record.pending.some((one) => isRival(one) && this.isLeased(one.leaseUntil)))
      throw new AppError('overloaded', 'the payment method is being replaced', { retryAfterSeconds: 2 });
    const dueAt = this.records.now();
    return { pending: record.pending.map((one) => (isRival(one) ? { ...one, undoing: true, dueAt } : one)) };
  }

  private isLeased(leaseUntil: Date | null): boolean {
    return leaseUntil !== null && leaseUntil.getTime() > this.records.now().getTime();
  }
}

/** What is being undone cannot be gone on with. */
function isSame(one: PendingWork, work: SaveWork): boolean {
  return one.kind === 'save' && !one.undoing && one.fingerprint === work.fingerprint;
}

/** Whether this request drew it or has taken it over. */
function isMine(stored: SaveWork, drawn: SaveWork): boolean {
  return stored.id === drawn.id || stored.takenBy === drawn.id;
}
