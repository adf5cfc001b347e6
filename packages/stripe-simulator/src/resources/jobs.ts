import type { World } from '../world.js';

type Handler = (world: World, ref: string) => void;

/** Does something to `ref` after `ms` of simulator time, also across a restart. `kind` names a handler. */
export function later(world: World, ms: number, kind: string, ref: string): void {
  const job = { id: world.ids.next('job'), at: world.clock.now() + ms, kind, ref };
  world.store.put(world.tables.job, job);
  world.timers.schedule(job.at, 'job', job.id);
}

/** As `later` at an instant (epoch milliseconds), unless the same is planned already. */
export function onceAt(world: World, at: number, kind: string, ref: string): void {
  const id = `job_${kind}_${ref}`;
  if (world.tables.job.get(id) !== undefined) return;
  world.store.put(world.tables.job, { id, at, kind, ref });
  world.timers.schedule(at, 'job', id);
}

/** Puts the jobs of a loaded or restored world on its timers. */
export function resumeJobs(world: World): void {
  for (const job of world.tables.job.oldest()) world.timers.schedule(job.at, 'job', job.id);
}

/** Lets the world do its jobs when they are due. */
export function handleJobs(world: World, handlers: Record<string, Handler>): void {
  world.timers.on('job', (id) => {
    const job = world.tables.job.get(id);
    if (job === undefined) return;
    world.byItself(() => {
      world.store.delete(world.tables.job, id);
      handlers[job.kind]?.(world, job.ref);
    });
  });
}
