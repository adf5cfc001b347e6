// npm run bench: what our layers cost over a bare handler that does the same work. docs/bench.md says how to read it.
const { MongoClient } = require('mongoose').mongo;
const { buildIfNeeded } = require('../scripts/lib/build.js');
const path = require('node:path');
const { runBench } = require('./command.js');
const { countPerRequest } = require('./counts.js');
const { compare, figuresOf } = require('./figures.js');
const { startBare, startGround, startProduct } = require('./ground.js');
const { client } = require('./load.js');
const { measure, settled } = require('./measure.js');
const { HELP, readOptions } = require('./options.js');
const { about, lastLine, text } = require('./report.js');
const { Payers, WORKS } = require('./work.js');

const DIST = path.join(__dirname, '../dist');

const say = (line) => process.stderr.write(`${line}\n`);

/** What is compared, by name. */
function starts({ also }) {
  const product = (dist) => (ground, spec) => startProduct(ground, { ...spec, dist });
  return {
    product: product(DIST),
    bare: startBare,
    ...Object.fromEntries(Object.entries(also).map(([name, dist]) => [name, product(path.resolve(dist))])),
  };
}

/** The subjects with their payers; `counting` for the run that counts instead of measuring. */
async function startSides(ground, mongo, options, teardown, counting) {
  const suffix = counting ? '_count' : '';
  const database = (name) => `bench_${name}${suffix}`;
  const cpuProf = counting || options.cpuProf === undefined ? undefined : path.resolve(options.cpuProf);
  const sides = [];
  for (const [name, start] of Object.entries(starts(options))) {
    const subject = await start(ground, {
      name,
      database: database(name),
      indexesOf: database('product'),
      count: counting,
      cpuProf,
    });
    teardown.add(() => subject.stop());
    say(`${counting ? 'counting' : 'measuring'}: ${name} is up, its payers register`);
    const payers = await Payers.register(client(subject.url, options.connections), counting ? 2 : options.users);
    sides.push({ subject, payers, settle: settled(mongo.db(database(name))) });
  }
  return sides;
}

async function count(ground, mongo, options, teardown) {
  const counts = {};
  for (const { subject, payers, settle } of await startSides(ground, mongo, options, teardown, true)) {
    counts[subject.name] = await countPerRequest(subject, payers, ground.simulator, settle);
    await subject.stop();
  }
  return counts;
}

async function time(ground, mongo, options, teardown) {
  const sides = await startSides(ground, mongo, options, teardown, false);
  const slices = await measure(sides, options, say);
  const memory = {};
  for (const { subject } of sides) memory[subject.name] = (await subject.usage()).rssBytes;
  return { slices, memory };
}

async function bench(options, teardown) {
  await buildIfNeeded();
  const ground = await startGround(DIST, teardown);
  const mongo = new MongoClient(ground.store.uri('bench'));
  teardown.add(() => mongo.close());
  await mongo.connect();
  const counts = await count(ground, mongo, options, teardown);
  const { slices, memory } = await time(ground, mongo, options, teardown);
  const works = Object.fromEntries(WORKS.map((work) => [work, compareAll(slices[work])]));
  const facts = about({ store: ground.store.kind, rounds: slices.create.product.length, options });
  return { facts, works, counts, memory };
}

/** @returns the bare subject's figures, and of each other the figures beside it */
function compareAll(slices) {
  return Object.fromEntries(
    Object.entries(slices).map(([name, own]) => [name, name === 'bare' ? figuresOf(own) : compare(own, slices.bare)]),
  );
}

void runBench({ readOptions, help: HELP, bench, text, lastLine });
