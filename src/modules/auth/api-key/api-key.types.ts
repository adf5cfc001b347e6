export type ApiKeyType = 'api' | 'public';

/** The surfaces whose keys belong to a merchant account as a whole, not to one of its users. */
export const ACCOUNT_KEY_SURFACES = ['ghost', 'komoju', 'census'] as const;
export type AccountKeySurface = (typeof ACCOUNT_KEY_SURFACES)[number];

/** The surfaces that take stored keys. A key speaks on those it is bound to and nowhere else. */
export type KeySurface = 'gateway' | AccountKeySurface;

/** A stored key of a user's, without the key. */
export interface ApiKey {
  /** An xid. */
  readonly id: string;
  readonly accountId: string;
  readonly userId: string;
  readonly type: ApiKeyType;
  readonly name: string;
  /** The key, or `api_2hQI…XrLJ` for who may not see it. */
  readonly key: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Time of the last use to the minute; null before the first. */
  readonly lastUsedAt: Date | null;
}

/** A stored key of an account's. */
export interface AccountKey {
  /** An xid. */
  readonly id: string;
  readonly accountId: string;
  readonly surface: AccountKeySurface;
  readonly name: string;
  /** Sent together with the secret; null on surfaces whose secret is sent alone. */
  readonly publicKey: string | null;
  /** `gsk_2hQI…XrLJ`, `sk_2hQI8…XrLJ`; whole only in the answer that makes it. */
  readonly secretKey: string;
  readonly createdAt: Date;
  /** To the minute; null before the first use. */
  readonly lastUsedAt: Date | null;
}

/** Whom a user's key proves. */
export interface ProvenKey extends KeyOwner {
  readonly keyId: string;
}

/** Whom an account's secret proves, where it is sent alone. */
export interface ProvenSecret {
  readonly accountId: string;
  readonly keyId: string;
}

/** Whom an account's pair of keys proves. */
export interface ProvenAccountKey extends ProvenSecret {
  readonly publicKey: string;
}

/** Whom a key is made for. */
export interface KeyOwner {
  readonly userId: string;
  readonly accountId: string;
}
