import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { HttpAnswer } from '../support/http-client.js';
import { browserConfirm, HOUR, MINUTE, newCuid, payments, resolve, secret } from '../support/payments.js';
import type { FaultAction } from '../support/simulator.js';

/** Another seed is another storm: STORM_SEED=7 npx jest test/scenarios/storm */
const SEED = Number(process.env['STORM_SEED'] ?? 1);
const SHOPPERS = Number(process.env['STORM_SHOPPERS'] ?? 40);
const AT_ONCE = 8;

const CARDS = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_visa_chargeDeclined',
  'pm_card_chargeDeclinedExpiredCard',
  'pm_card_threeDSecure2Required',
];

const FAULTS: readonly [string, number, FaultAction][] = [
  ['POST', 0.06, { type: 'drop_before' }],
  ['POST', 0.06, { type: 'drop_after_effect' }],
  ['POST', 0.06, { type: 'delay_effect', ms: 4 * MINUTE }],
  ['POST', 0.04, { type: 'status', status: 500, when: 'before', cached: true }],
  ['POST', 0.04, { type: 'status', status: 500, when: 'after' }],
  ['POST', 0.04, { type: 'status', status: 503, when: 'before', cached: false }],
  ['POST', 0.04, { type: 'status', status: 429, when: 'before' }],
  ['POST', 0.02, { type: 'status', status: 401, when: 'before' }],
  ['POST', 0.04, { type: 'reset_after' }],
  ['POST', 0.03, { type: 'truncate_body' }],
  ['GET', 0.05, { type: 'reset_before' }],
  ['GET', 0.03, { type: 'status', status: 500, when: 'before', cached: false }],
];

function random(seed: number): () => number {
  let a = seed * 7919 + 13;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Told {
  readonly cuid: string;
  readonly kind: 'create' | 'confirm' | 'read';
  readonly status: number;
  readonly says: unknown;
  readonly id: unknown;
}

/**
 * Shoppers with every kind of card, repeats, second tabs and browsers, on two instances of the app, while Stripe's side
 * drops, delays, refuses and answers nonsense, an instance restarts, webhooks are lost and doubled, and time jumps.
 * Afterwards the books must agree.
 */
describe(`a storm (seed ${SEED})`, () => {
  let first: TestApp;
  let second: TestApp;
  const told: Told[] = [];

  beforeAll(async () => {
    const env = {
      STRIPE_TIMEOUT: '250ms',
      PAYMENT_REPEAT_WAIT: '600ms',
      RESOLVER_TICK: '500ms',
      STOREFRONT_JWT_TTL: '90d',
      PAYMENT_MAX_DECLINES: '50',
      USER_MAX_DECLINES: '500',
    };
    first = await startTestApp({ env });
    second = await startTestApp({ env, simulator: first.simulator, mongoUri: first.config.mongo.uri, webhooks: false });
    await first.simulator.webhooks({ drop: 0.15, duplicate: 0.3 });
  }, 60_000);
  afterAll(async () => {
    await second.stop();
    await first.stop();
  });

  it('never charges twice, loses nothing, and tells nobody a falsehood', async () => {
    const rnd = random(SEED);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(rnd() * of.length)] as T;
    for (const [i, [method, probability, action]] of FAULTS.entries()) {
      await first.simulator.fault(
        { method, path: '/v1/payment_intents*', probability, seed: SEED * 100 + i, times: 0 },
        action,
      );
    }
    const weather = setInterval(
      () => void first.simulator.moveClock({ advance: Math.floor(rnd() * 90_000) }).catch(() => undefined),
      150,
    );
    let restarted = Promise.resolve();
    const restart = setTimeout(() => {
      restarted = second.restart();
    }, 4_000);

    const note = (cuid: string, kind: Told['kind'], answer: HttpAnswer | undefined): HttpAnswer | undefined => {
      if (answer !== undefined)
        told.push({ cuid, kind, status: answer.status, says: answer.body?.['status'], id: answer.body?.['id'] });
      return answer;
    };
    /** An instance that is restarting refuses connections: the client sees no answer, as in life. */
    const ask = (call: (app: TestApp) => Promise<HttpAnswer>) =>
      call(pick([first, second])).catch((error: unknown) => unanswered(error));

    async function shopper(token: string): Promise<void> {
      const cuid = newCuid();
      let id: string | undefined;
      let clientSecret = '';
      for (let i = 0; i < 12 && id === undefined; i++) {
        const tabs = await Promise.all(
          Array.from({ length: rnd() < 0.3 ? 2 : 1 }, () =>
            ask((app) => app.http.post('/payment', { cuid }, { token })),
          ),
        );
        for (const tab of tabs) {
          if (note(cuid, 'create', tab)?.status === 201)
            [id, clientSecret] = [String(tab?.body['id']), String(tab?.body['clientSecret'])];
        }
      }
      if (id === undefined) return;
      const paymentId = id;
      const confirm = async (paymentMethodId: string) =>
        note(
          cuid,
          'confirm',
          await ask((app) => app.http.post('/payment/confirm', { cuid, paymentId, paymentMethodId }, { token })),
        );
      for (let steps = 3 + Math.floor(rnd() * 5); steps-- > 0;) {
        const act = rnd();
        if (act < 0.1) note(cuid, 'read', await ask((app) => app.http.get(`/payment/${paymentId}`, { token })));
        else if (act < 0.25)
          await browserConfirm(first, { id, clientSecret, paymentMethod: pick(CARDS) }).catch(() => undefined);
        else if (act < 0.35)
          await first.simulator.finish3ds(id, rnd() < 0.7 ? 'complete' : 'fail').catch(() => undefined);
        else if (act < 0.55) await Promise.all([confirm(pick(CARDS)), confirm(pick(CARDS))]);
        else if ((await confirm(pick(CARDS)))?.body['status'] === 'succeeded' && rnd() < 0.8) return;
      }
    }

    const { token } = await first.register();
    const queue = Array.from({ length: SHOPPERS }, (_, i) => i).values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const _ of queue) await shopper(token);
      }),
    );
    clearInterval(weather);
    clearTimeout(restart);
    await restarted;
    await first.simulator.release();
    await first.simulator.clearFaults();
    await settle();
    expect(await problemsInTheBooks()).toEqual([]);
  }, 120_000);

  /** The sky is clear and three days pass. */
  async function settle(): Promise<void> {
    for (let i = 0; i < 14; i++) {
      await first.advance(i < 8 ? 5 * MINUTE : 13 * HOUR);
      await resolve(first);
      await resolve(first);
    }
  }

  async function problemsInTheBooks(): Promise<string[]> {
    const records = await payments(first).find().lean<Payment[]>().exec();
    const { charges } = (await first.simulator.ledger()) as {
      charges: { payment_intent: string; metadata: Record<string, string> }[];
    };
    const stripe = secret(first);
    const problems: string[] = records.length === 0 ? ['nothing happened'] : [];

    for (const record of records) {
      const mine = charges.filter(
        ({ payment_intent, metadata }) =>
          payment_intent === record.providerPaymentId || metadata['payment_id'] === record._id,
      );
      if (mine.length > 1) problems.push(`${record._id} was charged ${mine.length} times`);
      if ((mine.length === 1) !== (record.state === 'SUCCEEDED'))
        problems.push(`${record._id} is ${record.state} with ${mine.length} charges`);
      if (!['SUCCEEDED', 'CANCELED', 'REJECTED'].includes(record.state))
        problems.push(`${record._id} is still ${record.state}`);
      if (record.effects.length !== (record.state === 'SUCCEEDED' ? 1 : 0))
        problems.push(`${record._id} has ${record.effects.length} effects`);
      if (record.providerPaymentId !== undefined) {
        const { status } = await stripe.paymentIntents.retrieve(record.providerPaymentId);
        if (status !== record.state.toLowerCase())
          problems.push(`${record._id} is ${record.state}, Stripe says ${status}`);
      }
      for (const each of told.filter(({ cuid }) => cuid === record.cuid)) {
        if (each.says === 'succeeded' && mine.length === 0) problems.push(`${record._id}: told succeeded, not charged`);
        if (each.status === 409 && each.kind === 'confirm' && mine.length === 1)
          problems.push(`${record._id}: told canceled, charged`);
        if (each.id !== undefined && each.id !== record.providerPaymentId)
          problems.push(`${record._id}: told another PaymentIntent`);
      }
      const declinedThenCharged = record.settled.filter(({ result }) => result === 'succeeded').length;
      if (declinedThenCharged > 1) problems.push(`${record._id} has two succeeded attempts`);
    }
    for (const { payment_intent } of charges) {
      if (!records.some(({ providerPaymentId }) => providerPaymentId === payment_intent))
        problems.push(`${payment_intent} was charged and is nowhere here`);
    }
    for (const { status, kind, cuid } of told) {
      if (![200, 201, 400, 402, 409, 429, 502, 503].includes(status))
        problems.push(`${cuid}: ${kind} answered ${status}`);
    }
    if (process.env['STORM_SEED'] !== undefined) {
      const count = (of: (each: Told) => unknown) =>
        JSON.stringify(
          told.reduce<Record<string, number>>(
            (all, each) => ({ ...all, [String(of(each))]: (all[String(of(each))] ?? 0) + 1 }),
            {},
          ),
        );
      process.stdout.write(
        `storm ${SEED}: ${records.length} payments, ${charges.length} charges, told ${count(({ kind, status, says }) => `${kind} ${status} ${String(says)}`)}\n`,
      );
    }
    return problems;
  }
});

function unanswered(error: unknown): undefined {
  // By name: Node's own fetch throws the TypeError of another realm than Jest's. It is a connection that was refused or cut.
  if ((error as Error).name === 'TypeError') return undefined;
  throw error;
}
