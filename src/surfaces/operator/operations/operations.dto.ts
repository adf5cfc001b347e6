import { ApiProperty } from '@nestjs/swagger';

const Count = () => ApiProperty({ type: 'integer', minimum: 0, example: 0 });
const Age = () => ApiProperty({ type: 'number', nullable: true, minimum: 0, example: null });

export class UnknownOutcomesByAge {
  @Count()
  under1m!: number;

  @Count()
  under10m!: number;

  @Count()
  under1h!: number;

  @Count()
  over1h!: number;
}

export class UnknownOutcomes {
  /** Attempts that may have charged and are not settled yet. Short-lived ones are normal. */
  @Count()
  count!: number;

  /** Time for which the oldest has been unknown; null when there is none. */
  @Age()
  oldestSeconds!: number | null;

  byAge!: UnknownOutcomesByAge;
}

export class LateSuccess {
  /**
   * PaymentIntent id.
   * @example "pi_1H7jg1CZ6F7J6I8jW2Q2c2jG"
   */
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: string;
}

export class LateSuccesses {
  /** Payments that turned out paid after we had ended them. Each one wants a look. */
  @Count()
  count!: number;

  /** Newest first, at most 20. */
  newest!: LateSuccess[];
}

export class WebhookEvents {
  /** Stored and not processed yet. */
  @Count()
  pending!: number;

  @Age()
  oldestPendingSeconds!: number | null;

  /** Events of ours whose payment is not here (yet); they are tried again. */
  @Count()
  unmatched!: number;

  @Age()
  oldestUnmatchedSeconds!: number | null;
}

export class ParkedWork {
  /** The sum of the following: what nobody works on any more, or works on in vain. */
  @Count()
  total!: number;

  /** Webhook events of ours that were given up after days. */
  @Count()
  deadEvents!: number;

  /** Receipts not out ten minutes after their payment. */
  @Count()
  overdueReceipts!: number;

  /** Payments whose check has been due for ten minutes. */
  @Count()
  overdueChecks!: number;

  /** Receipts refused for good, or given up after a day. */
  @Count()
  parkedReceipts!: number;
}

export class ParkedReceipt {
  /**
   * PaymentIntent id.
   * @example "pi_1H7jg1CZ6F7J6I8jW2Q2c2jG"
   */
  id!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  at!: string;

  /**
   * The mail server's code, without its text.
   * @example "550 5.1.1"
   */
  reason!: string;
}

export class ReturnOperations {
  /** Time of this reading, by the app's clock. */
  @ApiProperty({ type: 'string', format: 'date-time' })
  asOf!: string;

  unknownOutcomes!: UnknownOutcomes;

  lateSuccesses!: LateSuccesses;

  events!: WebhookEvents;

  /** Newest first, at most 20: `npm run admin -- retry-receipts` sends them again. */
  parkedReceipts!: ParkedReceipt[];

  parkedWork!: ParkedWork;
}
