// Benches that ask the product the same questions with few and with many rows in its database, one question after the other.
const path = require('node:path');
const { MongoClient } = require('mongoose').mongo;
const { buildIfNeeded } = require('../scripts/lib/build.js');
const { runBench } = require('./command.js');
const { median } = require('./figures.js');
const { startGround, startProduct } = require('./ground.js');
const { API_KEY_ENCRYPTION_KEY } = require('./make-key.js');
const { fewAndMany, valuesOf, wholeOf } = require('./options.js');
const { standFacts, table } = require('./report.js');

const DIST = path.join(__dirname, '../dist');

/**
 * @typedef {object} Subject
 * @property {string} script of package.json
 * @property {string} rows what is in the databases, which have its name
 * @property {string} question what is asked
 * @property {[name: string, head: string]} told name of the value that an answer tells, and the head of its column
 * @property {number} timeoutMs
 * @property {Record<string, Function>} questions
 * @property {(dist: string, mongoUri: string) => Promise<string>} makeKey
 * @property {(db: object, size: number) => Promise<object>} seed fills a database; what it returns is known to the questions
 * @property {(side: object, question: Function) => [path: string, init: object]} requestOf
 * @property {(response: Response, json: object, init: object) => number | null} valueOf throws for an answer that is none
 */

const helpOf = ({ script, rows, question }) => `npm run ${script} -- [--json] [--sizes FEW,MANY] [--repeats N]

  --sizes FEW,MANY  ${rows} in the two databases, 1 to 1000000 each (1000,200000)
  --repeats N       times that each ${question} is asked for, of which the median counts, 1 to 100 (5)
  --json            the figures as JSON before the last line, and no table`;

function readOptions(args) {
  const { json, help, sizes, repeats } = valuesOf(args, ['json', 'help'], { sizes: '1000,200000', repeats: '5' });
  return { json, help, sizes: fewAndMany('sizes', sizes, 1_000_000), repeats: wholeOf('repeats', repeats, 100) };
}

async function startSize({ rows, makeKey, seed }, ground, mongo, size, teardown) {
  const database = `${rows}_${size}`;
  const env = { API_KEY_ENCRYPTION_KEY };
  const product = await startProduct(ground, { name: 'product', dist: DIST, database, env });
  teardown.add(() => product.stop());
  const key = await makeKey(DIST, ground.store.uri(database));
  const began = performance.now();
  const known = await seed(mongo.db(database), size);
  process.stderr.write(`${size} ${rows} seeded, ${Math.round((performance.now() - began) / 1000)} s\n`);
  return { size, url: product.url, key, ...known };
}

/** @returns the median of the milliseconds, and what was answered last */
async function ask({ requestOf, valueOf, timeoutMs, told: [name] }, side, question, repeats) {
  const all = [];
  let value;
  for (let i = 0; i < repeats; i++) {
    const [address, init] = requestOf(side, question);
    const began = performance.now();
    const response = await fetch(side.url + address, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const json = await response.json();
    all.push(performance.now() - began);
    value = valueOf(response, json, init);
  }
  return { ms: median(all), [name]: value };
}

async function bench(subject, { sizes, repeats }, teardown) {
  await buildIfNeeded();
  const ground = await startGround(DIST, teardown);
  const mongo = await new MongoClient(ground.store.uri('bench')).connect();
  teardown.add(() => mongo.close());
  const works = Object.fromEntries(Object.keys(subject.questions).map((name) => [name, []]));
  for (const size of sizes) {
    const side = await startSize(subject, ground, mongo, size, teardown);
    for (const [name, question] of Object.entries(subject.questions))
      works[name].push(await ask(subject, side, question, repeats));
  }
  const facts = {
    ...standFacts(ground),
    repeats,
    sizes,
  };
  return { facts, works };
}

function text({ question, told: [name, column] }, { facts, works }) {
  const head = [question, ...facts.sizes.flatMap((size) => [`ms of ${size}`, column])];
  const rows = Object.entries(works).map(([work, sides]) => [
    work,
    ...sides.flatMap((side) => [side.ms.toFixed(0), side[name] === null ? 'refused' : String(side[name])]),
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

/** @param {Subject} subject */
const runBySize = (subject) =>
  runBench({
    readOptions,
    help: helpOf(subject),
    bench: (options, teardown) => bench(subject, options, teardown),
    text: (result) => text(subject, result),
    lastLine,
  });

module.exports = { runBySize };
