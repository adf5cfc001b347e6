import { formatted } from '../cards/currency.js';
import type { Delivery } from '../objects/event.js';
import type { World } from '../world.js';
import { escape, html, type Page, shown } from './layout.js';

/** Rows of each table. */
const SHOWN = 50;

/** A look at the account: the newest payments and events, and the clock. */
export function dashboardPage(world: World): Page {
  const clock = new Date(world.clock.now()).toISOString();
  return shown(
    200,
    html(
      'Stripe simulator',
      `<span class="tag">Test mode</span>
<h1>Stripe simulator</h1>
<p class="soft">Simulator time ${clock}${world.clock.frozen ? ' (standing still)' : ''} · API ${escape(world.apiVersion)} ·
${world.tables.paymentIntent.size} payments · ${world.tables.customer.size} customers · ${world.tables.event.size} events</p>
<h2>Payments</h2>
${table(['Payment', 'Amount', 'Status', 'Customer', 'Created'], payments(world))}
<h2>Events</h2>
${table(['Event', 'Type', 'Object', 'Delivery', 'Created'], events(world))}`,
    ),
  );
}

function payments(world: World): string[][] {
  return newest(world.tables.paymentIntent.newest()).map((intent) => [
    `<code>${escape(intent.id)}</code>`,
    escape(`${formatted(intent.amount, intent.currency)} ${intent.currency}`),
    `<span class="${intent.status === 'succeeded' ? 'good' : intent.last_payment_error === null ? '' : 'bad'}">${intent.status}</span>`,
    escape(intent.customer ?? ''),
    time(intent.created),
  ]);
}

function events(world: World): string[][] {
  return newest(world.tables.event.newest()).map((event) => [
    `<code>${escape(event.id)}</code>`,
    escape(event.type),
    `<code>${escape(objectId(event.data.object))}</code>`,
    [...world.tables.delivery.oldest('event', event.id)].map(deliveryState).join(', ') || 'no endpoint',
    time(event.created),
  ]);
}

function deliveryState(delivery: Delivery): string {
  const last = delivery.attempts.at(-1);
  if (delivery.delivered) return `<span class="good">${last?.status ?? ''} delivered</span>`;
  if (last === undefined) return 'waiting';
  const then = delivery.next_at === null ? 'given up' : `again at ${new Date(delivery.next_at).toISOString()}`;
  return `<span class="bad">${escape(String(last.status))}, ${then}</span>`;
}

function newest<T>(rows: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const row of rows) if (taken.push(row) === SHOWN) break;
  return taken;
}

function objectId(subject: unknown): string {
  return typeof subject === 'object' && subject !== null && 'id' in subject ? String(subject.id) : '';
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function table(heads: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return '<p class="soft">None yet.</p>';
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join('');
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}
