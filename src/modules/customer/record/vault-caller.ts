/** Caller of the vault: anybody whose account is known. The vault is the account's, whichever of its credentials asks. */
export interface VaultCaller {
  readonly accountId: string;
}

/** The merchant's own id of a customer, or the record's: surfaces that give out the latter name it so. */
export type CustomerRef = string | { readonly recordId: string };
