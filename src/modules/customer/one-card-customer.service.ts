import { Injectable } from '@nestjs/common';
import { newXid } from '../../platform/common/xid.js';
import { CreateVaultCustomerService } from './create-vault-customer.service.js';
import { withOtherContact } from './record/contact.js';
import { holderOf } from './record/holder.js';
import type { NamedRequest } from './record/named-request.js';
import type { AskedMethod, NewMethod } from './record/new-method.types.js';
import type { VaultMethod } from './record/payment-method.types.js';
import { plainIdOf } from './record/plain-id.js';
import { sourceOf, withSource } from './record/source.js';
import type { CustomerRef, VaultCaller } from './record/vault-caller.js';
import type { CustomerDetails, VaultCustomer, VaultCustomerChange } from './record/vault-customer.types.js';
import { VaultRecords } from './record/vault-records.js';
import { VaultCustomerService } from './vault-customer.service.js';
import { MethodSaver } from './work/method-saver.js';
import { busy } from './work/provider-refusals.js';
import { SaveStarter } from './work/save-starter.js';

const ROUNDS = 12;

/** The values that a request changes. */
export interface OneCardChange {
  readonly details: CustomerDetails;
  /** A card in place of the one that is there. */
  readonly source?: AskedMethod;
}

/** Customers who have one card, the source (contract komoju 5 and 6): it comes with them, and another one takes its place. */
@Injectable()
export class OneCardCustomerService {
  constructor(
    private readonly customers: VaultCustomerService,
    private readonly creation: CreateVaultCustomerService,
    private readonly records: VaultRecords,
    private readonly starter: SaveStarter,
    private readonly saver: MethodSaver,
  ) {}

  /**
   * Stores the customer with the card, or neither.
   * @param named the request, when its client may repeat it: the customer that it made once is answered
   * @throws AppError vault_customer_taken when the key was another request's; what VaultCustomerWithMethod throws.
   */
  create(
    caller: VaultCaller,
    { details, source }: Required<OneCardChange>,
    named: NamedRequest | null,
  ): Promise<VaultCustomer> {
    const recordId = newXid(this.records.now().getTime());
    const repeatable = named === null ? {} : { creationKey: named.key, lastRequest: named.request };
    const asked = { ...details, ...repeatable, method: source };
    return this.creation.create(caller, asked, { recordId, customerId: plainIdOf(recordId) });
  }

  /**
   * Changes what is sent. With a card everything is changed in the swap that puts it into the record, or nothing is.
   * @throws AppError vault_customer_not_found, card_declined, authentication_required, payment_method_refused: nothing has
   *   changed; provider_unreachable, provider_refused, vault_customer_busy.
   */
  update(
    caller: VaultCaller,
    customer: CustomerRef,
    { details, source }: OneCardChange,
    named: NamedRequest | null,
  ): Promise<VaultCustomer> {
    const change = { ...sentOf(details), ...(named === null ? {} : { lastRequest: named.request }) };
    if (source !== undefined) return this.replace(caller, customer, this.starter.accept(source), change);
    const saysNothing = Object.keys(change).length === 0;
    return this.customers.change(caller, customer, (seen) => (saysNothing || isDone(seen, change) ? null : change));
  }

  private async replace(
    caller: VaultCaller,
    customer: CustomerRef,
    method: NewMethod,
    change: Details,
  ): Promise<VaultCustomer> {
    for (let round = 0; round < ROUNDS; round++) {
      const seen = await this.customers.read(caller, customer);
      if (isDone(seen, change)) return seen;
      const before = sourceOf(seen)?.id ?? null;
      const drawn = this.starter.draw(method, { methodId: before, flags: null }, holderOf(seen), (hash) =>
        hash({ id: seen._id, change }),
      );
      const started = await this.starter.start(
        seen,
        drawn,
        (current) =>
          current.state === 'active' && (sourceOf(current)?.id ?? null) === before && !isDone(current, change),
      );
      if (started === null) continue;
      if (started.done) return started.record;
      return this.saver.save(started.record, started.work, method, this.also(change, before === null));
    }
    throw busy('the customer is being changed');
  }

  /** @param isNew whether the card is added, because there is none in whose place it could come */
  private also(change: Details, isNew: boolean) {
    const now = this.records.now();
    const [detachId, contactId] = [newXid(now.getTime()), newXid(now.getTime())];
    return (record: VaultCustomer, method: VaultMethod): VaultCustomerChange => {
      const source = isNew ? withSource(record, method, { detachId, now }) : {};
      const contact = withOtherContact({ ...record, ...source }, change, { id: contactId, now });
      return { ...source, ...change, ...contact };
    };
  }
}

/** Returns what is sent: an undefined field would be none in the record that is answered. */
function sentOf(details: CustomerDetails): CustomerDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

type Details = CustomerDetails & { readonly lastRequest?: string };

/** Returns whether the record has the change already, by a request of the same name. */
function isDone({ lastRequest }: VaultCustomer, change: Details): boolean {
  return change.lastRequest !== undefined && change.lastRequest === lastRequest;
}
