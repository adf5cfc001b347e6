import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { StorableText } from '../../shared/field-rules.js';
import { SuccessEnvelope } from '../envelope.dto.js';

export class LogIn {
  /**
   * In any case of letters.
   * @example "testmerchant43"
   */
  @StorableText()
  @MaxLength(64)
  @IsString()
  username!: string;

  /** @example "T@est12345678" */
  @StorableText()
  @MaxLength(128)
  @IsString()
  @ApiProperty({ format: 'password' })
  password!: string;
}

export class ControlPanelToken {
  /**
   * The bearer token, good for `GATEWAY_JWT_TTL`.
   * @example "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiODkyMjdpajhtMG51YW5yMXRrMCJ9.sig"
   */
  token!: string;
}

export class TokenAnswer extends SuccessEnvelope {
  data!: ControlPanelToken;
}
