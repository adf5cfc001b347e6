import { formatted } from '../../cards/currency.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { World } from '../../world.js';
import type { Page } from '../layout.js';
import { type Markup, markup } from '../markup.js';
import { chip, dashboard, pager, table } from './elements.js';
import { PER_PAGE, pageOf } from './rows.js';
import { created } from './time.js';

/** All payments, or those of one customer (`customer`), newest first. */
export function paymentsPage(world: World, query: URLSearchParams): Page {
  const customer = query.get('customer');
  const index = customer === null ? undefined : (['customer', customer] as const);
  const { rows, older } = pageOf(world.tables.paymentIntent, PER_PAGE, query.get('before'), index);
  const whose = customer === null ? null : markup` of ${customerName(world, customer)}`;
  return dashboard(
    world,
    '/payments',
    'Payments',
    markup`<div class="head"><h1>Payments${whose}</h1><span class="soft">${world.tables.paymentIntent.size} in all</span></div>
${paymentTable(world, rows)}${pager('/payments', query, 'before', older)}`,
  );
}

/** `short` leaves out the ids, for where there is less room. */
export function paymentTable(world: World, intents: readonly PaymentIntent[], short = false): Markup {
  const columns = [
    'Amount',
    'Status',
    { name: 'Customer', kind: 'wrap' } as const,
    { name: 'Description', kind: 'wrap' } as const,
    'Created',
  ];
  return table(
    short ? columns : [...columns, 'Payment'],
    intents.map((intent) => {
      const cells = [
        markup`<a href="/payments/${intent.id}"><strong>${money(intent.amount, intent.currency)}</strong></a>`,
        outcomeChip(intent),
        intent.customer === null
          ? null
          : markup`<a href="/payments?customer=${intent.customer}">${customerName(world, intent.customer)}</a>`,
        intent.description,
        created(intent.created),
      ];
      return short ? cells : [...cells, markup`<a href="/payments/${intent.id}"><code>${intent.id}</code></a>`];
    }),
    'No payment yet. Make one with any sk_test_… key and pm_card_visa.',
  );
}

/** The name a person would know, or the id. */
export function customerName(world: World, id: string): string {
  const customer = world.tables.customer.get(id);
  return customer?.name ?? customer?.email ?? id;
}

export function money(amount: number, currency: string): string {
  return `${formatted(amount, currency)} ${currency.toUpperCase()}`;
}

/** The status, or why the last attempt failed. */
function outcomeChip(intent: PaymentIntent): Markup {
  const { last_payment_error: error, status } = intent;
  if (error === null || status === 'succeeded' || status === 'canceled') return statusChip(intent);
  return chip(error.decline_code ?? error.code ?? 'failed', 'bad');
}

export function statusChip({ status }: PaymentIntent): Markup {
  if (status === 'succeeded') return chip(status, 'good');
  const waits = status === 'requires_action' || status === 'processing' || status === 'requires_capture';
  return chip(status, waits ? 'wait' : '');
}
