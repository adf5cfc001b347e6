import type { Controlled } from '../control/control.js';
import { PAGE } from '../resources/authentication.js';
import { CHECKOUT } from '../resources/checkout-sessions/checkout-session.make.js';
import { answerPage, authenticationPage } from './authentication.page.js';
import { checkoutPage, payPage } from './checkout.page.js';
import { act } from './dashboard/actions.js';
import { dashboardPage } from './dashboard/pages.js';
import type { World } from '../world.js';
import type { Page } from './layout.js';

interface Request {
  method: string;
  path: string;
  query: string;
  body: string;
  /** A page of another origin sent it. */
  fromElsewhere: boolean;
}

/** The pages for people; undefined where there is none. */
export function page(parts: Controlled, request: Request): Page | undefined {
  const { world } = parts;
  if (request.path.startsWith(CHECKOUT)) return checkout(world, request);
  if (request.path !== PAGE) return dashboard(parts, request);
  if (request.method === 'GET') return authenticationPage(world, new URLSearchParams(request.query));
  return request.method === 'POST' ? answerPage(world, new URLSearchParams(request.body)) : undefined;
}

function dashboard(parts: Controlled, { method, path, query, body, fromElsewhere }: Request): Page | undefined {
  if (method === 'GET') return dashboardPage(parts, path, new URLSearchParams(query));
  if (method !== 'POST') return undefined;
  if (fromElsewhere)
    return { status: 403, headers: { 'content-type': 'text/plain' }, body: 'Not for other web pages.' };
  return act(parts, path, new URLSearchParams(body));
}

function checkout(world: World, { method, path, query, body }: Request): Page | undefined {
  const id = path.slice(CHECKOUT.length);
  if (method === 'GET') return checkoutPage(world, id, new URLSearchParams(query));
  return method === 'POST' ? payPage(world, id, new URLSearchParams(body)) : undefined;
}
