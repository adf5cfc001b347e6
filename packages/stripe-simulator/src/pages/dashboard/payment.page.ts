import type { Controlled } from '../../control/control.js';
import type { Charge, Refund } from '../../objects/charge.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { Page } from '../layout.js';
import { type Markup, markup } from '../markup.js';
import { chip, code, dashboard, facts, json, table } from './elements.js';
import { eventTable } from './events.page.js';
import { customerName, money, statusChip } from './payments.page.js';
import { requestTable } from './requests.page.js';
import { pageOf } from './rows.js';
import { created } from './time.js';
import { waitingPage } from './waiting.js';

/** Of each list. */
const SHOWN = 100;

/** One payment with everything that happened to it; undefined if there is none. */
export function paymentPage({ world, log }: Controlled, id: string): Page | undefined {
  const { tables } = world;
  const intent = tables.paymentIntent.get(id);
  if (intent === undefined) return undefined;
  const of = ['payment_intent', id] as const;
  const events = pageOf(tables.event, SHOWN, null, of).rows;
  const causes = new Set(events.flatMap(({ request }) => (request.id === null ? [] : [request.id])));
  const waiting = waitingPage(world, intent);
  return dashboard(
    world,
    '/payments',
    `Payment ${id}`,
    markup`<div class="head"><h1>${money(intent.amount, intent.currency)} ${statusChip(intent)}</h1>${code(id)}</div>
${waiting === undefined ? null : markup`<p class="notice">Waits for the cardholder: <a href="${waiting}">open the 3-D Secure page</a></p>`}
${intent.last_payment_error === null ? null : markup`<p class="notice bad">${intent.last_payment_error.message}</p>`}
<div class="panel">${facts([
      ['Created', created(intent.created)],
      ['Customer', customerOf(world, intent)],
      ['Description', intent.description],
      ['Payment method', methodOf(world, intent)],
      ['Capture', intent.capture_method],
      ['Received', money(intent.amount_received, intent.currency)],
      ['Metadata', Object.keys(intent.metadata).length === 0 ? null : code(JSON.stringify(intent.metadata))],
    ])}</div>
<div class="head"><h2>Attempts</h2></div>${chargeTable(pageOf(tables.charge, SHOWN, null, of).rows)}
${refundTable(pageOf(tables.refund, SHOWN, null, of).rows)}
<div class="head"><h2>Events</h2></div>${eventTable(world, events)}
<div class="head"><h2>Requests</h2></div>${requestTable(log.about(id, causes, SHOWN))}
<details><summary>PaymentIntent as JSON</summary>${json(intent)}</details>`,
  );
}

function customerOf(world: Controlled['world'], { customer }: PaymentIntent): Markup | null {
  if (customer === null) return null;
  return markup`<a href="/payments?customer=${customer}">${customerName(world, customer)}</a>`;
}

function methodOf(world: Controlled['world'], { payment_method: id }: PaymentIntent): string | null {
  const method = world.tables.paymentMethod.get(id ?? '');
  return method?.card === undefined ? id : `${method.card.brand} ···· ${method.card.last4}`;
}

function chargeTable(charges: readonly Charge[]): Markup {
  return table(
    ['Charge', { name: 'Amount', kind: 'num' }, 'Status', { name: 'Reason', kind: 'wrap' }, 'Created'],
    charges.map((charge) => [
      code(charge.id),
      money(charge.amount, charge.currency),
      charge.status === 'succeeded' && !charge.captured
        ? chip('authorized', 'wait')
        : chip(charge.status, charge.status === 'succeeded' ? 'good' : charge.status === 'failed' ? 'bad' : 'wait'),
      charge.failure_message,
      created(charge.created),
    ]),
    'Nothing was charged.',
  );
}

function refundTable(refunds: readonly Refund[]): Markup | null {
  if (refunds.length === 0) return null;
  const rows = refunds.map((refund) => [
    code(refund.id),
    money(refund.amount, refund.currency),
    chip(refund.status ?? '', refund.status === 'succeeded' ? 'good' : refund.status === 'failed' ? 'bad' : 'wait'),
    created(refund.created),
  ]);
  const list = table(['Refund', { name: 'Amount', kind: 'num' }, 'Status', 'Created'], rows, '');
  return markup`<div class="head"><h2>Refunds</h2></div>${list}`;
}
