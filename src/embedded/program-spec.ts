import type { ProcessRecord } from './process-record.js';

/** A program that listens on one port of 127.0.0.1 and keeps its data in one folder. */
export interface ProgramSpec {
  /** For messages. */
  name: string;
  /** Where process.json and the log are. */
  dir: string;
  command(port: number, token: string): [program: string, ...args: string[]];
  /** A text that its command line must contain, such as its data folder. */
  mark: string;
  /** Is it ready, by what it has written so far? Its own words: another program on the port proves nothing. */
  ready(output: string): boolean;
  /** After ready, before the start counts as done. */
  afterStart?(record: ProcessRecord): Promise<void>;
  /** Does the program at the record's port show that it is the record's? */
  prove(record: ProcessRecord): Promise<boolean>;
  /** Is one that was started then still the program that would be started now? */
  isCurrent?(record: ProcessRecord): boolean;
  /** Sent right after SIGTERM, for a program that needs a push to notice it. */
  nudge?(record: ProcessRecord): void;
  readyWithinMs: number;
  stopWithinMs: number;
  log(line: string): void;
}
