import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { currencyRule } from '../../../platform/common/currency.js';
import { ifString, MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { Nested, NestedList } from '../nested.js';
import { Bin, FEE_TYPES, IsMethod, Minor, OptionalMinor, State } from '../money-fields.js';
import { AmountLineItem, AmountProduct, OptionalText } from './line-item.dto.js';

/** `authorize` is the transactions' word for what is `auth` here (decision G35). */
const TRANSACTION_TYPES = ['verification', 'auth', 'authorize', 'sale', 'void', 'refund', 'credit'] as const;
/** Ruling 64. */
const MOST_LINES = 500;
const MOST_ADJUSTERS = 50;

const Flag = () => applyDecorators(MayBeAbsent(), IsBoolean());

const Currency = () =>
  applyDecorators(
    Transform(ifString((code) => code.toLowerCase())),
    ValidateBy({
      name: 'isCurrency',
      validator: {
        validate: (value) => typeof value === 'string' && currencyRule(value) !== undefined,
        defaultMessage: () => '$property must be an ISO 4217 code that can be charged',
      },
    }),
  );

export class AdjusterFields {
  @IsIn(FEE_TYPES)
  @ApiProperty({ type: 'string', enum: FEE_TYPES, example: 'flat' })
  type!: (typeof FEE_TYPES)[number];

  /**
   * Minor units, or thousandths of one percent of the amount: 10.000 % is 10000.
   * @example 500
   */
  @Minor()
  value!: number;

  /** Whether it joins the total; otherwise it is only told. */
  @MayBeAbsent()
  @IsBoolean()
  @ApiProperty({ default: false })
  include?: boolean;
}

export class AmountFlagFields {
  @Flag() skip_cash_discount?: boolean;
  @Flag() skip_surcharge?: boolean;
  @Flag() skip_service_fee?: boolean;
  /** Leaves out what the other way of paying would come to. */
  @Flag() skip_consumer_choice?: boolean;
  /** Whether the processor's default tax joins the total; otherwise as it is configured. */
  @Flag() include_default_tax_to_total?: boolean;
  /** No tax at all, not of the lines either. */
  @Flag() tax_exempt?: boolean;
  /** Taken and without effect: a card that is not known pays the surcharge anyway. */
  @Flag() processor_surcharge_fallback?: boolean;
  /** The three taxes join the total whatever their `include` says. */
  @Flag() add_tax_to_total?: boolean;
}

const One = () => Nested(() => AdjusterFields);
const Some = () => NestedList(() => AdjusterFields, MOST_ADJUSTERS);

export class CalculateAmounts {
  /**
   * One of the account, as `npm run admin -- list-processors` names them.
   * @example "b7kgflt1tlv51er0f1sg"
   */
  @IsString()
  @MaxLength(50)
  @StorableText()
  processor_id!: string;

  /**
   * Price before adjustments; the base of lines that are percentages.
   * @example 1000
   */
  @Minor()
  subtotal!: number;

  /**
   * The base of all percentages. Without it, the sum of the pending `line_items`, or else of the `products`.
   * @example 1000
   */
  @OptionalMinor()
  amount?: number;

  /**
   * ISO 4217, in upper or lower case.
   * @example "USD"
   */
  @Currency()
  currency!: string;

  @IsMethod()
  payment_method!: 'card' | 'ach';

  @IsIn(TRANSACTION_TYPES)
  @ApiProperty({ type: 'string', enum: TRANSACTION_TYPES, example: 'sale' })
  transaction_type!: string;

  @NestedList(() => AmountProduct, MOST_LINES)
  products?: AmountProduct[];

  @NestedList(() => AmountLineItem, MOST_LINES)
  line_items?: AmountLineItem[];

  @One() processor_payment_adjustment?: AdjusterFields;
  @One() shipping_amount?: AdjusterFields;
  @Some() addon_amount?: AdjusterFields[];
  /** Taken off. */
  @Some() discount_amount?: AdjusterFields[];
  @One() duty_amount?: AdjusterFields;
  @One() tip_amount?: AdjusterFields;
  @Some() additional_amounts?: AdjusterFields[];
  @One() tax_amount?: AdjusterFields;
  @One() national_tax_amount?: AdjusterFields;
  @One() local_tax_amount?: AdjusterFields;
  /** Instead of the processor's. */
  @One() service_fee?: AdjusterFields;
  /** Instead of the processor's. */
  @One() surcharge?: AdjusterFields;

  /**
   * The first 6 to 19 digits of the card, by which debit and prepaid cards are told.
   * @example "517246700"
   */
  @Bin()
  cc_bin?: string;

  /** @example "US" */
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{2}$/, { message: '$property must have 2 letters' })
  country?: string;

  /**
   * Where the payer lives; some states ban surcharges.
   * @example "IL"
   */
  @State()
  state?: string;

  @Nested(() => AmountFlagFields)
  flags?: AmountFlagFields;

  /** Free text for reports. */
  @OptionalText(255)
  source?: string;
}
