import type { VaultCard, VaultMethod } from './payment-method.types.js';
import { freshWork, withWork } from './pending-work.js';
import type { DetachWork } from './pending-work.types.js';
import type { VaultCustomer, VaultCustomerChange } from './vault-customer.types.js';

/** Returns the card that is meant where none is named, the one card of languages that know one; a bank account is none. */
export function sourceOf({ methods, defaults }: Pick<VaultCustomer, 'methods' | 'defaults'>): VaultCard | null {
  const found = methods.find(({ id }) => id === defaults.methodId);
  return found?.type === 'card' ? found : null;
}

/**
 * Returns the change that makes a method, just added, the default. A card that another request has made the default meanwhile
 * goes: of two requests that give a customer a source at a time, the later one's stays. A bank account is no source.
 */
export function withSource(
  record: VaultCustomer,
  method: VaultMethod,
  { detachId, now }: { detachId: string; now: Date },
): VaultCustomerChange {
  if (method.type !== 'card') return {};
  const before = sourceOf(record);
  const defaults = { ...record.defaults, methodId: method.id, methodType: method.type };
  if (before === null || before.id === method.id) return { defaults };
  const { providerMethodId } = before;
  const detach: DetachWork = { kind: 'detach', id: detachId, providerMethodId, ...freshWork(now, 0) };
  return { defaults, methods: record.methods.filter(({ id }) => id !== before.id), ...withWork(record, detach) };
}
