import { ApiProperty } from '@nestjs/swagger';

export class KomojuProblem {
  /** @example "missing_parameter" */
  code!: string;

  /** @example "A required parameter (payment_details) is missing" */
  message!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'payment_details',
    description: 'The parameter to blame; null when it is not one alone.',
  })
  param!: string | null;
}

/** Answer of every failure. */
export class KomojuError {
  @ApiProperty({ type: KomojuProblem })
  error!: KomojuProblem;
}
