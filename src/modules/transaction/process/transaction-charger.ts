import { Injectable, Logger } from '@nestjs/common';
import { AppError, type AppErrorCode } from '../../../platform/common/app-error.js';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { StripePayments } from '../../../platform/stripe/stripe-payments.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { VAULT_CUSTOMER, VAULT_METHOD } from '../../payment/charge/card-on-file.service.js';
import { ChargeService } from '../../payment/charge/charge.service.js';
import type { ChargeOrder } from '../../payment/charge/charge.types.js';
import { RESPONSE } from '../record/response-codes.js';
import { TransactionBook } from '../record/transaction-book.service.js';
import type { Payment } from '../../payment/record/payment.types.js';
import type { Transaction, TransactionChange } from '../record/transaction.types.js';
import { RECEIPT_WANTED } from '../upkeep/transaction-receipts.service.js';
import { InstrumentMaker } from './instrument-maker.js';
import type { MethodSource, PayableMethod, Refusal } from './method-source.js';
import { MethodVerifier } from './method-verifier.js';
import { type KeptMethod, keptOf, VaultKeeper } from '../vault-keeper.service.js';

/** What the request adds to the row for the charge, and the row does not keep. */
export interface ChargeExtras {
  readonly source: MethodSource;
  readonly vault: { readonly recordId: string; readonly methodId: string } | null;
  readonly statementDescriptor: string | null;
}

/** Carries out a row that is written, and writes what became of it. */
@Injectable()
export class TransactionCharger {
  private readonly logger = new Logger(TransactionCharger.name);

  constructor(
    private readonly instruments: InstrumentMaker,
    private readonly verifier: MethodVerifier,
    private readonly vault: VaultKeeper,
    private readonly charges: ChargeService,
    private readonly stripe: StripePayments,
    private readonly book: TransactionBook,
    private readonly deployment: DeploymentService,
  ) {}

  /** Throws StoreError, and what is no answer for the payer; the row is then `unknown` and the resolver goes on. */
  async carryOut(row: Transaction, extras: ChargeExtras): Promise<Transaction> {
    if (row.type === 'credit') return this.decline(row, CREDIT);
    const made = await this.instruments.make(row, extras.source);
    if (!('providerMethodId' in made)) return this.decline(row, made);
    const method = await this.vault.prepare(row, made);
    if (row.type === 'verification') return this.verify(row, method);
    const charged = await this.charge(row, method, extras);
    return method.readerId === undefined ? this.kept(charged, method) : this.stopReader(charged);
  }

  /** A card that nobody has presented by now is not to be charged later: the client has got its answer. */
  private async stopReader(row: Transaction): Promise<Transaction> {
    const { paymentId } = row;
    if (row.status !== 'unknown' || paymentId === null) return row;
    const found = await this.charges.findById(paymentId);
    if (found === null) return row;
    return this.book.book(row, (await this.charges.cancel(found.payment)).payment);
  }

  private async charge(row: Transaction, method: PayableMethod, extras: ChargeExtras): Promise<Transaction> {
    try {
      const { payment } = await this.charges.charge(this.orderOf(row, method, extras));
      return await this.book.book(row, payment, { leaseUntil: null, ...(await this.knownOf(method, payment)) });
    } catch (error) {
      return this.decline(row, this.notCharged(error));
    }
  }

  /** Goes on with a charge that an earlier request began; null when it had not come so far. */
  async goOn(row: Transaction): Promise<Transaction | null> {
    const order = { ...this.named(row), isRepeatable: false };
    try {
      const charged = await this.charges.repeat(order);
      if (charged === null) return null;
      const booked = await this.book.book(row, charged.payment, { leaseUntil: null });
      return await this.kept(booked, keptOf(charged.payment));
    } catch (error) {
      return this.decline(row, this.notCharged(error));
    }
  }

  decline(row: Transaction, { responseCode, code, text }: Refusal): Promise<Transaction> {
    const answer = { ...row.answer, code, text };
    return this.book.end(row, { status: 'declined', responseCode, answer });
  }

  private async verify(row: Transaction, method: PayableMethod): Promise<Transaction> {
    const verified = await this.verifier.verify(row, method);
    if (verified.refusal !== null)
      return this.kept(await this.decline({ ...row, answer: verified.answer }, verified.refusal), method);
    const approved = { responseCode: RESPONSE.approved, answer: verified.answer, method: method.shown };
    return this.kept(await this.book.end(row, { status: 'settled', ...approved }), method);
  }

  /** What is known of the method besides: what a reader has read is told by the charge alone. */
  private async knownOf(method: PayableMethod, payment: Payment): Promise<Pick<TransactionChange, 'method'>> {
    const { shown, readerId } = method;
    if (readerId !== undefined) return {};
    const { providerPaymentId } = payment;
    if (shown.type !== 'apm' || payment.state !== 'REQUIRES_ACTION' || providerPaymentId === undefined)
      return { method: shown };
    const seen = await atFailpoint('transaction.look_page', () => this.stripe.retrieve(providerPaymentId));
    const redirectUrl = seen.outcome === 'done' ? (seen.value.redirectUrl ?? '') : '';
    return { method: { ...shown, redirectUrl } };
  }

  /** A failure undoes no charge: the news of the payment brings the customer later. */
  private async kept(row: Transaction, method: KeptMethod | null): Promise<Transaction> {
    if (method === null) return row;
    return this.vault.keep(row, method).catch((error: unknown) => {
      this.logger.warn({ err: error, transactionId: row._id }, 'the customer of a transaction is stored later');
      return row;
    });
  }

  /** The payment's key and the name of its attempt are the row's id: the row is the payment's write-ahead. */
  private named({ _id: key, accountId }: Transaction) {
    const owner = { surface: 'gateway', accountId } as const;
    return { owner, key, fingerprint: this.deployment.fingerprint({ transaction: key }) };
  }

  private orderOf(row: Transaction, method: PayableMethod, extras: ChargeExtras): ChargeOrder {
    const { amountMinor, currency, description, initiatedBy, storedCredentialIndicator } = row;
    const isBank = method.methodType === 'us_bank_account';
    return {
      ...this.named(row),
      amountMinor,
      currency,
      description: description === '' ? null : description,
      metadata: metadataOf(row, extras),
      customerId: method.providerCustomerId,
      isRepeatable: false,
      terms: {
        paymentMethodId: method.providerMethodId,
        methodTypes: [method.methodType],
        capture: row.type === 'authorize' ? 'manual' : 'automatic',
        offSession: initiatedBy === 'merchant',
        // The payer agreed towards the merchant, who says so by asking (ruling 35).
        ...(method.returnUrl === undefined ? {} : { returnUrl: method.returnUrl }),
        ...(method.readerId === undefined ? {} : { readerId: method.readerId }),
        ...(isBank ? { mandate: { kind: 'offline' as const } } : {}),
        ...(storedCredentialIndicator === 'stored' || row.vaultRecord !== null ? { keepsMethod: true } : {}),
        ...(extras.statementDescriptor === null ? {} : { statementDescriptor: extras.statementDescriptor }),
        ref: row._id,
        instrument: method.instrument,
      },
    };
  }

  /** Every error of a charge proves that nothing was sent and that nothing will be; those of the store are told as such. */
  private notCharged(error: unknown): Refusal {
    const code = error instanceof AppError ? NOT_CHARGED[error.code] : undefined;
    if (code === undefined) throw error;
    return { responseCode: code, code: (error as AppError).code, text: (error as AppError).message };
  }
}

const NOT_CHARGED: Partial<Record<AppErrorCode, number>> = {
  provider_unreachable: RESPONSE.noConnection,
  provider_refused: RESPONSE.processorError,
  rate_limited: RESPONSE.processorError,
  too_many_declines: RESPONSE.declinedByRule,
};

/** Stripe has no credit without a charge before it (decision G13). */
const CREDIT: Refusal = {
  responseCode: RESPONSE.badMerchantConfiguration,
  code: 'credit_unsupported',
  text: 'the processor makes no credits without a charge; refund a transaction',
};

function metadataOf(
  { _id, orderId, poNumber, emailReceipt }: Transaction,
  { vault }: ChargeExtras,
): Record<string, string> {
  return {
    transaction_id: _id,
    ...(orderId === '' ? {} : { order_id: orderId }),
    ...(poNumber === '' ? {} : { po_number: poNumber }),
    ...(emailReceipt ? { [RECEIPT_WANTED]: 'true' } : {}),
    ...(vault === null ? {} : { [VAULT_CUSTOMER]: vault.recordId, [VAULT_METHOD]: vault.methodId }),
  };
}
