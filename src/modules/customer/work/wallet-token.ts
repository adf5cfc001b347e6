import type { AskedMethod, NewMethod } from '../record/new-method.types.js';
import { methodRefused } from './provider-refusals.js';

const TOKEN = /^(tok|pm)_\w+$/;

/** The simulator's own, for payloads that only a wallet's processor could open (ruling 36). */
const SIMULATED = { apple_pay: 'pm_card_applePay_visa', google_pay: 'pm_card_googlePay_visa' } as const;

/** Throws AppError payment_method_refused for a wallet's payload that cannot be opened here. */
export function toNewMethod(asked: AskedMethod, isSimulated: boolean): NewMethod {
  return asked.kind === 'wallet' ? methodOfWallet(asked.wallet, asked.payload, isSimulated) : asked;
}

/**
 * The card in a wallet's payload: the token of Stripe's that it holds, at whatever place, also as JSON within a text.
 * @throws AppError payment_method_refused for a payload without one, except towards the simulator.
 */
export function methodOfWallet(
  wallet: 'apple_pay' | 'google_pay',
  payload: unknown,
  isSimulated: boolean,
): Extract<NewMethod, { kind: 'token' }> {
  const token = tokenIn(payload) ?? (isSimulated ? SIMULATED[wallet] : undefined);
  if (token === undefined)
    throw methodRefused(`the ${wallet === 'apple_pay' ? 'Apple Pay' : 'Google Pay'} payload holds no Stripe token`);
  return { kind: 'token', token, wallet, payload };
}

/** Looks one level into a text that holds JSON; the depth of the rest was bounded when the body was parsed. */
function tokenIn(value: unknown, mayParse = true): string | undefined {
  if (typeof value === 'string') {
    if (TOKEN.test(value)) return value;
    return mayParse && value.trimStart().startsWith('{') ? tokenIn(parsed(value), false) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const token = tokenIn(inner, mayParse);
    if (token !== undefined) return token;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
