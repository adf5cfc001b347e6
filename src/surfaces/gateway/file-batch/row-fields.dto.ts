import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { NoCardNumber } from '../../../platform/common/card-number.js';
import { IsCardNumber } from '../../shared/card-rules.js';
import { ifString, MayBeAbsent, StorableText } from '../../shared/field-rules.js';
import { OptionalMinor } from '../money-fields.js';
import { Nested } from '../nested.js';
import { EmailField, TransactionAddressFields } from '../transaction/transaction-address.dto.js';
import { TextLine } from '../text-line.js';
import { Flag, MerchantReference } from '../transaction/transaction-fields.js';
import { IsAccountNumber, IsExpiry, IsRoutingNumber } from '../vault/card-fields.js';

export const ROW_TYPES = ['verification', 'authorize', 'capture', 'sale', 'credit', 'refund'] as const;
export type RowType = (typeof ROW_TYPES)[number];

/** Contract gateway 12: both are shorter, or longer, than those of a single transaction. */
const LONGEST_DESCRIPTION = 100;
const LONGEST_REFERENCE = 17;

const Id = () => applyDecorators(MayBeAbsent(), IsString(), MaxLength(50), StorableText(), NoCardNumber());

/** In any case: files say `WEB` as often as `web`. */
const Word = (words: readonly string[]) =>
  applyDecorators(MayBeAbsent(), Transform(ifString((text) => text.toLowerCase())), IsIn([...words]));

/** The columns of a row, by the rules of the same fields of a single transaction, and named as the file names them. */
export class FileBatchRowFields {
  @IsIn([...ROW_TYPES])
  transaction_type!: string;

  @OptionalMinor() amount?: number;
  @OptionalMinor() shipping_amount?: number;
  @OptionalMinor() tax_amount?: number;
  @OptionalMinor() discount_amount?: number;

  @MayBeAbsent()
  @IsCardNumber()
  cc_number?: string;

  @MayBeAbsent()
  @IsExpiry()
  cc_expiration?: string;

  @MayBeAbsent()
  @Matches(/^\d{3,4}$/, { message: '$property must have 3 or 4 digits' })
  cc_cvc?: string;

  @MayBeAbsent()
  @IsAccountNumber()
  ach_account_number?: string;

  @MayBeAbsent()
  @IsRoutingNumber()
  ach_routing_number?: string;

  @Word(['checking', 'savings'])
  ach_account_type?: string;

  @Word(['web', 'ccd', 'ppd'])
  ach_sec_code?: string;

  @Id() customer_id?: string;
  @Id() transaction_id?: string;

  @MerchantReference(LONGEST_REFERENCE) order_id?: string;
  @MerchantReference(LONGEST_REFERENCE) po_number?: string;
  @TextLine(LONGEST_DESCRIPTION) description?: string;
  @Flag() tax_exempt?: boolean;
  @EmailField() email_address?: string;
  @TextLine(50) processor_id?: string;

  @Nested(() => TransactionAddressFields)
  billing?: TransactionAddressFields;

  @Nested(() => TransactionAddressFields)
  shipping?: TransactionAddressFields;
}
