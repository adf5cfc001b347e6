/** Contract 1.2. */
export interface Single<T> {
  readonly status: 'success';
  readonly msg: string;
  readonly data: T;
}

export interface Listed<T> extends Single<readonly T[]> {
  /** Number of all matches, not only of those in `data`. */
  readonly total_count: number;
}

export function single<T>(data: T, msg = 'success'): Single<T> {
  return { status: 'success', msg, data };
}

export function listed<T>(data: readonly T[], total = data.length): Listed<T> {
  return { status: 'success', msg: 'success', total_count: total, data };
}

/** Marks deletions, which answer no `data` at all. */
export function done(): { readonly status: 'success'; readonly msg: string } {
  return { status: 'success', msg: 'success' };
}
