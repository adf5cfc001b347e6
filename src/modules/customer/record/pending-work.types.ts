import type { ProviderContact } from '../../../platform/stripe/provider.types.js';
import type { ProviderMethodChange } from '../../../platform/stripe/provider-method.types.js';
import type { MethodFacts, MethodFlag, VaultBankAccount } from './payment-method.types.js';

interface Work {
  /** Id, an xid: with the record's `_id` the root of the keys of its calls. */
  readonly id: string;
  /** Moves after a 500, which Stripe keeps under the key for a day (ruling 14). */
  readonly generation: number;
  /** True when some call may have run although nobody was told: it is settled before the work is forgotten. */
  readonly unanswered: boolean;
  /** A request is at work on it until then; null when none is. Only saves work. */
  readonly leaseUntil: Date | null;
  /** Time from which the resolver takes the work up. */
  readonly dueAt: Date;
  readonly since: Date;
}

/**
 * The values from which the PaymentMethod is made, without card or account numbers: of those only a fingerprint is stored
 * (ruling 15).
 */
export type SaveSource =
  | { readonly kind: 'card'; readonly maskedNumber: string; readonly expiryMonth: number; readonly expiryYear: number }
  | {
      readonly kind: 'ach';
      readonly maskedAccountNumber: string;
      readonly routingNumber: string;
      readonly accountType: VaultBankAccount['accountType'];
      readonly secCode: VaultBankAccount['secCode'];
      readonly holder: string;
    }
  | {
      readonly kind: 'sepa';
      readonly maskedIban: string;
      readonly numberHash: string;
      readonly holder: string;
      readonly email: string;
    }
  | { readonly kind: 'token'; readonly token: string; readonly wallet: 'apple_pay' | 'google_pay' | null };

/** The PaymentMethod of a `save`, as Stripe has it. */
export interface SavedProvider {
  readonly methodId: string;
  readonly facts: MethodFacts;
  /** Stripe's fingerprint, as in the method that it becomes. */
  readonly instrument?: string;
}

/** A method on its way into the record: a new one, or what replaces the one behind `methodId`. */
export interface SaveWork extends Work {
  readonly kind: 'save';
  readonly methodId: string;
  readonly replaces: boolean;
  readonly source: SaveSource;
  /** The flags that the method will have; null: as they are. */
  readonly flags: readonly MethodFlag[] | null;
  /** Keyed hash of what was asked: by it a repeat is known. Null once no request may go on with it. */
  readonly fingerprint: string | null;
  /** Stored before anything is saved with it: one PaymentMethod is one Customer's once. */
  readonly provider: SavedProvider | null;
  /** Part of its SetupIntent. Absent in work of a release up to 0.1, whose repeats must send the same bytes (ruling 15). */
  readonly returnUrl?: string;
  /** Id of the work that a repeat drew, and then went on with this instead; absent while nobody has. */
  readonly takenBy?: string;
  /** Stored before it is undone and never withdrawn: no request may finish it any more. */
  readonly undoing: boolean;
}

/** A change in place of what Stripe has; finished whatever happens. */
export interface ChangeWork extends Work {
  readonly kind: 'change';
  readonly methodId: string;
  readonly providerMethodId: string;
  readonly change: ProviderMethodChange;
  /** The part of the change that Stripe does not keep; stored once Stripe has taken the rest. */
  readonly ours: OwnChange;
}

/** Null: as it is. */
export interface OwnChange {
  readonly flags: readonly MethodFlag[] | null;
  readonly secCode: VaultBankAccount['secCode'] | null;
}

/** A PaymentMethod that the record has no more; finished whatever happens. */
export interface DetachWork extends Work {
  readonly kind: 'detach';
  readonly providerMethodId: string;
}

/** Customers that a create under an earlier key may have made: looked for once all of them must have arrived. */
export interface TwinsWork extends Work {
  readonly kind: 'twins';
}

/** Name and e-mail for the Customer, sent after its creation, which carries metadata only (ruling 15). */
export interface ContactWork extends Work {
  readonly kind: 'contact';
  readonly providerCustomerId: string;
  readonly contact: ProviderContact;
}

/** Work at Stripe that is under way, stored before the first call. */
export type PendingWork = SaveWork | ChangeWork | DetachWork | TwinsWork | ContactWork;
