import { ValidateBy } from 'class-validator';

/** Issuer ranges by first digits, with the lengths they are issued in. */
const RANGES: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 18, 19] }, // Visa
  { prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { prefix: /^3[47]/, lengths: [15] }, // American Express
  { prefix: /^(6011|64[4-9]|65)/, lengths: [16, 19] }, // Discover
  { prefix: /^(30[0-5]|3095|36|3[89])/, lengths: [14, 16, 19] }, // Diners Club
  { prefix: /^35(2[89]|[3-8])/, lengths: [16, 17, 18, 19] }, // JCB
  { prefix: /^(62|81)/, lengths: [16, 17, 18, 19] }, // UnionPay
  { prefix: /^(5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro
  { prefix: /^220[0-4]/, lengths: [16, 17, 18, 19] }, // Mir
  { prefix: /^(60|508)/, lengths: [16] }, // RuPay
];

const SHORTEST = 12;
const LONGEST = 19;

/** A run of digits, possibly written in groups. */
const DIGIT_GROUPS = /\d+(?:[\s./_–—-]{1,3}\d+)*/g;

/** Luhn alone refuses every tenth number: an issuer's range and length must fit as well (ruling 30). */
export function isCardNumber(digits: string): boolean {
  return (
    RANGES.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) && passesLuhn(digits)
  );
}

/** Whether the text holds a card number, whole or grouped, also between other words. Linear in the text's length. */
export function containsCardNumber(text: string): boolean {
  for (const [run] of text.normalize('NFKC').matchAll(DIGIT_GROUPS)) {
    const groups = run.split(/\D+/);
    const digits = groups.join('');
    const starts: number[] = [];
    let end = 0;
    for (const group of groups) {
      starts.push(end);
      end += group.length;
      // Only whole groups: an arbitrary stretch of a longer number would be a card number by chance too often.
      for (let i = starts.length - 1; i >= 0; i--) {
        const start = starts[i] ?? 0;
        if (end - start > LONGEST) break;
        if (end - start >= SHORTEST && isCardNumber(digits.slice(start, end))) return true;
      }
    }
  }
  return false;
}

/** Whether the check digit fits; every tenth number's does. */
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

/** For every free text of a DTO: card numbers belong only where a contract asks for one. */
export function NoCardNumber(): PropertyDecorator {
  return ValidateBy({
    name: 'noCardNumber',
    validator: {
      validate: (value) => typeof value !== 'string' || !containsCardNumber(value),
      defaultMessage: () => '$property must not contain a card number',
    },
  });
}
