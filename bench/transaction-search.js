// npm run bench:search: what a search of transactions takes, by its criterion, with few and with many rows. docs/bench.md
// says how to read it.
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { MongoClient } = require('mongoose').mongo;
const { buildIfNeeded } = require('../scripts/lib/build.js');
const { runBench } = require('./command.js');
const { median } = require('./figures.js');
const { startGround, startProduct } = require('./ground.js');
const { API_KEY_ENCRYPTION_KEY, makeKey } = require('./make-key.js');
const { BadOption } = require('./options.js');
const { table } = require('./report.js');
const { SEARCHES, seed } = require('./transaction-rows.js');

const DIST = path.join(__dirname, '../dist');

const HELP = `npm run bench:search -- [--json] [--sizes FEW,MANY] [--repeats N]

  --sizes FEW,MANY  transactions in the two databases, 1 to 1000000 each (1000,200000)
  --repeats N       times that each search is asked, of which the median counts, 1 to 100 (5)
  --json            the figures as JSON before the last line, and no table`;

const say = (line) => process.stderr.write(`${line}\n`);

function readOptions(args) {
  const text = (standard) => ({ type: 'string', default: standard });
  const flag = { type: 'boolean', default: false };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: { json: flag, help: flag, sizes: text('1000,200000'), repeats: text('5') },
    }));
  } catch (error) {
    throw new BadOption(error.message);
  }
  const whole = (name, given, most) => {
    if (/^[1-9]\d*$/.test(given) && Number(given) <= most) return Number(given);
    throw new BadOption(`--${name} takes whole numbers from 1 to ${most}`);
  };
  const sizes = values.sizes.split(',').map((size) => whole('sizes', size, 1_000_000));
  if (sizes.length !== 2 || sizes[0] >= sizes[1])
    throw new BadOption('--sizes takes two numbers, the smaller one first');
  return { json: values.json, help: values.help, sizes, repeats: whole('repeats', values.repeats, 100) };
}

async function startSize(ground, mongo, size, teardown) {
  const database = `transactions_${size}`;
  const env = { API_KEY_ENCRYPTION_KEY };
  const product = await startProduct(ground, { name: 'product', dist: DIST, database, env });
  teardown.add(() => product.stop());
  const key = await makeKey(DIST, ground.store.uri(database));
  const { _id: userId, accountId } = await mongo.db(database).collection('gateway_users').findOne({});
  const began = performance.now();
  await seed(mongo.db(database).collection('transactions'), { userId, accountId }, size);
  say(`${size} transactions seeded, ${Math.round((performance.now() - began) / 1000)} s`);
  return { size, url: product.url, key, userId };
}

/** Asks one after the other. @returns the median of the milliseconds, and what was answered last */
async function ask({ url, key, userId, size }, make, repeats) {
  const all = [];
  let answer;
  for (let i = 0; i < repeats; i++) {
    const body = JSON.stringify(make({ size, userId, i: Math.floor(Math.random() * size) }));
    const began = performance.now();
    const response = await fetch(`${url}/api/transaction/search`, {
      method: 'POST',
      headers: { authorization: key, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(60_000),
    });
    const json = await response.json();
    all.push(performance.now() - began);
    const tooSlow = response.status === 400 && json.msg.includes('takes too long');
    if (response.status !== 200 && !tooSlow) throw new Error(`answered ${response.status}: ${JSON.stringify(json)}`);
    if (json.total_count === 0) throw new Error(`nothing was found by ${body}`);
    answer = tooSlow ? null : json.total_count;
  }
  return { ms: median(all), found: answer };
}

async function bench({ sizes, repeats }, teardown) {
  await buildIfNeeded();
  const ground = await startGround(DIST, teardown);
  const mongo = await new MongoClient(ground.store.uri('bench')).connect();
  teardown.add(() => mongo.close());
  const works = Object.fromEntries(Object.keys(SEARCHES).map((name) => [name, []]));
  for (const size of sizes) {
    const side = await startSize(ground, mongo, size, teardown);
    for (const [name, make] of Object.entries(SEARCHES)) works[name].push(await ask(side, make, repeats));
  }
  const [cpu] = os.cpus();
  const facts = {
    node: process.version,
    machine: `${os.cpus().length} × ${cpu?.model.trim() ?? 'unknown'}`,
    loadAverage: os.loadavg().map((value) => value.toFixed(1)),
    store: ground.store.kind,
    repeats,
    sizes,
  };
  return { facts, works };
}

/** Null: refused, because it takes too long. */
const foundText = (found) => (found === null ? 'refused' : String(found));

function text({ facts, works }) {
  const head = ['search', ...facts.sizes.flatMap((size) => [`ms of ${size}`, 'found'])];
  const rows = Object.entries(works).map(([name, sides]) => [
    name,
    ...sides.flatMap(({ ms, found }) => [ms.toFixed(0), foundText(found)]),
  ]);
  return [
    `${facts.machine}; Node ${facts.node}; load average ${facts.loadAverage.join(' ')}; store: ${facts.store}`,
    `median of ${facts.repeats}`,
    '',
    table([head, ...rows]),
  ].join('\n');
}

/** Always the last line. */
const lastLine = (works) =>
  `ms ${Object.entries(works)
    .map(([name, sides]) => `${name.replaceAll(/\W+/g, '-')}=${sides.map(({ ms }) => ms.toFixed(0)).join(',')}`)
    .join(' ')}`;

void runBench({ readOptions, help: HELP, bench, text, lastLine });
