import { ValidateBy } from 'class-validator';
import { asShown } from './markup.js';
import { plainDigits } from './plain-digits.js';

/** Issuer ranges by first digits, with the lengths they are issued in. Visa's 13 digits are long gone, and every EAN has 13. */
const RANGES: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [16, 19] }, // Visa
  { prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { prefix: /^3[47]/, lengths: [15] }, // American Express
  { prefix: /^(6011|64[4-9]|65)/, lengths: [16, 19] }, // Discover
  { prefix: /^(30[0-5]|3095|36|3[89])/, lengths: [14, 16, 19] }, // Diners Club
  { prefix: /^35(2[89]|[3-8])/, lengths: [16, 17, 18, 19] }, // JCB
  { prefix: /^(62|81)/, lengths: [16, 17, 18, 19] }, // UnionPay
  { prefix: /^(5018|5020|5038|5893|6304|67)/, lengths: [16, 17, 18, 19] }, // Maestro
  { prefix: /^220[0-4]/, lengths: [16, 17, 18, 19] }, // Mir
  { prefix: /^(60|508)/, lengths: [16] }, // RuPay
];

const SHORTEST = 14;
const LONGEST = 19;

/** Printed groups of card digits: 16 to 19 digits, American Express, Diners Club, long ones after the bank's. */
const PRINTED = ['4-4-4-4', '4-4-4-4-1', '4-4-4-4-2', '4-4-4-4-3', '4-6-5', '4-6-4', '6-13'];
/** These forms, also with some of their groups written as one. */
const CARD_FORMS = new Set(PRINTED.flatMap((form) => withJoinedGroups(form.split('-').map(Number))));

/** Between these, digits in groups of any size are looked at as one number. */
const SPACER = /^[ ./_\p{Pd}\u2212]{1,3}$/u;
/** Between these (commas, colons, stars, bars, …) only groups of a card's form are: prices and times stand in lists. */
const LIST_SEPARATOR = /^[^\p{L}\p{N}]{1,3}$/u;

/** Not cards however they add up: days, and prices with a full stop. */
const DAYS =
  /(?<!\d)(?:(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d|(?:19|20)\d\d([./-])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01]))(?!\d)/g;
const PRICES = /(?<![\d.])\d{1,6}\.\d\d(?:[ /_–—-]+\d{1,6}\.\d\d)+(?![\d.])/g;

/** Luhn alone refuses every tenth number: an issuer's range and length must fit as well (ruling 30). */
export function isCardNumber(digits: string): boolean {
  return (
    RANGES.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) && passesLuhn(digits)
  );
}

function withJoinedGroups([first = 0, second, ...rest]: readonly number[]): string[] {
  if (second === undefined) return [String(first)];
  const apart = withJoinedGroups([second, ...rest]).map((form) => `${first}-${form}`);
  return [...apart, ...withJoinedGroups([first + second, ...rest])];
}

interface Group {
  readonly digits: string;
  /** The text between this group and the one before, or the beginning of a long one. */
  readonly between: string;
  /** The separator that joins this group to the one before; none if other text stands between them. */
  readonly joint: 'spacer' | 'separator' | undefined;
}

/**
 * Whether the text holds a card number, whole or grouped, also between other words, in HTML or percent-encoded. Linear in the
 * text's length.
 */
export function containsCardNumber(text: string): boolean {
  return holdsCard(text) || (/[%<&]/.test(text) && holdsCard(asShown(text)));
}

function holdsCard(text: string): boolean {
  const groups = groupsOf(plainDigits(text).replace(DAYS, 'x').replace(PRICES, 'x'));
  return groups.some((_group, last) => endsCardNumber(groups, last)) || listsOf(groups).some(isCardNumber);
}

function groupsOf(text: string): readonly Group[] {
  const groups: Group[] = [];
  let end = 0;
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const between = text.slice(end, Math.min(index, end + 7));
    groups.push({ digits, between, joint: jointOf(between) });
    end = index + digits.length;
  }
  return groups;
}

function jointOf(between: string): Group['joint'] {
  if (SPACER.test(between)) return 'spacer';
  return LIST_SEPARATOR.test(between) ? 'separator' : undefined;
}

/** Takes whole groups only: an arbitrary stretch of a longer number would be a card number by chance too often. */
function endsCardNumber(groups: readonly Group[], last: number): boolean {
  let digits = '';
  let form = '';
  let anyForm = true;
  for (let i = last; i >= 0; i--) {
    const group = groups[i];
    if (group === undefined || digits.length + group.digits.length > LONGEST) return false;
    digits = group.digits + digits;
    form = form === '' ? String(group.digits.length) : `${group.digits.length}-${form}`;
    if (digits.length >= SHORTEST && (anyForm || CARD_FORMS.has(form)) && isCardNumber(digits)) return true;
    if (group.joint === undefined) return false;
    anyForm &&= group.joint === 'spacer';
  }
  return false;
}

/**
 * The lists of single digits, each with the same between all of them: `4,2,4,2`. Only whole ones: in a long list of ratings some
 * stretch would be a card number by chance.
 */
function listsOf(groups: readonly Group[]): string[] {
  const lists: string[] = [];
  let list = '';
  let separator: string | undefined;
  let before = '';
  for (const { digits, between, joint } of groups) {
    const follows = joint !== undefined && before.length === 1 && digits.length === 1;
    if (follows && (between === separator || list.length === 1)) list += digits;
    else {
      lists.push(list);
      // The digit before begins a list of its own where only the separator changes.
      list = follows ? before + digits : digits.length === 1 ? digits : '';
    }
    separator = between;
    before = digits;
  }
  return [...lists, list];
}

/** Tells whether the check digit fits; that of every tenth number does. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = digits.length - 1; i >= 0; i--) {
    const value = (digits.charCodeAt(i) - 48) * (double ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}

const AMERICAN_EXPRESS = /^3[47]\d{13}$/;

/** Tells whether a telephone number holds a card: both may have 15 digits, but only an American Express has its range. */
export function holdsCardInPhone(text: string): boolean {
  const digits = plainDigits(text).replace(/\D/g, '');
  return digits.length > 15 ? containsCardNumber(text) : AMERICAN_EXPRESS.test(digits) && passesLuhn(digits);
}

/** Rule for every free text of a DTO: card numbers belong only where a contract asks for one. */
export const NoCardNumber = (): PropertyDecorator => refusing(containsCardNumber);

/** The same for `phone` and `fax`. */
export const NoCardNumberInPhone = (): PropertyDecorator => refusing(holdsCardInPhone);

function refusing(isRefused: (text: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name: 'noCardNumber',
    validator: {
      validate: (value) => typeof value !== 'string' || !isRefused(value),
      defaultMessage: () => '$property must not contain a card number',
    },
  });
}
