import type { Row } from './table.js';

interface Change {
  at: number;
  id: string;
  before: Row | undefined;
}

/** Lists shorter than this are not worth closing up. */
const MANY = 64;

/**
 * What rows were before their latest changes, for as long as `keepMs()` says: so that a search can lag behind. In memory
 * only: after a restart nothing is recent.
 */
export class RecentChanges {
  private readonly changes = new Map<string, Change[]>();

  constructor(
    private readonly now: () => number,
    private readonly keepMs: () => number,
  ) {}

  note(table: string, id: string, before: Row | undefined): void {
    if (this.keepMs() <= 0) return;
    const list = this.changes.get(table) ?? [];
    this.changes.set(table, list);
    list.push({ at: this.now(), id, before });
    if (list.length >= MANY && this.isOld(list[MANY / 2])) this.forgetOld(list);
  }

  /** Each row of a table that changed within the time, as it was before that; undefined for one that did not exist. */
  of(table: string): Map<string, Row | undefined> {
    const found = new Map<string, Row | undefined>();
    for (const change of this.changes.get(table) ?? []) {
      if (!this.isOld(change) && !found.has(change.id)) found.set(change.id, change.before);
    }
    return found;
  }

  clear(): void {
    this.changes.clear();
  }

  private forgetOld(list: Change[]): void {
    const kept = list.findIndex((change) => !this.isOld(change));
    list.splice(0, kept < 0 ? list.length : kept);
  }

  /** Also when the clock was set back behind it. */
  private isOld(change: Change | undefined): boolean {
    const now = this.now();
    return change === undefined || change.at > now || change.at <= now - this.keepMs();
  }
}
