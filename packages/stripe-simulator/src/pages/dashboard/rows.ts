import type { Row, Table } from '../../state/table.js';

/** Rows of a list on a page of its own. */
export const PER_PAGE = 50;

/** Newest rows, beginning behind the row `before`: costs what is shown, however many there are. */
export function pageOf<T extends Row>(
  table: Table<T>,
  limit: number,
  before?: string | null,
  index?: readonly [name: string, key: string],
): { rows: T[]; older: string | undefined } {
  const rows: T[] = [];
  for (const id of table.ids(index?.[0], index?.[1]).newestFirst(before ?? undefined)) {
    const row = table.get(id);
    if (row === undefined) continue;
    if (rows.length === limit) return { rows, older: rows.at(-1)?.id };
    rows.push(row);
  }
  return { rows, older: undefined };
}
