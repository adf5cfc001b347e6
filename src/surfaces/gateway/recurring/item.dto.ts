import { ApiProperty } from '@nestjs/swagger';
import { EmptyClears } from '../../shared/empty-clears.js';
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';
import { OptionalMinor } from '../money-fields.js';
import { TextLine } from '../text-line.js';
import { Duration, LONGEST_DESCRIPTION, LONGEST_NAME, Percentage } from './item-fields.js';

/** An add-on or a discount. A new one has exactly one of `amount` and `percentage`; one that is sent later takes the place of the other. */
export class RecurringItemFields {
  /**
   * Empty clears it.
   * @example "Locker"
   */
  @TextLine(LONGEST_NAME)
  @EmptyClears()
  name?: string;

  /**
   * Empty clears it.
   * @example "Locker rental"
   */
  @TextLine(LONGEST_DESCRIPTION)
  @EmptyClears()
  description?: string;

  /**
   * Minor units of whatever currency the subscription is billed in.
   * @example 100
   */
  @OptionalMinor()
  amount?: number;

  /**
   * Thousandths of one percent of the subscription's own amount: 0, or 100 (0.1 %) to 100000 (100 %).
   * @example 10000
   */
  @Percentage()
  percentage?: number;

  /**
   * Number of successful billings that it is applied to; 0: until cancelled.
   * @example 0
   */
  @Duration()
  duration?: number;
}

export class RecurringItemTerms {
  /** @example "b75cvl51tlv38t0o7o30" */
  id!: string;

  /** @example "Locker" */
  name!: string;

  /** @example "Locker rental" */
  description!: string;

  /** Minor units; null where it is a percentage. */
  @ApiProperty({ type: 'integer', nullable: true, example: 100 })
  amount!: number | null;

  /** Thousandths of one percent; null where it is an amount. */
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  percentage!: number | null;

  /**
   * Number of successful billings; 0: until cancelled.
   * @example 0
   */
  duration!: number;
}

export class RecurringItemBody extends RecurringItemTerms {
  /** @example "2017-11-20T15:41:43.330Z" */
  created_at!: string;

  /** @example "2017-11-20T15:41:43.330Z" */
  updated_at!: string;
}

/** The copy that a plan has; `id` is that of what it was copied from. */
export class RecurringItemCopyBody extends RecurringItemTerms {
  @ApiProperty({ type: 'string', enum: [null], nullable: true, example: null })
  created_at!: null;

  @ApiProperty({ type: 'string', enum: [null], nullable: true, example: null })
  updated_at!: null;
}

export class RecurringItemAnswer extends SuccessEnvelope {
  data!: RecurringItemBody;
}

export class RecurringItemList extends ListEnvelope {
  data!: RecurringItemBody[];
}
