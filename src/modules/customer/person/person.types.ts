import type { Versioned } from '../../../platform/database/versioned-collection.js';

/** A qualified identifier (contract census 1): `42@census`, `7-1@participa`. */
export const QUALIFIED_ID = /^[A-Za-z0-9._-]{1,64}@[A-Za-z0-9._-]{1,64}$/;

/** Customer of the vault that has a person's payment methods. */
export interface PersonVault {
  /** The record's id, drawn before the record is made. */
  readonly recordId: string;
  /** The id that the vault's own clients see. */
  readonly customerId: string;
  /** False until the record is known to be there: then a missing one was deleted, and another takes its place. */
  readonly isMade: boolean;
}

/** Somebody who gives orders, collection `persons`. */
export interface Person extends Versioned {
  /** An xid. */
  readonly _id: string;
  readonly accountId: string;
  /** Qualified identifiers, in the order in which they came; each of them means the person. */
  readonly identifiers: readonly string[];
  /** The identifiers with the account before each: unique, whatever other accounts call theirs. */
  readonly keys: readonly string[];
  /** Empty where nobody has said it. */
  readonly name: string;
  readonly email: string;
  readonly vault: PersonVault;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A person as the operator or the merchant's back end says them. */
export interface SaidPerson {
  /** One at least. */
  readonly identifiers: readonly string[];
  readonly name?: string;
  readonly email?: string;
  /** Id of a customer whom the vault has already, and whose payment methods are this person's. */
  readonly vaultCustomerId?: string;
}

export const keyOf = (accountId: string, identifier: string): string => `${accountId}:${identifier}`;
