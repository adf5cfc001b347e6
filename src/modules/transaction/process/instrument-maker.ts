import { Injectable, Logger } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { askUnderCountedKey } from '../../../platform/stripe/keyed-call.js';
import type { ProviderMethod } from '../../../platform/stripe/provider-method.types.js';
import type { ProviderAnswer } from '../../../platform/stripe/provider.types.js';
import { StripeMethods } from '../../../platform/stripe/stripe-methods.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { RESPONSE, responseCodeOf } from '../record/response-codes.js';
import type { Transaction } from '../record/transaction.types.js';
import type { MethodSource, PayableMethod, Refusal } from './method-source.js';
import { payableOf } from './payable-method.js';

type Failure = Exclude<ProviderAnswer<unknown>, { outcome: 'done' }>;
type Made = Exclude<MethodSource, { kind: 'ready' }>;

/** Makes the PaymentMethod of a transaction. Nothing can be charged by it, so whatever goes wrong is a decline. */
@Injectable()
export class InstrumentMaker {
  private readonly logger = new Logger(InstrumentMaker.name);

  constructor(
    private readonly stripe: StripeMethods,
    private readonly deployment: DeploymentService,
  ) {}

  /** The key follows from the row, so a repeat of the request meets the same PaymentMethod. */
  async make(row: Transaction, source: MethodSource): Promise<PayableMethod | Refusal> {
    if (source.kind === 'ready') return source.method;
    const answer = await askUnderCountedKey(0, (generation) =>
      this.ask(row, source, `transaction:${row._id}:method:${generation}`),
    );
    return answer.outcome === 'done' ? payableOfSource(answer.value, source) : this.refusalOf(answer, row);
  }

  private ask(row: Transaction, source: Made, key: string): Promise<ProviderAnswer<ProviderMethod>> {
    const metadata = { transaction_id: row._id, deployment_id: this.deployment.id };
    switch (source.kind) {
      case 'card':
        return atFailpoint('transaction.send_card', () =>
          this.stripe.createCard(source.card, metadata, key, source.billing),
        );
      case 'ach': {
        const { routingNumber, accountType } = source.account;
        const account = { accountNumber: source.accountNumber, routingNumber, accountType, holder: source.holder };
        return atFailpoint('transaction.send_account', () => this.stripe.createBankAccount(account, metadata, key));
      }
      case 'redirect':
        return atFailpoint('transaction.send_redirect', () => this.stripe.createRedirect(source.payer, metadata, key));
      case 'token':
        return atFailpoint('transaction.send_token', () => this.stripe.createFromToken(source.token, metadata, key));
    }
  }

  private refusalOf(answer: Failure, row: Transaction): Refusal {
    const refusal = refusalOf(answer);
    if (refusal.responseCode === RESPONSE.badMerchantConfiguration)
      this.logger.error({ transactionId: row._id, code: refusal.code }, 'Stripe does not take this from the account');
    return refusal;
  }
}

function payableOfSource(method: ProviderMethod, source: Made): PayableMethod {
  if (source.kind !== 'redirect') return payableOf(method, source.shown);
  const { payer, returnUrl, shown } = source;
  const nobodys = { providerCustomerId: '', instrument: '' };
  return { ...nobodys, providerMethodId: method.id, methodType: payer.type, returnUrl, shown };
}

/** Codes of Stripe for what cannot be a card or account, which it may refuse with a 400 as well as with a 402. */
const NUMBER_CODES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    invalid_expiry_month: 'expired_card',
    invalid_expiry_year: 'expired_card',
    expired_card: 'expired_card',
    incorrect_number: 'incorrect_number',
    invalid_number: 'invalid_number',
    invalid_cvc: 'invalid_cvc',
    routing_number_invalid: 'invalid_account',
    account_number_invalid: 'invalid_account',
    bank_account_unusable: 'invalid_account',
    resource_missing: 'invalid_account',
    token_already_used: 'invalid_account',
  }),
);

/** Returns what Stripe's answer to the making, or the checking, of a method means for the transaction. */
export function refusalOf(answer: Failure): Refusal {
  switch (answer.outcome) {
    case 'declined': {
      const { decline } = answer;
      if (!decline.ofCard) return ours(decline.code, decline.message);
      const code = decline.declineCode ?? decline.code;
      return {
        responseCode: responseCodeOf({ code: NUMBER_CODES.get(code) ?? code, isBlocked: false }),
        code,
        text: decline.message,
      };
    }
    case 'refused':
      if (answer.status === 401 || answer.status === 403) return ours(answer.code ?? String(answer.status), '');
      return refused(answer.code ?? String(answer.status));
    case 'unexpected_state':
    case 'unknown':
      // Nothing was charged, whatever became of the request.
      return { responseCode: RESPONSE.noConnection, code: 'no_answer', text: 'no answer from the processor' };
  }
}

function refused(code: string): Refusal {
  const known = NUMBER_CODES.get(code);
  const responseCode =
    known === undefined ? RESPONSE.processorError : responseCodeOf({ code: known, isBlocked: false });
  return { responseCode, code, text: 'not accepted by the processor' };
}

const ours = (code: string, text: string): Refusal => ({ responseCode: RESPONSE.badMerchantConfiguration, code, text });
