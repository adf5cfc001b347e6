import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../../platform/common/clock.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import type { User } from '../../user/user.types.js';

export const TOKEN_AUDIENCE = 'storefront';
export const TOKEN_ISSUER = 'payments';
export const TOKEN_ALGORITHM = 'HS256';

/** Claims of a token; times are epoch seconds. */
export interface AccessTokenClaims {
  readonly sub: string;
  readonly email: string;
  readonly iat: number;
  readonly exp: number;
  readonly aud: string;
  readonly iss: string;
  /** The user's `tokenVersion` at issue; another one in the database kills the token. */
  readonly ver: number;
}

@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A bearer token for the user as they are now. */
  issue(user: Pick<User, 'id' | 'email' | 'tokenVersion'>): Promise<string> {
    const now = this.clock.now();
    const claims: AccessTokenClaims = {
      sub: user.id,
      email: user.email,
      iat: Math.floor(now / 1000),
      exp: Math.floor((now + this.config.storefront.jwtTtlMs) / 1000),
      aud: TOKEN_AUDIENCE,
      iss: TOKEN_ISSUER,
      ver: user.tokenVersion,
    };
    return this.jwt.signAsync(claims);
  }
}
