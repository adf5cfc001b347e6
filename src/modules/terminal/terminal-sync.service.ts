import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/common/clock.js';
import type { ProviderReader } from '../../platform/stripe/provider-reader.types.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { AuditActor } from '../audit/audit.types.js';
import { ReaderList } from './reader-list.js';
import { factsOf, isSame, newTerminal, toTerminal } from './terminal-records.js';
import { TerminalRepository } from './terminal.repository.js';
import type { TerminalRecord } from './terminal.schema.js';
import type { ReaderFacts, Terminal } from './terminal.types.js';

export interface SyncOptions {
  /** `tml_…`: terminals are made only of readers that stand there. */
  readonly locationId?: string;
  /** Registers a simulated reader first, if the account has none. */
  readonly simulatedReader?: boolean;
}

/** Result of a sync, with the readers that it left alone. */
export interface SyncReport {
  readonly made: readonly Terminal[];
  readonly changed: readonly Terminal[];
  /** Terminals whose reader Stripe no longer has, known since now. */
  readonly gone: readonly Terminal[];
  readonly unchanged: number;
  readonly ofOtherAccounts: number;
  readonly atOtherLocations: number;
  /** Readers that only an app on the phone beside them can use. */
  readonly mobile: number;
}

type Left = 'unchanged' | 'ofOtherAccounts' | 'atOtherLocations' | 'mobile';
type Verdict = { readonly kind: 'made' | 'changed' | 'gone'; readonly terminal: Terminal } | { readonly kind: Left };

/** Records that a sync begins with. */
interface Before {
  readonly own: readonly TerminalRecord[];
  /** Ids of readers that are another account's. */
  readonly taken: ReadonlySet<string>;
}

/** Changes of one terminal at the same moment, before one of them gives up. */
const TRIES = 20;

/**
 * Copies Stripe's readers into the terminals of an account. A reader is one account's: the first that syncs it. Twice is once,
 * also at the same time: ids are derived, and what is equal already is not written.
 */
@Injectable()
export class TerminalSync {
  constructor(
    private readonly readers: ReaderList,
    private readonly terminals: TerminalRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Reads all readers before it writes anything. Throws AppError of `ReaderList`. */
  async sync(actor: AuditActor, accountId: string, options: SyncOptions = {}): Promise<SyncReport> {
    if (options.simulatedReader === true) this.readers.refuseLive();
    const found = await this.readers.all();
    return this.audit.record(
      actor,
      { action: 'terminal.sync', object: { kind: 'account', id: accountId }, asked: { ...options } },
      () => this.write(accountId, found, options),
      ({ made, changed, gone }) => ({ after: { made: idsOf(made), changed: idsOf(changed), gone: idsOf(gone) } }),
    );
  }

  private async write(accountId: string, found: readonly ProviderReader[], options: SyncOptions): Promise<SyncReport> {
    const own = await this.terminals.list(accountId);
    const taken = await this.terminals.ofOthers(accountId, idsOf(found));
    const readers = [...found, ...(await this.simulated(accountId, found, { own, taken }, options))];
    const verdicts: Verdict[] = [];
    for (const [place, reader] of readers.entries()) {
      const known = own.find((one) => one.providerReaderId === reader.id);
      const left = taken.has(reader.id) ? 'ofOtherAccounts' : reasonToLeave(reader, options);
      if (known !== undefined) verdicts.push(await this.amend(known, factsOf(reader)));
      else verdicts.push(left === null ? await this.make(accountId, reader, place) : { kind: left });
    }
    const there = new Set(idsOf(readers));
    for (const terminal of own.filter((one) => !there.has(one.providerReaderId)))
      verdicts.push(await this.amend(terminal, { ...terminal.reader, gone: true }));
    return reportOf(verdicts);
  }

  /** A key that counts the account's terminals: the same for syncs at the same time, another one once the reader was removed. */
  private async simulated(
    accountId: string,
    found: readonly ProviderReader[],
    { own, taken }: Before,
    { simulatedReader = false, locationId }: SyncOptions,
  ): Promise<ProviderReader[]> {
    const has = found.some(({ id, deviceType }) => deviceType.startsWith('simulated') && !taken.has(id));
    if (!simulatedReader || has) return [];
    return [await this.readers.simulated(`terminal:${accountId}:${own.length}`, locationId)];
  }

  /** Those of one sync are a millisecond apart each, so that the list keeps the order in which Stripe registered them. */
  private async make(accountId: string, reader: ProviderReader, place: number): Promise<Verdict> {
    const stored = await this.terminals.insert(newTerminal(accountId, reader, new Date(this.clock.now() + place)));
    if (stored === null) return { kind: 'ofOtherAccounts' };
    return stored.inserted ? { kind: 'made', terminal: toTerminal(stored.record) } : { kind: 'unchanged' };
  }

  private async amend(terminal: TerminalRecord, reader: ReaderFacts): Promise<Verdict> {
    let seen: TerminalRecord | null = terminal;
    for (let tries = 0; tries < TRIES && seen !== null; tries++) {
      if (isSame(seen.reader, reader)) return { kind: 'unchanged' };
      const changed = await this.terminals.swap(seen, { reader, updatedAt: this.clock.date() });
      if (changed !== null) return { kind: reader.gone ? 'gone' : 'changed', terminal: toTerminal(changed) };
      seen = await this.terminals.find(terminal.accountId, terminal._id);
    }
    throw new Error(`the terminal ${terminal._id} was not changed: others were quicker ${TRIES} times`);
  }
}

/** Returns why no terminal is made of a reader that no account has; null where one is. */
export function reasonToLeave(reader: ProviderReader, { locationId }: SyncOptions): Left | null {
  if (reader.status === null) return 'mobile';
  return locationId === undefined || reader.locationId === locationId ? null : 'atOtherLocations';
}

function reportOf(verdicts: readonly Verdict[]): SyncReport {
  const terminals = (kind: Verdict['kind']) =>
    verdicts.flatMap((one) => (one.kind === kind && 'terminal' in one ? [one.terminal] : []));
  const count = (kind: Left) => verdicts.filter((one) => one.kind === kind).length;
  return {
    made: terminals('made'),
    changed: terminals('changed'),
    gone: terminals('gone'),
    unchanged: count('unchanged'),
    ofOtherAccounts: count('ofOtherAccounts'),
    atOtherLocations: count('atOtherLocations'),
    mobile: count('mobile'),
  };
}

const idsOf = (all: readonly { readonly id: string }[]): string[] => all.map(({ id }) => id);
