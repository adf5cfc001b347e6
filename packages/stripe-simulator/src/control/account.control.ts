import { resumeJobs } from '../resources/jobs.js';
import { answerAuthentication } from '../resources/payment-intents/payment-intent.finish.js';
import { answerSetupAuthentication } from '../resources/setup-intents/setup-intent.confirm.js';
import { currentAuthentication } from '../resources/authentication.js';
import type { ClockState } from '../state/clock.js';
import { Ids } from '../state/ids.js';
import type { Snapshot } from '../state/store.js';
import { Random } from '../state/random.js';
import type { World } from '../world.js';
import { flag, onlyKnown, text } from './body.js';
import { limitOf } from './query.js';
import type { Controlled, ControlRoute } from './control.js';
import { ControlError } from './control-error.js';

interface Kept {
  rows: Snapshot;
  counters: Map<string, number>;
  seed: string;
  clock: ClockState;
}

/** Snapshots are for tests: they live as long as the process, the oldest goes first. */
const MAX_SNAPSHOTS = 16;
const snapshots = new WeakMap<World, Map<string, Kept>>();

function snapshotsOf(world: World): Map<string, Kept> {
  let kept = snapshots.get(world);
  if (kept === undefined) snapshots.set(world, (kept = new Map()));
  return kept;
}

function reset({ world, faults, log, sender }: Controlled, seed: string | undefined, webhooksToo: boolean): void {
  const managed = webhooksToo ? [] : [...world.tables.webhookEndpoint.oldest()].filter((endpoint) => endpoint.managed);
  faults.clear();
  log.clear();
  sender.forget();
  sender.random = new Random('webhooks');
  world.timers.clear();
  world.store.clear();
  world.ids.restart(seed ?? Ids.randomSeed());
  world.clock.restore({ offsetMs: 0, frozenAt: null });
  world.settings = world.initialSettings;
  for (const endpoint of managed) world.store.put(world.tables.webhookEndpoint, endpoint);
  world.compact();
}

function restore({ world, sender }: Controlled, kept: Kept): void {
  world.timers.clear();
  sender.forget();
  world.store.restore(kept.rows);
  world.ids.restart(kept.seed);
  for (const [name, count] of kept.counters) world.ids.counters.set(name, count);
  world.clock.restore(kept.clock);
  resumeJobs(world);
  sender.resume();
  world.compact();
}

export const accountRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sim/identity',
    run: ({ parts: { world, identity } }) => ({
      program: 'stripe-simulator',
      instance: identity.instance,
      pid: process.pid,
      data: identity.data,
      url: world.url,
      api_version: world.apiVersion,
      started_at: identity.startedAt,
    }),
  },
  {
    method: 'GET',
    path: '/_sim/requests',
    run({ parts, query }) {
      return {
        requests: parts.log.find({
          path: query.get('path') ?? undefined,
          key: query.get('key') ?? undefined,
          limit: limitOf(query),
        }),
      };
    },
  },
  {
    method: 'POST',
    path: '/_sim/reset',
    run({ parts, body }) {
      onlyKnown(body, ['seed', 'webhooks'], 'reset');
      const { seed } = body;
      if (seed !== undefined && typeof seed !== 'string' && typeof seed !== 'number') {
        throw new ControlError(400, 'seed must be a string or a number.');
      }
      reset(parts, seed?.toString(), flag(body, 'webhooks') ?? false);
      return { seed: parts.world.ids.seed };
    },
  },
  {
    method: 'POST',
    path: '/_sim/snapshot',
    run({ parts: { world } }) {
      const kept = snapshotsOf(world);
      const id = `snapshot_${kept.size + 1}_${Date.now().toString(36)}`;
      kept.set(id, {
        rows: world.store.snapshot(),
        counters: new Map(world.ids.counters),
        seed: world.ids.seed,
        clock: world.clock.state(),
      });
      const oldest = kept.keys().next().value;
      if (kept.size > MAX_SNAPSHOTS && oldest !== undefined) kept.delete(oldest);
      return { id };
    },
  },
  {
    method: 'POST',
    path: '/_sim/restore',
    run({ parts, body }) {
      const id = text(body, 'id') ?? '';
      const kept = snapshotsOf(parts.world).get(id);
      if (kept === undefined) throw new ControlError(404, `No snapshot ${id}.`);
      restore(parts, kept);
      return { id };
    },
  },
  {
    method: 'POST',
    path: '/_sim/3ds/*',
    run({ parts: { world }, id, body }) {
      const outcome = text(body, 'outcome');
      if (outcome !== 'complete' && outcome !== 'fail') {
        throw new ControlError(400, "outcome must be 'complete' or 'fail'.");
      }
      const source = currentAuthentication(world, id)?.id ?? '';
      const answer = id.startsWith('seti_') ? answerSetupAuthentication : answerAuthentication;
      const answered = world.byItself(() => answer(world, source, outcome === 'complete'));
      if (answered === undefined) throw new ControlError(409, `${id} does not wait for authentication.`);
      return { id, status: answered.intent.status, redirect_status: answered.status, return_url: answered.address };
    },
  },
];
