import { invalidRequest } from '../../../platform/common/app-error.js';
import type { Fee } from '../../calculator/fees.js';
import type { ItemRequest, ItemTerms } from './item.types.js';

/** Contract gateway 8.1, of create. Throws AppError `validation_failed` unless there is exactly one figure. */
export function newItem({ name = '', description = '', duration = 0, ...rest }: ItemRequest): ItemTerms {
  const figure = figureOf(rest);
  if (figure === undefined) throw invalidRequest('one of amount and percentage is required');
  return { name, description, figure, duration };
}

/** Decision G43: whichever figure is sent takes the place of the other. Throws AppError `validation_failed` for two. */
export function changedItem(terms: ItemTerms, asked: ItemRequest): ItemTerms {
  const { name = terms.name, description = terms.description, duration = terms.duration } = asked;
  return { name, description, figure: figureOf(asked) ?? terms.figure, duration };
}

function figureOf({ amountMinor, percentage }: ItemRequest): Fee | undefined {
  if (amountMinor !== undefined && percentage !== undefined)
    throw invalidRequest('amount and percentage must not be sent together');
  if (amountMinor !== undefined) return { type: 'flat', value: amountMinor };
  return percentage === undefined ? undefined : { type: 'percentage', value: percentage };
}
