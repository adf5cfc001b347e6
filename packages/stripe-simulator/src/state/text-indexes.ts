import type { Row, Table } from './table.js';

/** What of a row can be looked up under a name, such as the words of a property. */
export interface Lookup {
  name: string;
  keysOf(row: object): string[];
}

interface Postings extends Lookup {
  ids: Map<string, Set<string>>;
}

const NONE: ReadonlySet<string> = new Set();

/** Look-ups by text, each built when it is first asked for and kept up to date from then on: what nobody asks costs nothing. */
export class TextIndexes {
  private readonly byTable = new Map<string, Map<string, Postings>>();

  /** The ids of the rows that have the key now. */
  find(table: Table<Row>, lookup: Lookup, key: string): ReadonlySet<string> {
    const indexes = this.byTable.get(table.name) ?? new Map<string, Postings>();
    this.byTable.set(table.name, indexes);
    const found = indexes.get(lookup.name) ?? built(table, lookup);
    indexes.set(lookup.name, found);
    return found.ids.get(key) ?? NONE;
  }

  changed(table: string, before: Row | undefined, after: Row | undefined): void {
    for (const index of this.byTable.get(table)?.values() ?? []) {
      if (before !== undefined) remove(index, before);
      if (after !== undefined) add(index, after);
    }
  }

  clear(): void {
    this.byTable.clear();
  }
}

function built(table: Table<Row>, lookup: Lookup): Postings {
  const index: Postings = { ...lookup, ids: new Map() };
  for (const row of table.oldest()) add(index, row);
  return index;
}

function add(index: Postings, row: Row): void {
  for (const key of index.keysOf(row)) {
    const ids = index.ids.get(key);
    if (ids === undefined) index.ids.set(key, new Set([row.id]));
    else ids.add(row.id);
  }
}

function remove(index: Postings, row: Row): void {
  for (const key of index.keysOf(row)) {
    const ids = index.ids.get(key);
    ids?.delete(row.id);
    if (ids?.size === 0) index.ids.delete(key);
  }
}
