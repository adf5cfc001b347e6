import { Body, Headers, Post } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { ProvenAccountKey } from '../../../modules/auth/api-key/api-key.types.js';
import { CardOnFileService } from '../../../modules/payment/charge/card-on-file.service.js';
import { CurrentKey, GhostBody, GhostController, GhostErrors } from '../ghost.dialect.js';
import { CHARGE_EXAMPLES, GhostChargeAnswer, NewGhostCharge } from './charge.dto.js';
import { toOrder, toGhostCharge } from './charge.mapper.js';

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Names the charge: the same key is the same charge for ever, and answers what became of it. Without one, each request is a charge of its own.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};

@GhostController('charges', 'ghost charge')
export class GhostChargeController {
  constructor(private readonly charges: CardOnFileService) {}

  /** Charges a saved card, without its holder being there. */
  @Post()
  @ApiHeader(IDEMPOTENCY_KEY)
  @GhostBody(NewGhostCharge, CHARGE_EXAMPLES)
  @GhostErrors(400, 402, 404, 409, 413, 415, 429, 502)
  async create(
    @CurrentKey() key: ProvenAccountKey,
    @Body() body: NewGhostCharge,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<GhostChargeAnswer> {
    const order = toOrder(body, idempotencyKey);
    return { doc: toGhostCharge(await this.charges.charge('ghost', key, order, body)) };
  }
}
