import { domainToASCII } from 'node:url';

/** A limit longer than any address: nothing that may be slow is done with a longer text. */
const LONGEST = 1_000;

/**
 * The form in which a new address is stored. Lower case comes before NFC: the other way round some letters, such as J with a
 * caron, have a second spelling that NFC would still have joined.
 */
export function normalizeEmail(email: string): string {
  const text = email.trim();
  return text.length > LONGEST ? text : text.toLowerCase().normalize('NFC');
}

/**
 * The full stops of Chinese and Japanese keyboards in the domain as plain ones, as IDNA has it (UTS 46): class-validator does
 * not take them for full stops.
 */
export function plainFullStops(email: string): string {
  const at = email.lastIndexOf('@') + 1;
  return at === 0 ? email : email.slice(0, at) + email.slice(at).replace(/[\u3002\uff0e\uff61]/g, '.');
}

/**
 * Returns the key that all spellings of an address share: the normal form with its domain in ASCII (`münchen.de` is
 * `xn--mnchen-3ya.de`).
 */
export function emailKey(email: string): string {
  const text = normalizeEmail(email);
  const at = text.lastIndexOf('@') + 1;
  if (at === 0 || text.length > LONGEST) return text;
  const domain = text.slice(at);
  return text.slice(0, at) + (domainToASCII(domain) || domain);
}

export const LONGEST_EMAIL = 254;

/** Tells whether the part after the @ can be a name in DNS. */
export function isInternetDomain(email: string): boolean {
  return domainToASCII(email.slice(email.lastIndexOf('@') + 1)) !== '';
}

/** Returns the address as versions up to 0.1.x stored it; owners of such accounts may go on typing it that way. */
export function formerEmail(email: string): string {
  const text = email.trim();
  return text.length > LONGEST ? text : text.normalize('NFC').toLowerCase();
}

/** Matches addresses whose key may differ from them; all others, once stored, are their own key. MongoDB runs it as well. */
export const NOT_PLAIN = /xn--|[^\x21-\x7e]/;

/**
 * Matches characters that a reader of the address would not see: format, control, private and ignorable ones, and odd
 * blanks.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]|(?! )\p{Zs}/u;

export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}
