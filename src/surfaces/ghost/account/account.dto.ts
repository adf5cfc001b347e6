import { ApiProperty } from '@nestjs/swagger';

export class GhostAccount {
  @ApiProperty({ type: 'integer', example: 1 })
  id!: number;

  /** @example "default" */
  name!: string;

  /** E-mail of the owner, where the operator has said it. */
  @ApiProperty({ type: 'string', format: 'email', nullable: true, example: 'owner@example.com' })
  email!: string | null;

  /**
   * Currency of charges that name none.
   * @example "usd"
   */
  currency!: string;

  /**
   * That of the pair of keys which asks.
   * @example "gpk_2hQIG638fYIq0KiP96k3XDZXrLJ"
   */
  publicKey!: string;

  /** @example "2024-01-01T00:00:00.000Z" */
  createdAt!: string;

  /** @example "2024-01-01T00:00:00.000Z" */
  updatedAt!: string;
}

export class GhostAccountAnswer {
  doc!: GhostAccount;
}
