import type { AuditAction } from './audit-actions.js';
import type { AuditState } from './audit-state.js';

/** The person or program that makes a change, and the credential it came with. */
export interface AuditActor {
  readonly kind: 'gateway_user' | 'storefront_user' | 'command_line' | 'start';
  /** The user's id; on the command line and at a start the operating system's user. */
  readonly id: string;
  /** Username, stored as a keyed hash: a username may be an e-mail address. */
  readonly username?: string;
  /** `api_key <id>`, `token`, `command line`, or the setting that a start does what it says. */
  readonly credential: string;
  /** Null where the actor belongs to no merchant account. */
  readonly accountId: string | null;
  /**
   * Host name of the machine that a command or a start runs on; absent for requests, whose client address the request's
   * context knows.
   */
  readonly address?: string;
}

export interface AuditObject {
  readonly kind:
    | 'gateway_user'
    | 'storefront_user'
    | 'api_key'
    | 'account'
    | 'checkout'
    | 'processor'
    | 'add_on'
    | 'discount'
    | 'plan'
    | 'persons'
    | 'terminal'
    | 'settlement'
    | 'books'
    | 'indexes'
    | 'keys'
    | 'receipts';
  readonly id: string;
}

/** The part of an entry that is stored before the change is made. */
export interface AuditIntent {
  readonly action: AuditAction;
  readonly object: AuditObject;
  readonly before?: AuditState | null;
  /** The values that the caller asked for. */
  readonly asked?: AuditState;
}

/** The part of an entry that is stored after the change was made. */
export interface AuditOutcome {
  /** The object as it was when the change was made; set where somebody else changed it after the intent was stored. */
  readonly before?: AuditState;
  readonly after?: AuditState;
}

/** `not_known` until the change has ended; it stays so when the process died or lost the store during the change. */
export type AuditResult = 'not_known' | 'done' | 'refused';

export interface AuditCriteria {
  readonly actor?: string;
  readonly object?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly actions?: readonly AuditAction[];
}
