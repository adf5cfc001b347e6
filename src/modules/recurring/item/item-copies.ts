import { invalidRequest } from '../../../platform/common/app-error.js';
import { feeOf } from '../../calculator/fees.js';
import { sumOf } from '../../calculator/money.js';
import type { CopyRequest, ItemCopy, ItemTerms } from './item.types.js';
import { type MatchedItem, matchedItems } from './matched-items.js';

type MatchedCopy = MatchedItem<CopyRequest, ItemCopy>;

/** Pairs the copies that are asked for with those that are there (ruling RC19). */
export const matched = (asked: readonly CopyRequest[], held: readonly ItemCopy[]): MatchedCopy[] =>
  matchedItems(asked, ({ id }) => id, held);

/**
 * Returns the copies: one that is there already keeps what it has, a new one begins as its source is now, and both take what is
 * sent. So whoever sends back what was read changes nothing, whatever has become of the sources.
 * @param sources by id, of those that are not there already
 * @param field for a sentence to the client. Throws AppError `validation_failed` for an id that has no source.
 */
export function copiesOf(
  copies: readonly MatchedCopy[],
  sources: ReadonlyMap<string, ItemTerms>,
  field: string,
): ItemCopy[] {
  return copies.map(({ asked, held }, index) => {
    const base = held ?? sources.get(asked.id);
    if (base === undefined) throw invalidRequest(`${field}.${index}.id is unknown`);
    return overridden(base, asked);
  });
}

/** An amount makes a fixed one of a percentage (decision G44). */
function overridden(base: ItemTerms, asked: CopyRequest): ItemCopy {
  const { name = base.name, description = base.description, duration = base.duration, amountMinor } = asked;
  const figure = amountMinor === undefined ? base.figure : { type: 'flat' as const, value: amountMinor };
  return { id: asked.id, name, description, figure: { type: figure.type, value: figure.value }, duration };
}

/** Returns the sum of all of them beside an amount, each rounded by itself. */
export function totalOf(copies: readonly ItemCopy[], amountMinor: number): bigint {
  return sumOf(copies.map(({ figure }) => feeOf(figure, BigInt(amountMinor))));
}
