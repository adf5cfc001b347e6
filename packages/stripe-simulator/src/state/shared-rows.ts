import type { Row } from './table.js';

/** A row written, or the id of one removed. */
export type Change = [table: string, row: Row | string];

/**
 * An object as the journal has it. Rows never change, so the same object is a row, an event's snapshot and a saved answer at
 * once, and the next version of a row differs in few members. Therefore: a number is the object written as that one,
 * counted from 0; `[number, changes]` is that object with these members; `[-1, value]` is what is no hash.
 */
type Written = number | [number, unknown] | Hash;
type Hash = { readonly [name: string]: unknown };

/** A change as the journal has it: in an event its `data.object`, in a saved answer its `value`, else the row is `Written`. */
export type WrittenChange = [table: string, row: Written | string];

/** Writes the changes of one scope: a line, or all lines of a compacted journal. */
export class RowWriter {
  private readonly numbers = new Map<object, number>();
  private readonly newest = new Map<unknown, Hash>();

  write([table, row]: Change): WrittenChange {
    if (typeof row === 'string') return [table, row];
    const hash: Hash = { ...row };
    if (table === 'event') return [table, { ...hash, data: this.inData(hash['data']) }];
    if (table === 'savedAnswer') return [table, { ...hash, value: this.object(hash['value']) }];
    return [table, this.object(row)];
  }

  private inData(data: unknown): unknown {
    return isHash(data) ? { ...data, object: this.object(data['object']) } : data;
  }

  private object(value: unknown): Written {
    if (!isHash(value)) return [-1, value];
    const known = this.numbers.get(value);
    if (known !== undefined) return known;
    const before = this.newest.get(value['id']);
    const written = before === undefined ? undefined : this.asChangeOf(before, value);
    this.numbers.set(value, this.numbers.size);
    if (value['id'] !== undefined) this.newest.set(value['id'], value);
    return written ?? value;
  }

  /** Undefined where that would change the order of the members: answers are replayed byte by byte. */
  private asChangeOf(before: Hash, after: Hash): Written | undefined {
    const names = Object.keys(after);
    const namesBefore = Object.keys(before);
    if (names.length !== namesBefore.length) return undefined;
    // JSON leaves out what is undefined.
    const same = names.every(
      (name, index) => name === namesBefore[index] && (after[name] === undefined) === (before[name] === undefined),
    );
    if (!same) return undefined;
    const changed = names.filter((name) => after[name] !== before[name]);
    return [this.numbers.get(before) ?? 0, Object.fromEntries(changed.map((name) => [name, after[name]]))];
  }
}

/** Reads what a `RowWriter` wrote, in the same order; what was one object is one object again. */
export class RowReader {
  private readonly objects: Hash[] = [];

  read([table, row]: WrittenChange): Change {
    if (typeof row === 'string') return [table, row];
    if (table === 'event' && isHash(row)) return [table, asRow({ ...row, data: this.inData(row['data']) })];
    if (table === 'savedAnswer' && isHash(row)) return [table, asRow({ ...row, value: this.object(row['value']) })];
    return [table, asRow(this.object(row))];
  }

  private inData(data: unknown): unknown {
    return isHash(data) ? { ...data, object: this.object(data['object']) } : data;
  }

  private object(written: unknown): unknown {
    if (typeof written === 'number') return this.numbered(written);
    if (Array.isArray(written)) {
      const [number, changes]: unknown[] = written;
      if (number === -1 || typeof number !== 'number' || !isHash(changes)) return changes;
      return this.keep({ ...this.numbered(number), ...changes });
    }
    return isHash(written) ? this.keep(written) : written;
  }

  private keep(object: Hash): Hash {
    this.objects.push(object);
    return object;
  }

  private numbered(number: number): Hash {
    const object = this.objects[number];
    if (object === undefined) throw new Error(`refers to object ${number}, which is not there`);
    return object;
  }
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The very object, not a copy: it may be an event's snapshot too. */
function asRow(value: unknown): Row {
  if (isRow(value)) return value;
  throw new Error('has a row without an id');
}

function isRow(value: unknown): value is Row {
  return isHash(value) && typeof value['id'] === 'string';
}
