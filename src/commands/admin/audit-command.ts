import type { INestApplicationContext } from '@nestjs/common';
import type { CommandOptions } from './command-options.js';
import { AUDIT_ACTIONS, actionsNamed } from '../../modules/audit/audit-actions.js';
import { AuditTrail } from '../../modules/audit/audit-trail.service.js';
import type { AuditRecord } from '../../modules/audit/audit.schema.js';
import { invalidRequest } from '../../platform/common/app-error.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;
const DAY = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** `npm run admin -- audit`: prints the newest entries that match every option. */
export async function searchAudit(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { actor, object, since, until, action, limit } = options;
  const criteria = {
    actor,
    object,
    since: since === undefined ? undefined : momentOf('since', since, 'T00:00:00.000Z'),
    until: until === undefined ? undefined : momentOf('until', until, 'T23:59:59.999Z'),
    actions: action === undefined ? undefined : actionsOf(action),
  };
  const found = await app.get(AuditTrail, { strict: false }).search(criteria, limitOf(limit));
  return { entries: found.map(shown) };
}

/** A day means all of it, in UTC. */
function momentOf(name: string, text: string, wholeDay: string): Date {
  const at = DAY.test(text) ? new Date(`${text}${wholeDay}`) : MOMENT.test(text) ? new Date(text) : undefined;
  // A day that no month has is no date, or another one.
  const real =
    at !== undefined && !Number.isNaN(at.getTime()) && (!DAY.test(text) || at.toISOString().startsWith(text));
  if (!real) throw invalidRequest(`${name} must be a day such as 2026-11-30 or a moment such as 2026-11-30T12:00:00Z`);
  return at;
}

function actionsOf(word: string) {
  const actions = actionsNamed(word);
  if (actions.length === 0)
    throw invalidRequest(`action must be one of ${AUDIT_ACTIONS.join(', ')}, or the word before the dot`);
  return actions;
}

function limitOf(text = String(DEFAULT_LIMIT)): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw invalidRequest(`limit must be from 1 to ${MAX_LIMIT}`);
  return limit;
}

function shown(entry: AuditRecord): object {
  return {
    id: entry._id,
    at: entry.at.toISOString(),
    action: entry.action,
    result: entry.result,
    reason: entry.reason,
    actor: { kind: entry.actorKind, id: entry.actorId, username: entry.actorName, credential: entry.credential },
    account_id: entry.accountId,
    address: entry.address,
    object: { kind: entry.objectKind, id: entry.objectId },
    before: entry.before,
    asked: entry.asked,
    after: entry.after,
    finished_at: entry.finishedAt?.toISOString() ?? null,
    correlation_id: entry.correlationId,
  };
}
