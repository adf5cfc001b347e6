import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { GREATEST_AMOUNT_MINOR } from '../../common/currency.js';
import { ReturnUrl } from './addresses.js';
import { Duration, Flag, List, Whole } from './values.js';

/** The storefront: its tokens, and what a payment costs. */
export class StorefrontEnv {
  @IsOptional()
  @IsString()
  STOREFRONT_JWT_SECRET?: string = undefined;

  @Duration()
  STOREFRONT_JWT_TTL: number = 86_400_000;

  @Whole()
  @IsInt()
  @Min(1)
  @Max(GREATEST_AMOUNT_MINOR)
  STOREFRONT_PRICE_AMOUNT: number = 2000;

  @Matches(/^[a-z]{3}$/, { message: 'STOREFRONT_PRICE_CURRENCY must be a lower-case ISO 4217 code' })
  STOREFRONT_PRICE_CURRENCY: string = 'usd';

  @Flag()
  @IsBoolean()
  STOREFRONT_DEFAULT_PRICE: boolean = true;

  @Flag()
  @IsBoolean()
  STOREFRONT_CLIENT_AMOUNT: boolean = false;

  @List()
  @Matches(/^[a-z]{3}:\d{1,12}-\d{1,12}$/, {
    each: true,
    message: 'STOREFRONT_CLIENT_AMOUNT_BOUNDS must look like usd:100-100000,eur:100-90000',
  })
  STOREFRONT_CLIENT_AMOUNT_BOUNDS: string[] = [];

  @IsOptional()
  @ReturnUrl()
  STOREFRONT_RETURN_URL?: string = undefined;

  @IsIn(['own', 'all'])
  STOREFRONT_USER_SCOPE: 'own' | 'all' = 'own';
}
