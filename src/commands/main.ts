import { admin } from './admin/admin.js';
import { indexes } from './indexes.js';
import { EXIT, type Program, runProgram } from './program.js';
import { reconcile } from './reconcile.js';

/** `node dist/commands/main.js <program> …`, which is what `npm run <program> -- …` starts. */
const PROGRAMS: Readonly<Record<string, Program>> = { admin, indexes, reconcile };

function help(): string {
  const each = Object.values(PROGRAMS).map((program) => program.help());
  const codes =
    'exit codes: 0 done; 1 refused, or something to report; 2 and 78 told wrongly; 69 the database or Stripe does not answer';
  return [...each, codes].join('\n\n');
}

async function main(): Promise<void> {
  const [name = 'help', ...args] = process.argv.slice(2);
  const program = PROGRAMS[name];
  if (program !== undefined) {
    process.exitCode = await runProgram(program, args);
    return;
  }
  const isAsked = name === 'help' || name === '--help';
  (isAsked ? process.stdout : process.stderr).write(`${help()}\n`);
  process.exitCode = isAsked ? EXIT.done : EXIT.configuration;
}

void main();
