import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { utf8Text } from './utf8-text.js';
import { lookAtLines } from './dot-env-lines.js';

export interface DotEnv {
  readonly values: Readonly<Record<string, string>>;
  /** One sentence each, naming the file and the line; never with a value. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const NOTHING: DotEnv = { values: {}, problems: [], warnings: [] };

/**
 * Reads a `.env`. A file that is not there says nothing; one that cannot be read as what its author meant is a problem,
 * because a production file that counts for nothing would start a development copy.
 */
export function readDotEnv(file: string): DotEnv {
  try {
    const { text, problem } = utf8Text(readFileSync(file));
    if (text === undefined) return { ...NOTHING, problems: [`${file}: ${problem}`] };
    return { values: parsed(text), ...lookAtLines(text, file) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return NOTHING;
    return { ...NOTHING, problems: [`${file}: ${code === 'EISDIR' ? 'is a directory' : cannotBeRead(code)}`] };
  }
}

const cannotBeRead = (code: string | undefined): string => `cannot be read (${code ?? 'unknown error'})`;

/** Node 20 takes an indented comment for the beginning of the next name. */
const parsed = (text: string): Record<string, string> =>
  ({ ...parseEnv(text.replace(/^[^\S\n]+(?=#)/gm, '')) }) as Record<string, string>;
