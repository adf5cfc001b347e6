import type { Settings } from '../world.js';
import { asHash, flag, number, onlyKnown } from './body.js';
import type { ControlRoute } from './control.js';

/** Stripe's limits in test mode, https://docs.stripe.com/rate-limits */
const STRIPE_LIMITS = { total: 100, endpoint: 25 };

function readLimits(value: unknown): Settings['rate_limits'] {
  if (value === true) return STRIPE_LIMITS;
  if (value === false || value === null) return null;
  const body = asHash(value, 'rate_limits');
  onlyKnown(body, ['total', 'endpoint'], 'rate_limits');
  return {
    total: number(body, 'total') ?? STRIPE_LIMITS.total,
    endpoint: number(body, 'endpoint') ?? STRIPE_LIMITS.endpoint,
  };
}

export const settingsRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sim/settings', run: ({ parts }) => parts.world.settings },
  {
    method: 'POST',
    path: '/_sim/settings',
    run({ parts: { world }, body }) {
      onlyKnown(body, ['raw_cards', 'save_unexpected_state', 'rate_limits'], 'settings');
      const { settings } = world;
      world.change({
        raw_cards: flag(body, 'raw_cards') ?? settings.raw_cards,
        save_unexpected_state: flag(body, 'save_unexpected_state') ?? settings.save_unexpected_state,
        rate_limits: body['rate_limits'] === undefined ? settings.rate_limits : readLimits(body['rate_limits']),
      });
      return world.settings;
    },
  },
];
