import { PAYOUT_ACCOUNTS } from '../cards/payout-accounts.js';
import { followSchedule } from '../resources/payouts/payout.schedule.js';
import { MAX_SEARCH_LAG_MS } from '../search/search.js';
import type { Settings, World } from '../world.js';
import { asHash, flag, integer, type Json, onlyKnown, text } from './body.js';
import type { ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

/** Stripe's limits, https://docs.stripe.com/rate-limits: per second for an account, and for each of its endpoints. */
const LIMITS = { live: { total: 100, endpoint: 25 }, sandbox: { total: 25, endpoint: 25 } };

function readLimits(value: unknown): Settings['rate_limits'] {
  if (value === true || value === 'live') return LIMITS.live;
  if (value === 'sandbox') return LIMITS.sandbox;
  if (value === false || value === null) return null;
  const body = asHash(value, 'rate_limits');
  onlyKnown(body, ['total', 'endpoint'], 'rate_limits');
  return {
    total: integer(body, 'total', 0) ?? LIMITS.live.total,
    endpoint: integer(body, 'endpoint', 0) ?? LIMITS.live.endpoint,
  };
}

function readLag(body: Json): number | undefined {
  return integer(body, 'search_lag_ms', 0, MAX_SEARCH_LAG_MS);
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

/** Without the disturbances of webhooks, which have an address of their own. */
function shown({ settings: { webhooks: _webhooks, ...settings } }: World) {
  return settings;
}

export const settingsRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sim/settings', run: ({ parts }) => shown(parts.world) },
  {
    method: 'POST',
    path: '/_sim/settings',
    run({ parts: { world }, body }) {
      onlyKnown(body, Object.keys(world.settings), 'settings');
      const { settings } = world;
      world.change({
        raw_cards: flag(body, 'raw_cards') ?? settings.raw_cards,
        save_unexpected_state: flag(body, 'save_unexpected_state') ?? settings.save_unexpected_state,
        verify_bank_accounts: flag(body, 'verify_bank_accounts') ?? settings.verify_bank_accounts,
        rate_limits: body['rate_limits'] === undefined ? settings.rate_limits : readLimits(body['rate_limits']),
        search_lag_ms: readLag(body) ?? settings.search_lag_ms,
        payout_schedule: readSchedule(body) ?? settings.payout_schedule,
        payout_account: readAccount(body) ?? settings.payout_account,
      });
      world.byItself(() => followSchedule(world));
      return shown(world);
    },
  },
];
