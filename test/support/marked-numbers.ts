import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { passesLuhn } from '../../src/platform/common/card-number.js';

const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');

/** A card number of Visa's that nobody else has in a test run. */
export function markedCard(): string {
  const front = `4${digits(14)}`;
  const check = Array.from('0123456789').find((digit) => passesLuhn(front + digit));
  return `${front}${check}`;
}

/** Of a bank account. */
export const markedAccount = (): string => `7${digits(16)}`;

/** Every way in which a number could have been written down. */
function spellings(number: string): string[] {
  const groups = number.match(/.{1,4}/g) ?? [];
  return [
    number,
    groups.join(' '),
    groups.join('-'),
    Buffer.from(number).toString('base64').replace(/=+$/, ''),
    Buffer.from(number).toString('hex'),
  ];
}

/** The numbers that are in a text, whole: what is shown of one anyway, six and four digits, is none. */
export function numbersIn(text: string, numbers: readonly string[]): string[] {
  return numbers.filter((number) => spellings(number).some((spelling) => text.includes(spelling)));
}

/** The bytes of every file below a folder, as Latin-1. A file that goes away meanwhile was not kept. */
export function filesBelow(folder: string): string {
  const texts: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    try {
      texts.push(readFileSync(path, 'latin1'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return texts.join('\n');
}
