/** Fields of an address, in the order in which they are hashed (contract gateway 11.1). */
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

/** The twelve lines of an address as a person wrote them; empty where they wrote nothing. */
export type AddressLines = Readonly<Record<AddressField, string>>;

/** Lines of an address as a request sends them; absent ones are not sent. */
export type AddressChanges = Readonly<Partial<Record<AddressField, string | undefined>>>;

export interface VaultAddress extends AddressLines {
  /** Id, an xid. */
  readonly id: string;
  /** Base64 of 32 bytes: addresses of one hash are one address. */
  readonly hash: string;
}
