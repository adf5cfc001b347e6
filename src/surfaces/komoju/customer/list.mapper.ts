import type { VaultCustomer } from '../../../modules/customer/record/vault-customer.types.js';
import type { VaultSearch } from '../../../modules/customer/record/vault-search.types.js';
import { toKomojuCustomer } from './customer.mapper.js';
import { secondsBetween, timeOf } from './list-time.js';
import type { KomojuCustomerList, ListKomojuCustomers } from './list.dto.js';

const DEFAULT_PER_PAGE = 10;
const MOST_PER_PAGE = 100;

/** More rows than any account has; a store skips no fraction of an exact number. */
const MOST_SKIPPED = 2 ** 31 - 1;

interface Page {
  readonly page: number;
  readonly perPage: number;
}

export function toPage({ page = '1', per_page = String(DEFAULT_PER_PAGE) }: ListKomojuCustomers): Page {
  return { page: Number(page), perPage: Math.min(Number(per_page), MOST_PER_PAGE) };
}

export function toSearch(query: ListKomojuCustomers): VaultSearch {
  const { page, perPage } = toPage(query);
  const createdAt = secondsBetween(timeOf(query.start_time ?? ''), timeOf(query.end_time ?? ''));
  return { criteria: {}, createdAt, limit: perPage, offset: Math.min((page - 1) * perPage, MOST_SKIPPED) };
}

/** Rule P1. */
export function toKomojuList(
  { page, perPage }: Page,
  { customers, total }: { readonly customers: readonly VaultCustomer[]; readonly total: number },
): KomojuCustomerList {
  return {
    resource: 'list',
    total,
    page,
    per_page: perPage,
    last_page: Math.ceil(total / perPage),
    data: customers.map((customer) => toKomojuCustomer(customer, null)),
  };
}
