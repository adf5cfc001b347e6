import type { RawCard } from '../../../platform/stripe/provider-method.types.js';
import type { Fee } from '../../calculator/fees.js';
import type { Transaction, TransactionAddress, TransactionBankAccount } from '../record/transaction.types.js';

/** The payment method of a request. Numbers are in memory only, as long as the request. */
export type AskedMethod =
  | { readonly kind: 'card'; readonly card: RawCard }
  | {
      readonly kind: 'ach';
      readonly accountNumber: string;
      readonly account: Omit<TransactionBankAccount, 'type' | 'maskedAccountNumber'>;
    }
  | {
      readonly kind: 'customer';
      readonly customerId: string;
      /** Null: the customer's default. */
      readonly methodId: string | null;
      readonly methodType: 'card' | 'ach' | null;
      readonly billingAddressId: string | null;
      readonly shippingAddressId: string | null;
    }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'terminal'; readonly terminalId: string }
  | { readonly kind: 'apm'; readonly apm: RedirectMethod; readonly returnUrl: string };

/** The contract's words for methods that the payer pays with on a page of their own. */
export const REDIRECT_METHODS = ['alipay', 'wechatpay', 'oxxo', 'klarna'] as const;
export type RedirectMethod = (typeof REDIRECT_METHODS)[number];

/** Figures that the request says, in minor units; what they add up to is decided in transaction-amounts.ts. */
export interface AskedAmounts {
  readonly amountMinor: number | null;
  readonly baseMinor: number | null;
  /** The answer of an amount calculation, which then decides: its total, and the parts that it must be the sum of. */
  readonly calculated: {
    readonly totalMinor: number;
    readonly partsMinor: readonly number[];
    readonly surchargeMinor: number;
    readonly serviceFeeMinor: number;
  } | null;
  readonly paymentAdjustment: Fee | null;
  readonly healthMinor: {
    readonly total: number;
    readonly rx: number;
    readonly vision: number;
    readonly clinic: number;
    readonly dental: number;
  } | null;
}

/** Fields that go into the row as they were sent. */
export type EchoedFields = Pick<
  Transaction,
  | 'taxMinor'
  | 'shippingMinor'
  | 'discountMinor'
  | 'tipMinor'
  | 'taxExempt'
  | 'currency'
  | 'description'
  | 'orderId'
  | 'poNumber'
  | 'ipAddress'
  | 'emailReceipt'
  | 'emailAddress'
  | 'idempotencyKey'
  | 'subscriptionId'
  | 'billingMethod'
  | 'cardOnFileIndicator'
  | 'initiatedBy'
  | 'initialTransactionId'
  | 'storedCredentialIndicator'
  | 'groupName'
  | 'vendorId'
  | 'customFields'
  | 'lineItems'
  | 'extras'
>;

/** A transaction as a client asks for it, in our words. */
export interface TransactionRequest {
  readonly type: 'sale' | 'authorize' | 'verification' | 'credit';
  readonly method: AskedMethod;
  readonly amounts: AskedAmounts;
  readonly echoed: EchoedFields;
  /** Null: as the vault has it, or none. */
  readonly billingAddress: TransactionAddress | null;
  readonly shippingAddress: TransactionAddress | null;
  /** Empty: the user's default, else the account's. */
  readonly processorId: string;
  readonly createsVaultRecord: boolean;
  readonly statementDescriptor: string | null;
  /** The body as it was sent, for the hash by which a repeat is known. */
  readonly body: object;
}
