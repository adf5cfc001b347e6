import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { AppError } from '../../platform/common/app-error.js';
import { Clock } from '../../platform/common/clock.js';
import { newXid, xidOf } from '../../platform/common/xid.js';
import type { AuditState } from '../audit/audit-state.js';
import { AuditTrail } from '../audit/audit-trail.service.js';
import type { AuditActor } from '../audit/audit.types.js';
import { ProcessorRepository } from './processor.repository.js';
import type { ProcessorRecord } from './processor.schema.js';
import { NO_TERMS, type Processor, type ProcessorFee, type ProcessorTerms } from './processor.types.js';

export type ProcessorChanges = Partial<ProcessorTerms & Pick<Processor, 'name'>>;

/** Changes of one processor at the same moment, before one of them gives up. */
const TRIES = 20;

/**
 * The processors of an account. Every account has a default one from the start: its id is derived, and it is stored only once
 * somebody gives it fees. No endpoint changes them, operators do (contract gateway 5.3, decisions G77 and G81).
 */
@Injectable()
export class ProcessorService {
  constructor(
    private readonly processors: ProcessorRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Returns null where the account has no such processor. */
  async find(accountId: string, id: string): Promise<Processor | null> {
    const found = await this.processors.find(accountId, id);
    if (found !== null) return toProcessor(found);
    return id === defaultProcessorId(accountId) ? toProcessor(this.untouched(accountId)) : null;
  }

  /** Returns all of an account, the default one first. */
  async list(accountId: string): Promise<Processor[]> {
    const stored = (await this.processors.list(accountId)).map(toProcessor);
    const first = stored.find(({ isDefault }) => isDefault) ?? toProcessor(this.untouched(accountId));
    return [first, ...stored.filter(({ isDefault }) => !isDefault)];
  }

  /** Makes another one, without fees. */
  create(actor: AuditActor, accountId: string, name: string): Promise<Processor> {
    const made = { ...this.untouched(accountId), _id: newXid(this.clock.now()), name };
    return this.audit.record(
      actor,
      { action: 'processor.create', object: { kind: 'processor', id: made._id }, asked: { accountId, name } },
      async () => toProcessor(await this.processors.insert(made)),
    );
  }

  /** Fees that are not named stay as they are. Throws AppError `processor_not_found`. */
  async update(actor: AuditActor, accountId: string, id: string, changes: ProcessorChanges): Promise<Processor> {
    const before = await this.find(accountId, id);
    if (before === null) throw new AppError('processor_not_found', 'there is no such processor');
    const object = { kind: 'processor' as const, id };
    return this.audit.record(
      actor,
      { action: 'processor.update', object, before: audited(before), asked: audited(changes) },
      () => this.change(accountId, id, changes),
      (after) => ({ after: audited(after) }),
    );
  }

  private async change(accountId: string, id: string, changes: ProcessorChanges): Promise<Processor> {
    for (let tries = 0; tries < TRIES; tries++) {
      const seen =
        (await this.processors.find(accountId, id)) ?? (await this.processors.insert(this.untouched(accountId)));
      const changed = await this.processors.swap(seen, { ...changes, updatedAt: this.clock.date() });
      if (changed !== null) return toProcessor(changed);
    }
    throw new Error(`the processor ${id} was not changed: others were quicker ${TRIES} times`);
  }

  /** The default one, as long as nobody has changed it. */
  private untouched(accountId: string): ProcessorRecord {
    const now = this.clock.date();
    const record = { ...NO_TERMS, accountId, name: 'default', createdAt: now, updatedAt: now };
    return { ...record, _id: defaultProcessorId(accountId), v: 0, w: '' };
  }
}

/** Derived, so that every instance calls it the same without asking. */
export function defaultProcessorId(accountId: string): string {
  return xidOf(createHash('sha256').update(`processor|${accountId}`).digest().subarray(0, 12));
}

function toProcessor(record: ProcessorRecord): Processor {
  const { _id: id, accountId, name, surcharge, serviceFee, paymentAdjustment, cashDiscount } = record;
  const { defaultTax, dualPricing, methods = NO_TERMS.methods, cvcRequired = NO_TERMS.cvcRequired } = record;
  const fees = { surcharge, serviceFee, paymentAdjustment, cashDiscount, defaultTax, dualPricing };
  const terms = { ...fees, methods, cvcRequired };
  return { id, accountId, name, isDefault: id === defaultProcessorId(accountId), ...terms };
}

function audited(changes: ProcessorChanges): AuditState {
  const { name, surcharge, serviceFee, paymentAdjustment, cashDiscount, defaultTax, dualPricing } = changes;
  const { methods, cvcRequired } = changes;
  const told = (fee: ProcessorFee | null | undefined) => fee && `${fee.type} ${fee.value}`;
  return {
    name,
    surcharge: told(surcharge),
    surchargeBannedStates: surcharge?.bannedStates,
    surchargeExemptBins: surcharge?.exemptBins,
    serviceFee: told(serviceFee),
    paymentAdjustment: told(paymentAdjustment),
    cashDiscount: told(cashDiscount),
    defaultTax: told(defaultTax),
    defaultTaxInclude: defaultTax?.include,
    dualPricing,
    methods,
    cvcRequired,
  };
}
