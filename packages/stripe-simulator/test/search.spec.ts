import fc from 'fast-check';
import type Stripe from 'stripe';
import { createIntent, refused, RETURN_URL, type Running, start } from './support.js';

describe('search', () => {
  let running: Running;
  let stripe: Stripe;
  beforeEach(async () => {
    running = await start();
    stripe = running.stripe;
    await running.sim('POST', 'clock', { freeze: true });
  });
  afterEach(() => running.close());

  const later = (ms: number) => running.sim('POST', 'clock', { advance: ms });
  const ids = (page: { data: { id: string }[] }) => page.data.map(({ id }) => id);
  const find = async (query: string) => ids(await stripe.customers.search({ query }));

  it('finds customers, PaymentIntents and charges', async () => {
    const customer = await stripe.customers.create({
      email: 'sally@rocketrides.io',
      name: 'Sally Rocket',
      metadata: { key: 'value' },
    });
    const paid = await createIntent(stripe, {
      confirm: true,
      customer: customer.id,
      metadata: { order: '7' },
      payment_method: 'pm_card_visa',
      return_url: RETURN_URL,
    });
    await createIntent(stripe, { amount: 500, currency: 'eur' });
    // The charge is booked after a second; that is found two seconds after it happened.
    await later(1_000);
    await later(2_000);
    expect(await find(`email:'sally@rocketrides.io'`)).toEqual([customer.id]);
    expect(await find(`name:'Sally' AND metadata['key']:'value'`)).toEqual([customer.id]);
    expect(await find(`name~'rock' -metadata['key']:null`)).toEqual([customer.id]);
    const intents = await stripe.paymentIntents.search({ query: `status:'succeeded' AND metadata['order']:'7'` });
    expect(intents).toMatchObject({
      object: 'search_result',
      data: [{ id: paid.id }],
      has_more: false,
      next_page: null,
      url: '/v1/payment_intents/search',
    });
    expect(intents).not.toHaveProperty('total_count');
    const query = `-currency:'usd' OR amount>1000`;
    expect((await stripe.paymentIntents.search({ query })).data).toHaveLength(2);
    const charges = await stripe.charges.search({
      query: `payment_method_details.card.last4:4242 AND customer:'${customer.id}' AND refunded:null`,
      expand: ['data.balance_transaction', 'data.customer', 'total_count'],
    });
    expect(charges).toMatchObject({
      data: [
        {
          id: paid.latest_charge,
          balance_transaction: { object: 'balance_transaction' },
          customer: { id: customer.id },
        },
      ],
      total_count: 1,
    });
  });

  it('shows what was written only after two seconds', async () => {
    const { id } = await stripe.customers.create({ email: 'new@shop.test' });
    expect(await find(`email:'new@shop.test'`)).toEqual([]);
    expect(ids(await stripe.customers.list({ email: 'new@shop.test' }))).toEqual([id]);
    await later(1_999);
    expect(await find(`email:'new@shop.test'`)).toEqual([]);
    await later(1);
    expect(await find(`email:'new@shop.test'`)).toEqual([id]);
  });

  it('shows what was changed and deleted as it was before', async () => {
    const { id } = await stripe.customers.create({ email: 'old@shop.test', name: 'One' });
    await later(5_000);
    await stripe.customers.update(id, { email: 'mid@shop.test' });
    await later(1_500);
    await stripe.customers.update(id, { email: 'new@shop.test' });
    const [shown] = (await stripe.customers.search({ query: `email:'old@shop.test'` })).data;
    expect(shown).toMatchObject({ id, email: 'old@shop.test' });
    expect(await find(`email:'new@shop.test'`)).toEqual([]);
    await later(600);
    // The first change is indexed by now, the second is not.
    expect(await find(`email:'mid@shop.test'`)).toEqual([id]);
    await later(1_500);
    expect(await find(`email:'new@shop.test'`)).toEqual([id]);
    expect(await find(`email~'shop'`)).toEqual([id]);
    await stripe.customers.del(id);
    expect(await find(`email:'new@shop.test'`)).toEqual([id]);
    await later(2_000);
    expect(await find(`email:'new@shop.test'`)).toEqual([]);
  });

  it('lags up to an hour, or not at all', async () => {
    await running.sim('POST', 'settings', { search_lag_ms: 3_600_000 });
    const { id } = await stripe.customers.create({ name: 'Slow' });
    await later(3_599_999);
    expect(await find(`name:'slow'`)).toEqual([]);
    await later(1);
    expect(await find(`name:'slow'`)).toEqual([id]);
    await running.sim('POST', 'settings', { search_lag_ms: 0 });
    const quick = await stripe.customers.create({ name: 'Quick' });
    expect(await find(`name:'quick'`)).toEqual([quick.id]);
  });

  describe('pages', () => {
    let made: string[];
    beforeEach(async () => {
      made = [];
      for (let n = 0; n < 25; n++) {
        if (n % 10 === 0) await later(1_000);
        made.unshift((await stripe.customers.create({ name: `Person ${n}` })).id);
      }
      await later(3_000);
    });

    const page = (more: Partial<Stripe.CustomerSearchParams> = {}) =>
      stripe.customers.search({ query: `name:'person'`, ...more });

    it('follow each other, newest first', async () => {
      const first = await page();
      expect(ids(first)).toEqual(made.slice(0, 10));
      expect(first.has_more).toBe(true);
      const second = await page({ page: String(first.next_page), limit: 12, expand: ['total_count'] });
      expect(ids(second)).toEqual(made.slice(10, 22));
      expect(second.total_count).toBe(25);
      const last = await page({ page: String(second.next_page) });
      expect(ids(last)).toEqual(made.slice(22));
      expect(last).toMatchObject({ has_more: false, next_page: null });
    });

    it('are walked by the SDK to the end, each object once', async () => {
      const walked: string[] = [];
      for await (const { id } of page({ limit: 4 })) walked.push(id);
      expect(walked).toEqual(made);
    });

    it('go on behind what was deleted or came meanwhile', async () => {
      const first = await page({ limit: 10 });
      await stripe.customers.create({ name: 'Person new' });
      await stripe.customers.del(made[9] ?? '');
      await later(3_000);
      const second = await page({ page: String(first.next_page) });
      // The deleted one was the last of its second: what is older follows.
      expect(ids(second)).toEqual(made.slice(15).slice(0, 10));
    });

    it.each([
      [{ page: 'nonsense' }, 'page'],
      [{ limit: 0 }, 'limit'],
      [{ limit: 101 }, 'limit'],
    ])('refuse %j', async (params, param) => {
      expect(await refused(page(params))).toMatchObject({ statusCode: 400, param });
    });
  });

  it.each([
    ['email="a"', 'unable to parse'],
    ['nonsense:"a"', 'Field `nonsense` is an unsupported search field for resource `customers`'],
    ['name:"a" OR name:"b" AND name:"c"', 'AND and OR'],
    ['name>"a"', 'not supported'],
  ])('refuses %s', async (query, words) => {
    const error = await refused(stripe.customers.search({ query }));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error', param: 'query' });
    expect(error.message).toContain(words);
  });

  it('needs a query, and expands nothing that is not there', async () => {
    const { body } = await running.get('/v1/customers/search');
    expect(body['error']).toMatchObject({ code: 'parameter_missing', param: 'query' });
    const error = await refused(stripe.customers.search({ query: `name:'a'`, expand: ['data.nothing'] }));
    expect(error.param).toBe('expand[0]');
    expect((await refused(stripe.customers.list({ expand: ['total_count'] }))).param).toBe('expand[0]');
  });

  it('finds exactly what matched two seconds ago, whatever was written since', async () => {
    const names = ['Ada', 'Bob', 'Ada Bob'];
    const step = fc.record({
      act: fc.constantFrom('create', 'rename', 'delete', 'wait', 'search'),
      name: fc.constantFrom(...names),
      pick: fc.nat(50),
      ms: fc.constantFrom(400, 900, 2_100),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
        await running.sim('POST', 'reset', { seed: 'search' });
        await running.sim('POST', 'clock', { freeze: true });
        let now = 0;
        let people = new Map<string, string>();
        const history: [at: number, people: Map<string, string>][] = [[-Infinity, people]];
        const change = (id: string, name: string | undefined) => {
          people = new Map(people);
          if (name === undefined) people.delete(id);
          else people.set(id, name);
          history.push([now, people]);
        };
        const asked = async (word: string) => {
          const [, then] = history.findLast(([at]) => at <= now - 2_000) ?? [0, people];
          const expected = [...then].filter(([, name]) => ` ${name} `.includes(` ${word} `)).map(([id]) => id);
          const found = await stripe.customers.search({ query: `name:'${word}'`, limit: 100 });
          expect(ids(found).sort()).toEqual(expected.sort());
        };
        for (const { act, name, pick, ms } of steps) {
          const [id] = [...people.keys()].slice(pick % (people.size || 1));
          if (act === 'create') change((await stripe.customers.create({ name })).id, name);
          else if (act === 'wait') await later(ms).then(() => (now += ms));
          else if (act === 'search') await asked(name);
          else if (id !== undefined && act === 'rename') {
            await stripe.customers.update(id, { name });
            change(id, name);
          } else if (id !== undefined) {
            await stripe.customers.del(id);
            change(id, undefined);
          }
        }
        for (const word of names) await asked(word);
      }),
      { numRuns: 40, seed: 7 },
    );
  }, 120_000);
});
