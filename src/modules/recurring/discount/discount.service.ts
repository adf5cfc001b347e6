import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { auditedItem } from '../item/item.audit.js';
import { ItemService } from '../item/item.service.js';
import { DiscountRepository } from './discount.repository.js';

/** Discounts of an account: what is taken off a recurring charge (contract gateway 8.2). */
@Injectable()
export class DiscountService extends ItemService {
  constructor(discounts: DiscountRepository, audit: AuditTrail, clock: Clock) {
    const kind = {
      name: 'discount',
      plural: 'discounts',
      missing: 'discount_not_found',
      audited: auditedItem,
    } as const;
    super(kind, discounts, audit, clock);
  }
}
