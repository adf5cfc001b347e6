import { ApiProperty } from '@nestjs/swagger';
import { SuccessEnvelope } from '../envelope.dto.js';
import { METHODS } from '../money-fields.js';
import { AmountLineItem } from './line-item.dto.js';

/** Minor units; null: not sent, and nothing by default. */
const Figure = (example: number | null = null) => ApiProperty({ type: 'integer', nullable: true, example });

export class ComputedLineItem extends AmountLineItem {
  /**
   * Sum that is really taken off.
   * @example 0
   */
  declare discount_amount: number;

  /** @example 410 */
  tax_amount!: number;

  /** @example 4408 */
  amount!: number;
}

/** Figures of parts that have a place of their own in the total; null: they do not join it. */
export class IncludedAmounts {
  @Figure() shipping_amount!: number | null;
  @Figure() discount_amount!: number | null;
  @Figure() duty_amount!: number | null;
  @Figure() tip_amount!: number | null;
  @Figure(180) tax_amount!: number | null;
  @Figure() national_tax_amount!: number | null;
  @Figure() local_tax_amount!: number | null;
  @Figure(350) service_fee!: number | null;
  @Figure() surcharge!: number | null;
}

/** Programmes that are active on the processor. */
export class Features {
  surcharge!: boolean;
  cash_discount!: boolean;
  dual_pricing!: boolean;
  dual_pricing_v2!: boolean;
}

export class DisplayFigure {
  /** @example 1000 */
  value!: number;

  display!: boolean;
}

/** Total by way of paying; zeros without dual pricing. */
export class ConsumerChoice {
  /** @example 0 */
  card!: number;

  /** @example 0 */
  ach!: number;

  display!: boolean;
}

export class AmountDisplay {
  subtotal!: DisplayFigure;
  amount!: DisplayFigure;
  shipping!: DisplayFigure;
  freight!: DisplayFigure;
  duty!: DisplayFigure;
  discount!: DisplayFigure;
  service_fee!: DisplayFigure;
  surcharge!: DisplayFigure;
  tax!: DisplayFigure;
  national_tax!: DisplayFigure;
  local_tax!: DisplayFigure;
  tip!: DisplayFigure;
  total!: DisplayFigure;
  consumer_choice!: ConsumerChoice;
}

/** Notice that the payer must be shown where a surcharge or a cash discount applies. */
export class Disclaimer {
  /** @example "" */
  text!: string;

  /** @example "" */
  html!: string;

  display!: boolean;
}

export class AmountsBody {
  @ApiProperty({ type: () => ComputedLineItem, isArray: true, nullable: true, example: null })
  line_items!: ComputedLineItem[] | null;

  @Figure() shipping_amount!: number | null;
  @Figure() discount_amount!: number | null;
  /** Freight of the pending lines, contained in their totals. */
  @Figure() freight_amount!: number | null;
  @Figure() addon_amount!: number | null;
  @Figure() duty_amount!: number | null;
  @Figure() tip_amount!: number | null;
  @Figure() additional_amounts!: number | null;
  @Figure(180) tax_amount!: number | null;
  @Figure() national_tax_amount!: number | null;
  @Figure() local_tax_amount!: number | null;
  @Figure(350) service_fee!: number | null;
  @Figure() surcharge!: number | null;

  /** @example "b7kgflt1tlv51er0f1sg" */
  processor_id!: string;

  @ApiProperty({ type: 'string', enum: METHODS, example: 'card' })
  payment_method!: string;

  included_amounts!: IncludedAmounts;

  /** @example 1000 */
  subtotal!: number;

  /**
   * The base of all percentages.
   * @example 1000
   */
  amount!: number;

  /**
   * Included add-ons, additional amounts and payment adjustment.
   * @example 0
   */
  additional_total!: number;

  /** @example 1530 */
  total!: number;

  features!: Features;
  display!: AmountDisplay;
  disclaimer!: Disclaimer;
}

export class AmountsAnswer extends SuccessEnvelope {
  data!: AmountsBody;
}
