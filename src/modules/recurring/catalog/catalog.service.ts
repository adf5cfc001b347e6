import { isDeepStrictEqual } from 'node:util';
import { AppError, type AppErrorCode, invalidRequest } from '../../../platform/common/app-error.js';
import type { Clock } from '../../../platform/common/clock.js';
import { newXid } from '../../../platform/common/xid.js';
import { changeUntil } from '../../../platform/database/change-until.js';
import type { AuditState } from '../../audit/audit-state.js';
import type { AuditTrail } from '../../audit/audit-trail.service.js';
import { auditActor } from '../../user/gateway/gateway-user.audit.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';
import type { CatalogRepository } from './catalog.repository.js';
import type { CatalogChange, CatalogEntry, CatalogKind, CatalogOwner, CatalogRecord } from './catalog.types.js';

/** Lists have no pages (contract gateway 8.1), so what they hold is bounded. Creations at the same moment may go beyond by a few. */
const MOST_ENTRIES = 1_000;

/** Differences of one kind of the catalog from the others. */
interface Kind<T> {
  readonly name: CatalogKind;
  /** For a sentence to the client. */
  readonly plural: string;
  readonly missing: AppErrorCode;
  /** Tells what the audit trail keeps of an entry. */
  readonly audited: (terms: T) => AuditState;
}

/**
 * Add-ons, discounts or plans of an account: each is one document that changes by swap, and each change is in the audit trail.
 * Methods that name an entry throw the AppError of its kind for one that is deleted, or another account's.
 */
export abstract class CatalogService<T extends object> {
  protected constructor(
    private readonly kind: Kind<T>,
    private readonly records: CatalogRepository<T>,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async read({ accountId }: CatalogOwner, id: string): Promise<CatalogEntry<T>> {
    return toEntry(await this.record(accountId, id));
  }

  /** Returns all that the account has, oldest first. */
  async list({ accountId }: CatalogOwner): Promise<CatalogEntry<T>[]> {
    return (await this.records.list(accountId)).map(toEntry);
  }

  /** Deletes an entry. Plans and subscriptions have copies of it and go on; a subscription keeps the id of its plan. */
  async delete(caller: GatewayPrincipal, id: string): Promise<void> {
    const seen = await this.record(caller.accountId, id);
    const { name, audited } = this.kind;
    await this.audit.record(
      auditActor(caller),
      { action: `${name}.delete`, object: { kind: name, id }, before: audited(seen.terms) },
      () => this.swap(seen, () => ({ deletedAt: this.clock.date() })),
      (deleted) => ({ before: audited(deleted.terms) }),
    );
  }

  /** Throws AppError `validation_failed` where the account has as many as it may have. */
  protected async add(caller: GatewayPrincipal, terms: T): Promise<CatalogEntry<T>> {
    const { name, plural, audited } = this.kind;
    if ((await this.records.count(caller.accountId)) >= MOST_ENTRIES)
      throw invalidRequest(`an account has at most ${MOST_ENTRIES} ${plural}: delete one first`);
    const now = this.clock.date();
    const { accountId } = caller;
    const record = { _id: newXid(now.getTime()), accountId, terms, createdAt: now, updatedAt: now, deletedAt: null };
    const added = await this.audit.record(
      auditActor(caller),
      { action: `${name}.create`, object: { kind: name, id: record._id }, asked: audited(terms) },
      () => this.records.insert(record),
      (made) => ({ after: audited(made.terms) }),
    );
    return toEntry(added);
  }

  /** Changes the terms to what `think` makes of them as they are by then; equal ones are not written. Throws what `think` throws. */
  protected async change(
    caller: GatewayPrincipal,
    id: string,
    asked: AuditState,
    think: (terms: T) => T | Promise<T>,
  ): Promise<CatalogEntry<T>> {
    const seen = await this.record(caller.accountId, id);
    const { name, audited } = this.kind;
    let before = seen;
    const changed = await this.audit.record(
      auditActor(caller),
      { action: `${name}.update`, object: { kind: name, id }, before: audited(seen.terms), asked },
      () =>
        this.swap(seen, async (current) => {
          before = current;
          const terms = await think(current.terms);
          return isDeepStrictEqual(terms, current.terms) ? null : { terms, updatedAt: this.clock.date() };
        }),
      (after) => ({ before: audited(before.terms), after: audited(after.terms) }),
    );
    return toEntry(changed);
  }

  private async record(accountId: string, id: string): Promise<CatalogRecord<T>> {
    const found = await this.records.find(accountId, id);
    if (found === null) throw new AppError(this.kind.missing, 'there is none of that id');
    return found;
  }

  private swap(
    seen: CatalogRecord<T>,
    think: (current: CatalogRecord<T>) => CatalogChange<T> | Promise<CatalogChange<T> | null>,
  ): Promise<CatalogRecord<T>> {
    return changeUntil(
      seen,
      {
        change: (current, change) => this.records.swap(current, change),
        reload: ({ accountId, _id }) => this.record(accountId, _id),
      },
      think,
    );
  }
}

function toEntry<T>({ _id: id, terms, createdAt, updatedAt }: CatalogRecord<T>): CatalogEntry<T> {
  return { ...terms, id, createdAt, updatedAt };
}
