/**
 * Filter of a partial index, which a query must repeat so that the index is taken. MongoDB takes one for `$type` and for
 * `$gt`; the embedded store never for `$type`, and then reads the whole collection. Nothing of ours is dated before, and no
 * id is empty; neither `$gt` matches null, or what is not there.
 */
export const EPOCH = new Date(0);
export const HAS_DATE = { $gt: EPOCH } as const;
export const HAS_TEXT = { $gt: '' } as const;
/** Filter for numbers that count from one. */
export const HAS_COUNT = { $gt: 0 } as const;
