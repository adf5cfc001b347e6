import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../../platform/common/clock.js';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { TOKEN_ALGORITHM, TOKEN_ISSUER } from '../jwt/access-tokens.js';
import { isInTime } from '../jwt/token-times.js';

const AUDIENCE = 'gateway';

/** The user that a control-panel token names, and the version of the user's tokens at issue. */
export interface GatewayTokenSubject {
  readonly userId: string;
  readonly tokenVersion: number;
}

/** The control panel's JWTs (contract decision G1): a secret and an audience of their own, never the storefront's. */
@Injectable()
export class GatewayTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  issue({ userId, tokenVersion }: GatewayTokenSubject): Promise<string> {
    const now = this.clock.now();
    return this.jwt.signAsync({
      sub: userId,
      iat: Math.floor(now / 1000),
      exp: Math.floor((now + this.config.gateway.jwtTtlMs) / 1000),
      aud: AUDIENCE,
      iss: TOKEN_ISSUER,
      ver: tokenVersion,
    });
  }

  /** @returns null when the token is not ours or its time is over. */
  async verify(token: string): Promise<GatewayTokenSubject | null> {
    const claims = await this.claimsOf(token);
    if (claims === null || !isInTime(claims, this.clock.now())) return null;
    const { sub, ver } = claims;
    return typeof sub === 'string' && typeof ver === 'number' ? { userId: sub, tokenVersion: ver } : null;
  }

  private async claimsOf(token: string): Promise<Record<string, unknown> | null> {
    try {
      return await this.jwt.verifyAsync<Record<string, unknown>>(token, {
        algorithms: [TOKEN_ALGORITHM],
        audience: AUDIENCE,
        issuer: TOKEN_ISSUER,
        // Time is judged by the app's Clock.
        ignoreExpiration: true,
        ignoreNotBefore: true,
      });
    } catch {
      return null; // whatever is wrong with it, it proves nothing
    }
  }
}
