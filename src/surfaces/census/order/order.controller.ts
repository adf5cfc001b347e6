import { Body, createParamDecorator, type ExecutionContext, Get, Headers, Post } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CreateOrderService } from '../../../modules/order/create-order.service.js';
import { OrderTotals } from '../../../modules/order/order-totals.service.js';
import { CensusBody, CensusController, CensusErrors, CurrentAccount } from '../census.dialect.js';
import type { CensusCaller } from '../census.guard.js';
import { ApiPersonId } from '../person/person-id.pipe.js';
import { PersonFinder } from '../person/person-finder.service.js';
import { CensusOrderAnswer, CensusTotal, NewCensusOrder, ORDER_EXAMPLES } from './order.dto.js';
import { toAskedOrder, toAskedTotal, toCensusOrder } from './order.mapper.js';

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description:
    'Names the order for 24 hours: the same key is the same order. Without one, each request is an order of its own.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};

const optional = (name: string, example: string, description: string) =>
  ApiQuery({ name, required: false, schema: { type: 'string' }, example, description });

type SentFields = Readonly<Record<string, unknown>>;

/** The query as it was sent: a pipe would leave out what it does not know, and a filter of a sum must never be left out. */
const SentQuery = createParamDecorator(
  (_data: unknown, context: ExecutionContext): SentFields =>
    context.switchToHttp().getRequest<FastifyRequest<{ Querystring: SentFields }>>().query,
);

@CensusController('orders', 'census order')
export class CensusOrderController {
  constructor(
    private readonly creation: CreateOrderService,
    private readonly totals: OrderTotals,
    private readonly persons: PersonFinder,
  ) {}

  /**
   * Creates an order and hands it to Stripe. 201 does not mean that the money has come: a debit takes days, and a declined order
   * is one too.
   */
  @Post()
  @ApiHeader(IDEMPOTENCY_KEY)
  @CensusBody(NewCensusOrder, ORDER_EXAMPLES)
  @CensusErrors(413, 415, 422, 429, 500)
  async create(
    @CurrentAccount() caller: CensusCaller,
    @Body() body: NewCensusOrder,
    @Headers('idempotency-key') idempotencyKey?: string,
  ): Promise<CensusOrderAnswer> {
    return toCensusOrder(await this.creation.create(caller, toAskedOrder(body, idempotencyKey)));
  }

  /** The sum of the orders of a person, a campaign, or both, whose money has come. */
  @Get('total')
  @ApiPersonId(false)
  @optional('campaign_code', 'FEE2024', 'One of the two is wanted.')
  @optional('from_date', '2024-01-01', 'Created then or later; a date alone is its first moment.')
  @optional('until_date', '2024-12-31T23:59:59Z', 'Created then or before; a date alone is its last moment.')
  @CensusErrors(422, 500)
  async total(@CurrentAccount() caller: CensusCaller, @SentQuery() query: SentFields): Promise<CensusTotal> {
    const { personId, ...criteria } = toAskedTotal(query);
    const person = personId === undefined ? {} : { personId: (await this.persons.get(caller, personId))._id };
    return { amount: await this.totals.total(caller, { ...criteria, ...person }) };
  }
}
