import type { Versioned } from '../../../platform/database/versioned-collection.js';

/**
 * The number of a payment method of a person, collection `person_methods`. The method itself is in the vault: here stands only
 * what the vault does not know of it.
 */
export interface PersonMethod extends Versioned {
  /** Derived from the person and what the number was given for: the same number for ever. */
  readonly _id: string;
  /** Counts up from 1, over all accounts. */
  readonly number: number;
  readonly accountId: string;
  readonly personId: string;
  readonly type: 'card' | 'sepa';
  /** Place of the method. */
  readonly vault: { readonly recordId: string; readonly methodId: string };
  /** Name under which it was told last, for when the vault has it no more. */
  readonly name: string;
  /** Time of the first payment with it that succeeded. */
  readonly verifiedAt: Date | null;
  /** Time at which its issuer or bank refused it for good. */
  readonly rejectedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type PersonMethodChange = Partial<Omit<PersonMethod, '_id' | 'v' | 'w' | 'number' | 'accountId' | 'personId'>>;

/** Contract census 4. `incomplete` is for cards of the external page. */
export const METHOD_STATUSES = ['incomplete', 'active', 'inactive'] as const;

/** Facts of a payment method that its account may know (contract census 4). */
export interface PersonMethodView {
  readonly number: number;
  readonly name: string;
  readonly type: 'card' | 'sepa';
  readonly status: (typeof METHOD_STATUSES)[number];
  readonly isVerified: boolean;
}
