import { ApiProperty } from '@nestjs/swagger';

/** What every deletion answers. */
export class GhostDeleted {
  @ApiProperty({ type: 'boolean', enum: [true], example: true })
  success!: true;
}

export const deleted = (): GhostDeleted => ({ success: true });
