import type { NewMethod } from './new-method.types.js';
import { methodOfWallet } from './wallet-token.js';

/** A payment method as a client sends it: also in a wallet's payload, as it is. */
export type AskedMethod =
  | NewMethod
  | { readonly kind: 'wallet'; readonly wallet: 'apple_pay' | 'google_pay'; readonly payload: object | string };

/** Throws AppError payment_method_refused for a wallet's payload that cannot be opened here. */
export function toNewMethod(asked: AskedMethod, isSimulated: boolean): NewMethod {
  return asked.kind === 'wallet' ? methodOfWallet(asked.wallet, asked.payload, isSimulated) : asked;
}
