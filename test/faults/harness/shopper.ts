import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from './random.js';
import type { Journal } from './journal.js';
import { APPS, type World } from './world.js';

/** What a client was told; no answer at all is told as status 0. */
export interface Told {
  readonly cuid: string;
  readonly kind: 'create' | 'confirm' | 'read';
  readonly status: number;
  readonly says: string | undefined;
  /** Of a 402: the machine code. */
  readonly paymentMethodId: string | undefined;
  readonly id: string | undefined;
  readonly clientSecret: string | undefined;
}

/** All that a shopper will do, drawn before anything happens. */
export interface ShopperPlan {
  readonly cuid: string;
  readonly user: number;
  readonly cards: readonly string[];
  /** Asks again, with the same cuid, after no answer. Others never come back. */
  readonly comesBack: boolean;
  /** Sends each confirm from two tabs. */
  readonly twoTabs: boolean;
  /** Pays the first time in the browser, past us. */
  readonly byBrowser: boolean;
  readonly challenge: 'complete' | 'fail' | 'leave';
  readonly pauseMs: number;
}

const CARDS = [
  'pm_card_visa',
  'pm_card_mastercard',
  'pm_card_visa_chargeDeclined',
  'pm_card_chargeDeclinedExpiredCard',
  'pm_card_threeDSecure2Required',
];
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A quarter declines, one in ten asks for 3-D Secure, as in T-12. */
export function planShopper(of: Dice, users: number): ShopperPlan {
  const card = (): string => {
    const roll = of.roll();
    return CARDS[roll < 0.45 ? 0 : roll < 0.65 ? 1 : roll < 0.8 ? 2 : roll < 0.9 ? 3 : 4] as string;
  };
  return {
    cuid: `c${Array.from({ length: 24 }, () => LETTERS[of.between(0, 35)]).join('')}`,
    user: of.between(0, users - 1),
    cards: [card(), card(), card()],
    comesBack: of.chance(0.75),
    twoTabs: of.chance(0.2),
    byBrowser: of.chance(0.08),
    challenge: of.pick(['complete', 'complete', 'fail', 'leave']),
    pauseMs: of.between(100, 900),
  };
}

export interface Shop {
  readonly world: World;
  readonly journal: Journal;
  readonly told: Told[];
  readonly tokens: readonly string[];
  over(): boolean;
}

const ANSWER_WITHIN_MS = 12_000;
const TRIES = 12;
let turn = 0;

/** One request to the next app; null when nobody answered. */
export async function ask(
  shop: Shop,
  request: { method: 'GET' | 'POST'; path: string; body?: Record<string, unknown> },
  plan: ShopperPlan,
): Promise<Told | null> {
  const app = APPS[turn++ % APPS.length] ?? 'A';
  const kind = request.method === 'GET' ? 'read' : request.path.endsWith('/confirm') ? 'confirm' : 'create';
  const paymentMethodId = request.body?.['paymentMethodId'] as string | undefined;
  try {
    const response = await fetch(shop.world.url(app) + request.path, {
      method: request.method,
      headers: { authorization: `Bearer ${shop.tokens[plan.user]}`, 'content-type': 'application/json' },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const body = (await response.json()) as Record<string, string | undefined>;
    const { status } = response;
    const told: Told = {
      cuid: plan.cuid,
      kind,
      status,
      says: body['status'],
      paymentMethodId,
      id: body['id'],
      clientSecret: body['clientSecret'],
    };
    shop.told.push(told);
    shop.journal.note(
      `client ${kind} at ${app} ${paymentMethodId ?? ''}: ${status} ${body['status'] ?? body['message'] ?? ''}`,
      plan.cuid,
    );
    return told;
  } catch (error) {
    shop.journal.note(
      `client ${kind} at ${app} ${paymentMethodId ?? ''}: no answer (${(error as Error).name})`,
      plan.cuid,
    );
    return null;
  }
}

/** Buys one thing, as far as the plan and the weather let it. */
export async function goShopping(shop: Shop, plan: ShopperPlan): Promise<void> {
  const made = await untilAnswered(shop, plan, () =>
    ask(shop, { method: 'POST', path: '/payment', body: { cuid: plan.cuid } }, plan),
  );
  if (made?.id === undefined || made.clientSecret === undefined) return;
  const { id, clientSecret } = made;
  if (plan.byBrowser) await browserPays(shop, plan, id, clientSecret);
  for (const paymentMethodId of plan.cards) {
    const body = { cuid: plan.cuid, paymentId: id, paymentMethodId };
    const confirm = () => ask(shop, { method: 'POST', path: '/payment/confirm', body }, plan);
    if (plan.twoTabs) void confirm();
    const answer = await untilAnswered(shop, plan, confirm);
    if (answer === null || answer.says === 'succeeded' || answer.status === 409) return;
    if (answer.says === 'requires_action' && plan.challenge !== 'leave') {
      await shop.world.simulator.finish3ds(id, plan.challenge).catch(() => undefined); // the bank's page may be down too
      const seen = await ask(shop, { method: 'GET', path: `/payment/${id}` }, plan);
      if (seen?.says === 'succeeded') return;
    }
    if (shop.over()) return;
    await sleep(plan.pauseMs);
  }
}

/** Again with the same cuid after no answer, "try again" or "processing"; null when it gave up. */
async function untilAnswered(shop: Shop, plan: ShopperPlan, ask_: () => Promise<Told | null>): Promise<Told | null> {
  for (let i = 0; i < TRIES; i++) {
    const told = await ask_();
    const again = told === null || told.status >= 500 || told.status === 409 || told.says === 'processing';
    if (!again) return told;
    const canceled = told?.status === 409 && i > 2;
    if (!plan.comesBack || canceled || shop.over()) return told;
    await sleep(plan.pauseMs + i * 100);
  }
  return null;
}

/** As Stripe.js does: publishable key and client secret, no idempotency key. Nobody here hears of it. */
async function browserPays(shop: Shop, plan: ShopperPlan, id: string, clientSecret: string): Promise<void> {
  const confirm = new URLSearchParams({
    client_secret: clientSecret,
    payment_method: plan.cards[0] ?? '',
    return_url: 'https://shop.example.com/done',
  });
  const answer = await fetch(`${shop.world.simulator.url}/v1/payment_intents/${id}/confirm`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test_browser0123456789abcdef' },
    body: confirm,
    signal: AbortSignal.timeout(3_000),
  }).then(
    (response) => response.arrayBuffer().then(() => `${response.status}`),
    () => 'no answer',
  );
  shop.journal.note(`browser confirms: ${answer}`, plan.cuid, id);
}
