import { flag, integer, onlyKnown } from './body.js';
import type { Controlled, ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

const LAST_INSTANT = Date.UTC(9999, 11, 31);

function shown({ world }: Controlled) {
  const { offsetMs } = world.clock.state();
  return { now: world.clock.now(), offset_ms: offsetMs, frozen: world.clock.frozen };
}

function instant(value: unknown): number {
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(at)) return Math.trunc(at);
  throw new ControlError(400, 'set must be epoch milliseconds or an ISO 8601 time.');
}

/** Beyond the year 9999 dates have no four-digit year any more. */
function checked(at: number): number {
  if (at >= 0 && at <= LAST_INSTANT) return at;
  throw new ControlError(400, 'the clock goes from 1970 to 9999.');
}

export const clockRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sim/clock', run: ({ parts }) => shown(parts) },
  {
    method: 'POST',
    path: '/_sim/clock',
    run({ parts, body }) {
      onlyKnown(body, ['advance', 'set', 'freeze'], 'the clock');
      const { clock } = parts.world;
      const freeze = flag(body, 'freeze');
      const advance = integer(body, 'advance', Number.MIN_SAFE_INTEGER) ?? 0;
      const set = body['set'] === undefined ? undefined : instant(body['set']);
      checked((set ?? clock.now()) + advance);
      if (freeze === true) clock.freeze(true);
      if (set !== undefined) clock.set(set);
      clock.advance(advance);
      if (freeze === false) clock.freeze(false);
      parts.faults.clockMoved();
      parts.world.clockMoved();
      return shown(parts);
    },
  },
];
