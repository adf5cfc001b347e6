import { OrderedIds } from './ordered-ids.js';

/** What every stored row has. A row is never changed in place: a change is a new row under the same id. */
export interface Row {
  readonly id: string;
}

/** Names of a table's look-ups: the row's key under that name, or null where it is not listed. */
export type Indexes<T> = Record<string, KeyOf<T>>;

/** Taken from a method, whose parameter is checked loosely: so a table of payments is also a table of rows. */
type KeyOf<T> = { method(row: T): string | null }['method'];

/**
 * One kind of object, by id and in order of creation.
 *
 * Because rows are immutable, an event may keep the very row as its snapshot and a saved answer may keep it as its body.
 */
export class Table<T extends Row> {
  private readonly rows = new Map<string, T>();
  private readonly order = new OrderedIds();
  private readonly lists = new Map<string, OrderedIds>();
  private latest = 0;
  /** Rows came in order of their `created`. False only after the clock was set back: then no list may stop early. */
  chronological = true;

  private readonly indexes: readonly [name: string, keyOf: KeyOf<T>][];

  constructor(
    readonly name: string,
    indexes: Indexes<T> = {},
  ) {
    this.indexes = Object.entries(indexes);
  }

  get size(): number {
    return this.rows.size;
  }

  get(id: string): T | undefined {
    return this.rows.get(id);
  }

  put(row: T): void {
    const previous = this.rows.get(row.id);
    if (previous === undefined) this.noteTime(row);
    this.rows.set(row.id, row);
    this.order.add(row.id);
    for (const [name, keyOf] of this.indexes) {
      const before = previous === undefined ? null : keyOf(previous);
      const after = keyOf(row);
      if (before === after) continue;
      if (before !== null) this.lists.get(`${name}=${before}`)?.remove(row.id);
      if (after !== null) this.listOf(`${name}=${after}`).add(row.id);
    }
  }

  delete(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    this.order.remove(id);
    for (const [name, keyOf] of this.indexes) {
      const key = keyOf(row);
      if (key !== null) this.lists.get(`${name}=${key}`)?.remove(id);
    }
  }

  /** The ids under one key of an index, or of the whole table. */
  ids(index?: string, key?: string): OrderedIds {
    if (index === undefined) return this.order;
    return this.lists.get(`${index}=${key ?? ''}`) ?? new OrderedIds();
  }

  /** Rows newest first. */
  *newest(index?: string, key?: string): Generator<T> {
    for (const id of this.ids(index, key).newestFirst()) {
      const row = this.rows.get(id);
      if (row !== undefined) yield row;
    }
  }

  /** Rows oldest first. */
  *oldest(index?: string, key?: string): Generator<T> {
    for (const id of this.ids(index, key).oldestFirst()) {
      const row = this.rows.get(id);
      if (row !== undefined) yield row;
    }
  }

  clear(): void {
    for (const id of this.rows.keys()) this.order.remove(id);
    this.rows.clear();
    this.lists.clear();
    this.latest = 0;
    this.chronological = true;
  }

  private noteTime(row: T): void {
    if (!('created' in row) || typeof row.created !== 'number') return;
    if (row.created < this.latest) this.chronological = false;
    else this.latest = row.created;
  }

  private listOf(key: string): OrderedIds {
    let list = this.lists.get(key);
    if (list === undefined) this.lists.set(key, (list = new OrderedIds()));
    return list;
  }
}
