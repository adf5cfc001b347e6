import { type JournalLine, Journal } from './state/journal.js';
import { Clock } from './state/clock.js';
import { Ids } from './state/ids.js';
import { Store, type Tables } from './state/store.js';
import { Timers } from './state/timers.js';

/** Switches of the simulator that are not Stripe's. Changed by `POST /_sim/settings`. */
export interface Settings {
  /** Take card numbers in requests, like an account with access to the raw card data APIs. */
  raw_cards: boolean;
  /** Save `payment_intent_unexpected_state` under the idempotency key; no document says whether Stripe does. */
  save_unexpected_state: boolean;
  /** Requests per second in all and per endpoint; null for no limit. */
  rate_limits: { total: number; endpoint: number } | null;
}

/** Who caused what is happening: goes into events. Both null for what happens by itself. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

const BY_ITSELF: Cause = { id: null, idempotency_key: null };

/** One simulated Stripe account: its objects, its clock, its ids. Everything the resources work on. */
export class World {
  readonly store = new Store();
  readonly clock = new Clock();
  readonly timers = new Timers(this.clock);
  readonly ids: Ids;
  readonly initialSettings: Settings;
  settings: Settings;
  cause: Cause = BY_ITSELF;
  /** Own address, set once it listens. */
  url = '';
  /** How often this data folder was started; part of request ids, whose counter is not in the journal. */
  starts = 1;
  private journal: Journal<Settings> | undefined;
  private clockOrSettingsChanged = false;

  constructor(
    readonly apiVersion: string,
    seed: string | undefined,
    settings: Settings,
  ) {
    this.ids = new Ids(seed ?? Ids.randomSeed());
    this.initialSettings = settings;
    this.settings = settings;
  }

  get tables(): Tables {
    return this.store.tables;
  }

  /** Loads the journal in `folder` and keeps writing to it. */
  load(folder: string): void {
    let known = false;
    this.journal = Journal.open<Settings>(folder, (line) => {
      known = true;
      this.replay(line);
    });
    if (known) this.starts += 1;
    this.compact();
  }

  /** Runs one step: what it changes is in the journal before anyone hears of it. */
  step<T>(cause: Cause, work: () => T): T {
    const outer = this.cause;
    this.cause = cause;
    try {
      return work();
    } finally {
      this.cause = outer;
      this.commit();
    }
  }

  /** A step that no request caused. */
  byItself<T>(work: () => T): T {
    return this.step(BY_ITSELF, work);
  }

  clockMoved(): void {
    this.clockOrSettingsChanged = true;
    this.commit();
    this.timers.runDue();
  }

  change(settings: Partial<Settings>): void {
    this.settings = { ...this.settings, ...settings };
    this.clockOrSettingsChanged = true;
    this.commit();
  }

  /** Rewrites the journal as one line per row. */
  compact(): void {
    this.store.takeChanges();
    this.journal?.rewrite(this.everything());
  }

  close(): void {
    this.timers.stop();
    this.commit();
    this.journal?.close();
    this.journal = undefined;
  }

  private commit(): void {
    const changes = this.store.takeChanges();
    if (this.journal === undefined) {
      this.ids.moved.clear();
      return;
    }
    if (changes.length === 0 && !this.clockOrSettingsChanged) return;
    const line: JournalLine<Settings> = { counters: {}, changes };
    for (const name of this.ids.moved) line.counters = { ...line.counters, [name]: this.ids.counters.get(name) ?? 0 };
    this.ids.moved.clear();
    if (this.clockOrSettingsChanged) {
      line.clock = this.clock.state();
      line.settings = this.settings;
      this.clockOrSettingsChanged = false;
    }
    this.journal.append(line);
  }

  private replay(line: JournalLine<Settings>): void {
    if (line.seed !== undefined) this.ids.seed = line.seed;
    if (line.starts !== undefined) this.starts = line.starts;
    for (const [name, count] of Object.entries(line.counters ?? {})) this.ids.counters.set(name, count);
    if (line.clock !== undefined) this.clock.restore(line.clock);
    if (line.settings !== undefined) this.settings = line.settings;
    this.store.replay(line.changes ?? []);
  }

  private *everything(): Generator<JournalLine<Settings>> {
    yield {
      seed: this.ids.seed,
      starts: this.starts,
      counters: Object.fromEntries(this.ids.counters),
      clock: this.clock.state(),
      settings: this.settings,
    };
    for (const table of this.tables.all()) for (const row of table.oldest()) yield { changes: [[table.name, row]] };
  }
}
