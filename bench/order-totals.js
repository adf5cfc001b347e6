// npm run bench:totals: what a sum of orders takes, by its filters, with few and with many orders. docs/bench.md says how to
// read it.
const { execFile } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');
const { parseArgs, promisify } = require('node:util');
const { MongoClient } = require('mongoose').mongo;
const { buildIfNeeded } = require('../scripts/lib/build.js');
const { runBench } = require('./command.js');
const { median } = require('./figures.js');
const { startGround, startProduct } = require('./ground.js');
const { BadOption } = require('./options.js');
const { table } = require('./report.js');

const DIST = path.join(__dirname, '../dist');
const ENCRYPTION_KEY = 'an-encryption-key-only-for-the-bench-0123456789';
const SEED_AT_ONCE = 1_000;
const MINUTE_MS = 60_000;
const CAMPAIGNS = 10;

const HELP = `npm run bench:totals -- [--json] [--sizes FEW,MANY] [--repeats N]

  --sizes FEW,MANY  orders in the two databases, 1 to 1000000 each (1000,200000)
  --repeats N       times that each sum is asked for, of which the median counts, 1 to 100 (5)
  --json            the figures as JSON before the last line, and no table`;

function readOptions(args) {
  const text = (standard) => ({ type: 'string', default: standard });
  const flag = { type: 'boolean', default: false };
  let values;
  try {
    const options = { json: flag, help: flag, sizes: text('1000,200000'), repeats: text('5') };
    ({ values } = parseArgs({ args, options }));
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

/** A key of the surface and a person, by the operator's commands. */
async function makePerson(mongoUri) {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: mongoUri };
  const admin = async (...args) => {
    const words = [path.join(DIST, 'commands/main.js'), 'admin', ...args, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, words, {
      env: { ...env, API_KEY_ENCRYPTION_KEY: ENCRYPTION_KEY },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1));
  };
  const { key } = await admin('create-key', '--surface', 'census', '--name', 'Bench');
  await admin('create-person', '--id', 'bench@census');
  return key;
}

/** An order a minute back from now: a hundredth is the person's, a tenth each campaign's, nine of ten are processed. */
function orderOf(i, { personId, accountId }, now) {
  const createdAt = new Date(now - i * MINUTE_MS);
  return {
    ...{ _id: `bench${i}`, v: 2, w: `write${i}`, accountId, personId: i % 100 === 0 ? personId : `person${i % 5_000}` },
    ...{
      campaignCode: `C${i % CAMPAIGNS}`,
      amountMinor: 1_000 + (i % 7),
      description: 'Monthly fee',
      kind: 'existing',
    },
    ...{ methodId: `method${i}`, methodNumber: i, state: i % 10 === 3 ? 'error' : 'processed', paymentId: `pay${i}` },
    ...{ isRepeatable: false, nextCheckAt: null, createdAt, updatedAt: createdAt },
  };
}

async function startSize(ground, mongo, size, teardown) {
  const database = `orders_${size}`;
  const env = { API_KEY_ENCRYPTION_KEY: ENCRYPTION_KEY };
  const product = await startProduct(ground, { name: 'product', dist: DIST, database, env });
  teardown.add(() => product.stop());
  const key = await makePerson(ground.store.uri(database));
  const { _id: personId, accountId } = await mongo.db(database).collection('persons').findOne({});
  const began = performance.now();
  for (let from = 0; from < size; from += SEED_AT_ONCE) {
    const rows = Array.from({ length: Math.min(SEED_AT_ONCE, size - from) }, (_, i) =>
      orderOf(from + i, { personId, accountId }, Date.now()),
    );
    await mongo.db(database).collection('orders').insertMany(rows);
  }
  process.stderr.write(`${size} orders seeded, ${Math.round((performance.now() - began) / 1000)} s\n`);
  return { size, url: product.url, key };
}

const since = (size) => new Date(Date.now() - (size * MINUTE_MS) / 10).toISOString();

const TOTALS = {
  person: () => 'person_id=bench@census',
  'person, since': (size) => `person_id=bench@census&from_date=${since(size)}`,
  campaign: () => 'campaign_code=C0',
  'campaign, since': (size) => `campaign_code=C0&from_date=${since(size)}`,
  'person and campaign': () => 'person_id=bench@census&campaign_code=C0',
  nothing: () => 'campaign_code=none',
};

/** Asks one after the other. @returns the median of the milliseconds, and what was answered last */
async function ask({ url, key, size }, make, repeats) {
  const all = [];
  let amount;
  for (let i = 0; i < repeats; i++) {
    const began = performance.now();
    const response = await fetch(`${url}/api/v1/payments/orders/total?${make(size)}`, {
      headers: { authorization: key },
      signal: AbortSignal.timeout(120_000),
    });
    const json = await response.json();
    all.push(performance.now() - began);
    if (response.status !== 200) throw new Error(`answered ${response.status}`);
    amount = json.amount;
  }
  return { ms: median(all), amount };
}

async function bench({ sizes, repeats }, teardown) {
  await buildIfNeeded();
  const ground = await startGround(DIST, teardown);
  const mongo = await new MongoClient(ground.store.uri('bench')).connect();
  teardown.add(() => mongo.close());
  const works = Object.fromEntries(Object.keys(TOTALS).map((name) => [name, []]));
  for (const size of sizes) {
    const side = await startSize(ground, mongo, size, teardown);
    for (const [name, make] of Object.entries(TOTALS)) works[name].push(await ask(side, make, repeats));
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

function text({ facts, works }) {
  const head = ['sum by', ...facts.sizes.flatMap((size) => [`ms of ${size}`, 'cents'])];
  const rows = Object.entries(works).map(([name, sides]) => [
    name,
    ...sides.flatMap(({ ms, amount }) => [ms.toFixed(0), String(amount)]),
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
