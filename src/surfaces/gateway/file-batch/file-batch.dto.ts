import { ApiProperty } from '@nestjs/swagger';
import { SuccessEnvelope } from '../envelope.dto.js';

const STATUSES = ['pending', 'processing', 'completed', 'failed'] as const;

export class FileBatchBody {
  /** @example "b7kgflt1tlv51er0fc00" */
  id!: string;

  /** `completed`: every row has an end. `failed`: rows have vanished from the store. */
  @ApiProperty({ type: 'string', enum: STATUSES, example: 'pending' })
  status!: (typeof STATUSES)[number];

  /**
   * Rows of the file, without its header.
   * @example 2
   */
  num_lines!: number;

  /**
   * Rows that have an end.
   * @example 0
   */
  processed_lines!: number;

  /** @example "2024-02-01T10:00:00Z" */
  created_at!: string;

  /** @example "2024-02-01T10:00:00Z" */
  updated_at!: string;
}

export class FileBatchAnswer extends SuccessEnvelope {
  data!: FileBatchBody;
}
