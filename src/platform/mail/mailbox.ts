import { isEmail } from 'class-validator';
import addressparser from 'nodemailer/lib/addressparser';

/** Returns whether what sends our mail reads exactly one e-mail address in it: `a@b.c`, `Name <a@b.c>`, `Name <a@localhost>`. */
export function isMailbox(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const [mailbox, ...more] = addressparser(text);
  return (
    more.length === 0 &&
    mailbox !== undefined &&
    'address' in mailbox &&
    isEmail(mailbox.address, { require_tld: false })
  );
}
