import { Schema } from 'mongoose';
import type { Versioned } from '../../platform/database/versioned-collection.js';
import type { AuditAction } from './audit-actions.js';
import type { SealedState } from './audit-state.js';
import type { AuditActor, AuditObject, AuditResult } from './audit.types.js';

/** The stored form, collection `audit_entries`: an intent, and once it is known its result. Nothing else changes it. */
export interface AuditRecord extends Versioned {
  /** An xid. */
  _id: string;
  at: Date;
  action: AuditAction;
  actorKind: AuditActor['kind'];
  actorId: string;
  /** Keyed hash of the actor's username; null where there is none. */
  actorName: string | null;
  credential: string;
  accountId: string | null;
  address: string | null;
  objectKind: AuditObject['kind'];
  objectId: string;
  before: SealedState | null;
  asked: SealedState | null;
  after: SealedState | null;
  result: AuditResult;
  /** The error code of what was refused. */
  reason: string | null;
  finishedAt: Date | null;
  correlationId: string | null;
  /**
   * The moment at which MongoDB deletes the row, by the machine's clock, not the app's, because MongoDB compares with its
   * own.
   */
  expireAt: Date;
}

export const AUDIT_MODEL = 'AuditEntry';

/** Filter for entries that commands wrote; a query needs it word for word to use their partial index. */
export const BY_COMMAND = { actorKind: 'command_line' } as const;

const text = { type: String, required: true };
const optionalText = { type: String, default: null };
const state = { type: Schema.Types.Mixed, default: null };

export const auditSchema = new Schema<AuditRecord>(
  {
    _id: text,
    v: { type: Number, required: true },
    w: text,
    at: { type: Date, required: true },
    action: text,
    actorKind: text,
    actorId: text,
    actorName: optionalText,
    credential: text,
    accountId: optionalText,
    address: optionalText,
    objectKind: text,
    objectId: text,
    before: state,
    asked: state,
    after: state,
    result: text,
    reason: optionalText,
    finishedAt: { type: Date, default: null },
    correlationId: optionalText,
    expireAt: { type: Date, required: true },
  },
  { collection: 'audit_entries', versionKey: false, strict: 'throw', minimize: false },
);

// Query: npm run admin -- audit, newest first.
auditSchema.index({ at: -1, _id: -1 }, { name: 'newest_first' });
// Query: npm run admin -- audit --object, newest first.
auditSchema.index({ objectId: 1, at: -1 }, { name: 'object_newest_first' });
// Query: npm run admin -- audit --actor, newest first.
auditSchema.index({ actorId: 1, at: -1 }, { name: 'actor_newest_first' });
// Query: what commands did within the last hour, every minute. Only those are in it: a busy shop registers many prices.
auditSchema.index({ at: 1 }, { name: 'commands', partialFilterExpression: BY_COMMAND });
// Garbage collection after AUDIT_DAYS; the only way a row goes.
auditSchema.index({ expireAt: 1 }, { name: 'expired', expireAfterSeconds: 0 });
