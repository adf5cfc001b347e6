import type { Controlled } from '../../control/control.js';
import { ACTIONS, type Fault } from '../../faults/fault.js';
import type { Page } from '../layout.js';
import { markup, type Markup } from '../markup.js';
import { button, chip, code, dashboard, option, table } from './elements.js';

const NAMES: Record<(typeof ACTIONS)[number], string> = {
  drop_before: 'Lost request: no answer, no effect',
  drop_after_effect: 'Lost answer: executed, no answer',
  delay_effect: 'Late effect: executed after the client left',
  hold: 'Hold until released',
  status: 'Answer with a status code',
  reset_before: 'Connection reset, no effect',
  reset_after: 'Connection reset after the effect',
  truncate_body: 'Answer breaks off',
  slow_body: 'Answer trickles in',
  latency: 'Answer late',
  bad_json: 'Answer is broken JSON',
};

const PATHS: readonly (readonly [path: string, name: string])[] = [
  ['', 'Every request'],
  ['/v1/payment_intents', 'Create or list payments'],
  ['/v1/payment_intents/*/confirm', 'Confirm a payment'],
  ['/v1/payment_intents/*/capture', 'Capture a payment'],
  ['/v1/payment_intents/*', 'Anything about one payment'],
  ['/v1/refunds*', 'Refunds'],
  ['/v1/customers*', 'Customers'],
  ['/v1/payment_methods*', 'Payment methods'],
];

/** The faults that are set, and a form for the common ones. */
export function faultsPage({ world, faults }: Controlled, problem?: string): Page {
  const list = faults.list();
  const holds = list.some(({ action }) => action.type === 'hold');
  return dashboard(
    world,
    '/faults',
    'Faults',
    markup`<div class="head"><h1>Faults</h1><div class="row">${holds ? button('/faults/release', 'Release held requests') : null}${
      list.length === 0 ? null : button('/faults/delete', 'Delete all', {}, 'danger')
    }</div></div>
${problem === undefined ? null : markup`<p class="notice bad">${problem}</p>`}
${faultTable(list)}
<div class="head"><h2>New fault</h2></div>
${form()}
<p class="soft small-print">Chances, seeds, the nth request, headers and more: <code>POST /_sim/faults</code>, see packages/stripe-simulator/README.md.</p>`,
    problem === undefined ? 200 : 400,
  );
}

export function faultTable(list: readonly Fault[]): Markup {
  return table(
    ['Fault', { name: 'Requests', kind: 'wrap' }, 'Struck', 'State', ''],
    list.map((fault) => {
      const { type, ...details } = fault.action;
      const match = JSON.parse(JSON.stringify(fault.match)) as object;
      return [
        markup`<strong>${type}</strong> ${described(details)}`,
        Object.keys(match).length === 0 ? 'every request' : code(JSON.stringify(match)),
        `${fault.hits} of ${fault.times === 0 ? 'any number' : fault.times}`,
        fault.spent ? chip('spent') : chip('on', 'bad'),
        button(`/faults/${fault.id}/delete`, 'Delete', {}, 'danger'),
      ];
    }),
    'None: every request is answered as Stripe would.',
  );
}

function described(details: object): Markup | null {
  const text = Object.entries<unknown>({ ...details })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
  return text === '' ? null : code(text);
}

function form(): Markup {
  return markup`<form class="panel" method="post" action="/faults"><div class="fields">
<label>What happens<select name="type">${ACTIONS.map((type) => option(type, NAMES[type], 'drop_after_effect'))}</select></label>
<label>To which requests<select name="path">${PATHS.map(([path, name]) => option(path, name, '/v1/payment_intents/*/confirm'))}</select></label>
<label>Method<select name="method">${[option('', 'any'), option('POST', 'POST', 'POST'), option('GET', 'GET')]}</select></label>
<label>How often (0: until deleted)<input name="times" type="number" min="0" step="1" value="1"></label>
<label>Milliseconds<input name="ms" type="number" min="0" step="1" placeholder="for late ones"></label>
<label>Status code<select name="status">${['500', '503', '429', '409', '401'].map((status) => option(status, status))}</select></label>
<label>The status comes<select name="when">${[option('before', 'instead of the effect'), option('after', 'after the effect')]}</select></label>
<label>Only about this id<input name="pi" placeholder="pi_…"></label>
</div><div class="row"><button class="small primary">Set fault</button></div></form>`;
}
