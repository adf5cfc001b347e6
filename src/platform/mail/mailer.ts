import { Inject, Injectable, Logger } from '@nestjs/common';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { CONFIG, type Config } from '../config/config.js';
import { refusedForGood } from './mail-refused.error.js';
import { Outbox } from './outbox.js';

export interface Mail {
  /** Names the message: sent twice under one id it is one message with one Message-ID. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
}

const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * SMTP where SMTP_URL says so. Otherwise, outside production, complete messages in DATA_DIR/outbox, so that what would be
 * sent can be looked at; in production nothing is sent, which is said once at the start.
 */
@Injectable()
export class Mailer {
  private readonly log = new Logger('Mail');
  private readonly deliver: (message: SendMailOptions, id: string) => Promise<void>;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    outbox: Outbox,
  ) {
    const { smtpUrl } = config.mail;
    if (smtpUrl !== undefined) this.deliver = overSmtp(smtpUrl);
    else if (config.production) {
      this.log.warn('SMTP_URL is not set: no e-mail is sent');
      this.deliver = async () => undefined;
    } else this.deliver = intoOutbox(outbox);
  }

  /**
   * Throws when the server does not take it; sending it again under the same id is right then, unless it is a
   * MailRefusedError.
   */
  async send(mail: Mail): Promise<void> {
    const { id, to, subject, text, html } = mail;
    const from = this.config.mail.from;
    const host = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
    const message: SendMailOptions = {
      messageId: `<${encodeURIComponent(id)}@${host}>`,
      from,
      // An object, not a string: a comma in an address would otherwise add a recipient.
      to: { name: '', address: to },
      subject: subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '),
      text,
      ...(html === undefined ? {} : { html }),
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    await this.deliver(message, id);
    this.log.debug({ message: 'e-mail handed over', messageId: id });
  }
}

function overSmtp(url: string): (message: SendMailOptions) => Promise<void> {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
  });
  return async (message) => {
    try {
      await transport.sendMail(message);
    } catch (error) {
      throw refusedForGood(error) ?? error;
    }
  };
}

function intoOutbox(outbox: Outbox): (message: SendMailOptions, id: string) => Promise<void> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return async (message, id) => {
    const { message: eml } = await transport.sendMail(message);
    await outbox.write(id, eml as Buffer);
  };
}
