import { runCommand } from './run-command.js';

export interface Python {
  /** Absolute path. */
  path: string;
  version: string;
}

const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const OLDEST_MINOR = 10;

// `ensurepip` is what Debian leaves out of its Python until python3-venv is installed.
const ASK = [
  'import sys, json, importlib.util as u',
  'ok = all(u.find_spec(m) for m in ("venv", "ensurepip"))',
  'print(json.dumps([sys.executable, list(sys.version_info[:3]), ok]))',
].join('\n');

/** Every Python here that can make a virtual environment, in the order to try, and why the others cannot. */
export async function findPythons(): Promise<{ found: Python[]; refused: string[] }> {
  const found: Python[] = [];
  const refused: string[] = [];
  for (const name of NAMES) {
    const { code, lines } = await runCommand([name, '-c', ASK], { withinMs: 10_000 });
    const answer = code === 0 ? parse(lines.at(-1) ?? '') : null;
    if (!answer) continue;
    const [path, version, hasVenv] = answer;
    if (found.some((python) => python.path === path)) continue;
    const text = version.join('.');
    const [major = 0, minor = 0] = version;
    if (major !== 3 || minor < OLDEST_MINOR) refused.push(`${name} is Python ${text}, older than 3.${OLDEST_MINOR}`);
    else if (!hasVenv) refused.push(`${name} (${text}) has no venv module (Debian and Ubuntu: python3-venv)`);
    else found.push({ path, version: text });
  }
  return { found, refused };
}

function parse(line: string): [path: string, version: number[], hasVenv: boolean] | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value)) return null;
    const [path, version, hasVenv]: unknown[] = value;
    if (typeof path !== 'string' || path === '' || !Array.isArray(version)) return null;
    return [path, version.map(Number), hasVenv === true];
  } catch {
    return null;
  }
}
