import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { fromStore } from '../../platform/database/mongo-errors.js';
import { VersionedCollection } from '../../platform/database/versioned-collection.js';
import type { AuditAction } from './audit-actions.js';
import { AUDIT_MODEL, type AuditRecord, BY_COMMAND } from './audit.schema.js';

export interface AuditQuery {
  /** An id. */
  readonly actor?: string;
  /** An id. */
  readonly object?: string;
  /** Keyed hashes of what `actor` may be the name of. */
  readonly actorHashes: readonly string[];
  /** Keyed hashes of what `object` may be the name or the address of. */
  readonly objectHashes: readonly string[];
  readonly since?: Date;
  readonly until?: Date;
  readonly actions?: readonly AuditAction[];
}

/** The fields by which the entries of commands are counted. */
export type CommandEntry = Pick<AuditRecord, 'at' | 'action' | 'result'>;

/** The fields that are written once, when the change has ended. */
export type AuditEnd = Pick<AuditRecord, 'result' | 'finishedAt'> &
  Partial<Pick<AuditRecord, 'before' | 'after' | 'reason'>>;

/** Named queries on `audit_entries`: it appends, ends once, and reads. Every method may throw StoreError. */
@Injectable()
export class AuditRepository {
  private readonly entries: VersionedCollection<AuditRecord>;

  constructor(@InjectModel(AUDIT_MODEL) private readonly model: Model<AuditRecord>) {
    this.entries = new VersionedCollection(model);
  }

  async append(record: Omit<AuditRecord, 'v' | 'w'>): Promise<AuditRecord> {
    return (await this.entries.insert(record)).document;
  }

  /** @returns false when the entry has ended already: an end is written once. */
  async end(open: AuditRecord, end: AuditEnd): Promise<boolean> {
    return open.finishedAt === null && (await this.entries.swap(open, end)) !== null;
  }

  /** Returns entries that match the whole query, newest first. */
  find(query: AuditQuery, limit: number): Promise<AuditRecord[]> {
    const newestFirst = { at: -1, _id: -1 } as const;
    return fromStore(
      () =>
        this.model.collection
          .find(filterOf(query) as never)
          .sort(newestFirst)
          .limit(limit)
          .toArray() as unknown as Promise<AuditRecord[]>,
    );
  }

  /** Returns entries about an object, oldest first. */
  about(objectId: string, limit: number): Promise<AuditRecord[]> {
    const filter = { objectId: String(objectId) };
    const find = () => this.model.collection.find(filter).sort({ at: 1 }).limit(limit).toArray();
    return fromStore(find as () => Promise<unknown>) as Promise<AuditRecord[]>;
  }

  /** Returns the entries of commands since then, in no order. */
  async commandsSince(since: Date): Promise<CommandEntry[]> {
    const projection = { _id: 0, at: 1, action: 1, result: 1 };
    const filter = { ...BY_COMMAND, at: { $gte: since } };
    return fromStore(() => this.model.collection.find<CommandEntry>(filter, { projection }).toArray());
  }
}

function filterOf(query: AuditQuery): object {
  const { actor, object, actorHashes, objectHashes, since, until, actions } = query;
  const named = ['before.username', 'after.username', 'asked.username', 'before.email', 'after.email', 'asked.email'];
  const all: object[] = [];
  if (actor !== undefined) all.push({ $or: [{ actorId: actor }, { actorName: { $in: [...actorHashes] } }] });
  if (object !== undefined) {
    all.push({ $or: [{ objectId: object }, ...named.map((field) => ({ [field]: { $in: [...objectHashes] } }))] });
  }
  if (since !== undefined) all.push({ at: { $gte: since } });
  if (until !== undefined) all.push({ at: { $lte: until } });
  if (actions !== undefined) all.push({ action: { $in: [...actions] } });
  return all.length === 0 ? {} : { $and: all };
}
