import { Inject, Injectable } from '@nestjs/common';
import { BackgroundWorker } from '../../platform/common/background-worker.js';
import { Clock } from '../../platform/common/clock.js';
import { HOUR, MINUTE } from '../../platform/common/duration.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { Metrics } from '../../platform/operations/metrics.js';
import { Readiness } from '../../platform/operations/readiness.js';
import { AUDIT_ACTIONS } from './audit-actions.js';
import { AuditRepository, type CommandEntry } from './audit.repository.js';

/** The span that the alarms over audited changes look at. */
const WINDOW_MS = HOUR;
/** A time longer than any command takes except `reconcile --repair`. */
const UNFINISHED_AFTER_MS = 10 * MINUTE;

/**
 * Shows the changes that commands made as a gauge. A command is a process of its own that nobody scrapes, so its changes are
 * read from the trail, which all instances share: a restart of the product forgets none of them.
 */
@Injectable()
export class CommandWatch extends BackgroundWorker {
  constructor(
    private readonly entries: AuditRepository,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    readiness: Readiness,
    @Inject(CONFIG) { role }: Config,
  ) {
    super(role, readiness, 'audit-commands', MINUTE);
  }

  async pass(): Promise<void> {
    const now = this.clock.now();
    const entries = await this.entries.commandsSince(new Date(now - WINDOW_MS));
    const unfinished = entries.filter((entry) => isUnfinished(entry, now));
    const done = entries.filter(({ result }) => result === 'done');
    for (const action of AUDIT_ACTIONS) {
      this.metrics.gauge('audit_command_actions', countOf(done, action), { action, result: 'done' });
      this.metrics.gauge('audit_command_actions', countOf(unfinished, action), { action, result: 'unfinished' });
    }
  }
}

const isUnfinished = ({ at, result }: CommandEntry, now: number): boolean =>
  result === 'not_known' && at.getTime() <= now - UNFINISHED_AFTER_MS;

const countOf = (entries: readonly CommandEntry[], action: string): number =>
  entries.filter((entry) => entry.action === action).length;
