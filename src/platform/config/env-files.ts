import { readFileSync } from 'node:fs';
import { defaultEnv } from './env.js';
import { utf8Text } from './utf8-text.js';

type Raw = Readonly<Record<string, string | undefined>>;

/**
 * `NAME_FILE=/run/secrets/name` instead of `NAME=…`, for every setting: a secret in a file is in no process list, no
 * `docker inspect` and no crash report. The file's text is the value, without the line end.
 * @returns a problem for every file that cannot be read, and every setting that is given both ways; never with a value.
 */
export function readFiles(raw: Raw): { raw: Raw; problems: readonly string[] } {
  const read: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of Object.keys(defaultEnv())) {
    const file = raw[`${name}_FILE`];
    if (file === undefined || file === '') continue;
    if (raw[name] !== undefined && raw[name] !== '') problems.push(`${name}_FILE: ${name} is set as well`);
    else read[name] = readValue(`${name}_FILE`, file, problems);
  }
  return { raw: { ...raw, ...read }, problems };
}

function readValue(name: string, file: string, problems: string[]): string {
  try {
    const { text, problem } = utf8Text(readFileSync(file));
    if (text === undefined) problems.push(`${name}: the file ${problem}`);
    return (text ?? '').replace(/\r?\n$/, '');
  } catch (error) {
    problems.push(`${name}: the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return '';
  }
}
