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
  const source = world.ids.next('src');
  world.store.put(world.tables.authentication, { id: source, intent: intent.id, return_url: returnUrl });
  const name = intent.id.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  const query = new URLSearchParams({
    merchant: `acct_${world.ids.of('account', 16)}`,
    [name]: intent.id,
    [`${name}_client_secret`]: intent.client_secret,
    source,
  });
  const url = `${world.url}${PAGE}?${query.toString()}`;
  if (returnUrl !== null) return { redirect_to_url: { return_url: returnUrl, url }, type: 'redirect_to_url' };
  return {
    type: 'use_stripe_sdk',
    use_stripe_sdk: { source, stripe_js: url, type: 'three_d_secure_redirect' },
  };
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
  const { redirect_to_url: redirect, use_stripe_sdk: sdk } = action;
  const url = redirect?.url ?? sdk?.['stripe_js'];
  if (typeof url !== 'string' || url.startsWith(`${world.url}/`)) return null;
  const moved = world.url + url.slice(url.indexOf(PAGE));
  if (redirect !== undefined) return { ...action, redirect_to_url: { ...redirect, url: moved } };
  return { ...action, use_stripe_sdk: { ...sdk, stripe_js: moved } };
}
