import type { INestApplicationContext } from '@nestjs/common';
import type { CommandOptions } from './command-options.js';
import { rangeOf } from './moments.js';
import { AUDIT_ACTIONS, actionsNamed } from '../../modules/audit/audit-actions.js';
import { AuditTrail } from '../../modules/audit/audit-trail.service.js';
import type { AuditRecord } from '../../modules/audit/audit.schema.js';
import { invalidRequest } from '../../platform/common/app-error.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** `npm run admin -- audit`: prints the newest entries that match every option. */
export async function searchAudit(app: INestApplicationContext, options: CommandOptions): Promise<object> {
  const { actor, object, action, limit } = options;
  const { start: since, end: until } = rangeOf(options);
  const criteria = {
    actor,
    object,
    since,
    until,
    actions: action === undefined ? undefined : actionsOf(action),
  };
  const found = await app.get(AuditTrail, { strict: false }).search(criteria, limitOf(limit));
  return { entries: found.map(shown) };
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
