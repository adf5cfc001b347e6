import type { VaultCustomer, VaultCustomerChange } from '../record/vault-customer.types.js';
import { withMethod, withReplaced } from '../record/method-list.js';
import type { VaultMethod } from '../record/payment-method.types.js';
import {
  freshWork,
  type PendingPart,
  saveWorkOf,
  UNDOING,
  withoutWork,
  withPatched,
  withWork,
} from '../record/pending-work.js';
import type { DetachWork, SaveWork } from '../record/pending-work.types.js';
import { customerGone, methodRefused, Unanswered } from './provider-refusals.js';

/** Values that stay the same when a lost race makes the swap be computed again. */
export interface FinishedWith {
  readonly now: Date;
  /** Id for the work that detaches the method which is replaced; unused when the method is new. */
  readonly detachId: string;
  /**
   * Returns further changes of the record, which has the method already: a record that was being created becomes active.
   */
  readonly also: (record: VaultCustomer, method: VaultMethod) => VaultCustomerChange;
}

/**
 * Returns the change that puts the method into the record, once Stripe has saved it for the Customer; null when another
 * request has done it already.
 * @throws Unanswered when it is being undone; AppError vault_customer_not_found, payment_method_refused when another method of the record has this
 *   PaymentMethod.
 */
export function finishedSave(
  record: VaultCustomer,
  { id: workId, methodId }: SaveWork,
  { now, detachId, also }: FinishedWith,
): VaultCustomerChange | null {
  const work = saveWorkOf(record, workId);
  const before = record.methods.find(({ id }) => id === methodId);
  if (work === undefined && before !== undefined) return null;
  if (record.state === 'deleting') throw customerGone();
  if (work?.provider == null || work.undoing) throw new Unanswered();
  const { methodId: providerMethodId } = work.provider;
  if (record.methods.some((one) => one.providerMethodId === providerMethodId))
    throw methodRefused('token was used already');
  // Deleted meanwhile: what would have replaced it must go as well.
  if (work.replaces && before === undefined)
    return withPatched<SaveWork>(record, workId, { ...UNDOING, leaseUntil: null, dueAt: now });
  const method = methodOf(work, providerMethodId, before, now);
  // Becomes active with its method, if it was being created.
  const rest = withoutWork({ ...record, state: 'active' }, workId);
  const changed =
    before === undefined
      ? { ...rest, ...withMethod(record, method) }
      : { ...withDetached(record, rest, before, { id: detachId, now }), ...withReplaced(record, method) };
  return { ...changed, updatedAt: now, ...also({ ...record, ...changed }, method) };
}

function withDetached(
  record: VaultCustomer,
  rest: PendingPart,
  { providerMethodId }: VaultMethod,
  { id, now }: { id: string; now: Date },
): PendingPart {
  const detach: DetachWork = { kind: 'detach', id, providerMethodId, ...freshWork(now, 0) };
  return withWork({ ...record, ...rest }, detach);
}

function methodOf(
  { methodId, flags, provider }: SaveWork,
  providerMethodId: string,
  before: VaultMethod | undefined,
  now: Date,
): VaultMethod {
  if (provider === null) throw new Error(`the work of method ${methodId} has no PaymentMethod`);
  const { facts, instrument } = provider;
  const stays = { flags: flags ?? before?.flags ?? [], createdAt: before?.createdAt ?? now };
  return { ...facts, ...(instrument === undefined ? {} : { instrument }), id: methodId, providerMethodId, ...stays };
}
