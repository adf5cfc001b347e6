import { StripeError } from '../api/errors.js';
import { formatted } from '../cards/currency.js';
import type { CheckoutSession, LineItem } from '../objects/checkout-session.js';
import { termsOf } from '../resources/checkout-sessions/checkout-session.finish.js';
import { finishFree, pay } from '../resources/checkout-sessions/checkout-session.pay.js';
import type { World } from '../world.js';
import { MERCHANT } from './authentication.page.js';
import { Entry } from './checkout.entry.js';
import { type Filled } from './checkout.fields.js';
import { payForm } from './checkout.form.js';
import { escape, html, type Page, redirect, shown } from './layout.js';

/** The hosted page of a session. `query` is what 3-D Secure appends when it comes back. */
export function checkoutPage(world: World, id: string, query: URLSearchParams): Page {
  const session = world.tables.checkoutSession.get(id);
  if (session === undefined) return unknown();
  const back = query.has('redirect_status');
  if (session.status === 'complete' && back) return redirect(successAddress(session));
  if (session.status !== 'open') return closed(session);
  const refusal = back && query.get('redirect_status') === 'failed' ? lastRefusal(world, session) : null;
  return open(world, session, new Entry(session, new URLSearchParams()), refusal, 200);
}

/** What the form sent: pays, and goes to the shop, to the cardholder's bank, or shows why not. */
export function payPage(world: World, id: string, form: URLSearchParams): Page {
  const session = world.tables.checkoutSession.get(id);
  if (session === undefined) return unknown();
  if (session.status === 'complete') return redirect(successAddress(session));
  if (session.status !== 'open') return closed(session);
  const entry = new Entry(session, form);
  if (!entry.check()) return open(world, session, entry, null, 400);
  return world.byItself(() => attempt(world, session, entry));
}

function attempt(world: World, session: CheckoutSession, entry: Entry): Page {
  if (session.amount_total === 0) return redirect(successAddress(finishFree(world, session, entry.buyer)));
  const method = entry.paymentMethod(world);
  if (method === null) return open(world, session, entry, null, 402);
  try {
    const after = pay(world, session, method, entry.buyer);
    return redirect(after.status === 'complete' ? successAddress(after) : bankAddress(world, after));
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    return open(world, session, entry, error.body.message, error.status);
  }
}

function successAddress(session: CheckoutSession): string {
  return (session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

/** Where the cardholder authenticates. */
function bankAddress(world: World, session: CheckoutSession): string {
  const { paymentIntent, setupIntent } = world.tables;
  const intent = paymentIntent.get(session.payment_intent ?? '') ?? setupIntent.get(session.setup_intent ?? '');
  const url = intent?.next_action?.redirect_to_url?.url;
  if (url === undefined) throw new Error(`${session.id} is neither complete nor waiting for the cardholder`);
  return url;
}

function lastRefusal(world: World, session: CheckoutSession): string | null {
  const intent = world.tables.paymentIntent.get(session.payment_intent ?? '');
  const setup = world.tables.setupIntent.get(session.setup_intent ?? '');
  return (intent?.last_payment_error ?? setup?.last_setup_error)?.message ?? null;
}

function open(world: World, session: CheckoutSession, filled: Filled, refusal: string | null, status: number): Page {
  const title = session.mode === 'setup' ? 'Save your payment details' : 'Checkout';
  const action = new URL(session.url ?? '').pathname;
  return shown(
    status,
    html(
      title,
      `<div class="checkout">
<section aria-label="Your order">
<p class="merchant">${backLink(session)}<span>${escape(MERCHANT)}</span> <span class="tag">Test mode</span></p>
${session.mode === 'setup' ? savedFor() : order(session, termsOf(world, session).items)}
</section>
${payForm(session, action, filled, refusal)}
</div>`,
    ),
  );
}

function backLink(session: CheckoutSession): string {
  if (session.cancel_url === null) return '';
  return `<a class="back" id="cancel" href="${escape(session.cancel_url)}"><span aria-hidden="true">←</span> Back</a>`;
}

function savedFor(): string {
  return `<h1>Save your payment details</h1>
<p class="total">For later</p>
<p class="soft">Nothing is charged now. ${escape(MERCHANT)} may use what you save here for later payments.</p>`;
}

function order(session: CheckoutSession, items: readonly LineItem[]): string {
  const money = (amount: number) => escape(formatted(amount, session.currency ?? 'usd'));
  const total = session.amount_total ?? 0;
  const rows = items.map(
    (
      item,
    ) => `<li><b>${escape(item.description ?? item.price.product)}</b><span class="cost">${money(item.amount_total)}</span>
<span class="soft">Qty ${item.quantity}</span>${each(item)}</li>`,
  );
  return `<h1>Pay ${escape(MERCHANT)}</h1>
<p class="total" id="total">${money(total)}</p>
<ul class="items">
${rows.join('\n')}
</ul>
<dl class="sums">
<div><dt>Total due</dt><dd>${money(total)}</dd></div>
</dl>`;
}

/** What one costs, where more than one is bought. */
function each(item: LineItem): string {
  const { unit_amount: amount, currency } = item.price;
  if (item.quantity === 1 || amount === null) return '';
  return `<span class="soft cost">${escape(formatted(amount, currency))} each</span>`;
}

/** A page that was paid or is too old. */
function closed(session: CheckoutSession): Page {
  const done = session.status === 'complete';
  return message(
    done ? 200 : 410,
    done ? 'You’re all done here' : 'This page has expired',
    done
      ? session.mode === 'setup'
        ? 'Your payment details are saved already. You can close this page.'
        : 'You have already completed your payment. You can close this page.'
      : 'Your checkout session has timed out and nothing was charged. Go back to the shop and start again.',
    done ? [successAddress(session), 'Continue to the shop'] : [session.cancel_url ?? '', 'Back to the shop'],
  );
}

function unknown(): Page {
  return message(
    404,
    'Something went wrong',
    'The page that you were looking for does not exist. Check its address, or ask the shop.',
    ['', ''],
  );
}

function message(status: number, title: string, text: string, [address, label]: readonly [string, string]): Page {
  const link = address === '' ? '' : `<p><a href="${escape(address)}">${label}</a></p>`;
  return shown(
    status,
    html(
      title,
      `<div class="card">
<span class="tag">Test mode</span>
<h1>${title}</h1>
<p>${text}</p>
${link}
</div>`,
      true,
    ),
  );
}
