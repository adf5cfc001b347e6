import type { AuditAction } from './audit-actions.js';
import type { AuditState } from './audit-state.js';

/** Who acts, by which credential. */
export interface AuditActor {
  readonly kind: 'gateway_user' | 'storefront_user' | 'command_line' | 'start';
  /** The user's id; on the command line and at a start the operating system's user. */
  readonly id: string;
  /** Kept as a keyed hash: a username may be an e-mail address. */
  readonly username?: string;
  /** `api_key <id>`, `token`, `command line`, or the setting that a start does what it says. */
  readonly credential: string;
  /** Null where the actor belongs to no merchant account. */
  readonly accountId: string | null;
  /** Where a command runs; for a request the client's address is known by itself. */
  readonly address?: string;
}

export interface AuditObject {
  readonly kind:
    'gateway_user' | 'storefront_user' | 'api_key' | 'account' | 'checkout' | 'books' | 'indexes' | 'keys' | 'receipts';
  readonly id: string;
}

/** What is written down before the change. */
export interface AuditIntent {
  readonly action: AuditAction;
  readonly object: AuditObject;
  readonly before?: AuditState | null;
  /** What the change is asked to do. */
  readonly asked?: AuditState;
}

/** What is written down after it. */
export interface AuditOutcome {
  /** As it really was when the change was made, where that differs from the intent. */
  readonly before?: AuditState;
  readonly after?: AuditState;
}

/** `not_known`: under way, or the process died or lost the store over it. */
export type AuditResult = 'not_known' | 'done' | 'refused';

export interface AuditCriteria {
  readonly actor?: string;
  readonly object?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly actions?: readonly AuditAction[];
}
