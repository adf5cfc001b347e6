import { ApiProperty } from '@nestjs/swagger';
import { ListEnvelope, SuccessEnvelope } from '../envelope.dto.js';
import { DateRange, SearchDates } from '../search/date-range.dto.js';
import { Limit, Offset } from '../search/page.js';
import { SearchText, TextCriterion } from '../search/text-criterion.dto.js';

/** All criteria must hold. */
export class SearchSettlementBatches {
  @SearchDates() batch_date?: DateRange;
  @SearchText() settlement_batch_id?: TextCriterion;

  /** @example 10 */
  @Limit(1)
  limit?: number;

  /** @example 0 */
  @Offset()
  offset?: number;
}

/** The part of a batch that a payout of Stripe's has paid. An addition to the contract. */
export class BatchPayoutBody {
  /** @example "po_1NXWPnGswQrCoh1X8yXl2uS3" */
  id!: string;

  /**
   * Time at which the bank has it.
   * @example "2024-02-03T00:00:00Z"
   */
  arrival_date!: string;

  /**
   * Currency of the payout, which is the bank account's.
   * @example "USD"
   */
  currency!: string;

  /**
   * Sum that the payout paid for transactions of this batch, fees taken off, in minor units of its currency.
   * @example 3881
   */
  amount!: number;

  /**
   * Stripe's fees of them.
   * @example 119
   */
  fee!: number;
}

export class SettlementBatchBody {
  /** @example "b7kgflt1tlv51er0fb00" */
  id!: string;

  /**
   * The cut-off, or the time at which the terminal was closed.
   * @example "2024-02-01T00:00:00Z"
   */
  batch_date!: string;

  /**
   * Counts by processor and currency, or by terminal.
   * @example "12"
   */
  batch_number!: string;

  /** @example "b7kgflt1tlv51er0f1sg" */
  processor_id!: string;

  /** @example "stripe" */
  processor_type!: string;

  /**
   * Empty for what was not taken at a terminal.
   * @example ""
   */
  terminal_id!: string;

  /** @example 3 */
  num_transactions!: number;

  /** @example 4500 */
  amount_captured!: number;

  /**
   * Refunds.
   * @example 500
   */
  amount_credit!: number;

  /**
   * `amount_captured` less `amount_credit`; negative when more was refunded than taken.
   * @example 4000
   */
  net_deposit!: number;

  /** @example 100 */
  response_code!: number;

  /** @example "settled" */
  response_message!: string;

  /**
   * An addition to the contract: a batch is of one currency.
   * @example "USD"
   */
  currency!: string;

  /** Payouts of Stripe's that paid it, oldest first; empty until one has arrived. An addition to the contract. */
  payouts!: BatchPayoutBody[];
}

export class SettlementBatchList extends ListEnvelope {
  data!: SettlementBatchBody[];
}

export class TerminalSettled extends SuccessEnvelope {
  /** Null when nothing was open. */
  @ApiProperty({ type: SettlementBatchBody, nullable: true })
  data!: SettlementBatchBody | null;
}
