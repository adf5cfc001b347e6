import { downloadHostTrouble, downloadMongod, mongodInCache, mongodOnPath, mongodVersion } from './mongod-binary.js';
import { installSecantus, SECANTUS_VERSION } from './secantus-install.js';
import type { Progress, StoreCandidate, StoreKind } from './store-candidate.js';

export interface StoreChoice {
  /** Restricts the choice to this kind. */
  only?: StoreKind;
  /** The reason for the restriction, for the log. */
  onlyReason: string;
  /** Restricts the choice to this mongod. */
  mongodBinary?: string;
  cacheDir: string;
  progress: Progress;
  /** Called with every candidate that cannot be tried, and why. */
  refuse(reason: string): void;
}

/**
 * The programs that could be the store, best first (docs/decisions/0002-embedded-store.md). Lazy: a download begins only
 * when it is its turn.
 */
export async function* storeCandidates(choice: StoreChoice): AsyncGenerator<StoreCandidate> {
  if (choice.mongodBinary !== undefined) {
    const candidate = await mongod(choice.mongodBinary, 'the mongod that is configured');
    if (candidate) yield candidate;
    else choice.refuse(`${choice.mongodBinary} is not a mongod that runs here`);
    return;
  }
  const because = choice.only === undefined ? '' : `, ${choice.onlyReason}`;
  let why = choice.onlyReason;
  if (choice.only !== 'secantus') {
    const before = yield* installedMongods(because, choice);
    why = before ? 'the mongod here did not start' : 'no mongod here';
    const trouble = (await downloadHostTrouble()) ?? (yield* downloadedMongod(because, choice));
    choice.refuse(`no mongod to download: ${trouble}`);
    why += `; ${trouble}`;
  }
  if (choice.only !== 'mongod') yield* secantus(why, choice);
}

async function* installedMongods(because: string, choice: StoreChoice): AsyncGenerator<StoreCandidate, boolean> {
  const places = [
    { binary: await mongodOnPath(), where: 'mongod on PATH' },
    { binary: await mongodInCache(choice.cacheDir), where: 'a mongod downloaded earlier' },
  ];
  let any = false;
  for (const { binary, where } of places) {
    if (binary === null) continue;
    any = true;
    const candidate = await mongod(binary, `${where}${because}`);
    if (candidate) yield candidate;
    else choice.refuse(`${binary} (${where}) does not run here`);
  }
  if (!any) choice.refuse('no mongod on PATH, none downloaded earlier');
  return any;
}

/** Returns why there is none. */
async function* downloadedMongod(because: string, choice: StoreChoice): AsyncGenerator<StoreCandidate, string> {
  try {
    const candidate = await mongod(await downloadMongod(choice.cacheDir, choice.progress), `downloaded${because}`);
    if (!candidate) return 'the downloaded one does not run here';
    yield candidate;
    return 'the downloaded one did not start';
  } catch (error) {
    return message(error);
  }
}

async function* secantus(why: string, choice: StoreChoice): AsyncGenerator<StoreCandidate> {
  try {
    const { python } = await installSecantus(choice.cacheDir, choice.progress);
    // -I: no PYTHON* variables, no user packages, nothing imported from the current folder. -u: its log at once.
    yield { kind: 'secantus', reason: why, program: [python, '-I', '-u', '-m', 'secantus'] };
  } catch (error) {
    choice.refuse(`SecantusDB ${SECANTUS_VERSION}: ${message(error)}`);
  }
}

async function mongod(binary: string, reason: string): Promise<StoreCandidate | null> {
  const version = await mongodVersion(binary);
  return version === null ? null : { kind: 'mongod', reason: `${reason} (${binary}, ${version})`, program: [binary] };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
