import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsInt, Matches, Max, MaxLength, Min, ValidateBy } from 'class-validator';
import { quantityOf } from '../../../modules/calculator/rate.js';
import { MayBeAbsent } from '../../shared/field-rules.js';
import { OptionalMinor } from '../money-fields.js';
import { Nested, NestedList } from '../nested.js';
import { TransactionMethodFields } from './payment-method.dto.js';
import { EmailField, TransactionAddressFields } from './transaction-address.dto.js';
import { TextLine } from '../text-line.js';
import { CustomFields, Flag, IpAddress, MerchantReference, OneOf, OptionalOneOf, UUID } from './transaction-fields.js';

const MOST_LINES = 500;
const MAX_QUANTITY = 999_999.99;

/** Three decimals: `10.000` is 10 %. */
const TaxRate = () =>
  applyDecorators(
    MayBeAbsent(),
    Matches(/^\d{1,3}(\.\d{1,3})?$/, { message: '$property must be a percentage such as 10.000, as a string' }),
    ApiProperty({ type: 'string', example: '10.000' }),
  );

export class AdjustmentFields {
  @OneOf(['flat', 'percentage'])
  type!: string;

  /**
   * Minor units, or thousandths of one percent: `3500` is 3.5 %.
   * @example 199
   */
  @IsInt()
  @Min(0)
  @Max(99_999_999)
  value!: number;
}

export class HealthAmounts {
  @OptionalMinor() total?: number;
  @OptionalMinor() rx_amount?: number;
  @OptionalMinor() vision_amount?: number;
  @OptionalMinor() clinic_amount?: number;
  @OptionalMinor() dental_amount?: number;
}

export class AdditionalAmounts {
  @Nested(() => HealthAmounts)
  hsa?: HealthAmounts;
}

export class DescriptorFields {
  /** What the payer reads on the statement; Stripe takes 22 characters of it. */
  @TextLine(38) name?: string;
  @TextLine(38) address?: string;
  @TextLine(21) city?: string;
  @TextLine(2) state?: string;
  @TextLine(5) postal_code?: string;
}

export class TransactionLineItem {
  @TextLine(50) name?: string;
  @TextLine(50) description?: string;
  @TextLine(50) product_code?: string;
  @TextLine(12) commodity_code?: string;

  /** @example 2.5 */
  @MayBeAbsent()
  @ValidateBy({
    name: 'isQuantity',
    validator: {
      validate: (value) => isQuantity(value),
      defaultMessage: () => `$property must be a number from 0 to ${MAX_QUANTITY} of at most two decimals`,
    },
  })
  @ApiProperty({ type: 'number', minimum: 0, maximum: MAX_QUANTITY })
  quantity?: number | string;

  @OptionalMinor() unit_price?: number;
  @OptionalMinor() amount?: number;
  @OptionalMinor() discount_amount?: number;
  @OptionalMinor() freight_amount?: number;
  @OptionalMinor() tax_amount?: number;
  @OptionalMinor() national_tax_amount?: number;
  @TaxRate() tax_rate?: string;
  @TaxRate() national_tax_rate?: string;
  @TextLine(12) unit_of_measure?: string;
}

/** A number, or `##.##` as a text. */
function isQuantity(value: unknown): boolean {
  if (typeof value === 'string') return /^\d{1,6}(\.\d{1,2})?$/.test(value);
  return typeof value === 'number' && value <= MAX_QUANTITY && quantityOf(value) !== null;
}

const SignedFigure = () =>
  applyDecorators(MayBeAbsent(), IsInt(), Min(0), Max(99_999_999), ApiProperty({ type: 'integer' }));

export class IncludedParts {
  @SignedFigure() shipping_amount?: number;
  @SignedFigure() discount_amount?: number;
  @SignedFigure() duty_amount?: number;
  @SignedFigure() tip_amount?: number;
  @SignedFigure() tax_amount?: number;
  @SignedFigure() national_tax_amount?: number;
  @SignedFigure() local_tax_amount?: number;
  @SignedFigure() service_fee?: number;
  @SignedFigure() surcharge?: number;
}

/** The `data` of an amount calculation, as it is; its total is what is charged. */
export class CalculatedAmounts {
  /** @example 1530 */
  @IsInt()
  @Min(0)
  @Max(99_999_999)
  total!: number;

  /** @example 1000 */
  @IsInt()
  @Min(0)
  @Max(99_999_999)
  amount!: number;

  @SignedFigure()
  additional_total?: number;

  @Nested(() => IncludedParts)
  included_amounts?: IncludedParts;
}

export class ProcessTransaction {
  /**
   * Names the request for five minutes: the same again is answered as the first. A UUID.
   * @example "5f0f8a39-9a0b-4c83-8f39-0f0f8d1d4c11"
   */
  @MayBeAbsent()
  @Matches(UUID, { message: '$property must be a UUID' })
  idempotency_key?: string;

  @OneOf(['sale', 'authorize', 'verification', 'credit'])
  type!: string;

  /** What is charged, with tax, shipping, tip and fees in it. This or `base_amount`. */
  @OptionalMinor()
  amount?: number;

  /** What is charged before fees, which are added. */
  @OptionalMinor()
  base_amount?: number;

  @Flag() tax_exempt?: boolean;
  @OptionalMinor() tax_amount?: number;
  @OptionalMinor() shipping_amount?: number;
  @OptionalMinor() discount_amount?: number;
  @OptionalMinor() tip_amount?: number;

  /** @example "USD" */
  @MayBeAbsent()
  @Matches(/^[A-Za-z]{3}$/, { message: '$property must be three letters' })
  currency?: string;

  /** @example "Order 1001" */
  @TextLine(255)
  description?: string;

  /** @example "someOrderID" */
  @MerchantReference(15)
  order_id?: string;

  /** @example "somePONumber" */
  @MerchantReference(15)
  po_number?: string;

  /** Empty: the user's default, else the account's. */
  @TextLine(50)
  processor_id?: string;

  /** @example "4.2.2.2" */
  @IpAddress()
  ip_address?: string;

  @Flag() allow_partial_payment?: boolean;
  @Flag() email_receipt?: boolean;

  /** @example "buyer@example.com" */
  @EmailField()
  email_address?: string;

  /** A new customer of the vault comes with an approval. */
  @Flag()
  create_vault_record?: boolean;

  @TextLine(50) vendor_id?: string;

  @OptionalOneOf(['straight', 'initial_recurring', 'recurring'])
  billing_method?: string;

  /** @example "1234" */
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9]{4}$/, { message: '$property must have 4 letters or digits' })
  summary_commodity_code?: string;

  @TextLine(20) ship_from_postal_code?: string;

  @Nested(() => AdjustmentFields)
  payment_adjustment?: AdjustmentFields;

  @Nested(() => TransactionMethodFields)
  payment_method?: TransactionMethodFields;

  @Nested(() => TransactionAddressFields)
  billing_address?: TransactionAddressFields;

  @Nested(() => TransactionAddressFields)
  shipping_address?: TransactionAddressFields;

  @TextLine(100) group_name?: string;

  @CustomFields()
  custom_fields?: Record<string, string[]>;

  @OptionalOneOf(['verified', 'exempt'])
  iias_status?: string;

  @Nested(() => AdditionalAmounts)
  additional_amounts?: AdditionalAmounts;

  @NestedList(() => TransactionLineItem, MOST_LINES)
  line_items?: TransactionLineItem[];

  @Nested(() => DescriptorFields)
  descriptor?: DescriptorFields;

  /** Only an empty list is taken: nothing is known of what would be in it. */
  @MayBeAbsent()
  @IsArray()
  @ApiProperty({ type: 'array', maxItems: 0, items: { type: 'object' } })
  subscriptions?: unknown[];

  /** Why the credential is kept: `C` for any purpose, `R` for recurring payments. */
  @OptionalOneOf(['C', 'R'])
  card_on_file_indicator?: string;

  @OptionalOneOf(['customer', 'merchant'])
  initiated_by?: string;

  /** @example "b7kgflt1tlv51er0fts0" */
  @MayBeAbsent()
  @MaxLength(50)
  @TextLine(50)
  initial_transaction_id?: string;

  @OptionalOneOf(['stored', 'used'])
  stored_credential_indicator?: string;

  @Nested(() => CalculatedAmounts)
  amounts?: CalculatedAmounts;
}
