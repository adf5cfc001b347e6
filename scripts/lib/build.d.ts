export interface BuildOptions {
  /** The repository; this one when absent. */
  root?: string;
  log?: (line: string) => void;
}

export class BuildError extends Error {
  readonly exitCode: number;
}

export function buildIfNeeded(options?: BuildOptions): Promise<boolean>;
