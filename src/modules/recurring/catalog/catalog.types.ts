import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { GatewayPrincipal } from '../../user/gateway/gateway-user.types.js';

/** The stored form of an add-on, a discount or a plan; `T` is what its account says of it. */
export interface CatalogRecord<T> extends Versioned {
  /** An xid. */
  readonly _id: string;
  readonly accountId: string;
  readonly terms: T;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null: it is there. A deleted one is in no answer, and stays for those who still name it. */
  readonly deletedAt: Date | null;
}

/** Fields of an entry that may change. */
export type CatalogChange<T> = Partial<Pick<CatalogRecord<T>, 'terms' | 'updatedAt' | 'deletedAt'>>;

/** An add-on, a discount or a plan as its account sees it. */
export type CatalogEntry<T> = T & {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Account that the catalog belongs to. */
export type CatalogOwner = Pick<GatewayPrincipal, 'accountId'>;

/** The same words name the kind in the audit trail and in its actions. */
export type CatalogKind = 'add_on' | 'discount' | 'plan';
