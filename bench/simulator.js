// `npm run bench:simulator`: what a PaymentIntent costs the Stripe simulator as its state grows. It must never be what another
// bench measures. Speaks only to the simulator that it starts on 127.0.0.1; bounded by its counts.
const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { buildIfNeeded } = require('../scripts/lib/build.js');

const ROOT = path.join(__dirname, '..');
const INSIDE = path.join(__dirname, 'inside.js');
const CONNECTIONS = 8;

const HELP = `npm run bench:simulator -- [--payments N] [--sample N] [--journal] [--cpu-prof DIR]

  --payments N   PaymentIntents in the state at the end, 1,000 to 500,000 (100,000)
  --sample N     creates and confirms measured at each size, 100 to 20,000 (2,000)
  --journal      with a journal on disk
  --cpu-prof D   the simulator writes a V8 CPU profile there`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      payments: { type: 'string', default: '100000' },
      sample: { type: 'string', default: '2000' },
      journal: { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const whole = (name, least, most) => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new Error(`--${name} takes a whole number from ${least} to ${most}`);
  };
  return {
    ...values,
    payments: whole('payments', 1_000, 500_000),
    sample: whole('sample', 100, 20_000),
  };
}

async function startSimulator({ journal, 'cpu-prof': profile }, folder) {
  const args = ['--port', '0', '--seed', 'bench', ...(journal ? ['--data', folder] : [])];
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const child = fork(path.join(ROOT, 'packages/stripe-simulator/bin/stripe-simulator.js'), args, {
    execArgv: ['--require', INSIDE, ...profiling],
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = await once(child.stdout, 'data');
  const { url } = JSON.parse(String(line).replace('SIMULATOR_READY ', ''));
  return { child, url };
}

async function usage(child) {
  child.send({ ask: 'usage' });
  const [{ usage: told }] = await once(child, 'message');
  return told;
}

/** @returns a function that posts a form as the SDK does and resolves with the parsed answer of 200 */
function poster(url) {
  const { hostname, port } = new URL(url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let keys = 0;
  const post = (target, form) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: 'Bearer sk_test_bench',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(form),
        'idempotency-key': `bench-${keys++}`,
        'stripe-version': '2026-10-28.endive',
      };
      const request = http.request({ hostname, port, path: target, method: 'POST', headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`POST ${target} answered ${response.statusCode}: ${text.slice(0, 300)}`));
        });
      });
      request.on('error', reject);
      request.end(form);
    });
  return { post, close: () => agent.destroy() };
}

/** Runs `work` for each item, so many at a time, and keeps what it gives. */
async function forEach(items, work) {
  const results = [];
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return results;
}

/** CPU milliseconds of the simulator for each item. */
async function cpuOf(child, items, work) {
  const before = await usage(child);
  const results = await forEach(items, work);
  return { results, cpuMs: ((await usage(child)).cpuUs - before.cpuUs) / 1000 / items.length };
}

const count = (n) => Array.from({ length: n }, (_, index) => index);

async function main() {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  await buildIfNeeded();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'payments-bench-simulator-'));
  const { child, url } = await startSimulator(options, folder);
  const { post, close } = poster(url);
  const create = (n) =>
    post(
      '/v1/payment_intents',
      `amount=${1000 + (n % 9000)}&currency=usd&automatic_payment_methods[enabled]=true&metadata[payment_id]=p${n}&metadata[cuid]=c${n}`,
    );
  const confirm = ({ id }) =>
    post(`/v1/payment_intents/${id}/confirm`, 'payment_method=pm_card_visa&return_url=https%3A%2F%2Fshop.test%2Fback');
  try {
    let made = 0;
    const sizes = [options.sample, ...[0.25, 0.5, 1].map((part) => Math.round(options.payments * part))];
    const rows = [];
    for (const size of sizes) {
      while (made < size - options.sample) {
        const some = count(Math.min(5_000, size - options.sample - made));
        await forEach(some, async (n) => confirm(await create(made + n)));
        made += some.length;
        console.error(`  ${made} PaymentIntents`);
      }
      const created = await cpuOf(child, count(options.sample), create);
      const confirmed = await cpuOf(child, created.results, confirm);
      made += options.sample;
      const { rssBytes } = await usage(child);
      rows.push({ made, create: created.cpuMs, confirm: confirmed.cpuMs, rss: rssBytes / 2 ** 20 });
    }
    console.log('PaymentIntents  CPU ms per create  CPU ms per confirm  memory MiB  KiB per PaymentIntent');
    for (const { made: n, create: c, confirm: k, rss } of rows) {
      const each = ((rss - rows[0].rss) * 1024) / Math.max(1, n - rows[0].made);
      console.log(
        [`${n}`.padStart(14), c.toFixed(3).padStart(17), k.toFixed(3).padStart(18), rss.toFixed(0).padStart(10)].join(
          '  ',
        ) + `  ${n === rows[0].made ? '-' : each.toFixed(1)}`.padStart(23),
      );
    }
    if (options.journal) {
      const { size } = fs.statSync(path.join(folder, 'simulator.journal'));
      console.log(`journal ${(size / 2 ** 20).toFixed(0)} MiB`);
    }
    const first = rows[0];
    const last = rows.at(-1);
    console.log(
      `simulator create=${last.create.toFixed(3)}ms confirm=${last.confirm.toFixed(3)}ms growth=${((last.create + last.confirm) / (first.create + first.confirm)).toFixed(2)}`,
    );
  } finally {
    close();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
