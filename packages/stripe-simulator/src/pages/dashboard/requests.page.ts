import type { Controlled } from '../../control/control.js';
import type { Logged } from '../../http/request-log.js';
import type { Page } from '../layout.js';
import { type Markup, markup } from '../markup.js';
import { chip, code, dashboard, pager, table } from './elements.js';
import { PER_PAGE } from './rows.js';
import { instant } from './time.js';

/** The log of this process, newest first: all, those under a key (`key`), of a path (`path`), or one (`id`). */
export function requestsPage({ world, log }: Controlled, query: URLSearchParams): Page {
  const { rows, older } = find(log, query);
  return dashboard(
    world,
    '/requests',
    'Requests',
    markup`<div class="head"><h1>Requests</h1><span class="soft">the last 20,000 since the start of this process</span></div>
<form class="panel" action="/requests"><div class="row">
<label>Idempotency key, or part of it<input name="key" value="${query.get('key')}"></label>
<label>Path, * for anything<input name="path" value="${query.get('path')}" placeholder="/v1/payment_intents*"></label>
<button class="small">Filter</button></div></form>
${requestTable(rows)}${pager('/requests', query, 'before', older)}`,
  );
}

function find(log: Controlled['log'], query: URLSearchParams): { rows: Logged[]; older: string | undefined } {
  const id = query.get('id');
  if (id !== null) {
    const one = log.get(id);
    return { rows: one === undefined ? [] : [one], older: undefined };
  }
  const before = Number(query.get('before') ?? Number.NaN);
  const found = log.find({
    key: query.get('key') || undefined,
    path: query.get('path') || undefined,
    before: Number.isNaN(before) ? undefined : before,
    limit: PER_PAGE + 1,
  });
  const rows = found.reverse().slice(0, PER_PAGE);
  return { rows, older: found.length > PER_PAGE ? String(rows.at(-1)?.n) : undefined };
}

export function requestTable(requests: readonly Logged[]): Markup {
  return table(
    ['Request', 'Status', { name: 'Idempotency key', kind: 'wrap' }, { name: 'Parameters', kind: 'wide' }, 'At'],
    requests.map((request) => [
      markup`<span><strong>${request.method}</strong> ${request.path}</span>`,
      outcome(request),
      request.idempotency_key === null
        ? null
        : markup`<a href="/requests?key=${encodeURIComponent(request.idempotency_key)}"><code>${request.idempotency_key}</code></a>`,
      Object.keys(request.params).length === 0 ? null : code(JSON.stringify(request.params)),
      instant(request.at),
    ]),
    'No request in the log.',
  );
}

function outcome({ status, executed, replayed, fault }: Logged): Markup {
  const answer = status === null ? chip('no answer', 'bad') : chip(status, status < 400 ? 'good' : 'bad');
  const how = replayed ? chip('replayed', 'wait') : executed ? null : chip('not executed');
  return markup`${answer} ${how} ${fault === null ? null : chip(fault, 'bad')}`;
}
