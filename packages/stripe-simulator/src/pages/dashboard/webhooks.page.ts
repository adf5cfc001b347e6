import type { Controlled } from '../../control/control.js';
import type { Page } from '../layout.js';
import { markup, type Markup } from '../markup.js';
import { button, chip, code, dashboard, table } from './elements.js';
import { attemptTable } from './events.page.js';
import { pageOf } from './rows.js';

const LATEST = 30;

/** Endpoints, the disturbances with a form for them, and the newest deliveries. */
export function webhooksPage({ world, sender }: Controlled, problem?: string): Page {
  const { paused } = sender.disturbance;
  return dashboard(
    world,
    '/webhooks',
    'Webhooks',
    markup`<div class="head"><h1>Webhooks</h1>${
      paused
        ? button('/webhooks', 'Go on', { paused: 'false' }, 'primary')
        : button('/webhooks', 'Pause', { paused: 'true' })
    }</div>
${problem === undefined ? null : markup`<p class="notice bad">${problem}</p>`}
${paused ? markup`<p class="notice">Paused: what is due waits.</p>` : null}
<div class="head"><h2>Endpoints</h2></div>
${table(
  [{ name: 'URL', kind: 'wrap' }, 'Status', { name: 'Events', kind: 'wrap' }, 'Id'],
  [...world.tables.webhookEndpoint.oldest()].map(({ id, url, status, enabled_events }) => [
    url,
    chip(status, status === 'enabled' ? 'good' : ''),
    enabled_events.join(', '),
    code(id),
  ]),
  'None. POST /v1/webhook_endpoints makes one, as with Stripe.',
)}
<div class="head"><h2>Disturbances</h2></div>
${disturbances(sender.disturbance)}
<div class="head"><h2>Newest deliveries</h2></div>
${attemptTable(pageOf(world.tables.delivery, LATEST).rows)}`,
    problem === undefined ? 200 : 400,
  );
}

function disturbances(now: Controlled['sender']['disturbance']): Markup {
  const number = (name: string, label: string, value: number, step: string): Markup =>
    markup`<label>${label}<input name="${name}" type="number" step="${step}" value="${value}"></label>`;
  const check = (name: string, label: string, on: boolean): Markup => {
    const box = on
      ? markup`<input type="checkbox" name="${name}" checked>`
      : markup`<input type="checkbox" name="${name}">`;
    return markup`<label class="check">${box}${label}</label>`;
  };
  return markup`<form class="panel" method="post" action="/webhooks"><input type="hidden" name="all" value="1"><div class="fields">
${number('drop', 'Lost, chance 0 to 1', now.drop, '0.05')}
${number('duplicate', 'Sent twice, chance', now.duplicate, '0.05')}
${number('reorder_ms', 'Out of order within, ms', now.reorder_ms, '1')}
${number('delay_ms', 'Late by, ms', now.delay_ms, '1')}
${number('stale_seconds', 'Signed so long ago, s', now.stale_seconds, '1')}
${check('corrupt_signature', 'Wrong signature', now.corrupt_signature)}
${check('before_response', 'Before the API answers', now.before_response)}
</div><div class="row"><button class="small primary">Apply</button></div></form>`;
}
