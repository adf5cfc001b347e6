import type { Controlled } from '../control/control.js';
import { PAGE } from '../resources/authentication.js';
import { CHECKOUT } from '../resources/checkout-session.make.js';
import { answerPage, authenticationPage } from './authentication.page.js';
import { checkoutPage, payPage } from './checkout.page.js';
import { dashboardPage } from './dashboard.page.js';
import type { World } from '../world.js';
import type { Page } from './layout.js';

interface Request {
  method: string;
  path: string;
  query: string;
  body: string;
}

/** The pages for people; undefined where there is none. */
export function page({ world }: Controlled, request: Request): Page | undefined {
  if (request.path === '/' && request.method === 'GET') return dashboardPage(world);
  if (request.path.startsWith(CHECKOUT)) return checkout(world, request);
  if (request.path !== PAGE) return undefined;
  if (request.method === 'GET') return authenticationPage(world, new URLSearchParams(request.query));
  return request.method === 'POST' ? answerPage(world, new URLSearchParams(request.body)) : undefined;
}

function checkout(world: World, { method, path, query, body }: Request): Page | undefined {
  const id = path.slice(CHECKOUT.length);
  if (method === 'GET') return checkoutPage(world, id, new URLSearchParams(query));
  return method === 'POST' ? payPage(world, id, new URLSearchParams(body)) : undefined;
}
