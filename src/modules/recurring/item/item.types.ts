import type { Fee } from '../../calculator/fees.js';
import type { CatalogEntry } from '../catalog/catalog.types.js';

/** Contract gateway 8.1: 0, or 0.1 % to 100 %. */
export const ITEM_PERCENTAGE = { least: 100, most: 100_000 } as const;

/** Text and figure of an add-on or a discount, in the account's catalog and in each copy of it. */
export interface ItemTerms {
  readonly name: string;
  readonly description: string;
  /** Figure that is added or taken off: minor units, or thousandths of one percent of the amount that it stands beside. */
  readonly figure: Fee;
  /** Number of successful billings that it is applied to; 0: until cancelled. */
  readonly duration: number;
}

/** An add-on or a discount of an account. */
export type Item = CatalogEntry<ItemTerms>;

/** Request about an add-on or a discount; what is absent stays as it is. */
export interface ItemRequest {
  readonly name?: string;
  readonly description?: string;
  readonly amountMinor?: number;
  readonly percentage?: number;
  readonly duration?: number;
}

/** The copy of an add-on or a discount in a plan: changes of its source do not reach it. */
export interface ItemCopy extends ItemTerms {
  /** Id of the source. */
  readonly id: string;
}

/** An add-on or a discount that a request wants a copy of, with what is to differ from the source. */
export interface CopyRequest extends Omit<ItemRequest, 'percentage'> {
  readonly id: string;
}
