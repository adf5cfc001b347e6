import type { TestApp } from '../../support/app.js';
import { MINUTE, resolve } from '../../support/payments.js';
import { together } from '../../support/seeded.js';
import type { Variant } from '../storesim/variants.js';
import { OnTheModel } from './on-the-model.js';
import { OnTheProduct } from './on-the-product.js';
import { described, describedTroubles, drawScenario, type Scenario } from './scenario.js';
import { type Answered, differences } from './standing.js';

const PAYERS = 40;
/** More, and on a busy machine they time out because of each other. */
const AT_ONCE = 12;
const LATEST_MS = 46 * MINUTE;

/** What the test needs of an app for this: time stands still unless the scenario moves it, and nothing runs by itself. */
export const APP_FOR_COMPARING = {
  webhooks: false,
  env: {
    // A time-out that nobody planned, on a busy machine, would be a difference.
    STRIPE_TIMEOUT: '2s',
    PAYMENT_REPEAT_WAIT: '300ms',
    MONGODB_SERVER_SELECTION_TIMEOUT: '20s',
    RESOLVER_TICK: '1h',
    STOREFRONT_JWT_TTL: '90d',
    PAYMENT_MAX_DECLINES: '50',
    USER_MAX_DECLINES: '10000',
    RESOLVER_RATE: '1000',
    // The model gives an open 3-D Secure page no longer than anything else.
    PAYMENT_QUIET_AFTER_3DS: '10m',
  },
} as const;

interface Pair {
  readonly payer: number;
  readonly model: OnTheModel;
  readonly product: OnTheProduct;
  readonly told: string[];
  differs: boolean;
}

/**
 * Plays the scenario of a seed on the model and on the product, step by step, and compares after each what was answered,
 * where the payment stands, what Stripe says of it and what was charged.
 * @param variant of the model; another than `none` is there to see that a difference is found.
 * @returns for each payment that went another way a report that names the seed and has both timelines; empty is good.
 */
export async function compare(seed: number, app: TestApp, variant: Variant = 'none'): Promise<string[]> {
  const scenario = drawScenario(seed, PAYERS);
  await app.simulator.moveClock({ freeze: true });
  await app.clock.refresh();
  const user = await customerOf(app);
  const pairs = Array.from({ length: PAYERS }, (_, payer) => ({
    payer,
    model: new OnTheModel(variant),
    product: new OnTheProduct(app, user),
    told: [],
    differs: false,
  }));
  const reports = await playRounds(app, scenario, pairs);
  const broken = pairs.flatMap(({ payer, model, differs }) =>
    differs ? [] : model.violations.map((rule) => `seed ${seed}, payer ${payer}: the model broke ${rule}`),
  );
  return [...reports, ...broken];
}

/** Someone whose Customer exists: what goes wrong later goes wrong with payments. */
async function customerOf(app: TestApp): Promise<{ token: string; userId: string }> {
  const user = await app.register();
  await new OnTheProduct(app, user).play({ step: { does: 'create' }, troubles: {} });
  return user;
}

async function playRounds(app: TestApp, { seed, rounds }: Scenario, pairs: readonly Pair[]): Promise<string[]> {
  const reports: string[] = [];
  const inStep = () => pairs.filter(({ differs }) => !differs);
  const check = async (pair: Pair, what: string, answers: { model: Answered; product: Answered }) => {
    pair.told.push(`${what} -> ${answers.product}`);
    const found = differences(
      { answered: answers.model, standing: pair.model.look() },
      { answered: answers.product, standing: await pair.product.look() },
    );
    if (found.length === 0) return;
    pair.differs = true;
    reports.push(await report(seed, pair, found));
  };

  for (const [n, { turns, moveMs, passTroubles }] of rounds.entries()) {
    await together(inStep(), AT_ONCE, async (pair) => {
      const turn = turns[pair.payer] ?? { step: { does: 'nothing' }, troubles: {} };
      pair.model.timeline.push(`-- round ${n}: ${described(turn)}`);
      const model = pair.model.play(turn);
      await check(pair, `round ${n}: ${described(turn)}`, { model, product: await pair.product.play(turn) });
    });
    await moveClock(app, moveMs);
    const what = (payer: number) => `round ${n}: ${moveMs / 60_000} min${describedTroubles(passTroubles[payer] ?? {})}`;
    await together(inStep(), AT_ONCE, ({ product, payer }) => product.arm(passTroubles[payer] ?? {}));
    await resolve(app);
    await together(inStep(), AT_ONCE, async (pair) => {
      pair.model.timeline.push(`-- ${what(pair.payer)}`);
      pair.model.moveClock(moveMs);
      pair.model.pass(passTroubles[pair.payer] ?? {});
      await pair.product.disarm();
      await check(pair, what(pair.payer), { model: 'none', product: 'none' });
    });
  }
  return reports;
}

/** Minute by minute as long as something may be late: the simulator does what it has jumped over at the new time only. */
async function moveClock(app: TestApp, ms: number): Promise<void> {
  const minutes = Math.min(ms, LATEST_MS) / MINUTE;
  for (let minute = 0; minute < minutes; minute++) await app.simulator.moveClock({ advance: MINUTE });
  await app.advance(ms - minutes * MINUTE);
}

async function report(seed: number, { payer, model, product, told }: Pair, found: readonly string[]): Promise<string> {
  return [
    `seed ${seed}, payer ${payer}: ${found.join('; ')}`,
    '  steps, and what the product answered:',
    ...told.map((line) => `    ${line}`),
    '  the model:',
    ...model.timeline.map((line) => `    ${line}`),
    '  what Stripe got from the product:',
    ...(await product.timeline()).map((line) => `    ${line}`),
    `  again: npm run model -- --product --runs 1 --seed ${seed}`,
  ].join('\n');
}
