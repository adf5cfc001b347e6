import { ConfigError } from '../platform/config/env.js';
import { scrubLines } from '../platform/logging/scrub.js';

/** Exit codes of every command. `usage` is `npm run reconcile`'s alone: the others answer `configuration` to wrong options. */
export const EXIT = {
  /** Done, and nothing to report. */
  done: 0,
  /** Refused, or done with something to report: differences, indexes that are not as declared. */
  refused: 1,
  usage: 2,
  /** The database or Stripe could not be read to the end. */
  unavailable: 69,
  configuration: 78,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Thrown for options that the command does not have; its message names them. */
export class UsageError extends Error {}

/** One of the programs behind `npm run admin`, `npm run indexes` and `npm run reconcile`. */
export interface Program {
  /** Returns one sentence about the program, then its options, a line each. */
  help(): string;
  /** Throws what `runProgram` turns into a sentence and an exit code. */
  run(args: readonly string[]): Promise<ExitCode>;
}

/** Prints one line without secrets or card numbers. */
export const say = (line: string): void => void process.stdout.write(`${scrubLines(line)}\n`);

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return EXIT.usage;
  return error instanceof ConfigError ? EXIT.configuration : EXIT.unavailable;
}

/** Runs the program and returns its exit code; prints what it throws as one sentence, and the options if they were wrong. */
export async function runProgram(program: Program, args: readonly string[]): Promise<ExitCode> {
  if (args.includes('--help')) {
    process.stdout.write(`${program.help()}\n`);
    return EXIT.done;
  }
  try {
    return await program.run(args);
  } catch (error) {
    const usage = error instanceof UsageError ? `\n${program.help()}` : '';
    process.stderr.write(`${scrubLines(error instanceof Error ? error.message : String(error))}${usage}\n`);
    return exitCodeOf(error);
  }
}
