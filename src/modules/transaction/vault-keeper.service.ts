import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Clock } from '../../platform/common/clock.js';
import { atFailpoint } from '../../platform/common/failpoints.js';
import { newXid } from '../../platform/common/xid.js';
import { AdoptVaultCustomerService } from '../customer/adopt-vault-customer.service.js';
import type { DrawnCustomer } from '../customer/record/vault-customer.types.js';
import type { MethodFacts } from '../customer/record/payment-method.types.js';
import type { Payment } from '../payment/record/payment.types.js';
import type { PayableMethod } from './process/method-source.js';
import { isApproved } from './record/response-codes.js';
import { TransactionRepository } from './record/transaction.repository.js';
import type { Transaction, TransactionMethod } from './record/transaction.types.js';

/** A method that an approval has attached to a Customer. */
export type KeptMethod = Pick<PayableMethod, 'providerMethodId' | 'providerCustomerId' | 'instrument'>;

/** Vault customers that come with a transaction (`create_vault_record`). Whatever fails here undoes no charge. */
@Injectable()
export class VaultKeeper {
  constructor(
    private readonly vault: AdoptVaultCustomerService,
    private readonly rows: TransactionRepository,
    private readonly clock: Clock,
  ) {}

  /** Ids for the row, before anything is asked. */
  draw(): DrawnCustomer {
    return { recordId: newXid(this.clock.now()), customerId: randomUUID() };
  }

  /** Returns the method as its new Customer is to have it; as it is, where none is wanted or it has one. */
  async prepare({ vaultRecord }: Transaction, method: PayableMethod): Promise<PayableMethod> {
    if (vaultRecord === null || method.providerCustomerId !== '') return method;
    const customerId = await this.vault.prepare(vaultRecord);
    return customerId === null ? method : { ...method, providerCustomerId: customerId };
  }

  /** Stores the customer of an approved transaction, and its id in the row; deletes the Customer of a declined one. */
  async keep(row: Transaction, method: KeptMethod): Promise<Transaction> {
    const { vaultRecord } = row;
    if (vaultRecord === null || row.customerId !== '' || method.providerCustomerId === '') return row;
    if (row.status === 'declined') {
      await this.vault.discard(method.providerCustomerId);
      return row;
    }
    if (!isApproved(row.responseCode)) return row;
    const addresses = { billing: row.billingAddress, shipping: row.shippingAddress };
    await this.vault.adopt(row.accountId, vaultRecord, { ...method, facts: factsOf(row.method) }, addresses);
    return atFailpoint('transaction.kept', () =>
      this.rows.changeUntil(row, (current) =>
        current.customerId === '' ? { customerId: vaultRecord.customerId, updatedAt: this.clock.date() } : null,
      ),
    );
  }
}

/** Returns the method of a charge whose request has died, by its record; null for a payment that was imported. */
export function keptOf({ terms, customerId }: Payment): KeptMethod | null {
  if (terms === undefined) return null;
  return { providerMethodId: terms.paymentMethodId, providerCustomerId: customerId, instrument: terms.instrument };
}

function factsOf(method: TransactionMethod): MethodFacts {
  if (method.type === 'card') {
    const [month = '', year = ''] = method.expirationDate.split('/');
    const expiry = { expiryMonth: Number(month), expiryYear: 2000 + Number(year) };
    return { type: 'card', brand: method.brand, ...expiry, maskedNumber: method.maskedNumber };
  }
  if (method.type !== 'ach') throw new Error(`a ${method.type} cannot be stored in the vault`);
  const { type, accountType, secCode, routingNumber, maskedAccountNumber } = method;
  return { type, accountType, secCode: secCode === 'tel' ? 'web' : secCode, routingNumber, maskedAccountNumber };
}
