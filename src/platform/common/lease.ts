/** A record that one worker or request at a time works on. The lease saves work only: what decides is the swap. */
export interface Leasable {
  /** Time until which others leave it alone; null while nobody works on it. */
  readonly leaseUntil: Date | null;
}

/** Returns whether somebody works on the record; one who has died is waited for until the lease is over. */
export function isLeased({ leaseUntil }: Leasable, now: Date | number): boolean {
  return leaseUntil !== null && leaseUntil.getTime() > now.valueOf();
}
