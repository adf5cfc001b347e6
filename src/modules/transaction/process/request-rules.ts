import { invalidRequest } from '../../../platform/common/app-error.js';
import type { TransactionRequest } from './process.types.js';

/**
 * Rules of contract gateway 5.1.1 and 5.2 on fields that depend on one another.
 * @throws AppError validation_failed
 */
export function refuseRequest(request: TransactionRequest): void {
  refuseReceipt(request);
  refuseInitiation(request);
  const { amounts, echoed } = request;
  if ((amounts.healthMinor?.total ?? 0) > 0 && echoed.extras['iiasStatus'] === undefined)
    throw invalidRequest('iias_status is required with additional_amounts.hsa.total');
}

function refuseReceipt({ echoed: { emailReceipt, emailAddress } }: TransactionRequest): void {
  if (emailReceipt && emailAddress === '') throw invalidRequest('email_address is required with email_receipt');
}

function refuseInitiation({ echoed }: TransactionRequest): void {
  const { initiatedBy, cardOnFileIndicator, initialTransactionId, storedCredentialIndicator, billingMethod } = echoed;
  const isSaid =
    cardOnFileIndicator !== '' ||
    initialTransactionId !== '' ||
    storedCredentialIndicator !== '' ||
    billingMethod !== 'straight';
  if (isSaid && initiatedBy === '') throw invalidRequest('initiated_by is required');
  if (initiatedBy === 'merchant' && storedCredentialIndicator === 'stored')
    throw invalidRequest('stored_credential_indicator must be used when the merchant initiates');
}
