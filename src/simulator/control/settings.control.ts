import { PAYOUT_ACCOUNTS } from '../cards/payout-accounts.js';
import { followSchedule } from '../resources/payout.schedule.js';
import { MAX_SEARCH_LAG_MS } from '../search/search.js';
import type { Settings } from '../world.js';
import { asHash, flag, type Json, number, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

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

function readLag(body: Json): number | undefined {
  const lag = number(body, 'search_lag_ms');
  if (lag === undefined || (lag >= 0 && lag <= MAX_SEARCH_LAG_MS)) return lag;
  throw new ControlError(400, `search_lag_ms must be between 0 and ${MAX_SEARCH_LAG_MS}.`);
}

function readSchedule(body: Json): Settings['payout_schedule'] | undefined {
  const schedule = text(body, 'payout_schedule');
  if (schedule === undefined || schedule === 'daily' || schedule === 'manual') return schedule;
  throw new ControlError(400, "payout_schedule must be 'daily' or 'manual'.");
}

function readAccount(body: Json): string | undefined {
  const account = text(body, 'payout_account');
  if (account === undefined || PAYOUT_ACCOUNTS.includes(account)) return account;
  throw new ControlError(400, `payout_account must be one of ${PAYOUT_ACCOUNTS.join(', ')}.`);
}

export const settingsRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sim/settings', run: ({ parts }) => parts.world.settings },
  {
    method: 'POST',
    path: '/_sim/settings',
    run({ parts: { world }, body }) {
      onlyKnown(body, Object.keys(world.settings), 'settings');
      const { settings } = world;
      world.change({
        raw_cards: flag(body, 'raw_cards') ?? settings.raw_cards,
        save_unexpected_state: flag(body, 'save_unexpected_state') ?? settings.save_unexpected_state,
        rate_limits: body['rate_limits'] === undefined ? settings.rate_limits : readLimits(body['rate_limits']),
        search_lag_ms: readLag(body) ?? settings.search_lag_ms,
        payout_schedule: readSchedule(body) ?? settings.payout_schedule,
        payout_account: readAccount(body) ?? settings.payout_account,
      });
      world.byItself(() => followSchedule(world));
      return world.settings;
    },
  },
];
