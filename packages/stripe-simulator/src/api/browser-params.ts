import type { Caller } from './auth.js';
import { extended, type HashNode } from './stripe-schema.js';

/** What Stripe.js says about itself and its page; nothing comes of it. */
const ABOUT_THE_BROWSER = {
  client_attribution_metadata: 'any',
  expected_payment_method_type: 'string',
  guid: 'string',
  is_stripe_sdk: 'string',
  key: 'string',
  muid: 'string',
  pasted_fields: 'string',
  payment_user_agent: 'string',
  referrer: 'string',
  sid: 'string',
  time_on_page: 'string',
} as const;

const SECRET = { client_secret: 'string' } as const;

/** Parameters of an operation that browsers call: the SDK for servers has no types for these. */
export function withBrowserParams(node: HashNode, path: string, caller: Caller): HashNode {
  const secret = path.includes('/:intent') ? SECRET : {};
  return extended(node, { ...secret, ...(caller === 'publishable' ? ABOUT_THE_BROWSER : {}) });
}
