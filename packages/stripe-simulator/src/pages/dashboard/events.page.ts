import type { Delivery, Event } from '../../objects/event.js';
import { eventView } from '../../resources/events/events.js';
import type { World } from '../../world.js';
import type { Page } from '../layout.js';
import { Markup, markup } from '../markup.js';
import { button, chip, code, dashboard, facts, json, pager, table } from './elements.js';
import { PER_PAGE, pageOf } from './rows.js';
import { created, instant } from './time.js';

/** All events, or those of one type (`type`), newest first. */
export function eventsPage(world: World, query: URLSearchParams): Page {
  const type = query.get('type') || null;
  const index = type === null ? undefined : (['type', type] as const);
  const { rows, older } = pageOf(world.tables.event, PER_PAGE, query.get('before'), index);
  return dashboard(
    world,
    '/events',
    'Events',
    markup`<div class="head"><h1>Events</h1><span class="soft">${world.tables.event.size} in all</span></div>
<form class="panel" action="/events"><div class="row"><label>Type<input name="type" value="${type}" placeholder="payment_intent.succeeded"></label>
<button class="small">Filter</button></div></form>
${eventTable(world, rows)}${pager('/events', query, 'before', older)}`,
  );
}

export function eventTable(world: World, events: readonly Event[]): Markup {
  return table(
    ['Event', 'Object', { name: 'Delivery', kind: 'wrap' }, 'Created'],
    events.map((event) => [
      markup`<a href="/events/${event.id}">${event.type}</a>`,
      code(objectId(event)),
      deliveries(world, event),
      created(event.created),
    ]),
    'No event yet.',
  );
}

/** One event: its deliveries with every attempt, a button to send it again, and its body. Undefined if there is none. */
export function eventPage(world: World, id: string): Page | undefined {
  const event = world.tables.event.get(id);
  if (event === undefined) return undefined;
  const object = objectId(event);
  return dashboard(
    world,
    '/events',
    event.type,
    markup`<div class="head"><h1>${event.type}</h1>${code(id)}</div>
<div class="panel">${facts([
      ['Created', created(event.created)],
      ['Object', object.startsWith('pi_') ? markup`<a href="/payments/${object}">${code(object)}</a>` : code(object)],
      [
        'Caused by',
        event.request.id === null
          ? 'itself'
          : markup`<a href="/requests?id=${event.request.id}">${code(event.request.id)}</a>`,
      ],
      ['Idempotency key', event.request.idempotency_key === null ? null : code(event.request.idempotency_key)],
    ])}</div>
<div class="head"><h2>Deliveries</h2>${button(`/events/${id}/resend`, 'Resend')}</div>
${attemptTable([...world.tables.delivery.newest('event', id)])}
<div class="head"><h2>Body</h2></div>${json(eventView(world, event))}`,
  );
}

/** Every attempt with its answer, newest delivery first. */
export function attemptTable(found: readonly Delivery[]): Markup {
  const rows = found.flatMap((delivery) => {
    const { url, attempts, next_at } = delivery;
    const tried = attempts.map((attempt, at) => [
      at === attempts.length - 1 ? stateOf(delivery) : chip(attempt.status, accepted(attempt.status) ? 'good' : 'bad'),
      instant(attempt.at),
      attempt.duplicate === true ? `${at + 1} (sent twice)` : at + 1,
      url,
      markup`${attempt.answer === undefined ? null : code(attempt.answer)} ${attempt.ms === undefined ? null : markup`<span class="soft">${attempt.ms} ms</span>`}`,
      at === attempts.length - 1 && next_at !== null ? instant(next_at) : null,
    ]);
    return attempts.length > 0
      ? tried
      : [[stateOf(delivery), null, 0, url, null, next_at === null ? null : instant(next_at)]];
  });
  return table(
    [
      'Status',
      'At',
      { name: 'Attempt', kind: 'num' },
      { name: 'Endpoint', kind: 'wrap' },
      { name: 'Answer', kind: 'wrap' },
      'Next',
    ],
    rows,
    'No endpoint listened to it.',
  );
}

function accepted(status: number | string): boolean {
  return typeof status === 'number' && status >= 200 && status < 300;
}

/** How the newest attempt went. */
export function stateOf({ attempts, delivered, next_at }: Delivery): Markup {
  const last = attempts.at(-1);
  if (delivered) return chip(`${last?.status ?? ''} delivered`, 'good');
  if (last === undefined) return chip('waiting', 'wait');
  return next_at === null ? chip(`${last.status} given up`, 'bad') : chip(`${last.status} retrying`, 'bad');
}

function deliveries(world: World, event: Event): Markup {
  const states = [...world.tables.delivery.oldest('event', event.id)].map(stateOf);
  return states.length === 0
    ? markup`<span class="soft">no endpoint</span>`
    : new Markup(states.map(({ html }) => html).join(' '));
}

function objectId({ data: { object } }: Event): string {
  return typeof object === 'object' && object !== null && 'id' in object ? String(object.id) : '';
}
