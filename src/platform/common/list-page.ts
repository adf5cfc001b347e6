/** Length of a list where the client names none: clients of lists without paging know of no second page. */
export const LONGEST_LIST = 1_000;

/** Part of a list that is asked for. */
export interface ListPage {
  /** Null: as many as there are, up to `LONGEST_LIST`. */
  readonly limit: number | null;
  /** Id of the last one that is known already; null for the beginning. */
  readonly startingAfter: string | null;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** There are others behind these. */
  readonly more: boolean;
}

/** Reads a page, and one more, which tells whether there are others behind it. */
export async function listed<T>(
  limit: number | null,
  read: (most: number) => Promise<readonly T[]>,
): Promise<Listed<T>> {
  const most = limit ?? LONGEST_LIST;
  const found = await read(most + 1);
  return { items: found.slice(0, most), more: found.length > most };
}
