import { Injectable, Logger } from '@nestjs/common';

export interface Check {
  readonly ok: boolean;
  /** Why not, in words for an operator; absent when all is well. */
  readonly detail?: string;
}

/**
 * Whether this instance may take traffic. Every part reports what it stands or falls with; one `false` is enough for
 * `GET /health/ready` to answer 503.
 */
@Injectable()
export class Readiness {
  private readonly log = new Logger('Readiness');
  private readonly checks = new Map<string, Check>();
  /** Names of failed checks that also stop the work behind the requests. */
  private readonly stopping = new Set<string>();
  private draining = false;

  /**
   * Reports one condition; the last report under a name counts. With `stopsWork` background work, which other instances
   * share, rests too while it does not hold.
   */
  require(name: string, ok: boolean, detail?: string, { stopsWork = false } = {}): void {
    if (!ok && stopsWork) this.stopping.add(name);
    else this.stopping.delete(name);
    const before = this.checks.get(name);
    this.checks.set(name, { ok, ...(ok || detail === undefined ? {} : { detail }) });
    if (before?.ok === ok && before.detail === this.checks.get(name)?.detail) return;
    if (!ok) this.log.warn({ message: 'not ready', check: name, detail });
    else if (before !== undefined) this.log.log({ message: 'ready again', check: name });
  }

  /** Tells whether background work may go on. */
  get mayWork(): boolean {
    return this.stopping.size === 0;
  }

  isMet(name: string): boolean {
    return this.checks.get(name)?.ok !== false;
  }

  /** Makes the instance not ready for good: the process is on its way out. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  report(): { ready: boolean; checks: Record<string, Check> } {
    const checks = Object.fromEntries(this.checks);
    if (this.draining) checks['draining'] = { ok: false, detail: 'the process is shutting down' };
    return { ready: Object.values(checks).every(({ ok }) => ok), checks };
  }
}
