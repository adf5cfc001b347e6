import { withinRange } from '../../../platform/database/time-range.js';
import { ADDRESS_FIELDS } from './address.types.js';
import type { TextCriterion, VaultCriterion, VaultSearch } from './vault-search.types.js';

/**
 * Paths at which the criteria are compared. MongoDB compares with every address: `=` wants one that fits, `!=` that none
 * does.
 */
const PATHS: Readonly<Record<VaultCriterion, string>> = {
  customerId: 'customerId',
  addressId: 'addresses.id',
  ...(Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, `addresses.${field}`])) as Record<
    (typeof ADDRESS_FIELDS)[number],
    string
  >),
  methodType: 'defaults.methodType',
  billingAddressId: 'defaults.billingAddressId',
  shippingAddressId: 'defaults.shippingAddressId',
};

/** Criteria with an index, the most selective first. */
const INDEXED = ['customerId', 'email', 'phone', 'lastName'] as const satisfies readonly VaultCriterion[];

/**
 * The query for a search. The first clause is one with an index wherever there is one: the embedded store does not plan, it
 * takes the index of the first clause that has one, and by account alone it would read everybody.
 */
export function searchFilter(accountId: string, search: VaultSearch): Record<string, unknown> {
  const { criteria } = search;
  const clauses: [string, unknown][] = [];
  const add = (name: VaultCriterion) => {
    const criterion = criteria[name];
    if (criterion !== undefined) clauses.push([PATHS[name], condition(criterion)]);
  };
  INDEXED.filter((name) => criteria[name]?.operator === '=').forEach(add);
  clauses.push(['accountId', String(accountId)], ['state', 'active']);
  for (const name of Object.keys(PATHS) as VaultCriterion[]) {
    if (!clauses.some(([path]) => path === PATHS[name])) add(name);
  }
  return Object.fromEntries([
    ...clauses,
    ...withinRange('createdAt', search.createdAt),
    ...withinRange('updatedAt', search.updatedAt),
  ]);
}

function condition({ operator, value }: TextCriterion): unknown {
  return operator === '=' ? String(value) : { $ne: String(value) };
}
