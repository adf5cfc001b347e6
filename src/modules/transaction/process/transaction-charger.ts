import { Injectable, Logger } from '@nestjs/common';
import { AppError, type AppErrorCode } from '../../../platform/common/app-error.js';
import { VAULT_CUSTOMER, VAULT_METHOD } from '../../payment/charge/card-on-file.service.js';
import { ChargeService } from '../../payment/charge/charge.service.js';
import type { Charged, ChargeOrder } from '../../payment/charge/charge.types.js';
import { RESPONSE } from '../record/response-codes.js';
import { RedirectPages } from '../record/redirect-pages.service.js';
import { TransactionPayments } from '../record/transaction-payments.service.js';
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
    private readonly pages: RedirectPages,
    private readonly payments: TransactionPayments,
    private readonly book: TransactionBook,
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
    const charged = await this.charges
      .charge(this.orderOf(row, method, extras))
      .catch((error: unknown) => this.notCharged(row, error));
    if (!('payment' in charged)) return this.decline(row, charged);
    const { payment } = charged;
    return this.booked(row, payment, { leaseUntil: null, ...(await this.knownOf(method, payment)) });
  }

  /** Whatever happens now undoes no charge: a row that could not be written is told as unknown, and the resolver writes it. */
  private async booked(row: Transaction, payment: Payment, also: TransactionChange): Promise<Transaction> {
    return this.book.book(row, payment, also).catch((error: unknown) => {
      this.logger.error({ err: error, transactionId: row._id }, 'the outcome of a transaction is not written yet');
      return row;
    });
  }

  /** Goes on with a charge that an earlier request began; null when it had not come so far. */
  async goOn(row: Transaction): Promise<Transaction | null> {
    const charged = await this.charges
      .repeat({ ...this.payments.named(row), isRepeatable: false })
      .catch((error: unknown) => this.notCharged(row, error));
    if (charged === null) return null;
    if (!('payment' in charged)) return this.decline(row, charged);
    const booked = await this.booked(row, charged.payment, { leaseUntil: null });
    if (row.methodKind === 'terminal') return this.stopReader(booked);
    return this.pages.fill(await this.kept(booked, keptOf(charged.payment)));
  }

  decline(row: Transaction, { responseCode, code, text }: Refusal): Promise<Transaction> {
    const answer = { ...row.answer, code, text };
    return this.book.end(row, { status: 'declined', responseCode, answer });
  }

  private async verify(row: Transaction, method: PayableMethod): Promise<Transaction> {
    const verified = await this.verifier.verify(row, method);
    if (verified.refusal !== null)
      return this.kept(await this.decline({ ...row, answer: verified.answer }, verified.refusal), method);
    const { providerMethodId, providerCustomerId, instrument } = method;
    const saved = { providerMethodId, providerCustomerId, instrument };
    const vaultRecord = row.vaultRecord === null ? null : { ...row.vaultRecord, saved };
    const approved = { responseCode: RESPONSE.approved, answer: verified.answer, method: method.shown, vaultRecord };
    return this.kept(await this.book.end(row, { status: 'settled', ...approved }), method);
  }

  /** What is known of the method besides: what a reader has read is told by the charge alone. */
  private async knownOf(method: PayableMethod, payment: Payment): Promise<Pick<TransactionChange, 'method'>> {
    const { shown, readerId } = method;
    if (readerId !== undefined) return {};
    return { method: shown.type === 'apm' ? { ...shown, redirectUrl: await this.pages.of(payment) } : shown };
  }

  /** A failure undoes no charge: the news of the payment brings the customer later. */
  private async kept(row: Transaction, method: KeptMethod | null): Promise<Transaction> {
    if (method === null) return row;
    return this.vault.keep(row, method).catch((error: unknown) => {
      this.logger.warn({ err: error, transactionId: row._id }, 'the customer of a transaction is not stored yet');
      return row;
    });
  }

  private orderOf(row: Transaction, method: PayableMethod, extras: ChargeExtras): ChargeOrder {
    const { amountMinor, currency, description, initiatedBy, storedCredentialIndicator } = row;
    const isBank = method.methodType === 'us_bank_account';
    return {
      ...this.payments.named(row),
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
        ...descriptorOf(method, extras),
        ref: row._id,
        instrument: method.instrument,
      },
    };
  }

  /**
   * Returns the decline that an error of a charge is: it proves that nothing was sent, and the payment has ended. Returns the
   * charge where another request of the same row has gone on with it, or the resolver has ended it. Throws what the store does.
   */
  private async notCharged(row: Transaction, error: unknown): Promise<Refusal | Charged> {
    if (!(error instanceof AppError)) throw error;
    const responseCode = NOT_CHARGED[error.code];
    if (responseCode === undefined && !OVERTAKEN.includes(error.code)) throw error;
    const found = await this.payments.find(row);
    if (found !== null && (responseCode === undefined || mayHaveRun(found))) return found;
    return { responseCode: responseCode ?? RESPONSE.processorError, code: error.code, text: error.message };
  }
}

/** Another request of the same row is at work on its payment, or somebody has ended it. */
const OVERTAKEN: readonly AppErrorCode[] = ['payment_in_progress', 'payment_fingerprint_mismatch'];

function mayHaveRun({ payment }: Charged): boolean {
  return payment.state !== 'NEW' && payment.state !== 'PI_CREATED' && payment.state !== 'CANCELED';
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

/** Stripe takes a suffix for cards, and a line of at least five letters for debits; for the others it is of no use. */
function descriptorOf({ methodType }: PayableMethod, { statementDescriptor: text }: ChargeExtras) {
  const isTaken = methodType === 'card' || (methodType === 'us_bank_account' && (text?.length ?? 0) >= 5);
  return text === null || !isTaken ? {} : { statementDescriptor: text };
}

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
