import { ApiProperty } from '@nestjs/swagger';
import {
  BILLING_METHODS,
  METHOD_KINDS,
  PAYMENT_TYPES,
  TRANSACTION_STATUSES,
  TRANSACTION_TYPES,
} from '../../../modules/transaction/record/transaction.types.js';
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';
import { TransactionAddressBody } from './transaction-address.dto.js';

const Enum = (values: readonly string[], example: string | undefined = values[0]) =>
  ApiProperty({ type: 'string', enum: [...values], example });
const VERDICTS = ['approved', 'declined', 'pending', 'unknown'] as const;
const Minor = (example = 0) => ApiProperty({ type: 'integer', example });
const Text = (example = '') => ApiProperty({ type: 'string', example });
const Time = (example: string | null = '2024-02-01T10:00:00.000Z', nullable = false) =>
  ApiProperty({ type: 'string', format: 'date-time', nullable, example });

/** What the issuer said of a card. */
export class CardResponse {
  @Text('b7kgflt1tlv51er0ftsg') id!: string;
  @Text('visa') card_type!: string;
  @Text('401200') first_six!: string;
  @Text('5439') last_four!: string;
  @Text('401200******5439') masked_card!: string;
  @Text('12/30') expiration_date!: string;
  @Enum(VERDICTS) status!: string;
  @Minor(100) response_code!: number;
  @Text('TAS731') auth_code!: string;
  @Text('00') processor_response_code!: string;
  @Text('APPROVAL TAS731') processor_response_text!: string;
  @Text('stripe') processor_type!: string;
  @Text('b7kgflt1tlv51er0f1sg') processor_id!: string;
  @Text('Y') avs_response_code!: string;
  @Text('M') cvv_response_code!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  processor_specific!: object;
  @Time() created_at!: string;
  @Time() updated_at!: string;
}

/** What is known of a bank account. */
export class AccountResponse {
  @Text('b7kgflt1tlv51er0ftsg') id!: string;
  @Enum(['checking', 'savings']) account_type!: string;
  @Text('****9999') masked_account_number!: string;
  @Text('490000018') routing_number!: string;
  @Enum(['web', 'ccd', 'ppd', 'tel']) sec_code!: string;
  @Enum(VERDICTS) status!: string;
  @Minor(100) response_code!: number;
  @Text() auth_code!: string;
  @Text('00') processor_response_code!: string;
  @Text('APPROVAL') processor_response_text!: string;
  @Text('stripe') processor_type!: string;
  @Text('b7kgflt1tlv51er0f1sg') processor_id!: string;
  @Time() created_at!: string;
  @Time() updated_at!: string;
}

/** What a terminal has read, and what the issuer said. */
export class TerminalResponse {
  @Text('b7kgflt1tlv51er0ftsg') id!: string;
  @Text('1ucio551tlv85l7moe5s') terminal_id!: string;
  @Text('visa') card_type!: string;
  @Text('contactless_emv') entry_type!: string;
  @Text() first_four!: string;
  @Text('4242') last_four!: string;
  @Text('************4242') masked_card!: string;
  @Text() cardholder_name!: string;
  @Text() signature_data!: string;
  @Enum(VERDICTS) status!: string;
  @Minor(100) response_code!: number;
  @Text('TAS731') auth_code!: string;
  @Text('00') processor_response_code!: string;
  @Text('APPROVAL TAS731') processor_response_text!: string;
  @Text('stripe') processor_type!: string;
  @Text('b7kgflt1tlv51er0f1sg') processor_id!: string;
  /** `BatchNum`: the terminal’s open batch. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { BatchNum: '12' } })
  processor_specific!: object;
  @Time() created_at!: string;
  @Time() updated_at!: string;
}

/** A payment that its payer makes on a page of their own. */
export class ApmResponse {
  @Text('b7kgflt1tlv51er0ftsg') id!: string;
  @Text('alipay') type!: string;
  /** Page that the payer has to open. */
  @Text('https://pay.example.com/redirect')
  redirect_url!: string;
  @Enum(VERDICTS) status!: string;
  @Minor(99) response_code!: number;
  @Text() auth_code!: string;
  @Text() processor_response_code!: string;
  @Text() processor_response_text!: string;
  @Text('stripe') processor_type!: string;
  @Text('b7kgflt1tlv51er0f1sg') processor_id!: string;
  @Time() created_at!: string;
  @Time() updated_at!: string;
}

/** By the kind of the payment method. */
export class TransactionResponse {
  @ApiProperty({ required: false })
  card?: CardResponse;
  @ApiProperty({ required: false })
  ach?: AccountResponse;
  @ApiProperty({ required: false })
  terminal?: TerminalResponse;
  @ApiProperty({ required: false })
  apm?: ApmResponse;
}

export class TransactionBody {
  @Text('b7kgflt1tlv51er0fts0') id!: string;
  @Text('b89227ij8m0nuanr1tk0') user_id!: string;
  @Enum(TRANSACTION_TYPES) type!: string;
  @Minor(1112) amount!: number;
  @Minor() base_amount!: number;
  @Minor(1112) amount_authorized!: number;
  @Minor(1112) amount_captured!: number;
  @Minor() amount_settled!: number;
  @Minor() amount_refunded!: number;
  @Minor() payment_adjustment!: number;
  @Minor() surcharge!: number;
  @Minor() service_fee!: number;
  @Minor(100) tax_amount!: number;
  tax_exempt!: boolean;
  @Minor(100) shipping_amount!: number;
  @Minor() discount_amount!: number;
  @Minor() tip_amount!: number;
  @Text('usd') currency!: string;
  @Text('Order 1001') description!: string;
  @Text('someOrderID') order_id!: string;
  @Text('somePONumber') po_number!: string;
  @Text('4.2.2.2') ip_address!: string;
  email_receipt!: boolean;
  @Text('buyer@example.com') email_address!: string;
  @Text() idempotency_key!: string;
  @Text('b7kgflt1tlv51er0f1sg') processor_id!: string;
  @Text('stripe') processor_type!: string;
  @Enum(METHOD_KINDS) payment_method!: string;
  @Enum(PAYMENT_TYPES) payment_type!: string;
  response!: TransactionResponse;
  /** The same as `response`. */
  response_body!: TransactionResponse;
  /** 100 to 199 approved, 200 to 299 declined by the issuer, 300 to 399 by the gateway, 400 to 499 errors; 0 unknown. */
  @Minor(100)
  response_code!: number;
  @Enum(TRANSACTION_STATUSES, 'pending_settlement') status!: string;
  @Text() settlement_batch_id!: string;
  @Text() customer_id!: string;
  @Text() subscription_id!: string;
  @Text() referenced_transaction_id!: string;
  @Enum(BILLING_METHODS) billing_method!: string;
  @Text() card_on_file_indicator!: string;
  @Text() initiated_by!: string;
  @Text() initial_transaction_id!: string;
  @Text() stored_credential_indicator!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, example: null })
  custom_fields!: object | null;
  @ApiProperty({ type: 'array', items: { type: 'object' }, nullable: true, example: null })
  line_items!: readonly object[] | null;
  billing_address!: TransactionAddressBody;
  shipping_address!: TransactionAddressBody;
  @Time() created_at!: string;
  @Time() updated_at!: string;
  @Time('2024-02-01T10:00:01.000Z', true) captured_at!: string | null;
  @Time(null, true) settled_at!: string | null;
}

export class TransactionAnswer extends SuccessEnvelope {
  data!: TransactionBody;
}

/** A list with one element. */
export class TransactionListOfOne extends ListEnvelope {
  data!: TransactionBody[];
}
