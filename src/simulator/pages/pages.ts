import type { Controlled } from '../control/control.js';
import { PAGE } from '../resources/authentication.js';
import { answerPage, authenticationPage } from './authentication.page.js';
import { dashboardPage } from './dashboard.page.js';
import type { Page } from './layout.js';

/** The pages for people; undefined where there is none. */
export function page(
  { world }: Controlled,
  request: { method: string; path: string; query: string; body: string },
): Page | undefined {
  if (request.path === '/' && request.method === 'GET') return dashboardPage(world);
  if (request.path !== PAGE) return undefined;
  if (request.method === 'GET') return authenticationPage(world, new URLSearchParams(request.query));
  return request.method === 'POST' ? answerPage(world, new URLSearchParams(request.body)) : undefined;
}
