import type { World } from '../../world.js';
import { html, type Page, shownToOwner } from '../layout.js';
import { Markup, markup, type Part, rendered } from '../markup.js';
import { clockTime } from './time.js';

const SECTIONS = [
  ['/', 'Overview'],
  ['/payments', 'Payments'],
  ['/events', 'Events'],
  ['/requests', 'Requests'],
  ['/webhooks', 'Webhooks'],
  ['/faults', 'Faults'],
] as const;

/** A page of the dashboard; `section` is the path of the one it belongs to. */
export function dashboard(world: World, section: string, title: string, body: Markup, status = 200): Page {
  const links = SECTIONS.map(([path, name]) =>
    path === section
      ? markup`<a href="${path}" aria-current="page">${name}</a>`
      : markup`<a href="${path}">${name}</a>`,
  );
  const frozen = world.clock.frozen ? ' · standing still' : '';
  const header = markup`<header class="bar"><div><strong><a href="/">Stripe simulator</a></strong>
<nav aria-label="Sections">${links}</nav><span class="now">${clockTime(world)}${frozen}</span></div></header>
`;
  return shownToOwner(status, html(`${title} · Stripe simulator`, rendered(body), false, rendered(header)));
}

/** What `value` looks like as a state: good, bad, waiting, or neither. */
export function chip(text: string | number, kind: 'good' | 'bad' | 'wait' | '' = ''): Markup {
  return markup`<span class="${kind === '' ? 'chip' : `chip ${kind}`}">${text}</span>`;
}

export function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

export interface Column {
  name: string;
  kind?: 'num' | 'wrap' | 'wide';
}

/** Rows of cells; on a phone each row is a card whose lines have the columns' names. */
export function table(columns: readonly (string | Column)[], rows: readonly (readonly Part[])[], none: string): Markup {
  if (rows.length === 0) return markup`<p class="soft">${none}</p>`;
  const all = columns.map((column): Column => (typeof column === 'string' ? { name: column } : column));
  const heads = all.map(({ name, kind }) => markup`<th scope="col"${classed(kind)}>${name}</th>`);
  const lines = rows.map(
    (cells) =>
      markup`<tr>${cells.map((cell, at) => markup`<td${classed(all[at]?.kind)} data-label="${all[at]?.name}">${cell}</td>`)}</tr>\n`,
  );
  return markup`<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>
${lines}</tbody></table></div>`;
}

function classed(name: string | undefined): Markup | undefined {
  return name === undefined ? undefined : markup` class="${name}"`;
}

/** Names and values; what is null is left out. */
export function facts(pairs: readonly (readonly [name: string, value: Part])[]): Markup {
  const lines = pairs
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return markup`<dl>${lines}</dl>`;
}

/** A form that is one button. */
export function button(
  action: string,
  label: string,
  fields: Readonly<Record<string, string>> = {},
  kind = '',
): Markup {
  const hidden = Object.entries(fields).map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
  );
  return markup`<form method="post" action="${action}">${hidden}<button class="${kind === '' ? 'small' : `small ${kind}`}">${label}</button></form>`;
}

export function json(value: unknown): Markup {
  return markup`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

/** Links to the newest and to the next older page. `query` is kept. */
export function pager(path: string, query: URLSearchParams, cursor: string, older: string | undefined): Markup {
  const link = (before: string | undefined): string => {
    const next = new URLSearchParams(query);
    next.delete(cursor);
    if (before !== undefined) next.set(cursor, before);
    return next.size === 0 ? path : `${path}?${next.toString()}`;
  };
  const first = query.has(cursor) ? markup`<a href="${link(undefined)}">← Newest</a>` : null;
  const next = older === undefined ? null : markup`<a href="${link(older)}" rel="next">Older →</a>`;
  return first === null && next === null ? new Markup('') : markup`<p class="pager">${first}${next}</p>`;
}

export function option(value: string, label: string, chosen?: string): Markup {
  return value === chosen
    ? markup`<option value="${value}" selected>${label}</option>`
    : markup`<option value="${value}">${label}</option>`;
}
