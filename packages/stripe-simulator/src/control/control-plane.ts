import { JournalError } from '../state/journal-file.js';
import { accountRoutes } from './account.control.js';
import { parseBody } from './body.js';
import { clockRoutes } from './clock.control.js';
import type { Controlled, ControlRoute } from './control.js';
import { ControlError } from './control-error.js';
import { endpointRoutes } from './endpoints.control.js';
import { faultRoutes } from './faults.control.js';
import { ledgerRoutes } from './ledger.control.js';
import { settingsRoutes } from './settings.control.js';
import { terminalRoutes } from './terminal.control.js';
import { webhookRoutes } from './webhooks.control.js';

const ROUTES: readonly ControlRoute[] = [
  ...accountRoutes,
  ...clockRoutes,
  ...endpointRoutes,
  ...faultRoutes,
  ...ledgerRoutes,
  ...settingsRoutes,
  ...terminalRoutes,
  ...webhookRoutes,
];

/** Answers a request under `/_sim`. Throws only when the journal cannot be written: that must end the process. */
export function control(
  parts: Controlled,
  request: { method: string; path: string; query: string; body: string },
): { status: number; body: string } {
  try {
    const { route, id } = find(request.method, request.path);
    const body = parseBody(request.body);
    const result = route.run({ parts, body, query: new URLSearchParams(request.query), id });
    return { status: 200, body: JSON.stringify(result) };
  } catch (error) {
    if (error instanceof JournalError) throw error;
    const status = error instanceof ControlError ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    return { status, body: JSON.stringify({ error: message }) };
  }
}

function find(method: string, path: string): { route: ControlRoute; id: string } {
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const [before = '', after] = route.path.split('*');
    if (after === undefined ? path === before : matches(path, before, after)) {
      return { route, id: path.slice(before.length, after === undefined ? undefined : path.length - after.length) };
    }
  }
  throw new ControlError(404, `The control plane has no ${method} ${path}. See packages/stripe-simulator/README.md.`);
}

function matches(path: string, before: string, after: string): boolean {
  const length = path.length - before.length - after.length;
  if (length < 1 || !path.startsWith(before) || !path.endsWith(after)) return false;
  return !path.slice(before.length, before.length + length).includes('/');
}
