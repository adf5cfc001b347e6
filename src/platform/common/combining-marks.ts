/**
 * UAX #15, stream-safe text: no language writes more in a row. Normalization sorts a run of them in time that grows with
 * the square of its length.
 */
export const MOST_MARKS = 30;

/** The two halfwidth sound marks are letters by category, and marks once they are normalized. */
const MARK = /[\p{M}\uff9e\uff9f]/u;

/** Combining marks begin here. */
const FIRST_MARK = 0x300;

/** Per UTF-16 unit, filled when one is first met: 0 not known yet, 1 no mark, 2 a mark. */
const KNOWN = new Uint8Array(0x1_0000);

/** Tells whether more than 30 combining marks stand in a row. Linear, and without a regular expression for each character. */
export function hasMarkRun(text: string): boolean {
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < FIRST_MARK) run = 0;
    else if (isHighSurrogate(unit)) run = MARK.test(text.slice(i, ++i + 1)) ? run + 1 : 0;
    else run = isMark(unit) ? run + 1 : 0;
    if (run > MOST_MARKS) return true;
  }
  return false;
}

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;

function isMark(unit: number): boolean {
  if (KNOWN[unit] === 0) KNOWN[unit] = MARK.test(String.fromCharCode(unit)) ? 2 : 1;
  return KNOWN[unit] === 2;
}
