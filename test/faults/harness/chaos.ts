import { setTimeout as sleep } from 'node:timers/promises';
import type { Blow, PlannedBlow } from './chaos-plan.js';
import type { Journal } from './journal.js';
import type { Victim } from './victim.js';
import { APPS, type AppName, type World } from './world.js';

/** On a slow machine too something shall be under way when the next blow comes: so many answers, if they come in time. */
const ANSWERS_BETWEEN = 5;
const ANSWERS_WITHIN_MS = 800;

/**
 * Strikes as planned. What is down already is not struck again; what died comes back by `keepAlive`.
 * @param answers how many the shoppers have had so far.
 */
export async function strike(
  world: World,
  journal: Journal,
  plan: readonly PlannedBlow[],
  next: Map<AppName, string>,
  answers: () => number,
): Promise<void> {
  for (const { afterMs, blow } of plan) {
    const before = answers();
    await sleep(afterMs);
    const until = performance.now() + ANSWERS_WITHIN_MS;
    while (answers() - before < ANSWERS_BETWEEN && performance.now() < until) await sleep(20);
    try {
      await land(world, journal, blow, next);
    } catch {
      journal.note(`${blow.kind}: the simulator was down, not struck`);
    }
  }
}

async function land(world: World, journal: Journal, blow: Blow, next: Map<AppName, string>): Promise<void> {
  switch (blow.kind) {
    case 'app':
      next.set(blow.app, blow.failpoints);
      return killIfUp(journal, world.apps[blow.app], 'app', blow.app);
    case 'store':
      return killIfUp(journal, world.store, 'store', 'the store');
    case 'simulator':
      await world.stripeLog.keep().catch(() => undefined); // it is coming up just now, and has seen nothing yet
      return killIfUp(journal, world.simulatorProcess, 'simulator', 'the simulator');
    case 'line':
      journal.count('fault.line', `the line of ${blow.app} to the store: ${blow.trouble}`);
      return world.lines[blow.app].strike(blow.trouble, blow.ms);
    case 'stripe': {
      const { match, action } = blow;
      await world.simulator.fault(match, action);
      return journal.count('fault.stripe', `Stripe: ${JSON.stringify(action)} on ${match.method} ${match.path}`);
    }
    case 'webhooks':
      await world.simulator.webhooks(blow.disturb);
      return journal.count('fault.webhooks', `webhooks: ${JSON.stringify(blow.disturb)}`);
    case 'clock':
      await world.stripeLog.moveClock(blow.ms);
      return journal.count('fault.clock', `the clock moves by ${blow.ms} ms`);
  }
}

function killIfUp(journal: Journal, victim: Victim, kind: string, name: string): void {
  if (!victim.isUp) return;
  journal.count(`kill.${kind}`, `kill -9 ${name}`);
  victim.kill();
}

/** Starts again whatever has died, until told to stop. */
export async function keepAlive(world: World, stopped: () => boolean): Promise<void> {
  const watch = async (victim: Victim, name: string) => {
    while (!stopped()) {
      if (!victim.isUp) await world.revive(victim, name);
      await sleep(50);
    }
  };
  await Promise.all([
    watch(world.store, 'store'),
    watch(world.simulatorProcess, 'simulator'),
    ...APPS.map((name) => watch(world.apps[name], name)),
  ]);
}
