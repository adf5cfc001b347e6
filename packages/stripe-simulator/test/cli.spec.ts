import { describeWithCli, stripeCli, triggers } from './stripe-cli.js';
import { type Running, start, until } from './support.js';

/** Events that `stripe trigger` brings about, by family; the event of the same name must be there afterwards. */
const SPOKEN = /^(balance|charge|checkout\.session|payment_intent|payment_method|payout|setup_intent|product|price)\./;
const SPOKEN_TOO = [
  'cash_balance.funds_available',
  'customer.created',
  'customer.deleted',
  'customer.updated',
  'customer_cash_balance_transaction.created',
];
const isSpoken = (event: string) => SPOKEN.test(event) || SPOKEN_TOO.includes(event);

/** A table of tests may not be empty, also where all of them are skipped. */
const known = triggers();
const spoken = known.length === 0 ? ['no event'] : known.filter(isSpoken);

describeWithCli('the Stripe CLI against the simulator', () => {
  let running: Running;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.close());

  const stripe = (...args: string[]) => stripeCli(running.url, ...args);

  it('knows the events of its version', () => {
    expect(known.length).toBeGreaterThan(100);
    expect(spoken).toHaveLength(41);
  });

  it.each(spoken)('stripe trigger %s: completes, and the event is there', async (event) => {
    await running.sim('POST', 'reset', {});
    const { code, out, err } = await stripe('trigger', event);
    expect([code, err, out]).toEqual([0, expect.any(String), expect.stringContaining('Trigger succeeded')]);
    await until(async () => {
      // Banks and schedules take days.
      await running.sim('POST', 'clock', { advance: 3_600_000 });
      return (await running.stripe.events.list({ type: event })).data.length > 0;
    }, 20_000);
  });

  it('every other trigger ends with Stripe’s 404 for an address that is not there', async () => {
    const others = known.filter((event) => !isSpoken(event));
    const ended: [string, number | null, boolean][] = [];
    const work = async () => {
      for (let event = others.pop(); event !== undefined; event = others.pop()) {
        const { code, out, err } = await stripe('trigger', event);
        ended.push([event, code, /status=404.*Unrecognized request URL/s.test(out + err)]);
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(ended.filter(([, code, is404]) => code === 0 || !is404)).toEqual([]);
  }, 120_000);

  describe('stripe <resource>', () => {
    const json = async (...args: string[]) => {
      const { code, out, err } = await stripe(...args);
      expect([code, err]).toEqual([0, expect.any(String)]);
      return JSON.parse(out) as { id: string; object: string; data: { id: string }[] };
    };
    const pay = ['-d', 'amount=2000', '-d', 'currency=usd', '-d', 'confirm=true', '-d', 'payment_method_types[]=card'];
    const price = ['-d', 'currency=usd', '-d', 'unit_amount=500', '-d', 'product_data[name]=Tea'];

    /** A payment whose money can be paid out at once. */
    const paid = async () => json('payment_intents', 'create', ...pay, '-d', 'payment_method=pm_card_bypassPending');

    it.each<[resource: string, params: () => string[] | Promise<string[]>]>([
      ['customers', () => ['-d', 'name=Ada']],
      ['payment_intents', () => [...pay, '-d', 'payment_method=pm_card_visa']],
      ['setup_intents', () => ['-d', 'payment_method=pm_card_visa']],
      ['products', () => ['-d', 'name=Tea']],
      ['prices', () => price],
      ['webhook_endpoints', () => ['-d', 'url=http://127.0.0.1:9/hook', '-d', 'enabled_events[]=*']],
      ['refunds', async () => ['-d', `payment_intent=${(await paid()).id}`]],
      ['payouts', async () => (await paid(), ['-d', 'amount=500', '-d', 'currency=usd'])],
      [
        'checkout sessions',
        async () => {
          const { id } = await json('prices', 'create', ...price);
          const line = ['-d', `line_items[0][price]=${id}`, '-d', 'line_items[0][quantity]=2'];
          return ['-d', 'mode=payment', '-d', 'success_url=https://shop.test', ...line];
        },
      ],
    ])('%s: create, retrieve, list', async (resource, params) => {
      const command = resource.split(' ');
      const made = await json(...command, 'create', ...(await params()));
      expect((await json(...command, 'retrieve', made.id)).id).toBe(made.id);
      expect((await json(...command, 'list', '--limit', '1')).data[0]?.id).toBe(made.id);
    });

    it.each(['balance_transactions', 'charges', 'disputes', 'events'])('%s: list, retrieve', async (resource) => {
      await json('payment_intents', 'create', ...pay, '-d', 'payment_method=pm_card_createDispute');
      await running.sim('POST', 'clock', { advance: 3_600_000 });
      const newest = (await json(resource, 'list', '--limit', '1')).data[0]?.id ?? '';
      expect((await json(resource, 'retrieve', newest)).id).toBe(newest);
    });

    it('payment_methods: attach to a customer, list, retrieve; balance: retrieve', async () => {
      const customer = (await json('customers', 'create')).id;
      const card = await json('payment_methods', 'attach', 'pm_card_visa', '-d', `customer=${customer}`);
      expect((await json('payment_methods', 'retrieve', card.id)).id).toBe(card.id);
      expect((await json('payment_methods', 'list', '-d', `customer=${customer}`)).data).toHaveLength(1);
      expect((await json('balance', 'retrieve')).object).toBe('balance');
    });

    it('shows Stripe’s error for what is not there', async () => {
      const { out, err } = await stripe('customers', 'retrieve', 'cus_x');
      expect(out + err).toContain("No such customer: 'cus_x'");
    });
  });
});
