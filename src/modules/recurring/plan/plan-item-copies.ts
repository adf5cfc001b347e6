import { Injectable } from '@nestjs/common';
import { AddOnRepository } from '../add-on/add-on.repository.js';
import type { CatalogRepository } from '../catalog/catalog.repository.js';
import { DiscountRepository } from '../discount/discount.repository.js';
import { copiesOf, matched } from '../item/item-copies.js';
import type { CopyRequest, ItemCopy, ItemTerms } from '../item/item.types.js';
import type { PlanItems } from './plan-terms.js';
import type { PlanRequest } from './plan.types.js';

const NONE: PlanItems = { addOns: [], discounts: [] };

/** Copies add-ons and discounts of an account into its plans. */
@Injectable()
export class PlanItemCopies {
  constructor(
    private readonly addOns: AddOnRepository,
    private readonly discounts: DiscountRepository,
  ) {}

  /** Returns the copies that are to stand beside an amount; a list that is not sent stays. Throws AppError `validation_failed`. */
  async of(accountId: string, { addOns, discounts }: PlanRequest, held = NONE): Promise<PlanItems> {
    return {
      addOns: await this.copies(this.addOns, accountId, { field: 'add_ons', asked: addOns, held: held.addOns }),
      discounts: await this.copies(this.discounts, accountId, {
        field: 'discounts',
        asked: discounts,
        held: held.discounts,
      }),
    };
  }

  private async copies(
    catalog: CatalogRepository<ItemTerms>,
    accountId: string,
    list: { readonly field: string; readonly asked?: readonly CopyRequest[]; readonly held: readonly ItemCopy[] },
  ): Promise<readonly ItemCopy[]> {
    if (list.asked === undefined) return list.held;
    const copies = matched(list.asked, list.held);
    const sources = new Map<string, ItemTerms>();
    for (const { asked, held } of copies) {
      if (held !== undefined || sources.has(asked.id)) continue;
      const source = await catalog.find(accountId, asked.id);
      if (source !== null) sources.set(asked.id, source.terms);
    }
    return copiesOf(copies, sources, list.field);
  }
}
