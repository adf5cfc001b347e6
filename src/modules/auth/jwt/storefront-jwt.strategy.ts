import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { IncomingHttpHeaders } from 'node:http';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { Clock } from '../../../platform/common/clock.js';
import type { Principal } from '../../../platform/common/principal.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { UserRepository } from '../../user/user.repository.js';
import { type AccessTokenClaims, TOKEN_ALGORITHM, TOKEN_AUDIENCE, TOKEN_ISSUER } from './access-tokens.js';
import { jwtKey } from './jwt-key.js';
import { isInTime } from './token-times.js';

const USER_ID = /^[0-9a-f]{24}$/;

let strategies = 0;

/** Reads exactly `Bearer <token>`; passport-jwt's own reader ignores what follows. Never from a query, body or cookie. */
function bearerToken({ headers }: { headers: IncomingHttpHeaders }): string | null {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/**
 * Turns a bearer token into a Principal. The user is read for every request, so deletion, log-out and a lost role count
 * at once and on every instance.
 */
@Injectable()
export class StorefrontJwtStrategy extends PassportStrategy(Strategy) {
  /** Passport's register is global to the process: two apps in one process must not share a name, or a database. */
  override readonly name = `storefront-jwt-${++strategies}`;

  constructor(
    private readonly users: UserRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) config: Config,
  ) {
    super({
      jwtFromRequest: bearerToken,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- jsonwebtoken takes the KeyObject, the types lag
      secretOrKey: jwtKey(config.storefront.jwtSecret) as unknown as Buffer,
      algorithms: [TOKEN_ALGORITHM],
      audience: TOKEN_AUDIENCE,
      issuer: TOKEN_ISSUER,
      // Time is judged by the app's Clock, below.
      ignoreExpiration: true,
      jsonWebTokenOptions: { ignoreNotBefore: true },
    });
    passport.use(this.name, this);
  }

  /** @returns null when the token is no good (any more). Throws StoreError. */
  async validate(claims: Partial<AccessTokenClaims> & { nbf?: unknown }): Promise<Principal | null> {
    if (typeof claims.sub !== 'string' || !USER_ID.test(claims.sub) || !isInTime(claims, this.clock.now())) return null;
    const user = await this.users.findById(claims.sub);
    if (user === null || user.tokenVersion !== claims.ver) return null;
    return { kind: 'storefront-user', id: user.id, isAdmin: user.isAdmin, customerId: user.customerId };
  }
}
