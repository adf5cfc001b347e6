/** An embedded part that cannot work. `exitCode` is what the process should end with. */
export class EmbeddedError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

const EX_TEMPFAIL = 75;
const EX_CONFIG = 78;

/** Nothing here can be a store: the person has to choose one of the ways out that the message names. */
export class NoEmbeddedStoreError extends EmbeddedError {
  constructor(tried: readonly string[]) {
    super(
      [
        'No database: MONGODB_URI is not set and no embedded store could be started.',
        ...tried.map((line) => `  - ${line}`),
        'Ways out, any one of them:',
        '  1. set MONGODB_URI to a MongoDB you have;',
        '  2. install mongod, or set MONGODB_BINARY to one;',
        '  3. install Python 3.10 or newer with its venv module (needs the network once, for SecantusDB).',
      ].join('\n'),
      EX_CONFIG,
    );
  }
}

/** The store's files are open in a process that could not be shown to be ours. */
export class StoreInUseError extends EmbeddedError {
  constructor(dir: string, pids: readonly number[]) {
    const who = pids.length === 0 ? 'another process' : `process ${pids.join(', ')}`;
    super(
      `The embedded store's files in ${dir} are in use by ${who}. End it, or choose another DATA_DIR.`,
      EX_TEMPFAIL,
    );
  }
}

export class PortInUseError extends EmbeddedError {
  constructor(
    program: string,
    readonly port: number,
  ) {
    super(`${program}: port ${port} on 127.0.0.1 is in use by another program.`, EX_TEMPFAIL);
  }
}

export class DataDirLockedError extends EmbeddedError {
  constructor(
    dataDir: string,
    readonly pid: number | null,
    readonly url: string | null,
  ) {
    const who = pid === null ? 'another copy of this app' : `another copy of this app, pid ${pid}`;
    const at = url === null ? '' : `, listening at ${url}`;
    super(`${dataDir} is in use by ${who}${at}. Stop it, or choose another DATA_DIR.`, EX_TEMPFAIL);
  }
}

/** The simulator does not start with what it finds, such as a journal that it cannot read. */
export class SimulatorRefusedError extends EmbeddedError {
  /** @param why its own sentence, which names the file */
  constructor(why: string) {
    const lines = [`The Stripe simulator does not start: ${why}.`];
    // Without its journal it is another account, and the app refuses to work with payments of another account.
    if (why.includes('simulator.journal'))
      lines.push(
        'Payments made so far are at the account in that file, so start over with another DATA_DIR, or with this one',
        'emptied; also with another database if MONGODB_URI names one.',
      );
    super(lines.join('\n'), EX_CONFIG);
  }
}

/** A program of ours ended before it was ready, or was not ready in time. */
export class ProgramFailedError extends EmbeddedError {
  constructor(
    message: string,
    readonly logTail: string,
  ) {
    super(logTail === '' ? message : `${message}\n${logTail}`, 1);
  }
}
