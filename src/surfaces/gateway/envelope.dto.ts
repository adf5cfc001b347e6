import { ApiProperty } from '@nestjs/swagger';

/** Envelope of every success. */
export class SuccessEnvelope {
  @ApiProperty({ type: 'string', enum: ['success'], example: 'success' })
  status!: 'success';

  /** @example "success" */
  msg!: string;
}

/** A success with `data: null`. */
export class EmptyEnvelope extends SuccessEnvelope {
  @ApiProperty({ type: 'string', enum: [null], nullable: true, example: null })
  data!: null;
}

export class ListEnvelope extends SuccessEnvelope {
  /**
   * All matches, not only those in `data`.
   * @example 1
   */
  total_count!: number;
}

/** Body of every failure. */
export class FailureEnvelope {
  @ApiProperty({ type: 'string', enum: ['failed'], example: 'failed' })
  status!: 'failed';

  /** @example "bad request error: email must be an email" */
  msg!: string;
}
