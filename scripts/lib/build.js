// Builds dist when it is missing or not of the sources at hand.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { runInGroup } = require('./run-in-group.js');
const { trySocketLock } = require('./socket-lock.js');
const { PARAMS } = require('./stripe-schema.js');

const ROOT = path.join(__dirname, '../..');
const STAMP = 'dist/.build-stamp';
const NEXT = '.dist-next';
const NEXT_CONFIG = '.dist-next.tsconfig.json';
const NEST = 'node_modules/@nestjs/cli/bin/nest.js';
const SWC = 'node_modules/@swc/cli/bin/swc.js';
const CONFIG = [
  'scripts/lib/stripe-types.js',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  '.swcrc',
];

class BuildError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'BuildError';
    this.exitCode = exitCode;
  }
}

/**
 * Resolves to whether it built. Throws a BuildError with the compiler's output and an exitCode.
 * `log` gets whole lines; `root` is the repository.
 */
async function buildIfNeeded({ root = ROOT, log = (line) => console.error(line) } = {}) {
  if (isCurrent(root)) return false;
  if (!canBuild(root)) {
    useWhatIsThere(root, log);
    return false;
  }
  refuseHalfACompiler(root);
  const release = await waitForLock(root, log);
  try {
    // Another copy may have built it meanwhile.
    if (isCurrent(root)) return false;
    await build(root, log);
    return true;
  } finally {
    await release();
  }
}

/** Without devDependencies (a container image, `npm ci --omit=dev`): a dist made elsewhere, but never one of other sources. */
function useWhatIsThere(root, log) {
  const built = fs.existsSync(path.join(root, 'dist/main.js'));
  if (!built)
    throw new BuildError('dist is missing and the build tools are not installed: run npm ci, then npm start.', 78);
  if (!fs.existsSync(path.join(root, 'src'))) return;
  if (fs.existsSync(path.join(root, STAMP))) {
    throw new BuildError(
      'dist is older than src and the build tools are not installed: run npm ci, then npm start.',
      78,
    );
  }
  log('the build tools are not installed: using dist as it is, not checked against src');
}

/** The compiler is a native program in an optional package of its own for each platform; its own error names neither. */
function refuseHalfACompiler(root) {
  const file = path.join(root, 'node_modules/@swc/core/package.json');
  if (!fs.existsSync(file)) return;
  const parts = Object.keys(JSON.parse(fs.readFileSync(file, 'utf8')).optionalDependencies ?? {});
  if (parts.length === 0 || parts.some((name) => fs.existsSync(path.join(root, 'node_modules', name)))) return;
  const here = `@swc/core-${process.platform}-${process.arch}`;
  throw new BuildError(
    `the compiler's native part (${here}…) is missing: npm ci --omit=optional leaves it out. Run npm ci, then npm start.`,
    78,
  );
}

async function build(root, log) {
  // Before the build: what is edited while it runs is built the next time.
  const hash = sourceHash(root);
  // A stale one, naming a DTO that is gone, would fail the type check; an empty one would fail tests that run meanwhile.
  for (const script of ['scripts/swagger-metadata.js', 'scripts/stripe-schema.js']) {
    const { code, output } = await run(root, [script]);
    if (code !== 0) throw new BuildError(`${output.trim()}\n\n${script} failed`);
  }
  const since = Date.now();
  const seconds = () => Math.round((Date.now() - since) / 1000);
  log('building …');
  const ticker = setInterval(() => log(`building … ${seconds()} s`), 3_000);
  let result;
  writeConfig(root);
  try {
    result = await run(root, [NEST, 'build', '--path', NEXT_CONFIG]);
  } finally {
    clearInterval(ticker);
    fs.rmSync(path.join(root, NEXT_CONFIG), { force: true });
  }
  if (result.code !== 0 || !fs.existsSync(path.join(root, NEXT, 'main.js'))) {
    throw new BuildError(`${result.output.trim()}\n\nthe build failed after ${seconds()} s`);
  }
  for (const folder of packagesOf(root)) await compilePackage(root, folder);
  fs.writeFileSync(path.join(root, NEXT, path.basename(STAMP)), `${hash}\n`);
  for (const folder of [...packagesOf(root), '.']) swapIn(path.join(root, folder));
  log(`built in ${seconds()} s`);
}

/** Compiled by themselves, each to a dist of its own: a package is packed and run without the product. */
function packagesOf(root) {
  const folder = path.join(root, 'packages');
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .map((name) => `packages/${name}`)
    .filter((one) => fs.existsSync(path.join(root, one, 'src/main.ts')))
    .sort();
}

/** Without a type check: `npm run typecheck` covers packages. Throws a BuildError with the compiler's output. */
async function compilePackage(root, folder) {
  const cwd = path.join(root, folder);
  fs.rmSync(path.join(cwd, NEXT), { recursive: true, force: true });
  const options = ['--strip-leading-paths', '--copy-files', '--config-file', path.join(root, '.swcrc')];
  const { code, output } = await run(cwd, [path.join(root, SWC), 'src', '--out-dir', NEXT, ...options]);
  if (code !== 0) throw new BuildError(`${output.trim()}\n\nthe build of ${folder} failed`);
}

/** A dist of one moment and no half ones: a copy that runs from it can still load the files it has not loaded yet. */
function swapIn(root) {
  const [dist, next, old] = ['dist', NEXT, `${NEXT}.old`].map((name) => path.join(root, name));
  fs.rmSync(old, { recursive: true, force: true });
  if (fs.existsSync(dist)) fs.renameSync(dist, old);
  fs.renameSync(next, dist);
  fs.rmSync(old, { recursive: true, force: true });
}

/** tsconfig.build.json with another outDir; the compiler has no option for that. A sibling, for the source maps. */
function writeConfig(root) {
  const config = { extends: './tsconfig.build.json', compilerOptions: { outDir: NEXT } };
  fs.writeFileSync(path.join(root, NEXT_CONFIG), JSON.stringify(config));
}

/** A program of the build, ended together with us: the type checker is a child of the compiler's. */
async function run(root, args) {
  let output = '';
  const result = await runInGroup(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    onStart: ({ stdout, stderr }) => {
      for (const stream of [stdout, stderr]) stream.on('data', (bytes) => (output += bytes));
    },
  });
  if (result.signal !== null) throw new BuildError(`the build was ended by ${result.signal}`, 130);
  return { code: result.code, output };
}

async function waitForLock(root, log) {
  for (let told = false; ; told = true) {
    const release = await trySocketLock(`build ${fs.realpathSync(root)}`);
    if (release) return release;
    if (!told) log('waiting: another copy is building');
    await sleep(300);
  }
}

function isCurrent(root) {
  try {
    if (!['.', ...packagesOf(root)].every((folder) => fs.existsSync(path.join(root, folder, 'dist/main.js'))))
      return false;
    return fs.readFileSync(path.join(root, STAMP), 'utf8').trim() === sourceHash(root);
  } catch {
    return false;
  }
}

function canBuild(root) {
  return ['src', NEST, 'node_modules/@swc/core', 'node_modules/typescript'].every((file) =>
    fs.existsSync(path.join(root, file)),
  );
}

/** Over contents, not times: a checkout or a copy changes every time. */
function sourceHash(root) {
  const hash = createHash('sha256');
  for (const file of [...CONFIG, ...sources(root)]) {
    const full = path.join(root, file);
    hash
      .update(`${file}\0`)
      .update(fs.existsSync(full) ? fs.readFileSync(full) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

function sources(root) {
  return ['src', ...packagesOf(root).map((folder) => `${folder}/src`)]
    .flatMap((folder) => fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => file !== path.join('src', 'metadata.ts') && file !== PARAMS)
    .sort();
}

module.exports = { buildIfNeeded, BuildError };
