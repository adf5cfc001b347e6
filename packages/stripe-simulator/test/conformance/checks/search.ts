import type Stripe from 'stripe';
import { refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { hold, pay } from '../payments.js';
import { eventually, type Target, unique } from '../target.js';
import { customers, idsOf } from './lists.js';

const SEARCH = 'api/pagination/search';

/** Search lags behind: asks until it has found as many. */
function found(target: Target, count: number, search: () => Promise<{ data: { id: string }[] }>): Promise<string[]> {
  return eventually(target, async () => {
    const ids = idsOf(await search());
    expect(ids).toHaveLength(count);
    return ids.sort();
  });
}

const ENTRIES: Entry[] = [
  [
    'LST-14',
    'customers are found by e-mail',
    'search#query-fields-for-customers',
    async (t) => {
      const { email, ids } = await customers(t, 2);
      expect(await found(t, 2, () => t.stripe.customers.search({ query: `email:"${email}"` }))).toEqual(ids.sort());
    },
  ],
  [
    'LST-15',
    'customers are found by metadata and another field; AND wants both',
    'search#search-query-language',
    async (t) => {
      const order = unique();
      const [ada] = [
        await t.stripe.customers.create({ name: 'Ada', metadata: { order } }),
        await t.stripe.customers.create({ name: 'Bob', metadata: { order } }),
      ];
      const search = (query: string) => () => t.stripe.customers.search({ query });
      await found(t, 2, search(`metadata["order"]:"${order}"`));
      expect(await found(t, 1, search(`metadata["order"]:"${order}" AND name:"Ada"`))).toEqual([ada.id]);
    },
  ],
  [
    'LST-16',
    'PaymentIntents are found by metadata and status',
    'search#query-fields-for-payment-intents',
    async (t) => {
      const order = unique();
      const paid = await pay(t, 'pm_card_visa', { metadata: { order } });
      await hold(t, { metadata: { order } });
      const query = `metadata["order"]:"${order}" AND status:"succeeded"`;
      expect(await found(t, 1, () => t.stripe.paymentIntents.search({ query }))).toEqual([paid.id]);
    },
  ],
  [
    'LST-17',
    'charges are found by metadata and amount',
    'search#query-fields-for-charges',
    async (t) => {
      const order = unique();
      const paid = await pay(t, 'pm_card_visa', { metadata: { order } });
      const query = `metadata["order"]:"${order}" AND amount>1000`;
      expect(await found(t, 1, () => t.stripe.charges.search({ query }))).toEqual([paid.latest_charge]);
    },
  ],
  [
    'LST-18',
    'a search result is read page by page with next_page',
    SEARCH,
    async (t) => {
      const { email, ids } = await customers(t, 3);
      const query = `email:"${email}"`;
      await found(t, 3, () => t.stripe.customers.search({ query }));
      const first = await t.stripe.customers.search({ query, limit: 2 });
      expect(first).toMatchObject({ object: 'search_result', has_more: true, url: '/v1/customers/search' });
      const second: Stripe.ApiSearchResult<Stripe.Customer> = await t.stripe.customers.search({
        query,
        limit: 2,
        page: String(first.next_page),
      });
      expect(second.has_more).toBe(false);
      expect([...idsOf(first), ...idsOf(second)].sort()).toEqual(ids.sort());
    },
  ],
  [
    'LST-19',
    'a search without a query, or with one that cannot be read, is refused',
    'search#search-query-language',
    async (t) => {
      expect((await t.send('/v1/customers/search')).status).toBe(400);
      expect((await refused(t.stripe.customers.search({ query: 'email' }))).statusCode).toBe(400);
      expect((await refused(t.stripe.customers.search({ query: 'nonsense:"x"' }))).statusCode).toBe(400);
    },
  ],
  [
    'LST-20',
    'a deleted customer is not found any more',
    'api/customers/search',
    async (t) => {
      const { email, ids } = await customers(t, 2);
      const query = `email:"${email}"`;
      await found(t, 2, () => t.stripe.customers.search({ query }));
      await t.stripe.customers.del(ids[0] ?? '');
      expect(await found(t, 1, () => t.stripe.customers.search({ query }))).toEqual([ids[1]]);
    },
  ],
];

export const search = group('lists and search', ENTRIES);
