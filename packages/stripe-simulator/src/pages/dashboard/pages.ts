import type { Controlled } from '../../control/control.js';
import type { Page } from '../layout.js';
import { markup } from '../markup.js';
import { dashboard } from './elements.js';
import { eventPage, eventsPage } from './events.page.js';
import { faultsPage } from './faults.page.js';
import { overviewPage } from './overview.page.js';
import { paymentPage } from './payment.page.js';
import { paymentsPage } from './payments.page.js';
import { requestsPage } from './requests.page.js';
import { webhooksPage } from './webhooks.page.js';

/** A page of the dashboard; undefined for an address that has none. */
export function dashboardPage(parts: Controlled, path: string, query: URLSearchParams): Page | undefined {
  const one = /^\/(payments|events)\/(\w+)$/.exec(path);
  if (one !== null) {
    const [, kind, id = ''] = one;
    const found = kind === 'payments' ? paymentPage(parts, id) : eventPage(parts.world, id);
    return found ?? nothingHere(parts, `/${kind}`, id);
  }
  switch (path) {
    case '/':
      return overviewPage(parts);
    case '/payments':
      return paymentsPage(parts.world, query);
    case '/events':
      return eventsPage(parts.world, query);
    case '/requests':
      return requestsPage(parts, query);
    case '/webhooks':
      return webhooksPage(parts);
    case '/faults':
      return faultsPage(parts);
    default:
      return undefined;
  }
}

function nothingHere({ world }: Controlled, section: string, id: string): Page {
  return dashboard(world, section, 'Not found', markup`<div class="head"><h1>There is no ${id} here</h1></div>`, 404);
}
