import type { Controlled } from '../../control/control.js';
import type { Page } from '../layout.js';
import { markup, type Markup } from '../markup.js';
import { button, chip, code, dashboard } from './elements.js';
import { eventTable } from './events.page.js';
import { money, paymentTable } from './payments.page.js';
import { pageOf } from './rows.js';
import { clockTime } from './time.js';
import { waiting } from './waiting.js';

const SHOWN = 10;

/** The account at a glance. */
export function overviewPage(parts: Controlled): Page {
  const { world } = parts;
  const { tables } = world;
  return dashboard(
    world,
    '/',
    'Overview',
    markup`<div class="grid"><div>
<div class="head"><h2>Payments</h2><a href="/payments">All ${tables.paymentIntent.size}</a></div>
${paymentTable(world, pageOf(tables.paymentIntent, SHOWN).rows, true)}
<div class="head"><h2>Events</h2><a href="/events">All ${tables.event.size}</a></div>
${eventTable(world, pageOf(tables.event, SHOWN).rows)}
</div><div>
<div class="head"><h2>Clock</h2></div>${clockPanel(parts)}
${waitingPanel(parts)}
<div class="head"><h2>Faults</h2><a href="/faults">Change</a></div>${faultPanel(parts)}
<div class="head"><h2>Webhooks</h2><a href="/webhooks">Change</a></div>${webhookPanel(parts)}
<div class="head"><h2>Use it</h2></div>${usePanel(parts)}
</div></div>`,
  );
}

function clockPanel({ world }: Controlled): Markup {
  const { frozen } = world.clock;
  const ahead = Math.round(world.clock.state().offsetMs / 1000);
  const moved =
    ahead === 0
      ? 'Same as real time.'
      : `${Math.abs(ahead).toLocaleString('en')} s ${ahead > 0 ? 'ahead of' : 'behind'} real time.`;
  return markup`<div class="panel"><p class="big">${clockTime(world)}</p>
<p class="soft small-print">${frozen ? 'Standing still.' : moved}</p>
<div class="row tight">${[
    button('/clock', '+1 min', { advance: '60000' }),
    button('/clock', '+1 h', { advance: '3600000' }),
    button('/clock', '+1 day', { advance: '86400000' }),
    frozen
      ? button('/clock', 'Let it run', { freeze: 'false' }, 'primary')
      : button('/clock', 'Freeze', { freeze: 'true' }),
  ]}</div></div>`;
}

function waitingPanel({ world }: Controlled): Markup | null {
  const found = waiting(world, SHOWN);
  if (found.length === 0) return null;
  const lines = found.map(({ intent, page }) => {
    const what = intent.object === 'payment_intent' ? money(intent.amount, intent.currency) : 'a card';
    return markup`<li><a href="${page}">${what}</a> <span class="soft">${code(intent.id)}</span></li>`;
  });
  return markup`<div class="head"><h2>Waiting for 3-D Secure</h2></div><div class="panel"><ul class="list">${lines}</ul></div>`;
}

function faultPanel({ faults }: Controlled): Markup {
  const on = faults.list().filter(({ spent }) => !spent);
  if (on.length === 0) return markup`<div class="panel"><p class="soft">None.</p></div>`;
  const lines = on.map(
    ({ action, match }) =>
      markup`<li>${chip(action.type, 'bad')} <span class="soft">${match.path ?? match.pi ?? 'every request'}</span></li>`,
  );
  return markup`<div class="panel"><ul class="list">${lines}</ul></div>`;
}

function webhookPanel({ world, sender }: Controlled): Markup {
  const { size } = world.tables.webhookEndpoint;
  const on = Object.entries(sender.disturbance).filter(([, value]) => value !== false && value !== 0 && value !== null);
  const lines = on.map(
    ([name, value]) =>
      markup`<li>${chip(name, 'wait')} <span class="soft">${value === true ? null : JSON.stringify(value)}</span></li>`,
  );
  return markup`<div class="panel"><p>${size === 1 ? '1 endpoint' : `${size} endpoints`}</p>${
    lines.length === 0 ? markup`<p class="soft">Undisturbed.</p>` : markup`<ul class="list">${lines}</ul>`
  }</div>`;
}

function usePanel({ world }: Controlled): Markup {
  const { hostname, port } = new URL(world.url);
  return markup`<div class="panel"><p class="soft small-print">Any <code>sk_test_…</code> key, API ${world.apiVersion}:</p>
<pre>new Stripe('sk_test_x', {
  host: '${hostname}',
  port: ${port},
  protocol: 'http',
})</pre></div>`;
}
