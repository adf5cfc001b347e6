import type { Simulator, SimulatedRequest } from '../../support/simulator.js';
import type { Happening } from './journal.js';

/** One request to Stripe, by the harness's own clock where that is known. */
export interface SeenRequest extends SimulatedRequest {
  /** Milliseconds; null when the simulator's clock was being moved about then. */
  readonly realAt: number | null;
}

/** Between asking for a move of the clock and its being made. */
const MOVE_TAKES_MS = 500;

/** What Stripe was asked, kept through the simulator's deaths: its own list of requests is in its memory. */
export class StripeLog {
  private readonly requests = new Map<string, SimulatedRequest>();
  private readonly moves: { at: number; offsetMs: number }[] = [];

  constructor(private readonly simulator: Simulator) {}

  /** Reads the list anew; to be called before the simulator is killed, and in the end. */
  async keep(): Promise<void> {
    const { requests } = await this.simulator.call<{ requests: SimulatedRequest[] }>('GET', '/requests?limit=20000');
    for (const request of requests) this.requests.set(request.request_id, request);
  }

  async moveClock(ms: number): Promise<void> {
    const at = Date.now();
    const { offset_ms } = await this.simulator.moveClock({ advance: ms });
    this.moves.push({ at, offsetMs: offset_ms });
  }

  all(): SeenRequest[] {
    return [...this.requests.values()].map((request) => ({ ...request, realAt: this.realTime(request.at) }));
  }

  asHappenings(): Happening[] {
    return this.all().map(({ at, realAt, method, path, idempotency_key, executed, replayed, status, fault }) => {
      const ran = executed ? 'executed' : replayed ? 'replayed' : 'not executed';
      const how = fault === null ? ran : `${ran}, fault ${fault}`;
      const about = [/pi_\w+/.exec(path)?.[0], idempotency_key?.split(':')[0]].filter((one) => one !== undefined);
      return {
        at: realAt ?? at - (this.moves.at(-1)?.offsetMs ?? 0),
        what: `Stripe ${method} ${path} ${idempotency_key ?? ''}: ${status ?? 'no answer'}, ${how}`,
        about,
      };
    });
  }

  /** Simulated time is ahead by what it had been moved by then. */
  private realTime(simulated: number): number | null {
    const spans = [{ at: 0, offsetMs: 0 }, ...this.moves];
    const fitting = spans.flatMap(({ at, offsetMs }, i) => {
      const real = simulated - offsetMs;
      const until = (spans[i + 1]?.at ?? Number.POSITIVE_INFINITY) + MOVE_TAKES_MS;
      return real >= at - MOVE_TAKES_MS && real <= until ? [real] : [];
    });
    return fitting.length === 1 ? (fitting[0] ?? null) : null;
  }
}
