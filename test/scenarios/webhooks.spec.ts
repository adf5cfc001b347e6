import type Stripe from 'stripe';
import { dayOf } from '../../src/modules/books/day-range.js';
import { Reconciler } from '../../src/modules/books/reconciler.service.js';
import type { Payment, PaymentState } from '../../src/modules/payment/record/payment.types.js';
import { browserConfirm, eventually, HOUR, MINUTE, newCuid, payments, resolve, secret } from '../support/payments.js';
import { appPool } from '../support/pool.js';
import { seeded, together } from '../support/seeded.js';
import { deliver, inbox, outbox } from '../support/webhooks.js';

/** `npm run test:webhooks` is the full size: 2,000 payments with ten events each and more. */
const PAYMENTS = Number(process.env['WEBHOOK_PAYMENTS'] ?? 25);
const SEED = Number(process.env['WEBHOOK_SEED'] ?? 1);
const LOST = 0.15;
const MAX_COPIES = 5;
/** Of the events before the end, so many arrive before it. */
const EARLY = 0.1;
const AT_ONCE = 8;

const DECLINED = [
  'pm_card_visa_chargeDeclined',
  'pm_card_chargeDeclinedExpiredCard',
  'pm_card_chargeDeclinedInsufficientFunds',
];

/** How a payment goes on after its declines, all behind our back: in the payer's browser or in Stripe's dashboard. */
type Ending = 'paid' | 'paid_after_3ds' | 'waits_for_3ds' | 'canceled' | 'declined';

interface Life {
  readonly id: string;
  readonly clientSecret: string;
  readonly declines: number;
  readonly ending: Ending;
}

const EXPECTED: Readonly<Record<string, PaymentState>> = {
  succeeded: 'SUCCEEDED',
  canceled: 'CANCELED',
  requires_action: 'REQUIRES_ACTION',
  requires_payment_method: 'PI_CREATED',
};

// Each waits for what is paced, the one for its inbox; so both run at once, each with an app to itself.
const it = globalThis.it.concurrent;
const apps = appPool(2, {
  webhooks: false,
  // The resolver comes when it is called, so that what the events bring is seen by itself.
  env: { RESOLVER_TICK: '12h', RESOLVER_RATE: '1000', STOREFRONT_JWT_TTL: '90d' },
});
afterAll(() => apps.stop());
jest.setTimeout(PAYMENTS * 5_000 + 120_000);

it.each([
  ['on', true],
  ['off', false],
])(`webhooks %s: ${PAYMENTS} payments end as Stripe says, with one effect each`, async (name, on) => {
  await using lent = await apps.lend();
  const { app } = lent;
  const random = seeded(SEED);
  const figures: Record<string, number> = {};
  const began = performance.now();

  function endingOf(): Ending {
    const drawn = random.random();
    if (drawn < 0.7) return 'paid';
    if (drawn < 0.76) return 'paid_after_3ds';
    if (drawn < 0.82) return 'waits_for_3ds';
    return drawn < 0.92 ? 'canceled' : 'declined';
  }

  async function createAll(): Promise<Life[]> {
    const { token } = await app.register();
    const lives: Life[] = [];
    const drawn = Array.from({ length: PAYMENTS }, () => ({ declines: random.whole(3, 6), ending: endingOf() }));
    await together(drawn, AT_ONCE, async (fate) => {
      const { status, body } = await app.http.post('/payment', { cuid: newCuid() }, { token });
      expect(status).toBe(201);
      lives.push({ id: String(body['id']), clientSecret: String(body['clientSecret']), ...fate });
    });
    progress('created');
    return lives;
  }

  const inBrowser = ({ id, clientSecret }: Life, paymentMethod: string) =>
    browserConfirm(app, { id, clientSecret, paymentMethod });

  async function declines(life: Life): Promise<void> {
    for (let i = 0; i < life.declines; i++)
      await expect(inBrowser(life, DECLINED[i % DECLINED.length] ?? '')).rejects.toThrow('refused');
  }

  async function end(life: Life): Promise<void> {
    if (life.ending === 'paid') await inBrowser(life, 'pm_card_visa');
    if (life.ending === 'canceled') await secret(app).paymentIntents.cancel(life.id);
    if (!life.ending.endsWith('3ds')) return;
    await inBrowser(life, 'pm_card_threeDSecure2Required');
    if (life.ending === 'paid_after_3ds') await app.simulator.finish3ds(life.id, 'complete');
  }

  /** Some of the first events arrive while the payments go on, the rest with those of the end; all out of order. */
  async function withEvents(lives: readonly Life[]): Promise<void> {
    const first = await allEvents();
    const copies = random.shuffled(copiesOf(first));
    const early = Math.floor(copies.length * EARLY);
    await Promise.all([sendAll(copies.slice(0, early)), together(lives, AT_ONCE, end)]);
    const seen = new Set(first.map(({ id }) => id));
    const later = (await allEvents()).filter(({ id }) => !seen.has(id));
    await sendAll(random.shuffled([...copies.slice(early), ...copiesOf(later)]));
    await inboxDone();
    figures['events'] = first.length + later.length;
    expect(figures['events']).toBeGreaterThanOrEqual(PAYMENTS * 10);
    const reads = /^provider_call_duration_seconds_count\{operation="payment_retrieve"\} (\d+)$/m;
    figures['reads of PaymentIntents'] = Number(reads.exec((await app.http.get('/metrics')).text)?.[1]);
  }

  async function allEvents(): Promise<Stripe.Event[]> {
    const all: Stripe.Event[] = [];
    for await (const event of secret(app).events.list({ limit: 100 })) all.push(event);
    return all;
  }

  function copiesOf(events: readonly Stripe.Event[]): Stripe.Event[] {
    const kept = events.filter(() => random.random() >= LOST);
    add('lost', events.length - kept.length);
    add('arrived', kept.length);
    return kept.flatMap((event) => Array.from({ length: random.whole(1, MAX_COPIES) }, () => event));
  }

  async function sendAll(copies: readonly Stripe.Event[]): Promise<void> {
    await together(copies, AT_ONCE, async (event) => {
      expect((await deliver(app, JSON.stringify(event))).status).toBe(200);
      add('deliveries', 1);
      if ((figures['deliveries'] ?? 0) % 5_000 === 0) progress(`${figures['deliveries']} delivered`);
    });
  }

  /** The worker reads at most ten PaymentIntents a second, so this takes a while. */
  async function inboxDone(): Promise<void> {
    await eventually(
      async () => {
        const open = await inbox(app).countDocuments({ nextAt: { $type: 'date' } });
        if (open > 0 && open % 10 === 0) progress(`${open} in the inbox`);
        expect(open).toBe(0);
      },
      PAYMENTS * 1_000 + 120_000,
    );
    expect(await inbox(app).countDocuments()).toBe(figures['arrived']);
    expect(await inbox(app).countDocuments({ state: 'done' })).toBe(figures['arrived']);
    progress('inbox worked off');
  }

  async function atStripe(): Promise<Map<string, Stripe.PaymentIntent>> {
    const all = new Map<string, Stripe.PaymentIntent>();
    for await (const intent of secret(app).paymentIntents.list({ limit: 100 })) all.set(intent.id, intent);
    return all;
  }

  const records = (): Promise<Payment[]> => payments(app).find().lean<Payment[]>().exec();

  async function behind(): Promise<string[]> {
    const intents = await atStripe();
    return (await records()).flatMap(({ providerPaymentId, state, providerStatus }) => {
      const status = intents.get(providerPaymentId ?? '')?.status ?? 'nowhere';
      const same =
        EXPECTED[status] === state &&
        (status === providerStatus || (status === 'requires_payment_method' && state === 'PI_CREATED'));
      return same ? [] : [`${providerPaymentId} is ${state} (${providerStatus}), Stripe says ${status}`];
    });
  }

  const countBehind = async (): Promise<number> => (await behind()).length;

  /** Everything open has been due for a while; nothing is old enough to be given up. */
  async function resolveAll(): Promise<void> {
    await app.advance(90 * MINUTE);
    const due = () => payments(app).countDocuments({ nextCheckAt: { $lte: app.clock.date(), $type: 'date' } });
    for (let left = await due(); left > 0; left = await due()) {
      progress(`${left} to resolve`);
      await resolve(app);
    }
  }

  async function effectsDone(): Promise<void> {
    const open = () => payments(app).countDocuments({ effectsDueAt: { $type: 'date' } });
    await eventually(async () => expect(await open()).toBe(0), PAYMENTS * 500 + 60_000);
  }

  async function everythingAgrees(): Promise<void> {
    expect(await behind()).toEqual([]);
    const all = await records();
    expect(all).toHaveLength(PAYMENTS);
    const paid = all.filter(({ state }) => state === 'SUCCEEDED');
    const { charges } = await app.simulator.ledger();
    expect(charges.map(({ payment_intent }) => payment_intent).toSorted()).toEqual(
      paid.map(({ providerPaymentId }) => providerPaymentId ?? '').toSorted(),
    );
    for (const { _id, state, effects } of all)
      expect([_id, effects.map(({ id }) => id)]).toEqual([_id, state === 'SUCCEEDED' ? [`${_id}:succeeded`] : []]);
    // Handed to its consumer once each: nothing crashed, so nothing was repeated.
    expect((await app.http.get('/metrics')).text).toContain(`effects_total{result="done"} ${paid.length}\n`);
    expect(outbox(app)).toHaveLength(paid.length);
    figures['paid'] = paid.length;
    const [from, to] = [app.clock.now() - 24 * HOUR, app.clock.now()].map((at) => dayOf(new Date(at)));
    const { differences, counts } = await reconciler().compare({ from: from ?? '', to: to ?? '' });
    expect([differences, counts]).toEqual([[], { agreed: PAYMENTS, foreign: 0, unreadable: 0 }]);
  }

  const reconciler = () => app.app.get(Reconciler, { strict: false });

  function add(what: string, n: number): void {
    figures[what] = (figures[what] ?? 0) + n;
  }

  function progress(what: string): void {
    if (process.env['WEBHOOK_PAYMENTS'] !== undefined)
      process.stdout.write(`webhooks ${name}, ${Math.round((performance.now() - began) / 1000)} s: ${what}\n`);
  }

  function report(): void {
    const told = Object.entries(figures).map(([what, n]) => `${n} ${what}`);
    progress(`${PAYMENTS} payments (seed ${SEED}): ${told.join(', ')}`);
  }

  const lives = await createAll();
  await together(lives, AT_ONCE, declines);
  progress('declined');
  if (on) await withEvents(lives);
  else await together(lives, AT_ONCE, end);
  figures['behind before the resolver'] = await countBehind();
  if (on) expect(figures['behind before the resolver']).toBeLessThan(PAYMENTS * 0.1);
  await resolveAll();
  await effectsDone();
  await everythingAgrees();
  report();
});
