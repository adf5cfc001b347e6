import { ApiProperty } from '@nestjs/swagger';
import { ListEnvelope } from '../envelope.dto.js';

export class TerminalBody {
  /** @example "1ucio551tlv85l7moe5s" */
  id!: string;

  /**
   * The account's id.
   * @example "aucio551tlv85l7moe5g"
   */
  merchant_id!: string;

  /** @example "stripe" */
  manufacturer!: string;

  /** @example "s700" */
  model!: string;

  /** @example "STRS700-0001" */
  serial_number!: string;

  /**
   * The serial number once more.
   * @example "STRS700-0001"
   */
  tpn!: string;

  /** @example "front counter" */
  description!: string;

  /** `active` ones take payments; `inactive`: the reader is gone from Stripe; `disabled`: taken out of use. */
  @ApiProperty({ type: 'string', enum: ['active', 'inactive', 'disabled'], example: 'active' })
  status!: string;

  /**
   * A secret; empty without the permission `manage_terminals`.
   * @example "wcR1c9o1"
   */
  auth_key!: string;

  /** @example "1" */
  register_id!: string;

  /**
   * Whether its batch is closed every day, at `settle_at`.
   * @example true
   */
  auto_settle!: boolean;

  /**
   * UTC.
   * @example "00:00:00"
   */
  settle_at!: string;

  /** @example "2024-06-04T16:49:36Z" */
  created_at!: string;

  /**
   * `0001-01-01T00:00:00Z` as long as nobody changed it.
   * @example "0001-01-01T00:00:00Z"
   */
  updated_at!: string;
}

export class TerminalList extends ListEnvelope {
  /**
   * Empty here.
   * @example ""
   */
  declare msg: string;

  data!: TerminalBody[];
}
