import { ApiProperty } from '@nestjs/swagger';

/** Answer of every deletion. */
export class GhostDeleted {
  @ApiProperty({ type: 'boolean', enum: [true], example: true })
  success!: true;
}

export const deleted = (): GhostDeleted => ({ success: true });
