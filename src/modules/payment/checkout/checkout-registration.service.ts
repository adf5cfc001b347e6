import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../platform/common/principal.js';
import { type AuditState, personal } from '../../audit/audit-state.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { auditActor } from '../user-administration.service.js';
import { CheckoutService } from './checkout.service.js';
import type { Checkout, CheckoutTerms } from './checkout.types.js';

/** What an administrator says that a cuid costs, with an entry in the audit trail for each time. */
@Injectable()
export class CheckoutRegistration {
  constructor(
    private readonly checkouts: CheckoutService,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws as CheckoutService.register. */
  async register(principal: Principal, cuid: string, terms: CheckoutTerms): Promise<Checkout> {
    // A payer is refused there, and writes no entry.
    if (!principal.isAdmin) return this.checkouts.register(principal, cuid, terms);
    const before = await this.checkouts.read(cuid);
    return this.audit.record(
      auditActor(principal),
      {
        action: 'price.register',
        object: { kind: 'checkout', id: cuid },
        before: before && auditedCheckout(before),
        asked: auditedTerms(terms),
      },
      () => this.checkouts.register(principal, cuid, terms),
      (after) => ({ after: auditedCheckout(after) }),
    );
  }
}

function auditedCheckout(checkout: Checkout): AuditState {
  return { kind: checkout.kind, claimedBy: checkout.claimedBy, ...auditedTerms(checkout) };
}

/** Description and metadata are the merchant's own texts, and may name a person. */
function auditedTerms({ amountMinor, currency, description, metadata, expiresAt, userId }: CheckoutTerms): AuditState {
  return {
    amountMinor,
    currency,
    description: description === null ? null : personal(description),
    metadata: personal(JSON.stringify(metadata)),
    expiresAt,
    userId,
  };
}
