// What both subjects stand on, one for both: the store and the Stripe simulator. And the subjects themselves.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');
const { end, startStore } = require('./store.js');
const { Subject } = require('./subject.js');

const KEY = 'sk_test_bench0123456789abcdef';
const JWT_SECRET = 'a-signing-key-only-for-the-bench-0123456789';

/** @param {import('./teardown.js').Teardown} teardown */
async function startGround(dist, teardown) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'payments-bench-'));
  teardown.add(() => fs.rmSync(dir, { recursive: true, force: true }));
  const store = await startStore(dir, dist);
  teardown.add(() => store.stop());
  const simulator = await startSimulator();
  teardown.add(() => end(simulator.child));
  return { dir, store, simulator };
}

/** In memory, without latency, rate limits or webhooks; takes card numbers. */
async function startSimulator() {
  const program = path.join(__dirname, '../packages/stripe-simulator/bin/stripe-simulator.js');
  const child = spawn(process.execPath, [program, '--port', '0', '--seed', '1', '--allow-raw-cards'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'test' },
  });
  for await (const line of readline.createInterface({ input: child.stdout })) {
    if (line.startsWith('SIMULATOR_READY ')) return { child, url: JSON.parse(line.slice(16)).url.replace(/\/$/, '') };
  }
  throw new Error('the simulator did not start');
}

/** How many requests to Stripe's API the simulator has seen. */
async function stripeCalls({ url }) {
  const { requests } = await (await fetch(`${url}/_sim/requests?limit=1`)).json();
  return requests[0]?.n ?? 0;
}

/**
 * As `npm start` runs it, ROLE=all; with limits that nothing reaches, cheap password hashes (only the seeding hashes), and
 * no polls of open payments or of the account and no sweep while the bench runs.
 */
function startProduct(ground, { name, dist, database, count = false, cpuProf, env = {} }) {
  const dir = path.join(ground.dir, database);
  return Subject.start({
    name,
    program: path.join(dist, 'main.js'),
    dir,
    cpuProf,
    env: {
      ...counting(count),
      ROLE: 'all',
      PORT: '0',
      DATA_DIR: '.data',
      MONGODB_URI: uriOf(ground, database, count),
      STRIPE_SECRET_KEY: KEY,
      STRIPE_API_BASE: ground.simulator.url,
      STRIPE_WEBHOOK_SECRET: 'whsec_bench0123456789abcdef',
      STOREFRONT_JWT_SECRET: JWT_SECRET,
      BCRYPT_COST: '4',
      REGISTER_RATE_LIMIT: '1000000000',
      PAYMENT_RATE_LIMIT: '1000000000',
      ADDRESS_MAX_DECLINES: '1000000000',
      ADDRESS_MAX_CREATES: '1000000000',
      PAYMENT_POLL_FIRST: '1h',
      STRIPE_CHECK_INTERVAL: '0ms',
      SWEEP_INTERVAL: '0ms',
      ...env,
    },
    url: () => runFile(path.join(dir, '.data/run.json')),
  });
}

/** @param program one of the programs in bare/ */
function startBare(ground, { name, database, indexesOf, count = false, cpuProf, program = 'server.js' }) {
  return Subject.start({
    name,
    program: path.join(__dirname, 'bare', program),
    dir: path.join(ground.dir, database),
    cpuProf,
    env: {
      ...counting(count),
      MONGODB_URI: uriOf(ground, database, count),
      INDEXES_OF: indexesOf,
      STRIPE_SECRET_KEY: KEY,
      STRIPE_API_BASE: ground.simulator.url,
      JWT_SECRET,
    },
    url: (child) => new Promise((resolve) => child.on('message', ({ url }) => url !== undefined && resolve(url))),
  });
}

const counting = (count) => (count ? { BENCH_COUNT: '1' } : {});
const uriOf = ({ store }, database, count) => store.uri(database) + (count ? '&monitorCommands=true' : '');

async function runFile(file) {
  for (;;) {
    if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).url;
    await sleep(50);
  }
}

module.exports = { startGround, startProduct, startBare, stripeCalls };
