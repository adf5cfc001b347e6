import { maskedAccountNumber, maskedCardNumber, maskedIban } from './method-facts.js';
import type { NewMethod } from './new-method.types.js';
import type { MethodFlag } from './payment-method.types.js';
import { freshWork } from './pending-work.js';
import type { SaveSource, SaveWork } from './pending-work.types.js';

/** A `save` before anything was asked of Stripe. Nobody undoes it before it has been quiet for so long. */
export function newSaveWork(
  asked: NewMethod,
  of: {
    id: string;
    methodId: string;
    replaces: boolean;
    flags: readonly MethodFlag[] | null;
    fingerprint: string;
    returnUrl: string;
    holder: string;
  },
  { now, leaseMs, quietAfterMs }: { now: Date; leaseMs: number; quietAfterMs: number },
): SaveWork {
  const { holder, ...work } = of;
  return {
    kind: 'save',
    ...work,
    ...freshWork(now, leaseMs),
    dueAt: new Date(now.getTime() + quietAfterMs),
    source: sourceOf(asked, holder),
    provider: null,
    undoing: false,
  };
}

/**
 * Returns the storable part of a new method: of a card or account number only the masked form, which the API shows
 * anyway.
 */
function sourceOf(asked: NewMethod, holder: string): SaveSource {
  switch (asked.kind) {
    case 'card': {
      const { number, expiryMonth, expiryYear } = asked.card;
      return { kind: 'card', maskedNumber: maskedCardNumber(number), expiryMonth, expiryYear };
    }
    case 'ach': {
      const { accountNumber, routingNumber, accountType, secCode } = asked.account;
      const masked = maskedAccountNumber(accountNumber);
      return { kind: 'ach', maskedAccountNumber: masked, routingNumber, accountType, secCode, holder };
    }
    case 'sepa': {
      const { iban, numberHash, holder: name, email } = asked.account;
      return { kind: 'sepa', maskedIban: maskedIban(iban), numberHash, holder: name, email };
    }
    case 'token':
      return { kind: 'token', token: asked.token, wallet: asked.wallet };
  }
}

/**
 * Returns the flags of a method for which the request names none: `applepay` for one from Apple Pay (contract gateway
 * 11.7).
 */
export function firstFlags(asked: NewMethod): readonly MethodFlag[] {
  return asked.kind === 'token' && asked.wallet === 'apple_pay' ? ['applepay'] : [];
}
