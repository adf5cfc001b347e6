import { Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/common/clock.js';
import { AuditTrail } from '../../audit/audit-trail.service.js';
import { auditedItem } from '../item/item.audit.js';
import { ItemService } from '../item/item.service.js';
import { AddOnRepository } from './add-on.repository.js';

/** Add-ons of an account: what is added to a recurring charge (contract gateway 8.1). */
@Injectable()
export class AddOnService extends ItemService {
  constructor(addOns: AddOnRepository, audit: AuditTrail, clock: Clock) {
    const kind = { name: 'add_on', plural: 'add-ons', missing: 'add_on_not_found', audited: auditedItem } as const;
    super(kind, addOns, audit, clock);
  }
}
