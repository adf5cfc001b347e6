import { ApiProperty } from '@nestjs/swagger';
import { CUSTOMER_FLAGS } from '../../../modules/customer/record/vault-customer.types.js';
import { METHOD_FLAGS } from '../../../modules/customer/record/payment-method.types.js';
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';
import { VaultAddressBody } from './vault-address.dto.js';

export class VaultCardBody {
  /** @example "bl6nqk69ku6897l45fq0" */
  id!: string;

  /** @example "visa" */
  card_type!: string;

  /**
   * The last day of the month, at midnight UTC.
   * @example "2030-12-31T00:00:00Z"
   */
  expiration_date!: string;

  /** @example "411111******1111" */
  masked_number!: string;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...METHOD_FLAGS] }, example: [] })
  flags!: string[];
}

export class VaultBankAccountBody {
  /** @example "bl6nqk69ku6897l45fr0" */
  id!: string;

  @ApiProperty({ type: 'string', enum: ['checking', 'savings'], example: 'checking' })
  account_type!: string;

  @ApiProperty({ type: 'string', enum: ['web', 'ccd', 'ppd'], example: 'web' })
  sec_code!: string;

  /** @example "490000018" */
  routing_number!: string;

  /** @example "****9999" */
  masked_account_number!: string;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...METHOD_FLAGS] }, example: [] })
  flags!: string[];
}

export class VaultPayments {
  ach!: VaultBankAccountBody[];

  cards!: VaultCardBody[];
}

export class VaultDefaults {
  /**
   * Empty when there is none.
   * @example "bl6nqk69ku6897l45fp0"
   */
  billing_address_id!: string;

  /**
   * Empty when there is none.
   * @example "bl6nqk69ku6897l45fp0"
   */
  shipping_address_id!: string;

  /**
   * Empty when there is none.
   * @example "bl6nqk69ku6897l45fq0"
   */
  payment_method_id!: string;

  @ApiProperty({ type: 'string', enum: ['', 'card', 'ach'], example: 'card' })
  payment_method_type!: string;
}

export class VaultCustomerFacts {
  addresses!: VaultAddressBody[];

  defaults!: VaultDefaults;

  /** @example "Wholesale buyer" */
  description!: string;

  /** @example "" */
  notes!: string;

  @ApiProperty({ type: 'array', items: { type: 'string', enum: [...CUSTOMER_FLAGS] }, example: ['surcharge_exempt'] })
  flags!: string[];

  payments!: VaultPayments;
}

export class VaultCustomerData {
  customer!: VaultCustomerFacts;
}

/** Doubly nested: in an answer, the customer is `data.data.customer`. */
export class VaultCustomerRecord {
  /** @example "952f250d-fa85-40ac-a45e-3886f98032c6" */
  id!: string;

  /**
   * The account's id.
   * @example "aucio551tlv85l7moe5g"
   */
  owner_id!: string;

  data!: VaultCustomerData;

  /** @example "2019-08-09T09:04:00.786Z" */
  created_at!: string;

  /** @example "2019-08-09T09:04:00.786Z" */
  updated_at!: string;
}

export class VaultRecordWithNewAddress extends VaultCustomerRecord {
  /**
   * Id of the address that was sent, also where the customer had it already.
   * @example "bl6nqk69ku6897l45fp0"
   */
  created_address_id!: string;
}

export class VaultRecordWithNewMethod extends VaultCustomerRecord {
  /** @example "bl6nqk69ku6897l45fq0" */
  created_payment_method_id!: string;
}

export class NewAddressAnswer extends SuccessEnvelope {
  data!: VaultRecordWithNewAddress;
}

export class NewMethodAnswer extends SuccessEnvelope {
  data!: VaultRecordWithNewMethod;
}

export class VaultCustomerAnswer extends SuccessEnvelope {
  data!: VaultCustomerRecord;
}

export class VaultCustomerList extends ListEnvelope {
  data!: VaultCustomerRecord[];
}
