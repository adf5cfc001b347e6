/** Bytes of UTF-8 as an address has them. */
const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const CHARACTER = /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi;
const BLANK = /&(?:nbsp|ensp|emsp|thinsp);/gi;
/** Elements of which nothing is shown; a word with one in its middle stays one word. */
const UNSEEN = /&(?:shy|zwj|zwnj);|<(?!\/?(?:br|div|h[1-6]|hr|li|p|t[dhr])\b)[a-z/!?][^<>]*>/gi;
/** Elements behind which the text begins another line or cell. */
const BREAK = /<\/?(?:br|div|h[1-6]|hr|li|p|t[dhr])\b[^<>]*>/gi;

/**
 * A text with HTML and percent-encoding in it, as a reader would see it. Only for searching: it is no parser, and what comes
 * out is no safe HTML. Linear.
 */
export function asShown(text: string): string {
  return text
    .replace(PERCENT, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
    .replace(CHARACTER, (_all, hex?: string, decimal?: string) => character(hex ? parseInt(hex, 16) : Number(decimal)))
    .replace(BLANK, ' ')
    .replace(UNSEEN, '')
    .replace(BREAK, '|');
}

const character = (code: number): string => (code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
