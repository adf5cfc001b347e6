import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** Where receipts go. */
export class MailEnv {
  @IsOptional()
  @Matches(/^smtps?:\/\/\S+$/, { message: 'SMTP_URL must be an smtp:// or smtps:// address' })
  SMTP_URL?: string = undefined;

  @IsString()
  @MaxLength(320)
  MAIL_FROM: string = 'Payments <receipts@localhost>';
}
