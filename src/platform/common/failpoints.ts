import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Failpoint, FAILPOINTS } from './failpoint-names.js';

type Point = `${Failpoint}.${'before' | 'after'}`;

type Action = { readonly kind: 'kill' | 'throw' } | { readonly kind: 'sleep'; readonly ms: number };

interface Armed {
  readonly action: Action;
  /** Counts down; the action is taken on the hit that makes it 0, and only then. */
  hitsLeft: number;
}

/** Null unless a test armed something: then every point costs one comparison. */
let armed: Map<Point, Armed> | null = null;

/** The error that a `throw` action throws. */
export class FailpointError extends Error {
  constructor(point: Point) {
    super(`failpoint ${point}`);
    this.name = 'FailpointError';
  }
}

/**
 * Does one piece of I/O between two points at which a test can end the process, fail or wait.
 * @example const stored = await atFailpoint('create.store', () => this.payments.change(seen, change));
 */
export function atFailpoint<T>(name: Failpoint, io: () => Promise<T>): Promise<T> {
  return armed === null ? io() : between(name, io);
}

async function between<T>(name: Failpoint, io: () => Promise<T>): Promise<T> {
  await reach(`${name}.before`);
  const result = await io();
  await reach(`${name}.after`);
  return result;
}

async function reach(point: Point): Promise<void> {
  const here = armed?.get(point);
  if (here === undefined || --here.hitsLeft !== 0) return;
  // Written at once: the process may have no later.
  writeSync(2, `failpoint ${point} ${here.action.kind}\n`);
  if (here.action.kind === 'sleep') await sleep(here.action.ms);
  else if (here.action.kind === 'throw') throw new FailpointError(point);
  else process.kill(process.pid, 'SIGKILL');
}

/**
 * Reads `point=action[@hit]`, comma-separated; a point is a name and `.before` or `.after`, an action is `kill`, `throw`
 * or `sleep:MS`, and the hit (default 1) counts from the start.
 * @example 'confirm.send.after=kill@1,create.store.before=sleep:500@2'
 * @throws RangeError naming the part that says something else.
 */
export function parseFailpoints(text: string): Map<Point, Armed> {
  const parts = text.split(',').map((part) => part.trim());
  return new Map(
    parts.map((part) => {
      const [, name = '', phase = '', kind = '', ms, hit = '1'] =
        /^(.+)\.(before|after)=(kill|throw|sleep(?=:)):?((?<=:)\d+)?(?:@([1-9]\d*))?$/.exec(part) ?? [];
      const complete = Object.hasOwn(FAILPOINTS, name) && (kind === 'sleep') === (ms !== undefined);
      if (!complete)
        throw new RangeError(`"${part}" is no point=kill|throw|sleep:MS[@hit]; npm run failpoints lists them`);
      const action: Action = kind === 'sleep' ? { kind, ms: Number(ms) } : { kind: kind === 'kill' ? 'kill' : 'throw' };
      return [`${name}.${phase}` as Point, { action, hitsLeft: Number(hit) }];
    }),
  );
}

/**
 * Arms what the text says, and nothing else; `undefined` disarms. For tests and their processes only.
 * @returns whether each of these points was reached so far, as often as the text says.
 */
export function armFailpoints(text: string | undefined): () => boolean {
  const points = text === undefined ? null : parseFailpoints(text);
  armed = points;
  return () => [...(points?.values() ?? [])].every(({ hitsLeft }) => hitsLeft <= 0);
}
