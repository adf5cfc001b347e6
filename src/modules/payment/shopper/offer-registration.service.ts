import { Injectable } from '@nestjs/common';
import type { Principal } from '../../../platform/common/principal.js';
import { storefrontActor } from '../../audit/actors.js';
import { type AuditState, personal } from '../../audit/audit-state.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { OfferService } from './offer.service.js';
import type { Offer, OfferTerms } from './offer.types.js';

/** Registers what a cuid costs, for an administrator, with an entry in the audit trail each time. */
@Injectable()
export class OfferRegistration {
  constructor(
    private readonly offers: OfferService,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws as OfferService.register. */
  async register(principal: Principal, cuid: string, terms: OfferTerms): Promise<Offer> {
    // A payer is refused there, and writes no entry.
    if (!principal.isAdmin) return this.offers.register(principal, cuid, terms);
    const before = await this.offers.read(cuid);
    return this.audit.record(
      storefrontActor(principal),
      {
        action: 'price.register',
        object: { kind: 'checkout', id: cuid },
        before: before && auditedOffer(before),
        asked: auditedTerms(terms),
      },
      () => this.offers.register(principal, cuid, terms),
      (after) => ({ after: auditedOffer(after) }),
    );
  }
}

function auditedOffer(offer: Offer): AuditState {
  return { kind: offer.kind, claimedBy: offer.claimedBy, ...auditedTerms(offer) };
}

/** Description and metadata are the merchant's own texts, and may name a person. */
function auditedTerms({ amountMinor, currency, description, metadata, expiresAt, userId }: OfferTerms): AuditState {
  return {
    amountMinor,
    currency,
    description: description === null ? null : personal(description),
    metadata: personal(JSON.stringify(metadata)),
    expiresAt,
    userId,
  };
}
