import { type JournalLine, Journal } from './state/journal.js';
import { Clock } from './state/clock.js';
import { Ids } from './state/ids.js';
import { Store, type Tables } from './state/store.js';
import type { Row, Table } from './state/table.js';
import { Timers } from './state/timers.js';
import type { FaultState } from './faults/fault.js';
import type { Disturbance } from './webhooks/disturbance.js';

/** Switches of the simulator that are not Stripe's. Changed by `POST /_sim/settings`. */
export interface Settings {
  /** Take card numbers in requests, like an account with access to the raw card data APIs. */
  raw_cards: boolean;
  /** Save `payment_intent_unexpected_state` under the idempotency key; no document says whether Stripe does. */
  save_unexpected_state: boolean;
  /** A US bank account of a number counts as unverified until its owner told the amounts of microdeposits. */
  verify_bank_accounts: boolean;
  /** Requests per second in all and per endpoint; null for no limit. */
  rate_limits: { total: number; endpoint: number } | null;
  /** How long `search` does not show what was written, in milliseconds of simulator time. */
  search_lag_ms: number;
  /** `daily`: every midnight (UTC) all available money is paid out; `manual`: only by `POST /v1/payouts`. */
  payout_schedule: 'daily' | 'manual';
  /** One of Stripe's test account numbers: where payouts go, and so whether they arrive. */
  payout_account: string;
  webhooks: Disturbance;
}

/** Who caused what is happening: goes into events. Both null for what happens by itself. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

/** At a start: changes in the journal per row that is left of them. */
const WORTH_COMPACTING = 1.5;
/** Of a compacted journal. */
const ROWS_PER_LINE = 32;
const BY_ITSELF: Cause = { id: null, idempotency_key: null };

/** One simulated Stripe account: its objects, its clock, its ids. Everything the resources work on. */
export class World {
  readonly clock = new Clock();
  readonly store = new Store(
    () => this.clock.now(),
    () => this.settings.search_lag_ms,
  );
  readonly timers = new Timers(this.clock);
  /** What follows from an event, by its type; `id` is that of the event's object. */
  readonly reactions = new Map<string, (world: World, id: string) => void>();
  readonly ids: Ids;
  readonly initialSettings: Settings;
  settings: Settings;
  cause: Cause = BY_ITSELF;
  /** What `Faults` works with, kept here so that it outlives the process. */
  faults: readonly FaultState[] = [];
  /** Own address, set once it listens. */
  url = '';
  /** How often this data folder was started; part of request ids, whose counter is not in the journal. */
  starts = 1;
  private journal: Journal<Settings> | undefined;
  private keptChanged = false;

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

  /** Loads the journal in `folder` and keeps writing to it; `compactAbove` in bytes. */
  load(folder: string, compactAbove: number): void {
    let known = false;
    let changes = 0;
    this.journal = Journal.open<Settings>(folder, compactAbove, (line) => {
      known = true;
      changes += line.changes?.length ?? 0;
      this.replay(line);
    });
    if (known) this.starts += 1;
    const rows = this.tables.all().reduce((sum, table) => sum + table.size, 0);
    // Writing it anew takes as long as reading it: only where that pays.
    if (known && changes < WORTH_COMPACTING * rows) this.journal.append({ starts: this.starts });
    else this.compact();
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
    this.keptChanged = true;
    this.commit();
    this.timers.runDue();
  }

  change(settings: Partial<Settings>): void {
    this.settings = { ...this.settings, ...settings };
    this.keptChanged = true;
    this.commit();
  }

  keepFaults(faults: readonly FaultState[]): void {
    this.faults = faults;
    this.keptChanged = true;
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
    if (changes.length === 0 && !this.keptChanged) return;
    const line: JournalLine<Settings> = { counters: {}, changes };
    for (const name of this.ids.moved) line.counters = { ...line.counters, [name]: this.ids.counters.get(name) ?? 0 };
    this.ids.moved.clear();
    if (this.keptChanged) {
      line.clock = this.clock.state();
      line.settings = this.settings;
      line.faults = this.faults;
      this.keptChanged = false;
    }
    this.journal.append(line);
    if (this.journal.grown) this.compactMeanwhile(this.journal);
  }

  private compactMeanwhile(journal: Journal<Settings>): void {
    journal.compact(this.everything()).catch((error: unknown) => {
      process.stderr.write(`stripe-simulator: the journal could not be compacted: ${String(error)}\n`);
      journal.postpone();
    });
  }

  private replay(line: JournalLine<Settings>): void {
    if (line.seed !== undefined) this.ids.seed = line.seed;
    if (line.starts !== undefined) this.starts = line.starts;
    for (const [name, count] of Object.entries(line.counters ?? {})) this.ids.counters.set(name, count);
    if (line.clock !== undefined) this.clock.restore(line.clock);
    // A journal of an earlier version may lack a setting.
    if (line.settings !== undefined) this.settings = { ...this.initialSettings, ...line.settings };
    if (line.faults !== undefined) this.faults = line.faults;
    this.store.replay(line.changes ?? []);
  }

  /** All rows that are there now, each in the version that it has when its turn comes; nothing of those that are gone then. */
  private everything(): Iterable<JournalLine<Settings>> {
    const head: JournalLine<Settings> = {
      seed: this.ids.seed,
      starts: this.starts,
      counters: Object.fromEntries(this.ids.counters),
      clock: this.clock.state(),
      settings: this.settings,
      faults: this.faults,
    };
    return linesOf(head, this.store.idsByTable());
  }
}

function* linesOf(
  head: JournalLine<Settings>,
  tables: readonly { table: Table<Row>; ids: readonly (string | undefined)[] }[],
): Generator<JournalLine<Settings>> {
  yield head;
  for (const { table, ids } of tables) {
    for (let at = 0; at < ids.length; at += ROWS_PER_LINE) {
      const rows = ids.slice(at, at + ROWS_PER_LINE).map((id) => (id === undefined ? undefined : table.get(id)));
      yield { changes: rows.filter((row) => row !== undefined).map((row) => [table.name, row]) };
    }
  }
}
