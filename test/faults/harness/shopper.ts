import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from './journal.js';
import type { ShopperPlan } from './shopper-plan.js';
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

export interface Shop {
  readonly world: World;
  readonly journal: Journal;
  readonly told: Told[];
  readonly tokens: readonly string[];
  /** Requests that nobody waits for; all are over before the books are read. */
  readonly loose: Promise<unknown>[];
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
  const create = () => ask(shop, { method: 'POST', path: '/payment', body: { cuid: plan.cuid } }, plan);
  const made = await untilAnswered(shop, plan, () => atOnce(shop, Array(plan.createTabs).fill(create)));
  if (made?.id === undefined || made.clientSecret === undefined) return;
  const { id, clientSecret } = made;
  const browser = () => browserPays(shop, plan, id, clientSecret);
  if (plan.byBrowser === 'first') await browser();
  if (plan.byBrowser === 'beside') shop.loose.push(browser());
  for (const methods of plan.rounds) {
    const confirms = methods.map((paymentMethodId) => {
      const body = { cuid: plan.cuid, paymentId: id, paymentMethodId };
      return () => ask(shop, { method: 'POST', path: '/payment/confirm', body }, plan);
    });
    const answer = await untilAnswered(shop, plan, () => atOnce(shop, confirms));
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

/** The same moment, several tabs. The first good answer is the one that the shopper goes on with. */
async function atOnce(shop: Shop, requests: readonly (() => Promise<Told | null>)[]): Promise<Told | null> {
  const asked = requests.map((request) => request());
  shop.loose.push(...asked);
  const good = asked.map(async (answer) => {
    const told = await answer;
    if (told?.status !== 201 || told.says === 'processing') throw new Error('not a good one');
    return told;
  });
  return Promise.any(good).catch(() => asked[0] ?? null);
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
    payment_method: plan.rounds[0]?.[0] ?? '',
    return_url: 'https://shop.example.com/done',
  });
  const answer = await fetch(`${shop.world.simulator.url}/v1/payment_intents/${id}/confirm`, {
    method: 'POST',
    headers: { authorization: 'Bearer pk_test_browser0123456789abcdef' },
    body: confirm,
    signal: AbortSignal.timeout(3_000),
  })
    .then(async (response) => {
      await response.arrayBuffer();
      return String(response.status);
    })
    .catch(() => 'no answer'); // before the headers or within the body
  shop.journal.note(`browser confirms: ${answer}`, plan.cuid, id);
}
