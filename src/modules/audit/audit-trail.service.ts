import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '../../platform/common/app-error.js';
import { Clock, SystemClock } from '../../platform/common/clock.js';
import { newXid } from '../../platform/common/xid.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { StoreError } from '../../platform/database/store-error.js';
import { requestContext } from '../../platform/logging/request-context.js';
import { Metrics } from '../../platform/operations/metrics.js';
import { AuditSeal } from './audit-seal.js';
import { type AuditEnd, AuditRepository } from './audit.repository.js';
import type { AuditRecord } from './audit.schema.js';
import type { AuditActor, AuditCriteria, AuditIntent, AuditOutcome } from './audit.types.js';

const DAY_MS = 86_400_000;
/** More than anybody does to one object by hand. */
const ENTRIES_OF_AN_OBJECT = 1_000;

const machine = new SystemClock();

/**
 * Records who changed what: one entry for each change of users, rights, keys and prices, each repair, each reading of
 * whole keys.
 */
@Injectable()
export class AuditTrail {
  private readonly log = new Logger('Audit');

  constructor(
    private readonly entries: AuditRepository,
    private readonly seal: AuditSeal,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Writes the intent, makes the change, writes its result. An intent that cannot be stored refuses the change: StoreError,
   * and `change` was not called. What may have run in part, because the process or the store went away, stays `not_known`.
   */
  async record<T>(
    actor: AuditActor,
    intent: AuditIntent,
    change: () => Promise<T>,
    outcome: (value: T) => AuditOutcome = () => ({}),
  ): Promise<T> {
    const open = await this.entries.append(this.opened(actor, intent));
    let value: T;
    try {
      value = await change();
    } catch (error) {
      await this.fail(open, error);
      throw error;
    }
    const { before, after } = outcome(value);
    await this.end(open, {
      result: 'done',
      finishedAt: this.clock.date(),
      before: before === undefined ? open.before : this.seal.state(before),
      after: this.seal.state(after),
    });
    this.metrics.count('audit_actions_total', { action: open.action });
    return value;
  }

  /**
   * Returns entries, newest first. `actor` and `object` are ids, usernames or e-mail addresses; names are compared as
   * keyed hashes.
   */
  search({ actor, object, ...rest }: AuditCriteria, limit: number): Promise<AuditRecord[]> {
    const hashesOf = (text: string | undefined) => (text === undefined ? [] : this.seal.hashes(text));
    const query = { ...rest, actor, object, actorHashes: hashesOf(actor), objectHashes: hashesOf(object) };
    return this.entries.find(query, limit);
  }

  /** Returns what was done to objects by hand, as far as it is kept. */
  async about(objectIds: readonly string[]): Promise<AuditRecord[]> {
    const found = await Promise.all(objectIds.map((id) => this.entries.about(id, ENTRIES_OF_AN_OBJECT)));
    return found.flat();
  }

  private opened(actor: AuditActor, { action, object, before, asked }: AuditIntent): Omit<AuditRecord, 'v' | 'w'> {
    const at = this.clock.date();
    const request = requestContext.getStore();
    return {
      _id: newXid(at.getTime()),
      at,
      action,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.username === undefined ? null : this.seal.hash(actor.username),
      credential: actor.credential,
      accountId: actor.accountId,
      address: actor.address ?? request?.address ?? null,
      objectKind: object.kind,
      objectId: object.id,
      before: this.seal.state(before),
      asked: this.seal.state(asked),
      after: null,
      result: 'not_known',
      reason: null,
      finishedAt: null,
      correlationId: request?.correlationId ?? null,
      expireAt: new Date(machine.now() + this.config.audit.keepDays * DAY_MS),
    };
  }

  /**
   * Ends the entry as `refused` if the error is a refusal, which changed nothing; after any other error a part of the
   * change may have run.
   */
  private async fail(open: AuditRecord, error: unknown): Promise<void> {
    const refused = error instanceof AppError && !(error instanceof StoreError) && error.code !== 'internal';
    if (refused) await this.end(open, { result: 'refused', reason: error.code, finishedAt: this.clock.date() });
    else this.tellOpen(open, error);
  }

  /**
   * Stores the result. A failure here is only logged: the change is made or refused already, and the caller must be told
   * that.
   */
  private async end(open: AuditRecord, end: AuditEnd): Promise<void> {
    try {
      if (!(await this.entries.end(open, end))) throw new Error('the entry was ended by somebody else');
      this.log.log({ ...fieldsOf(open), outcome: end.result, reason: end.reason ?? undefined }, 'audit');
    } catch (error) {
      this.tellOpen(open, error);
    }
  }

  private tellOpen(open: AuditRecord, error: unknown): void {
    this.metrics.count('audit_unfinished_total');
    this.log.error({ ...fieldsOf(open), outcome: 'not_known', err: error }, 'audit');
  }
}

/** The address is in the entry only: the log has none of anybody. */
function fieldsOf({ _id, action, actorKind, actorId, credential, objectKind, objectId }: AuditRecord) {
  return { auditId: _id, action, actor: `${actorKind} ${actorId}`, credential, object: `${objectKind} ${objectId}` };
}
