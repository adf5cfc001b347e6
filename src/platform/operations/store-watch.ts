import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { SECOND } from '../common/duration.js';
import { CONFIG, type Config } from '../config/config.js';
import { Indexes } from '../database/indexes.js';
import { StoreProbe } from '../database/store-probe.js';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

const PING_WITHIN_MS = SECOND;
/** Probes of one second share an answer: many of them, or a stranger's, cost the store nothing. */
const PING_KEPT_MS = SECOND;
const MAX_SKEW_MS = 30 * SECOND;
/** Somebody is repairing it: they should not have to wait for the minute. */
const RECHECK_NOT_READY_MS = 5 * SECOND;

/**
 * Holds traffic back until the store is as it must be: answering, with every declared index (the unique ones are what
 * keeps money right), and with a clock near ours. Indexes are built before any other part does its first work.
 */
@Injectable()
export class StoreWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Store');
  private timer?: NodeJS.Timeout;
  private stopped = false;
  private pinging?: Promise<void>;
  private pingedAt = Number.NEGATIVE_INFINITY;
  /** The problems last seen, so that the log says each once. */
  private missing: readonly string[] = [];

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly indexes: Indexes,
    private readonly probe: StoreProbe,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const failure of await this.indexes.create()) {
      this.log.error({ message: 'index build failed', detail: failure });
    }
    await this.verify();
    this.schedule();
  }

  private schedule(): void {
    if (this.stopped) return;
    const { checkIntervalMs } = this.config.mongo;
    const well = this.readiness.isMet('indexes') && this.readiness.isMet('clock');
    this.timer = setTimeout(
      () => void this.verify().finally(() => this.schedule()),
      well ? checkIntervalMs : Math.min(checkIntervalMs, RECHECK_NOT_READY_MS),
    ).unref();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Looks again at once; also called every `STORE_CHECK_INTERVAL`. */
  async verify(): Promise<void> {
    try {
      await this.verifyIndexes();
      await this.verifyClock();
    } catch {
      await this.ping(); // it does not answer; that is what will be reported, and the indexes stay as last seen
    }
  }

  /** Pings the store, or repeats a result of at most a second ago: every readiness probe asks. */
  async recentPing(): Promise<void> {
    const now = performance.now();
    if (this.pinging === undefined || now - this.pingedAt > PING_KEPT_MS) {
      this.pingedAt = now;
      this.pinging = this.ping();
    }
    await this.pinging;
  }

  /** Gives up soon: whoever asks has other instances to ask. */
  async ping(): Promise<void> {
    const ok = await this.answersInTime();
    this.readiness.require('mongodb', ok, `no answer to a ping within ${PING_WITHIN_MS} ms`);
  }

  private async answersInTime(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), PING_WITHIN_MS);
    });
    try {
      return await Promise.race([this.probe.ping(PING_WITHIN_MS).then(() => true), tooLate]);
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  private async verifyIndexes(): Promise<void> {
    const problems = await this.indexes.problems();
    for (const problem of problems)
      if (!this.missing.includes(problem)) this.log.error({ message: 'index_missing', index: problem });
    this.missing = problems;
    this.metrics.gauge('indexes_missing', problems.length);
    this.readiness.require('indexes', problems.length === 0, problems.join('; '));
  }

  /** The machine's clock against the store's, never the moved test clock: leases and due dates are shared by instances. */
  private async verifyClock(): Promise<void> {
    const before = Date.now();
    const hello = await this.connection.getClient().db().command({ hello: 1 });
    const theirs: unknown = hello['localTime'];
    if (!(theirs instanceof Date)) return;
    const skewMs = Math.round((before + Date.now()) / 2 - theirs.getTime());
    this.metrics.gauge('clock_skew_ms', skewMs);
    const detail = `${skewMs} ms apart from the store’s clock`;
    this.readiness.require('clock', Math.abs(skewMs) <= MAX_SKEW_MS, detail, { stopsWork: true });
  }
}
