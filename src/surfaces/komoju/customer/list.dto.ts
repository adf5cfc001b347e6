import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { MayBeAbsent } from '../../shared/field-rules.js';
import { KomojuCustomer } from './customer.dto.js';
import { IsListTime } from './list-time.js';

const TIME = { type: 'string', format: 'date-time', required: false, example: '2020-06-09T07:41:50Z' } as const;

export class ListKomojuCustomers {
  @MayBeAbsent()
  @IsListTime()
  @ApiProperty({ ...TIME, description: '`created_at` later than it. Without an offset it is UTC.' })
  start_time?: string;

  @MayBeAbsent()
  @IsListTime()
  @ApiProperty({ ...TIME, description: '`created_at` earlier than it.' })
  end_time?: string;

  @MayBeAbsent()
  @Matches(/^0*[1-9]\d*$/, { message: '$property must be a whole number from 1' })
  @ApiProperty({ type: 'integer', minimum: 1, default: 10, required: false, description: 'At most 100; more is 100.' })
  per_page?: string;

  @MayBeAbsent()
  @Matches(/^0*[1-9]\d{0,14}$/, { message: '$property must be a whole number from 1, of at most 15 digits' })
  @ApiProperty({ type: 'integer', minimum: 1, default: 1, required: false })
  page?: string;
}

export class KomojuCustomerList {
  @ApiProperty({ type: 'string', enum: ['list'], example: 'list' })
  resource!: string;

  /** Matches over all pages. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 23 })
  total!: number;

  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  page!: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100, example: 10 })
  per_page!: number;

  /** 0 when nothing matches. */
  @ApiProperty({ type: 'integer', minimum: 0, example: 3 })
  last_page!: number;

  @ApiProperty({ type: [KomojuCustomer] })
  data!: KomojuCustomer[];
}
