import type { VaultCustomer } from './vault-customer.types.js';
import type { ChangeWork, PendingWork, SaveSource, SaveWork } from './pending-work.types.js';

/** The fields of a record that follow from its pending work. */
export type PendingPart = Pick<VaultCustomer, 'pending' | 'nextCheckAt'>;

/** Returns the first values of a new piece of work: nothing has been sent, and a request works on it until the lease ends. */
export function freshWork(now: Date, leaseMs: number) {
  const leaseUntil = new Date(now.getTime() + leaseMs);
  return { generation: 0, unanswered: false, leaseUntil, dueAt: leaseUntil, since: now };
}

export function withWork(record: VaultCustomer, ...added: readonly PendingWork[]): PendingPart {
  return scheduled(record, [...record.pending, ...added]);
}

export function withoutWork(record: VaultCustomer, workId: string): PendingPart {
  return scheduled(
    record,
    record.pending.filter(({ id }) => id !== workId),
  );
}

/** Patches the work of that id; leaves the record as it is when it has no such work any more. */
export function withPatched<W extends PendingWork>(
  record: VaultCustomer,
  workId: string,
  patch: Partial<Omit<W, 'id' | 'kind'>>,
): PendingPart {
  const pending = record.pending.map((work) => (work.id === workId ? { ...work, ...patch } : work));
  return scheduled(record, pending);
}

/** Returns whether the work changes the method at Stripe, or replaces it by another one. */
export function isOfMethod(methodId: string, work: PendingWork): work is ChangeWork | SaveWork {
  if (work.kind === 'change') return work.methodId === methodId;
  return work.kind === 'save' && work.replaces && work.methodId === methodId && !work.undoing;
}

/** Patch for a `save` that no request may finish any more; its fingerprint goes too, since no repeat has to be recognised. */
export const UNDOING = { undoing: true, fingerprint: null } as const;

/**
 * Erases what the work of a record that is being deleted says of cards: no repeat has to be recognised, and a request that is
 * saving one learns at its end that the customer is gone.
 */
export function withoutCards(pending: readonly PendingWork[]): PendingWork[] {
  return pending.map((work) => (work.kind === 'save' ? withoutCard(work) : work));
}

function withoutCard(work: SaveWork): SaveWork {
  const isCard = work.source.kind === 'card';
  const source: SaveSource = isCard ? { kind: 'card', maskedNumber: '', expiryMonth: 0, expiryYear: 0 } : work.source;
  return { ...work, fingerprint: null, source, provider: null };
}

export function saveWorkOf(record: VaultCustomer, workId: string): SaveWork | undefined {
  return record.pending.find((work): work is SaveWork => work.kind === 'save' && work.id === workId);
}

/**
 * The record is due when the first piece of its work is. One that is being deleted has times of its own, and one that is
 * being created is due also when its work has ended: it has to go then. Its contact waits until it has come to life.
 */
function scheduled({ state, nextCheckAt }: VaultCustomer, pending: readonly PendingWork[]): PendingPart {
  const counts = state === 'creating' ? pending.filter(({ kind }) => kind !== 'contact') : pending;
  if (state === 'deleting' || (state === 'creating' && counts.length === 0)) return { pending, nextCheckAt };
  const first = Math.min(...counts.map(({ dueAt }) => dueAt.getTime()));
  return { pending, nextCheckAt: counts.length === 0 ? null : new Date(first) };
}
