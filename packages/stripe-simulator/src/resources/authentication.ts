import type { Authentication, NextAction } from '../objects/payment-intent.js';
import type { World } from '../world.js';

/** The page where a cardholder authenticates, relative to the simulator's address. */
export const PAGE = '/3d_secure_2/hosted';

/** Asks the cardholder to authenticate; an earlier request for the same intent is void from now on. */
export function requestAuthentication(
  world: World,
  intent: { id: string; client_secret: string },
  returnUrl: string | null,
): NextAction {
  const { source, url } = requestPage(world, intent, returnUrl);
  if (returnUrl !== null) return { redirect_to_url: { return_url: returnUrl, url }, type: 'redirect_to_url' };
  return {
    type: 'use_stripe_sdk',
    use_stripe_sdk: { source, stripe_js: url, type: 'three_d_secure_redirect' },
  };
}

/** A page where the payer goes on, and its secret; an earlier one of the same intent is void from now on. */
export function requestPage(
  world: World,
  intent: { id: string; client_secret: string },
  returnUrl: string | null,
): { source: string; url: string } {
  const source = world.ids.next('src');
  world.store.put(world.tables.authentication, { id: source, intent: intent.id, return_url: returnUrl });
  const name = intent.id.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  const query = new URLSearchParams({
    merchant: `acct_${world.ids.of('account', 16)}`,
    [name]: intent.id,
    [`${name}_client_secret`]: intent.client_secret,
    source,
  });
  return { source, url: `${world.url}${PAGE}?${query.toString()}` };
}

/** The newest request of an intent, the only one that can be answered. */
export function currentAuthentication(world: World, intent: string): Authentication | undefined {
  return world.tables.authentication.newest('intent', intent).next().value;
}

/** Where the browser goes afterwards, with what Stripe appends; null if the intent has no return URL. */
export function returnAddress(
  authentication: Authentication,
  intent: { id: string; client_secret: string },
  status: 'succeeded' | 'failed' | 'pending',
): string | null {
  if (authentication.return_url === null) return null;
  const name = intent.id.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  const url = new URL(authentication.return_url);
  url.searchParams.set(name, intent.id);
  url.searchParams.set(`${name}_client_secret`, intent.client_secret);
  url.searchParams.set('redirect_status', status);
  return url.href;
}

/** After a start on another port: lets the pages of open authentications be found at the new address. */
export function moveAddress(world: World): void {
  const { paymentIntent, setupIntent } = world.tables;
  for (const intent of [...paymentIntent.oldest()]) {
    const next_action = movedAction(world, intent.next_action);
    if (next_action !== null) world.store.put(paymentIntent, { ...intent, next_action });
  }
  for (const intent of [...setupIntent.oldest()]) {
    const next_action = movedAction(world, intent.next_action);
    if (next_action !== null) world.store.put(setupIntent, { ...intent, next_action });
  }
}

function movedAction(world: World, action: NextAction | null): NextAction | null {
  if (action === null) return null;
  const url = pageOf(action);
  if (url === undefined || url.startsWith(`${world.url}/`)) return null;
  const before = url.slice(0, url.indexOf(PAGE));
  const details = Object.entries(action[action.type] ?? {}).map(([name, value]: [string, unknown]) => {
    const ours = name !== 'return_url' && typeof value === 'string' && value.startsWith(`${before}/`);
    return [name, ours ? world.url + value.slice(before.length) : value];
  });
  return { ...action, [action.type]: Object.fromEntries(details) };
}

/** Address of the simulator's page in a next action; undefined if it has none. */
function pageOf(action: NextAction): string | undefined {
  const sdk = action.use_stripe_sdk?.['stripe_js'];
  return (
    action.redirect_to_url?.url ??
    action.alipay_handle_redirect?.url ??
    action.oxxo_display_details?.hosted_voucher_url ??
    action.wechat_pay_display_qr_code?.hosted_instructions_url ??
    (typeof sdk === 'string' ? sdk : undefined)
  );
}
