import type { Versioned } from '../../../platform/database/versioned-collection.js';
import type { AddressLines } from '../../customer/record/address.types.js';
import type { AvsCode, CvvCode } from './check-codes.js';

/** Contract gateway 5.1.9, and `refund`. */
export const TRANSACTION_TYPES = ['sale', 'authorize', 'verification', 'credit', 'refund'] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** Contract gateway 5.1.10 and 5.1.11: what may follow what is in transaction-states.ts. */
export const TRANSACTION_STATUSES = [
  'unknown',
  'pending',
  'authorized',
  'pending_settlement',
  'settled',
  'declined',
  'voided',
  'reversed',
  'refunded',
] as const;
export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

/** Way in which the payment method was sent. */
export const METHOD_KINDS = ['card', 'ach', 'customer', 'terminal', 'token', 'apm'] as const;
export type MethodKind = (typeof METHOD_KINDS)[number];

/** What it turned out to be; `echeck` is a bank account. */
export const PAYMENT_TYPES = ['card', 'echeck', 'apm'] as const;
export type PaymentType = (typeof PAYMENT_TYPES)[number];

export const BILLING_METHODS = ['straight', 'initial_recurring', 'recurring'] as const;
export type BillingMethod = (typeof BILLING_METHODS)[number];

/** The twelve lines of an address, and its id where it is one of the vault's. */
export interface TransactionAddress extends AddressLines {
  readonly addressId: string;
}

/** A card as it is shown: never its number. */
export interface TransactionCard {
  readonly type: 'card';
  /** Stripe's word, e.g. `visa`; empty while it is not known. */
  readonly brand: string;
  /** `401200******5439`; stars where the first six are not known. */
  readonly maskedNumber: string;
  /** `MM/YY` */
  readonly expirationDate: string;
}

/** A bank account as it is shown: never its number. */
export interface TransactionBankAccount {
  readonly type: 'ach';
  readonly accountType: 'checking' | 'savings';
  readonly secCode: 'web' | 'ccd' | 'ppd' | 'tel';
  readonly routingNumber: string;
  /** `****6789` */
  readonly maskedAccountNumber: string;
}

/** A redirect method, with the page that its payer has to open. */
export interface TransactionRedirect {
  readonly type: 'apm';
  readonly apm: string;
  readonly redirectUrl: string;
}

/** A card that was read by a terminal. */
export interface TransactionTerminal {
  readonly type: 'terminal';
  readonly terminalId: string;
  readonly brand: string;
  readonly maskedNumber: string;
  readonly entryType: string;
  readonly cardholderName: string;
  /** Number of the terminal's open batch. */
  readonly batchNumber: string;
}

export type TransactionMethod = TransactionCard | TransactionBankAccount | TransactionRedirect | TransactionTerminal;

/** What the issuer and Stripe said. */
export interface ProcessorAnswer {
  /** Six letters of the issuer's; empty where nothing was approved, or nobody said. */
  readonly authCode: string;
  readonly avs: AvsCode;
  readonly cvv: CvvCode;
  /** `00` when approved; else Stripe's code of the decline. */
  readonly code: string;
  readonly text: string;
}

/** Something that is under way on a transaction whose charge is known; one at a time. */
export type AskedWork =
  | {
      readonly kind: 'capture';
      readonly amountMinor: number;
      readonly taxMinor: number;
      readonly shippingMinor: number;
      readonly taxExempt: boolean;
      readonly orderId: string;
      readonly poNumber: string;
      readonly ipAddress: string;
    }
  /** `from`: the status to go back to, should Stripe refuse. */
  | { readonly kind: 'void'; readonly from: 'authorized' | 'pending' | 'pending_settlement' };

/**
 * A refund that somebody asked for. The payment's record reserves its money (`RefundRequest`); here stands what the refund's
 * own transaction is made of. `asked`: nobody knows its end; `refused` and `failed`: the money is with us.
 */
export interface AskedRefund {
  /** Id of the refund's transaction, and its name in the payment. */
  readonly id: string;
  readonly amountMinor: number;
  /** Part of it that gives surcharge back. */
  readonly surchargeMinor: number;
  readonly userId: string;
  readonly at: Date;
  readonly state: 'asked' | 'done' | 'refused' | 'failed';
}

/** News of a transaction, weeks later too: shown to support, oldest first. */
export interface TransactionEvent {
  /** Tells it from every other of the transaction. */
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  readonly amountMinor: number | null;
  readonly detail: string;
}

/**
 * A row of collection `transactions`: one attempt of one payment, as the gateway's clients see it. It is inserted before
 * Stripe is asked, with status `unknown`, and is the write-ahead of its payment: the payment's key and the name of its attempt
 * are the row's id. Money is decided by the payment; the row says what became of it. Amounts are in minor units.
 */
export interface Transaction extends Versioned {
  /** An xid. */
  readonly _id: string;
  readonly accountId: string;
  /** The user who sent it. */
  readonly userId: string;
  readonly type: TransactionType;
  readonly status: TransactionStatus;
  readonly responseCode: number;
  /** `pay_…`, derived before it exists; null where no money can move. */
  readonly paymentId: string | null;

  /** Amount that is to be charged, or was refunded. */
  readonly amountMinor: number;
  /** 0 where the request named the final amount. */
  readonly baseMinor: number;
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly settledMinor: number;
  readonly refundedMinor: number;
  readonly paymentAdjustmentMinor: number;
  readonly surchargeMinor: number;
  readonly serviceFeeMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly discountMinor: number;
  readonly tipMinor: number;
  readonly taxExempt: boolean;
  /** Lower case. */
  readonly currency: string;

  readonly description: string;
  readonly orderId: string;
  readonly poNumber: string;
  readonly ipAddress: string;
  readonly emailReceipt: boolean;
  readonly emailAddress: string;
  readonly idempotencyKey: string;
  readonly processorId: string;
  readonly terminalId: string;

  readonly methodKind: MethodKind;
  readonly paymentType: PaymentType;
  readonly method: TransactionMethod;
  /** Id of the answer within the transaction, an xid. */
  readonly responseId: string;
  readonly answer: ProcessorAnswer;
  /** Time at which the answer was known; null before. */
  readonly answeredAt: Date | null;

  /** Ids of the vault customer that an approval makes; null where none was asked for. */
  readonly vaultRecord: {
    readonly recordId: string;
    readonly customerId: string;
    /** What a verification has saved for it, which no payment tells of. */
    readonly saved?: {
      readonly providerMethodId: string;
      readonly providerCustomerId: string;
      readonly instrument: string;
    };
  } | null;
  /** Vault customer that was charged or made; empty for none. */
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly referencedTransactionId: string;
  readonly billingMethod: BillingMethod;
  readonly cardOnFileIndicator: string;
  readonly initiatedBy: string;
  readonly initialTransactionId: string;
  readonly storedCredentialIndicator: string;
  readonly groupName: string;
  readonly vendorId: string;
  /** Fields of the request that are told again and mean nothing here. */
  readonly customFields: Readonly<Record<string, readonly string[]>> | null;
  readonly lineItems: readonly object[] | null;
  readonly extras: Readonly<Record<string, unknown>>;
  readonly billingAddress: TransactionAddress;
  readonly shippingAddress: TransactionAddress;

  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly capturedAt: Date | null;
  /** A bank is at work on the debit: approved, and not settled before the money has come. */
  readonly fundsPending: boolean;
  readonly settledAt: Date | null;
  /** Empty until it is settled. */
  readonly settlementBatchId: string;

  readonly asked: AskedWork | null;
  /** Number of times that a void was asked for: each refunds under a name of its own. */
  readonly voids: number;
  readonly refunds: readonly AskedRefund[];
  readonly events: readonly TransactionEvent[];
  /** A request is at work on it until then. Only saves work. */
  readonly leaseUntil: Date | null;
  /** Time at which the resolver looks at it; null when nothing is left to finish. */
  readonly nextCheckAt: Date | null;
}

export type NewTransaction = Omit<Transaction, 'v' | 'w'>;
export type TransactionChange = Partial<Omit<Transaction, '_id' | 'v' | 'w' | 'accountId'>>;
