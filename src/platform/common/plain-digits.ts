/**
 * Invisible characters, which separate nothing: zero-width and other format characters, fillers, and marks such as that of a
 * keycap.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}]+/gu;
const OTHER_DIGIT = /(?![0-9])\p{Nd}/gu;
const DIGIT = /^\p{Nd}$/u;
// oxlint-disable-next-line no-control-regex
const PLAIN = /^[\u0000-\u007f]*$/;

/**
 * A text as it is searched for numbers: digits of every script as 0 to 9, nothing invisible, blanks of any kind and length
 * as one. Linear, but not for texts of unbounded runs of combining marks: those are refused where bodies are parsed.
 */
export function plainDigits(text: string): string {
  const plain = PLAIN.test(text)
    ? text
    : text
        .normalize('NFKC')
        .replace(UNSEEN, '')
        .replace(OTHER_DIGIT, (digit) => String(valueOf(digit)));
  return plain.replace(/\s+/g, ' ');
}

/** Unicode has the digits of a script in one row from 0 to 9, and no row begins within another. */
function valueOf(digit: string): number {
  let zero = digit.codePointAt(0) ?? 0;
  const code = zero;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return (code - zero) % 10;
}
