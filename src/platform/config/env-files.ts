import { readFileSync } from 'node:fs';
import { ConfigError, defaultEnv } from './env.js';

type Raw = Readonly<Record<string, string | undefined>>;

/**
 * `NAME_FILE=/run/secrets/name` instead of `NAME=…`, for every setting: a secret in a file is in no process list, no
 * `docker inspect` and no crash report. The file's text is the value, without the line end.
 * @throws ConfigError with every file that cannot be read, and every setting that is given both ways; never with a value.
 */
export function withFiles(raw: Raw): Raw {
  const read: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of Object.keys(defaultEnv())) {
    const file = raw[`${name}_FILE`];
    if (file === undefined || file === '') continue;
    if (raw[name] !== undefined && raw[name] !== '') problems.push(`${name}_FILE: ${name} is set as well`);
    else read[name] = readValue(`${name}_FILE`, file, problems);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...raw, ...read };
}

function readValue(name: string, file: string, problems: string[]): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    problems.push(`${name}: the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
    return '';
  }
}
