import { randomBytes, randomInt } from 'node:crypto';

/** 20 characters of base32hex, sortable by creation; https://github.com/rs/xid. */
export const XID_PATTERN = /^[0-9a-v]{20}$/;

const DIGITS = '0123456789abcdefghijklmnopqrstuv';

/** Machine and process, drawn once: containers share host names and process numbers. */
const ORIGIN = randomBytes(5);
let counter = randomInt(0x1000000);

/** A new id. `now` is epoch milliseconds, of which the seconds are kept. */
export function newXid(now: number): string {
  counter = (counter + 1) % 0x1000000;
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(Math.floor(now / 1000) % 0x100000000, 0);
  ORIGIN.copy(bytes, 4);
  bytes.writeUIntBE(counter, 9, 3);
  return xidOf(bytes);
}

/** Returns 12 bytes in the form of an id. */
export function xidOf(bytes: Buffer): string {
  // 96 bits are 19 digits and one bit; the last digit carries it on top.
  let bits = BigInt(`0x${bytes.toString('hex')}`) << 4n;
  let id = '';
  for (let i = 0; i < 20; i++, bits >>= 5n) id = `${DIGITS[Number(bits & 31n)]}${id}`;
  return id;
}
