/** Fields that nodemailer adds to the error of an SMTP reply. */
interface SmtpFailure {
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly response?: unknown;
}

/** The server does not want to hear of the message's sender, which is our account's trouble, not the message's. */
const AUTHENTICATION_REQUIRED = 530;

/** The mail server refused this recipient or this message for good (5xx): sending it again as it is would be refused again. */
export class MailRefusedError extends Error {
  /** @param reply code and enhanced code, such as `550 5.1.1`; the text behind them often names the recipient. */
  constructor(
    readonly reply: string,
    cause: unknown,
  ) {
    super(`the mail server refused it for good: ${reply}`, { cause });
    this.name = MailRefusedError.name;
  }
}

/**
 * A 5xx to RCPT TO or to the message is the answer to this one message. A 5xx to the greeting, the login or MAIL FROM is
 * about us: with a wrong password every receipt of the day would be given up at its first try.
 */
export function refusedForGood(error: unknown): MailRefusedError | null {
  const { command, responseCode, response } = (typeof error === 'object' ? (error ?? {}) : {}) as SmtpFailure;
  if (command !== 'RCPT TO' && command !== 'DATA') return null;
  if (typeof responseCode !== 'number' || responseCode < 500 || responseCode > 599) return null;
  if (responseCode === AUTHENTICATION_REQUIRED) return null;
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(typeof response === 'string' ? response : '')?.[1];
  return new MailRefusedError(enhanced === undefined ? String(responseCode) : `${responseCode} ${enhanced}`, error);
}
