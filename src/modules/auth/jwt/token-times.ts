/** Instances may disagree by this much before they stop serving (ruling 17), so a token may be that much from the future. */
const CLOCK_SKEW_S = 30;

/** Tells whether a token's own times allow it now, by the app's Clock (epoch milliseconds). */
export function isInTime({ exp, iat, nbf }: { exp?: unknown; iat?: unknown; nbf?: unknown }, nowMs: number): boolean {
  const now = nowMs / 1000;
  if (typeof exp !== 'number' || exp <= now) return false;
  if (typeof iat !== 'number' || iat > now + CLOCK_SKEW_S) return false;
  return nbf === undefined || (typeof nbf === 'number' && nbf <= now);
}
