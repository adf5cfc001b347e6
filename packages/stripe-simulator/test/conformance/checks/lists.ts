import { idOf, refused } from '../../support.js';
import { type Entry, group } from '../check.js';
import { BACK, open, pay } from '../payments.js';
import { eventually, type Target, uniqueEmail } from '../target.js';

const PAGES = 'api/pagination';

/** Customers that nobody else has: they share an address of their own. Newest first. */
export async function customers(target: Target, count: number): Promise<{ email: string; ids: string[] }> {
  const email = uniqueEmail();
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.unshift((await target.stripe.customers.create({ email })).id);
  return { email, ids };
}

export function idsOf(page: { data: { id: string }[] }): string[] {
  return page.data.map(({ id }) => id);
}

const ENTRIES: Entry[] = [
  [
    'LST-01',
    'a list is newest first, ten at a time',
    PAGES,
    async (t) => {
      const { email, ids } = await customers(t, 11);
      const page = await t.stripe.customers.list({ email });
      expect(page).toMatchObject({ object: 'list', has_more: true, url: '/v1/customers' });
      expect(idsOf(page)).toEqual(ids.slice(0, 10));
    },
  ],
  [
    'LST-02',
    'starting_after goes on behind an object, to the end',
    PAGES,
    async (t) => {
      const { email, ids } = await customers(t, 5);
      const second = await t.stripe.customers.list({ email, limit: 2, starting_after: ids[1] ?? '' });
      expect([idsOf(second), second.has_more]).toEqual([ids.slice(2, 4), true]);
      const last = await t.stripe.customers.list({ email, limit: 2, starting_after: ids[3] ?? '' });
      expect([idsOf(last), last.has_more]).toEqual([ids.slice(4), false]);
    },
  ],
  [
    'LST-03',
    'ending_before goes back, and is newest first too',
    PAGES,
    async (t) => {
      const { email, ids } = await customers(t, 5);
      const page = await t.stripe.customers.list({ email, limit: 2, ending_before: ids[4] ?? '' });
      expect([idsOf(page), page.has_more]).toEqual([ids.slice(2, 4), true]);
    },
  ],
  [
    'LST-04',
    'the SDK walks all pages, each object once',
    'api/pagination/auto',
    async (t) => {
      const { email, ids } = await customers(t, 7);
      const walked: string[] = [];
      for await (const { id } of t.stripe.customers.list({ email, limit: 3 })) walked.push(id);
      expect(walked).toEqual(ids);
    },
  ],
  [
    'LST-05',
    'limit is 1 to 100',
    PAGES,
    async (t) => {
      for (const limit of [0, 101]) {
        const error = await refused(t.stripe.customers.list({ limit }));
        expect(error).toMatchObject({ statusCode: 400, param: 'limit' });
      }
      expect((await t.stripe.customers.list({ limit: 100 })).object).toBe('list');
    },
  ],
  [
    'LST-06',
    'a cursor that is no object is refused',
    PAGES,
    async (t) => {
      const error = await refused(t.stripe.customers.list({ starting_after: 'cus_nothing' }));
      expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'starting_after' });
    },
  ],
  [
    'LST-07',
    'a list shows at once what was made, changed and deleted',
    'search#data-freshness',
    async (t) => {
      const { email, ids } = await customers(t, 2);
      await t.stripe.customers.update(ids[0] ?? '', { name: 'Ada' });
      expect((await t.stripe.customers.list({ email })).data[0]?.name).toBe('Ada');
      await t.stripe.customers.del(ids[0] ?? '');
      expect(idsOf(await t.stripe.customers.list({ email }))).toEqual(ids.slice(1));
    },
  ],
  [
    'LST-08',
    'created[gte] and created[lt] choose by time',
    'api/customers/list#list_customers-created',
    async (t) => {
      const { email, ids } = await customers(t, 1);
      const { created } = (await t.stripe.customers.list({ email })).data[0] ?? { created: 0 };
      expect(idsOf(await t.stripe.customers.list({ email, created: { gte: created } }))).toEqual(ids);
      expect(idsOf(await t.stripe.customers.list({ email, created: { lt: created } }))).toEqual([]);
      expect(idsOf(await t.stripe.customers.list({ email, created: { gt: created } }))).toEqual([]);
    },
  ],
  [
    'LST-09',
    'PaymentIntents and charges are listed by customer',
    'api/payment_intents/list',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const paid = await pay(t, 'pm_card_visa', { customer });
      const unpaid = await open(t, { customer });
      expect(idsOf(await t.stripe.paymentIntents.list({ customer }))).toEqual([unpaid.id, paid.id]);
      expect(idsOf(await t.stripe.charges.list({ customer }))).toEqual([paid.latest_charge]);
    },
  ],
  [
    'LST-10',
    'refunds are listed by PaymentIntent, newest first',
    'api/refunds/list',
    async (t) => {
      const { id: payment_intent } = await pay(t, 'pm_card_visa');
      const first = await t.stripe.refunds.create({ payment_intent, amount: 100 });
      const second = await t.stripe.refunds.create({ payment_intent, amount: 200 });
      expect(idsOf(await t.stripe.refunds.list({ payment_intent }))).toEqual([second.id, first.id]);
    },
  ],
  [
    'LST-11',
    'a customer’s cards are listed; a detached one is not',
    'api/payment_methods/customer_list',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const attach = () => t.stripe.paymentMethods.attach('pm_card_visa', { customer });
      const [first, second] = [await attach(), await attach()];
      expect(idsOf(await t.stripe.customers.listPaymentMethods(customer)).sort()).toEqual([first.id, second.id].sort());
      await t.stripe.paymentMethods.detach(first.id);
      expect(idsOf(await t.stripe.customers.listPaymentMethods(customer, { type: 'card' }))).toEqual([second.id]);
    },
  ],
  [
    'LST-12',
    'expand reaches into a list’s data',
    'api/expanding_objects',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create({ name: 'Ada' });
      await open(t, { customer });
      const { data } = await t.stripe.paymentIntents.list({ customer, expand: ['data.customer'] });
      expect(data[0]?.customer).toMatchObject({ id: customer, object: 'customer', name: 'Ada' });
    },
  ],
  [
    'LST-13',
    'a charge’s balance transaction is listed by its source',
    'api/balance_transactions/list#balance_transaction_list-source',
    async (t) => {
      const paid = await pay(t, 'pm_card_visa', { capture_method: 'automatic' });
      const source = idOf(paid.latest_charge);
      const listed = await eventually(t, async () => {
        const { data } = await t.stripe.balanceTransactions.list({ source });
        expect(data).toHaveLength(1);
        return data;
      });
      expect(listed[0]).toMatchObject({ type: 'charge', amount: 1999, source });
    },
  ],
  [
    'LST-21',
    'SetupIntents are listed by customer',
    'api/setup_intents/list',
    async (t) => {
      const { id: customer } = await t.stripe.customers.create();
      const setup = await t.stripe.setupIntents.create({
        customer,
        payment_method: 'pm_card_visa',
        confirm: true,
        return_url: BACK,
      });
      expect(idsOf(await t.stripe.setupIntents.list({ customer }))).toEqual([setup.id]);
    },
  ],
];

export const lists = group('lists and search', ENTRIES);
