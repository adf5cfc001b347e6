/** In the order in which they are hashed (contract gateway 11.1). */
export const ADDRESS_FIELDS = [
  'firstName',
  'lastName',
  'company',
  'line1',
  'line2',
  'city',
  'state',
  'postalCode',
  'country',
  'email',
  'phone',
  'fax',
] as const;

export type AddressField = (typeof ADDRESS_FIELDS)[number];

/** What of an address a person wrote; empty where they wrote nothing. */
export type AddressLines = Readonly<Record<AddressField, string>>;

/** Only what is present is said. */
export type AddressChanges = Readonly<Partial<Record<AddressField, string | undefined>>>;

export interface VaultAddress extends AddressLines {
  /** An xid. */
  readonly id: string;
  /** Base64 of 32 bytes: addresses of one hash are one address. */
  readonly hash: string;
}
