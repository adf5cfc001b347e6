import { invalidRequest } from '../../../platform/common/app-error.js';
import type {
  ProviderBankAccount,
  ProviderCard,
  ProviderMethod,
} from '../../../platform/stripe/provider-method.types.js';
import { maskedLastFour } from '../../customer/record/method-facts.js';
import type { VaultBankAccount, VaultCard } from '../../customer/record/payment-method.types.js';
import type { VaultCustomer } from '../../customer/record/vault-customer.types.js';
import type { TransactionMethod } from '../record/transaction.types.js';
import type { PayableMethod } from './method-source.js';

/** Pure: PaymentMethods as transactions charge and show them. */

/** @param shown what the request told of it, such as first digits that Stripe does not give back */
export function payableOf(method: ProviderMethod, shown: TransactionMethod | null): PayableMethod {
  const { id, customerId, fingerprint, details } = method;
  if (details.kind === 'other' || details.kind === 'sepa_debit')
    throw invalidRequest('payment_method.token is of a kind that cannot be charged');
  return {
    providerMethodId: id,
    providerCustomerId: customerId ?? '',
    methodType: details.kind === 'card' ? 'card' : 'us_bank_account',
    instrument: fingerprint ?? id,
    shown: shownOf(details, shown),
  };
}

function shownOf(details: ProviderCard | ProviderBankAccount, shown: TransactionMethod | null): TransactionMethod {
  if (details.kind === 'card') {
    const { brand, lastFour, expiryMonth, expiryYear } = details;
    const maskedNumber =
      shown?.type === 'card' && shown.maskedNumber !== '' ? shown.maskedNumber : maskedLastFour(lastFour);
    return { type: 'card', brand, maskedNumber, expirationDate: expirationOf(expiryMonth, expiryYear) };
  }
  const { accountType, routingNumber, lastFour } = details;
  const secCode = shown?.type === 'ach' ? shown.secCode : 'web';
  return { type: 'ach', accountType, secCode, routingNumber, maskedAccountNumber: `****${lastFour}` };
}

/** Kinds of the vault's methods that the gateway charges. */
export type GatewayMethod = VaultCard | VaultBankAccount;

/** Throws for a customer without a Customer at Stripe, who cannot have a method. */
export function payableOfVault({ _id, providerCustomerId }: VaultCustomer, method: GatewayMethod): PayableMethod {
  if (providerCustomerId === null) throw new Error(`${_id} has a payment method and no Customer`);
  return {
    providerMethodId: method.providerMethodId,
    providerCustomerId,
    methodType: method.type === 'card' ? 'card' : 'us_bank_account',
    instrument: method.instrument ?? method.providerMethodId,
    shown: shownOfVault(method),
  };
}

export function shownOfVault(method: GatewayMethod): TransactionMethod {
  if (method.type === 'card') {
    const { brand, maskedNumber, expiryMonth, expiryYear } = method;
    return { type: 'card', brand, maskedNumber, expirationDate: expirationOf(expiryMonth, expiryYear) };
  }
  const { accountType, secCode, routingNumber, maskedAccountNumber } = method;
  return { type: 'ach', accountType, secCode, routingNumber, maskedAccountNumber };
}

/** `MM/YY` */
export function expirationOf(month: number, year: number): string {
  return `${String(month).padStart(2, '0')}/${String(year % 100).padStart(2, '0')}`;
}
