import type { ProcessRecord } from './process-record.js';

/** A program that listens on one port of 127.0.0.1 and keeps its data in one folder. */
export interface ProgramSpec {
  /** Name of the program in messages. */
  name: string;
  /** Folder of process.json and the log. */
  dir: string;
  command(port: number, token: string): [program: string, ...args: string[]];
  /** A text that its command line must contain, such as its data folder. */
  mark: string;
  /** Tells by the program's own output whether it is ready: an open port may be another program's. */
  ready(output: string): boolean;
  /** Runs after the program is ready and before the start counts as done. */
  afterStart?(record: ProcessRecord): Promise<void>;
  /** Tells whether the program at the record's port proves to be the recorded one. */
  prove(record: ProcessRecord): Promise<boolean>;
  /** Tells whether the recorded program is still the one that would be started now. */
  isCurrent?(record: ProcessRecord): boolean;
  /** Sent right after SIGTERM, for a program that needs a push to notice it. */
  nudge?(record: ProcessRecord): void;
  readyWithinMs: number;
  stopWithinMs: number;
  log(line: string): void;
}
