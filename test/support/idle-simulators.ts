import { keptInWorker } from './kept-in-worker.js';
import { Simulator } from './simulator.js';

/** Simulators of this worker that a test file has given back, by whether they take card numbers. */
const idle = () => keptInWorker('idle simulators', () => new Map<boolean, Simulator[]>());

/** A simulator with nothing in it. A reset takes a few milliseconds, a new process half a second of a core. */
export async function borrowSimulator(allowRawCards: boolean): Promise<Simulator> {
  const waiting = idle().get(allowRawCards)?.pop();
  if (waiting !== undefined) {
    if (await isEmptied(waiting)) return waiting;
    await waiting.stop();
  }
  return Simulator.start(1, { allowRawCards });
}

/** Takes a simulator back for the next test. One that was told to misbehave may still be at it, and ends. */
export async function giveBackSimulator(simulator: Simulator): Promise<void> {
  if (simulator.disturbed || !simulator.running) return simulator.stop();
  const { allowRawCards } = simulator;
  idle().set(allowRawCards, [...(idle().get(allowRawCards) ?? []), simulator]);
}

const isEmptied = (simulator: Simulator): Promise<boolean> =>
  simulator.call('POST', '/reset', { seed: 1, webhooks: true }).then(
    () => true,
    () => false,
  );
