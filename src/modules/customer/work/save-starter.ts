import { Inject, Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { isLeased } from '../../../platform/common/lease.js';
import { PublicAddress } from '../../../platform/common/public-address.js';
import { newXid } from '../../../platform/common/xid.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { RawCardData } from '../../../platform/stripe/raw-card-data.js';
import type { VaultCustomer } from '../record/vault-customer.types.js';
import { VaultRecords } from '../record/vault-records.js';
import { toNewMethod } from './wallet-token.js';
import type { AskedMethod, NewMethod } from '../record/new-method.types.js';
import type { MethodFlag } from '../record/payment-method.types.js';
import { freshWork, isOfMethod, UNDOING, withPatched, withWork } from '../record/pending-work.js';
import type { PendingWork, SaveWork } from '../record/pending-work.types.js';
import { newSaveWork } from '../record/new-save-work.js';
import { busy, methodRefused, numbersNotTaken } from './provider-refusals.js';
import { type KeyedHash, RequestFingerprints } from '../record/request-fingerprints.js';

/** A record stays small, and Stripe lists a Customer's methods a hundred at a time. */
const MOST_METHODS = 100;
const MOST_PENDING = 20;

export interface SaveTarget {
  /** Null: a new method. */
  readonly methodId: string | null;
  readonly flags: readonly MethodFlag[] | null;
}

/** Work that nobody has begun, and the hashes by which an earlier request for the same is known. */
export interface DrawnSave {
  readonly work: SaveWork;
  readonly known: readonly string[];
}

/** Stores a `save` before Stripe is asked for it; a repeated request continues the stored one instead of starting another. */
@Injectable()
export class SaveStarter {
  constructor(
    private readonly records: VaultRecords,
    private readonly fingerprints: RequestFingerprints,
    private readonly rawCards: RawCardData,
    private readonly address: PublicAddress,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the asked method in the form in which it can be saved.
   * @throws AppError payment_method_refused when numbers must not be sent to this Stripe (G76), or a wallet's payload cannot
   *   be opened here.
   */
  accept(asked: AskedMethod): NewMethod {
    const method = toNewMethod(asked, this.rawCards.isSimulated);
    // An IBAN is no card data: every account may send one.
    if (method.kind === 'token' || method.kind === 'sepa' || this.rawCards.mayBeSent) return method;
    throw numbersNotTaken(method.kind);
  }

  /**
   * @param holder whose bank account it would be
   * @param scope whose request it is: the same from somebody else is no repeat
   */
  draw(
    asked: NewMethod,
    { methodId, flags }: SaveTarget,
    holder: string,
    scope: (hash: KeyedHash) => string,
  ): DrawnSave {
    const now = this.records.now();
    const { leaseMs, quietAfterMs } = this.config.payments;
    const { stored, known } = this.fingerprints.of((hash) => hash({ scope: scope(hash), asked, methodId }));
    const of = {
      id: newXid(now.getTime()),
      methodId: methodId ?? newXid(now.getTime()),
      replaces: methodId !== null,
      flags,
      fingerprint: stored,
      returnUrl: this.address.returnPage(),
      holder,
    };
    return { work: newSaveWork(asked, of, { now, leaseMs, quietAfterMs }), known };
  }

  /**
   * Waits for what another request is doing with the same method, so that one comes after the other.
   * @param mayStart whether the record is still what the work was drawn for; it may also throw
   * @returns the record with the work in it, this request's own now; or, with `done`, the record in which a request that
   *   asked for the same at the same time has put the method.
   *   Null when the record is gone, or is not what the work was drawn for any more.
   * @throws AppError vault_customer_busy: that other request is still at it.
   */
  async start(
    seen: VaultCustomer,
    drawn: DrawnSave,
    mayStart: (record: VaultCustomer) => boolean,
  ): Promise<{ record: VaultCustomer; work: SaveWork; done: boolean } | null> {
    const until = performance.now() + this.config.payments.repeatWaitMs;
    for (;;) {
      const record = await atFailpoint('method.begin', () =>
        this.records.change(seen._id, (current) => this.begin(current, drawn, mayStart)),
      );
      if (record === null) return null;
      const same = sameIn(record, drawn);
      if (same !== undefined && isMine(same, drawn.work)) return { record, work: same, done: false };
      if (same === undefined && !mayStart(record)) return null;
      const ahead = same ?? this.rivalIn(record, drawn.work);
      if (ahead === undefined) continue; // its lease has ended since
      const after = await this.ended(record, ahead, until - performance.now());
      if (after === null) return null;
      if (same?.replaces === false && after.methods.some(({ id }) => id === same.methodId))
        return { record: after, work: same, done: true };
    }
  }

  /** @returns the record once no request is at that work any more; null when the record is gone. */
  private async ended({ _id: id }: VaultCustomer, work: PendingWork, waitMs: number): Promise<VaultCustomer | null> {
    const isOver = ({ pending }: VaultCustomer) =>
      !pending.some((one) => one.id === work.id && isLeased(one, this.records.now()));
    const after = await this.records.waitUntil(id, isOver, waitMs);
    if (after?.over === false) throw busy('the same payment method is being worked on');
    return after?.record ?? null;
  }

  /** Inserts it, takes over what nobody is at any more, or changes nothing while somebody is. */
  private begin(record: VaultCustomer, drawn: DrawnSave, mayStart: (record: VaultCustomer) => boolean) {
    const { work } = drawn;
    const same = sameIn(record, drawn);
    if (same !== undefined) return this.takenOver(record, same, work);
    if (!mayStart(record) || this.rivalIn(record, work) !== undefined) return null;
    const pending = this.withoutRivals(record, work);
    const counted = record.pending.filter(({ kind }) => kind !== 'contact').length;
    if (record.methods.length + counted >= MOST_METHODS && !work.replaces)
      throw methodRefused(`a customer has at most ${MOST_METHODS} payment methods`);
    if (counted >= MOST_PENDING) throw busy('too much is under way for this customer', 30);
    return withWork({ ...record, pending }, work);
  }

  private takenOver(record: VaultCustomer, same: SaveWork, work: SaveWork) {
    const now = this.records.now();
    if (isLeased(same, now) || same.id === work.id) return null;
    const { leaseUntil } = freshWork(now, this.config.payments.leaseMs);
    const dueAt = new Date(now.getTime() + this.config.payments.quietAfterMs);
    const unanswered = same.unanswered || same.leaseUntil !== null;
    return withPatched<SaveWork>(record, same.id, { leaseUntil, dueAt, unanswered, takenBy: work.id });
  }

  /** Finds work of another request, under way now, on the method that is to be replaced. */
  private rivalIn({ pending }: VaultCustomer, { methodId, replaces }: SaveWork): PendingWork | undefined {
    if (!replaces) return undefined;
    return pending.find((one) => isOfMethod(methodId, one) && isLeased(one, this.records.now()));
  }

  /** Marks other replacements of the same method, which no request works on any more, to be undone in favour of this one. */
  private withoutRivals({ pending }: VaultCustomer, { methodId, replaces }: SaveWork): PendingWork[] {
    const dueAt = this.records.now();
    return pending.map((one) =>
      replaces && one.kind === 'save' && isOfMethod(methodId, one) ? { ...one, ...UNDOING, dueAt } : one,
    );
  }
}

/** Finds the stored work of an earlier request for the same method; work that is being undone cannot be continued. */
function sameIn({ pending }: VaultCustomer, { known }: DrawnSave): SaveWork | undefined {
  return pending.find(
    (one): one is SaveWork =>
      one.kind === 'save' && !one.undoing && one.fingerprint !== null && known.includes(one.fingerprint),
  );
}

/** Returns whether this request started the stored work or has taken it over. */
function isMine(stored: SaveWork, drawn: SaveWork): boolean {
  return stored.id === drawn.id || stored.takenBy === drawn.id;
}
