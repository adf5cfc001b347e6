import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';
import { DIFFERENCE_KINDS } from '../../../modules/books/reconciliation.types.js';

const DAY = /^\d{4}-\d\d-\d\d$/;
const Minor = (example: number) => ApiProperty({ type: 'integer', example });
const Count = () => ApiProperty({ type: 'integer', minimum: 0, example: 0 });

export class ReconciledDays {
  /**
   * First day, UTC.
   * @example "2026-11-01"
   */
  @IsString()
  @ApiProperty({ pattern: DAY.source })
  @Matches(DAY, { message: 'from must be a day such as 2026-11-01' })
  from!: string;

  /**
   * Last day, UTC; included.
   * @example "2026-11-30"
   */
  @IsString()
  @ApiProperty({ pattern: DAY.source })
  @Matches(DAY, { message: 'to must be a day such as 2026-11-30' })
  to!: string;
}

export class CurrencySums {
  /** @example "usd" */
  currency!: string;

  /** Captured at Stripe, in minor units like all of these. */
  @Minor(4000)
  captured!: number;

  @Minor(0)
  refunded!: number;

  /** Captured less refunded. */
  @Minor(4000)
  net!: number;

  /** The same by our books. */
  @Minor(2000)
  books!: number;

  /** Stripe less books. */
  @Minor(2000)
  difference!: number;
}

export class DaySums extends CurrencySums {
  /** @example "2026-11-01" */
  day!: string;
}

export class SumGap {
  /** @example "2026-11-01" */
  day!: string;

  /** @example "usd" */
  currency!: string;

  @Minor(2000)
  minor!: number;
}

export class BookDifference {
  @ApiProperty({ type: 'string', enum: DIFFERENCE_KINDS, example: 'missing' })
  kind!: string;

  /** @example "Paid at Stripe, and the payment is not in our books." */
  what!: string;

  /** @example "Run it again with --repair: the payment is recorded and its receipt sent." */
  todo!: string;

  /** Says who puts the difference right. */
  @ApiProperty({ type: 'string', enum: ['repair', 'sweep', 'person'], example: 'repair' })
  cure!: string;

  /** @example "2026-11-01" */
  day!: string;

  /** Id of our record; null where none is known. */
  @ApiProperty({ type: 'string', nullable: true, example: null })
  paymentId!: string | null;

  /** PaymentIntent id; null where our record names none. */
  @ApiProperty({ type: 'string', nullable: true, example: 'pi_1H7jg1CZ6F7J6I8jW2Q2c2jG' })
  providerPaymentId!: string | null;

  /** The other PaymentIntents or payments, or the refund, that it is about. */
  related!: string[];

  /** @example "20.00 USD, succeeded, cus_1" */
  atStripe!: string;

  /** @example "nothing" */
  inBooks!: string;

  /** Share in the differences of the days; those of all differences add up to them. */
  gaps!: SumGap[];
}

export class ComparedCounts {
  /** PaymentIntents of ours without a difference. */
  @Count()
  agreed!: number;

  /** Payments of others on the same Stripe account, ignored. */
  @Count()
  foreign!: number;

  /** Objects of Stripe that this release cannot read. */
  @Count()
  unreadable!: number;
}

export class ReturnReconciliation {
  /** @example "2026-11-01" */
  from!: string;

  /** @example "2026-11-30" */
  to!: string;

  /** End of the span: movements at this moment or later are not compared. */
  @ApiProperty({ type: 'string', format: 'date-time' })
  until!: string;

  /** True when there is nothing to look at. */
  agrees!: boolean;

  days!: DaySums[];

  totals!: CurrencySums[];

  differences!: BookDifference[];

  counts!: ComparedCounts;
}
