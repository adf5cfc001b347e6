/** A use is written once in so long: a busy key would otherwise write with every request. */
const USE_NOTED_EVERY_MS = 60_000;

/** Returns whether a use at `now` is to be stored. */
export function isUseNews(lastUsedAt: Date | null, now: Date): boolean {
  return now.getTime() - (lastUsedAt?.getTime() ?? 0) >= USE_NOTED_EVERY_MS;
}
