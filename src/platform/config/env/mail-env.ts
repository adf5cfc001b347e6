import { IsOptional, IsString, Matches, MaxLength, ValidateBy } from 'class-validator';
import { isMailbox } from '../../mail/mailbox.js';

/** Variables of the mail server that sends receipts. */
export class MailEnv {
  @IsOptional()
  @Matches(/^smtps?:\/\/\S+$/, { message: 'SMTP_URL must be an smtp:// or smtps:// address' })
  SMTP_URL?: string = undefined;

  @IsString()
  @MaxLength(320)
  @ValidateBy({
    name: 'isMailbox',
    validator: {
      validate: isMailbox,
      defaultMessage: () => 'MAIL_FROM must be one e-mail address, such as Shop <receipts@shop.example>',
    },
  })
  MAIL_FROM: string = 'Payments <receipts@localhost>';
}
