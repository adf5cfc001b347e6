import { invalidRequest } from '../../platform/common/app-error.js';

/** The options given to a command, by name; a flag that was given has an empty value. */
export type CommandOptions = Readonly<Record<string, string | undefined>>;

/** Reads an option that is `true` or `false`; undefined: not given. */
export function flagOf(options: CommandOptions, name: string): boolean | undefined {
  const told = options[name];
  if (told === undefined) return undefined;
  if (told === 'true' || told === 'false') return told === 'true';
  throw invalidRequest(`${name} must be true or false`);
}
