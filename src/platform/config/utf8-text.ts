import { isUtf8 } from 'node:buffer';

interface Text {
  readonly text?: string;
  /** Why there is none. */
  readonly problem?: string;
}

const UTF8 = 'save it as UTF-8';

/** The text of a file of settings, without the byte order mark that some editors put before UTF-8. */
export function utf8Text(bytes: Buffer): Text {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { problem: `is UTF-16, as PowerShell writes by default: ${UTF8}` };
  }
  // UTF-16 without a mark has a zero byte in every letter of a setting's name.
  if (bytes.includes(0)) return { problem: `has zero bytes, as UTF-16 has: ${UTF8}` };
  if (!isUtf8(bytes)) return { problem: `has bytes that are no UTF-8: ${UTF8}` };
  return { text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
}
