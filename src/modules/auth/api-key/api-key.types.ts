export type ApiKeyType = 'api' | 'public';

/** The surfaces that take stored keys. A key speaks on those it is bound to and nowhere else. */
export type KeySurface = 'gateway';

/** A stored key, without the key. */
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
  /** To the minute; null before the first use. */
  readonly lastUsedAt: Date | null;
}

/** Whom a key proves. */
export interface ProvenKey extends KeyOwner {
  readonly keyId: string;
}

/** Whom a key is made for. */
export interface KeyOwner {
  readonly userId: string;
  readonly accountId: string;
}
