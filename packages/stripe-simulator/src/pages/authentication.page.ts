import { formatted } from '../cards/currency.js';
import { redirectMethod } from '../cards/redirect-methods.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import type { SetupIntent } from '../objects/setup-intent.js';
import { currentAuthentication, PAGE } from '../resources/authentication.js';
import { answerAuthentication } from '../resources/payment-intents/payment-intent.finish.js';
import { answerSetupAuthentication } from '../resources/setup-intents/setup-intent.confirm.js';
import type { World } from '../world.js';
import { escape, html, type Page, redirect, shown } from './layout.js';

/** Who the cardholder pays; the simulated account has no other name. */
export const MERCHANT = 'Test merchant';

const CARD_BUTTONS = ['Complete authentication', 'Fail authentication'] as const;
/** The words of Stripe's own test pages. */
const REDIRECT_BUTTONS = ['Authorize test payment', 'Fail test payment'] as const;

/** The page on which a cardholder completes or fails 3-D Secure, or a payer pays with Alipay and the like. Its address alone opens it: the source is the secret. */
export function authenticationPage(world: World, query: URLSearchParams): Page {
  const source = query.get('source') ?? '';
  const intent = openIntent(world, source);
  if (intent === undefined) return gone();
  const method = redirectOf(world, intent);
  const title = intent.object === 'payment_intent' ? 'Confirm your payment' : 'Confirm your card';
  const [complete, fail] = method === undefined ? CARD_BUTTONS : REDIRECT_BUTTONS;
  return shown(
    200,
    html(
      title,
      `<div class="card">
<div class="head"><span class="tag">Test mode</span><span class="soft">${method?.name ?? '3-D Secure'}</span></div>
<h1>${title}</h1>
<p class="soft">${method === undefined ? 'Your bank wants to know that it is you.' : `You pay with ${method.name}.`} This is a simulation: choose how it ends.</p>
${intent.object === 'payment_intent' ? `<p class="amount">${escape(`${formatted(intent.amount, intent.currency)} ${intent.currency.toUpperCase()}`)}</p>` : ''}
<dl>
<div><dt>Merchant</dt><dd>${MERCHANT}</dd></div>
${intent.description === null ? '' : `<div><dt>For</dt><dd>${escape(intent.description)}</dd></div>`}
${method === undefined ? `<div><dt>Card</dt><dd>${escape(cardName(world, intent))}</dd></div>` : ''}
<div><dt>Reference</dt><dd><code>${escape(intent.id)}</code></dd></div>
</dl>
<form method="post" action="${PAGE}">
<input type="hidden" name="source" value="${escape(source)}">
<button class="primary" id="complete" name="outcome" value="complete">${complete}</button>
<button class="plain" id="fail" name="outcome" value="fail">${fail}</button>
</form>
</div>`,
      true,
    ),
  );
}

/** What the form sent: answers the authentication and goes back to the merchant. */
export function answerPage(world: World, form: URLSearchParams): Page {
  const source = form.get('source') ?? '';
  const outcome = form.get('outcome');
  if (outcome !== 'complete' && outcome !== 'fail') return authenticationPage(world, form);
  const id = world.tables.authentication.get(source)?.intent ?? '';
  // A failed intent has no method any more.
  const what = redirectOf(world, openIntent(world, source)) === undefined ? 'Authentication' : 'Payment';
  const answer = id.startsWith('seti_') ? answerSetupAuthentication : answerAuthentication;
  const answered = world.byItself(() => answer(world, source, outcome === 'complete'));
  if (answered === undefined) return gone();
  if (answered.address !== null) return redirect(answered.address);
  const good = answered.status !== 'failed';
  return shown(
    200,
    html(
      'Result',
      `<div class="card">
<span class="tag">Test mode</span>
<h1 class="${good ? 'good' : 'bad'}">${what} ${good ? 'completed' : 'failed'}</h1>
<p>The payment is now <strong>${escape(answered.intent.status)}</strong>. You can close this window.</p>
</div>`,
      true,
    ),
  );
}

function openIntent(world: World, source: string): PaymentIntent | SetupIntent | undefined {
  const id = world.tables.authentication.get(source)?.intent ?? '';
  const intent = world.tables.paymentIntent.get(id) ?? world.tables.setupIntent.get(id);
  if (intent?.status !== 'requires_action' || currentAuthentication(world, id)?.id !== source) return undefined;
  return intent;
}

function redirectOf(world: World, intent: PaymentIntent | SetupIntent | undefined) {
  const method = world.tables.paymentMethod.get(intent?.payment_method ?? '');
  return method === undefined ? undefined : redirectMethod(method.type);
}

function cardName(world: World, intent: { payment_method: string | null }): string {
  const card = world.tables.paymentMethod.get(intent.payment_method ?? '')?.card;
  return card === undefined ? '' : `${card.brand[0]?.toUpperCase() ?? ''}${card.brand.slice(1)} ···· ${card.last4}`;
}

function gone(): Page {
  return shown(
    410,
    html(
      'No longer valid',
      `<div class="card">
<span class="tag">Test mode</span>
<h1>This authentication is no longer valid</h1>
<p>It was answered already, or another attempt to pay was started since. Go back to the shop to see where the payment stands.</p>
</div>`,
      true,
    ),
  );
}
