import { Injectable } from '@nestjs/common';
import { atFailpoint } from '../../../platform/common/failpoints.js';
import { askUnderCountedKey } from '../../../platform/stripe/keyed-call.js';
import type { ProviderCheckUp } from '../../../platform/stripe/provider-method.types.js';
import { StripeSetups } from '../../../platform/stripe/stripe-setups.js';
import { DeploymentService } from '../../merchant/deployment.service.js';
import { avsCodeOf, cvvCodeOf } from '../record/check-codes.js';
import { RESPONSE, responseCodeOf } from '../record/response-codes.js';
import type { ProcessorAnswer, Transaction } from '../record/transaction.types.js';
import { refusalOf } from './instrument-maker.js';
import type { PayableMethod, Refusal } from './method-source.js';

/** Asks the issuer whether a method is good, without money: a SetupIntent that is confirmed and not used. */
@Injectable()
export class MethodVerifier {
  constructor(
    private readonly stripe: StripeSetups,
    private readonly deployment: DeploymentService,
  ) {}

  /** `refusal` is null when the method is good. */
  async verify(
    row: Transaction,
    { providerMethodId, providerCustomerId, methodType }: PayableMethod,
  ): Promise<{ readonly refusal: Refusal | null; readonly answer: ProcessorAnswer }> {
    const checked = {
      methodId: providerMethodId,
      ...(providerCustomerId === '' ? {} : { customerId: providerCustomerId }),
      kind: methodType === 'card' ? ('card' as const) : ('bank_account' as const),
      agreedAt: row.createdAt,
      metadata: { transaction_id: row._id, deployment_id: this.deployment.id },
    };
    const answer = await askUnderCountedKey(0, (generation) =>
      atFailpoint('transaction.verify', () =>
        this.stripe.checkUp(checked, `transaction:${row._id}:verify:${generation}`),
      ),
    );
    if (answer.outcome !== 'done') return { refusal: refusalOf(answer), answer: row.answer };
    return { refusal: refusalOfStatus(answer.value), answer: saidBy(answer.value) };
  }
}

function saidBy({ streetCheck, postalCodeCheck, cvcCheck }: ProviderCheckUp): ProcessorAnswer {
  const checks = { avs: avsCodeOf(streetCheck, postalCodeCheck), cvv: cvvCodeOf(cvcCheck) };
  return { ...checks, authCode: '', code: '00', text: 'APPROVAL' };
}

function refusalOfStatus({ status }: ProviderCheckUp): Refusal | null {
  switch (status) {
    case 'saved':
      return null;
    case 'authenticating': {
      const code = 'authentication_required';
      return {
        responseCode: responseCodeOf({ code, isBlocked: false }),
        code,
        text: 'the cardholder must authenticate',
      };
    }
    case 'verifying':
    case 'open':
      return { responseCode: RESPONSE.processorError, code: status, text: 'the method is not verified' };
  }
}
