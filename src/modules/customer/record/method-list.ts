import type { CustomerDefaults, VaultCustomer } from './vault-customer.types.js';
import type { MethodType, VaultMethod } from './payment-method.types.js';
import type { OwnChange } from './pending-work.types.js';

/** A customer's methods and which of them is meant where none is named. */
export type MethodList = Pick<VaultCustomer, 'methods' | 'defaults'>;

/** Adds the method as the newest; it becomes the default if there was none. A SEPA account never does. */
export function withMethod({ methods, defaults }: MethodList, method: VaultMethod): MethodList {
  const isFirst = defaults.methodId === null && method.type !== 'sepa';
  return { methods: [...methods, method], defaults: isFirst ? pointingTo(defaults, method) : defaults };
}

/** Puts the method in the place of the one with its id. */
export function withReplaced({ methods, defaults }: MethodList, method: VaultMethod): MethodList {
  const replaced = methods.map((one) => (one.id === method.id ? method : one));
  const isDefault = defaults.methodId === method.id && method.type !== 'sepa';
  return { methods: replaced, defaults: isDefault ? pointingTo(defaults, method) : defaults };
}

/**
 * Removes the method. If it was the default, the newest of the others becomes it, a card before a bank account
 * (contract gateway 11.7).
 */
export function withoutMethod({ methods, defaults }: MethodList, methodId: string): MethodList {
  const left = methods.filter(({ id }) => id !== methodId);
  if (defaults.methodId !== methodId) return { methods: left, defaults };
  return { methods: left, defaults: pointingTo(defaults, newest(left, 'card') ?? newest(left, 'ach')) };
}

/** Applies the part of a change that Stripe does not keep. */
export function withOwnChange(method: VaultMethod, { flags, secCode }: OwnChange): VaultMethod {
  const flagged = { ...method, flags: flags ?? method.flags };
  return flagged.type === 'ach' && secCode !== null ? { ...flagged, secCode } : flagged;
}

type Defaultable = Extract<VaultMethod, { readonly type: MethodType }>;

function newest(methods: readonly VaultMethod[], type: MethodType): Defaultable | undefined {
  return methods.findLast((method): method is Defaultable => method.type === type);
}

function pointingTo(defaults: CustomerDefaults, method: Defaultable | undefined): CustomerDefaults {
  return { ...defaults, methodId: method?.id ?? null, methodType: method?.type ?? null };
}
