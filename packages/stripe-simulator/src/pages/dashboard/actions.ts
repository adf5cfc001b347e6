import { control } from '../../control/control-plane.js';
import type { Controlled } from '../../control/control.js';
import { type Page, redirect } from '../layout.js';
import { faultsPage } from './faults.page.js';
import { webhooksPage } from './webhooks.page.js';

type Form = URLSearchParams;
type Body = Record<string, unknown>;

/** What a button or form of the dashboard does, through the control plane; undefined for an address that has none. */
export function act(parts: Controlled, path: string, form: Form): Page | undefined {
  const one = /^\/(events|faults)\/(\w+)\/(resend|delete)$/.exec(path);
  if (one !== null) return actOnOne(parts, `${one[1]}/${one[3]}`, one[2] ?? '');
  switch (path) {
    case '/clock':
      return done(parts, 'POST', 'clock', clockOf(form), '/');
    case '/webhooks':
      return done(parts, 'POST', 'webhooks', disturbanceOf(form), '/webhooks', webhooksPage);
    case '/faults':
      return done(parts, 'POST', 'faults', faultOf(form), '/faults', faultsPage);
    case '/faults/delete':
      return done(parts, 'DELETE', 'faults', {}, '/faults');
    case '/faults/release':
      return done(parts, 'POST', 'faults/release', {}, '/faults');
    default:
      return undefined;
  }
}

function actOnOne(parts: Controlled, what: string, id: string): Page | undefined {
  if (what === 'events/resend') return done(parts, 'POST', `events/${id}/resend`, {}, `/events/${id}`);
  if (what === 'faults/delete') return done(parts, 'DELETE', `faults/${id}`, {}, '/faults');
  return undefined;
}

/** Back to the page, or the page with what is wrong. What was gone already needs no word. */
function done(
  parts: Controlled,
  method: string,
  path: string,
  body: Body,
  back: string,
  again?: (parts: Controlled, problem: string) => Page,
): Page {
  const { status, body: answer } = control(parts, {
    method,
    path: `/_sim/${path}`,
    query: '',
    body: JSON.stringify(body),
  });
  if (status === 400 && again !== undefined) return again(parts, messageOf(answer));
  return redirect(back);
}

function messageOf(answer: string): string {
  const value: unknown = JSON.parse(answer);
  return typeof value === 'object' && value !== null && 'error' in value ? String(value.error) : answer;
}

function clockOf(form: Form): Body {
  return { ...numbers(form, ['advance']), ...(form.has('freeze') ? { freeze: form.get('freeze') === 'true' } : {}) };
}

function disturbanceOf(form: Form): Body {
  if (form.has('paused')) return { paused: form.get('paused') === 'true' };
  if (!form.has('all')) return {};
  return {
    ...numbers(form, ['drop', 'duplicate', 'reorder_ms', 'delay_ms', 'stale_seconds']),
    // A browser does not send a box that is not checked.
    corrupt_signature: form.has('corrupt_signature'),
    before_response: form.has('before_response'),
  };
}

function faultOf(form: Form): Body {
  const type = form.get('type');
  const code = type === 'status' ? { ...numbers(form, ['status']), ...texts(form, ['when']) } : {};
  return {
    match: { ...texts(form, ['path', 'method', 'pi']), ...numbers(form, ['times']) },
    action: { type, ...numbers(form, ['ms']), ...code },
  };
}

/** Those that were filled in; what is no number goes on as it is, for the control plane to refuse. */
function numbers(form: Form, names: readonly string[]): Body {
  const given = Object.entries(texts(form, names));
  return Object.fromEntries(given.map(([name, text]) => [name, Number.isNaN(Number(text)) ? text : Number(text)]));
}

function texts(form: Form, names: readonly string[]): Record<string, string> {
  const given = names.map((name): [string, string] => [name, form.get(name)?.trim() ?? '']);
  return Object.fromEntries(given.filter(([, text]) => text !== ''));
}
