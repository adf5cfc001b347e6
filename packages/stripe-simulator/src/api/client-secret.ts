import { invalidRequest, missingParam } from './errors.js';
import type { Call } from './operation.js';

export type Secret = { client_secret?: string | undefined };

/** A publishable key must know the intent's client secret; a secret key may send it, and then it must be right. */
export function demandClientSecret(
  { caller, params }: Pick<Call<Secret>, 'caller' | 'params'>,
  intent: { readonly client_secret: string | null },
  name: 'PaymentIntent' | 'SetupIntent',
): void {
  const { client_secret: secret } = params;
  if (caller === 'publishable' && secret === undefined) throw missingParam('client_secret');
  if (secret !== undefined && secret !== intent.client_secret) {
    throw invalidRequest(`The client_secret provided does not match any associated ${name} on this account.`, {
      param: 'client_secret',
    });
  }
}
