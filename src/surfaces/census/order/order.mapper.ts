import type { AskedOrder, Order } from '../../../modules/order/order.types.js';
import { AppError } from '../../../platform/common/app-error.js';
import { isStorable } from '../../shared/field-rules.js';
import { idempotencyKeyOf } from '../../shared/idempotency-key.js';
import { momentOf } from './moment.js';
import type { CensusOrderAnswer, NewCensusOrder } from './order.dto.js';

const LONGEST_CAMPAIGN = 64;

export function toAskedOrder(body: NewCensusOrder, header: string | undefined): AskedOrder {
  return {
    personId: body.person_id,
    description: body.description,
    amountMinor: body.amount,
    campaignCode: body.campaign_code ?? '',
    method: methodOf(body),
    idempotencyKey: idempotencyKeyOf(header, 'idempotency_key'),
    body,
  };
}

/** The rules have seen to it that the type's own field is there. */
function methodOf({
  payment_method_type: type,
  payment_method_id: number,
  iban,
}: NewCensusOrder): AskedOrder['method'] {
  switch (type) {
    case 'existing_payment_method':
      return { kind: 'existing', number: number ?? 0 };
    case 'direct_debit':
      return { kind: 'direct_debit', iban: iban ?? '' };
  }
}

export function toCensusOrder({ methodNumber }: Order): CensusOrderAnswer {
  return { payment_method_id: methodNumber };
}

/** Filters of a sum, the person still by their qualified identifier. */
export interface AskedTotal {
  readonly personId?: string;
  readonly campaignCode?: string;
  readonly from?: Date;
  readonly until?: Date;
}

/**
 * Reads the query of a sum. A filter that cannot be understood is never left out: that would be the sum of something else.
 * @throws AppError validation_failed without a message, so that the body is `{}`.
 */
export function toAskedTotal(query: Readonly<Record<string, unknown>>): AskedTotal {
  const personId = textIn(query, 'person_id');
  const campaignCode = textIn(query, 'campaign_code');
  if (personId === undefined && campaignCode === undefined) throw unclear('person_id or campaign_code is wanted');
  if (campaignCode !== undefined && (campaignCode.length > LONGEST_CAMPAIGN || !isStorable(campaignCode)))
    throw unclear('campaign_code cannot be one');
  const from = momentIn(query, 'from_date', 'from');
  const until = momentIn(query, 'until_date', 'until');
  return {
    ...(personId === undefined ? {} : { personId }),
    ...(campaignCode === undefined ? {} : { campaignCode }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** A filter that is empty is one that cannot be understood. */
function textIn(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw unclear(`${name} is empty, or sent twice`);
  return value;
}

function momentIn(query: Readonly<Record<string, unknown>>, name: string, edge: 'from' | 'until'): Date | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const moment = momentOf(text, edge);
  if (moment === null) throw unclear(`${name} is no date`);
  return moment;
}

const unclear = (why: string) => new AppError('validation_failed', why);
