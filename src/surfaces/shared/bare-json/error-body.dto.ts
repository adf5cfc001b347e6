import { ApiProperty } from '@nestjs/swagger';

/** Body of every failure. */
export class ErrorBody {
  /**
   * The HTTP status again.
   * @example 400
   */
  statusCode!: number;

  // By hand: the plugin cannot tell a union.
  @ApiProperty({
    description: 'A list of problems when a field is not valid, one sentence otherwise.',
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    example: ['email must be an email'],
  })
  message!: string | string[];

  /**
   * The status in words.
   * @example "Bad Request"
   */
  error!: string;

  /**
   * Reason of the issuer or of Stripe; on 402 only.
   * @example "insufficient_funds"
   */
  code?: string;
}
