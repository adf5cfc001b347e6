import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '../../platform/common/app-error.js';
import { ConfigError } from '../../platform/config/env.js';

/** A limit longer than any password: a file that is piped in by mistake is refused before it is read to its end. */
const MAX_CHARACTERS = 1000;

/** The terminal through which a command talks with a person. */
export interface Terminal {
  /** `isTTY` says whether there is a person. */
  readonly input: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Standard error, because standard output is for the answer. */
  readonly output: NodeJS.WritableStream;
}

/**
 * A password that stands in no list of processes: from standard input where `fromInput`, else asked for.
 * @throws ConfigError when nobody is there to be asked; AppError validation_failed
 */
export async function readPassword(terminal: Terminal, fromInput: boolean): Promise<string> {
  if (fromInput) return inputOf(terminal);
  if (terminal.input.isTTY === true) return askTwice(terminal);
  throw new ConfigError(['--password: there is no terminal to ask for it, use --password-stdin']);
}

/** All of the input, without the line end that `echo` adds. */
async function inputOf({ input }: Terminal): Promise<string> {
  let text = '';
  for await (const part of input) {
    text += String(part);
    if (text.length > MAX_CHARACTERS) throw refused('what came on standard input is too long for a password');
  }
  return text.replace(/\r?\n$/, '');
}

/** Shows nothing of what is typed. */
async function askTwice({ input, output }: Terminal): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true });
  // The iterator keeps a second line that comes with the first, as from the clipboard.
  const answers = lines[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    output.write(question);
    const answer = await answers.next();
    output.write('\n');
    if (answer.done === true) throw refused('no password was given');
    return answer.value;
  };
  try {
    const password = await ask('Password: ');
    if ((await ask('Again: ')) !== password) throw refused('the two passwords differ');
    return password;
  } finally {
    lines.close();
  }
}

const refused = (message: string) => new AppError('validation_failed', message);
