import { flag, number, onlyKnown } from './body.js';
import type { Controlled, ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

function shown({ world }: Controlled) {
  const { offsetMs } = world.clock.state();
  return { now: world.clock.now(), offset_ms: offsetMs, frozen: world.clock.frozen };
}

function instant(value: unknown): number {
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new ControlError(400, 'set must be epoch milliseconds or an ISO 8601 time.');
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
      const advance = number(body, 'advance');
      if (freeze === true) clock.freeze(true);
      if (body['set'] !== undefined) clock.set(instant(body['set']));
      if (advance !== undefined) clock.advance(advance);
      if (freeze === false) clock.freeze(false);
      parts.faults.clockMoved();
      parts.world.clockMoved();
      return shown(parts);
    },
  },
];
