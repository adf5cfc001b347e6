import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { SECOND } from '../common/duration.js';

/** Why a request is refused before anybody looks at what it asks for. */
export const REFUSALS = ['slow_body', 'busy', 'slow_request', 'long_headers', 'unreadable', 'expectation'] as const;
export type Refusal = (typeof REFUSALS)[number];

const WINDOW_MS = 10 * SECOND;

const marks = new WeakMap<IncomingMessage, Refusal>();

/** Says why the request is refused; the first reason stays. */
export function markRefused({ raw }: FastifyRequest, why: Refusal): void {
  if (!marks.has(raw)) marks.set(raw, why);
}

export const refusalOf = ({ raw }: FastifyRequest): Refusal | undefined => marks.get(raw);

interface Window {
  skipped: number;
  readonly end: NodeJS.Timeout;
}

/**
 * Writes at most one line for each kind of refusal in ten seconds: anybody can be refused thousands of times without a
 * password, and a line for each would bury all others. The first is told whole, then how many were left out. The metric
 * counts each.
 */
export class RefusalLog {
  private readonly windows = new Map<Refusal, Window>();

  constructor(
    private readonly logger: Logger,
    private readonly count: (why: Refusal) => void,
  ) {}

  tell(why: Refusal, line: object): void {
    this.count(why);
    const window = this.windows.get(why);
    if (window !== undefined) return void window.skipped++;
    this.logger.warn({ ...line, reason: why }, 'request');
    this.open(why);
  }

  /** Tells what was left out so far; to be called when the server closes. */
  flush(): void {
    for (const [why, { end }] of this.windows) {
      clearTimeout(end);
      this.close(why);
    }
  }

  private open(why: Refusal): void {
    const end = setTimeout(() => {
      // A flood goes on, so its next lines are summed up as well.
      if (this.close(why)) this.open(why);
    }, WINDOW_MS).unref();
    this.windows.set(why, { skipped: 0, end });
  }

  /** @returns whether any were left out. */
  private close(why: Refusal): boolean {
    const skipped = this.windows.get(why)?.skipped ?? 0;
    this.windows.delete(why);
    if (skipped > 0) this.logger.warn({ reason: why, skipped }, 'requests refused');
    return skipped > 0;
  }
}

/** Ends the log's windows with the server. */
export function flushWithServer(fastify: FastifyInstance, refusals: RefusalLog): void {
  fastify.addHook('onClose', (_instance, done) => {
    refusals.flush();
    done();
  });
}
