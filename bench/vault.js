// npm run bench:vault: create, read and search by e-mail with few and with many customers, beside a bare handler that does
// the same work on the same database. docs/bench.md says how to read it.
const path = require('node:path');
const { MongoClient } = require('mongoose').mongo;
const { buildIfNeeded } = require('../scripts/lib/build.js');
const { runBench } = require('./command.js');
const { compare, figuresOf, median } = require('./figures.js');
const { startBare, startGround, startProduct } = require('./ground.js');
const { client, run } = require('./load.js');
const { API_KEY_ENCRYPTION_KEY, makeKey } = require('./make-key.js');
const { HELP, readOptions } = require('./vault-options.js');
const { standFacts } = require('./report.js');
const { lastLine, text } = require('./vault-report.js');
const { WORKS, bodyOf, requests, seed } = require('./vault-work.js');

const DIST = path.join(__dirname, '../dist');

const say = (line) => process.stderr.write(`${line}\n`);

/** One database of a size, and both subjects on it. */
async function startSize(ground, mongo, size, { connections, count }, teardown) {
  const database = `vault_${size}`;
  const product = await startProduct(ground, {
    name: 'product',
    dist: DIST,
    database,
    count,
    env: { API_KEY_ENCRYPTION_KEY },
  });
  teardown.add(() => product.stop());
  const token = await makeKey(DIST, ground.store.uri(database));
  const send = { product: client(product.url, connections) };
  const customer = {
    method: 'POST',
    path: '/api/vault/customer',
    token,
    body: bodyOf('first@example.com'),
    status: 200,
  };
  const made = JSON.parse(await send.product.send(customer)).data.id;
  const began = performance.now();
  await seed(mongo.db(database).collection('vault_customers'), made, size);
  say(`${size} customers seeded, ${Math.round((performance.now() - began) / 1000)} s`);
  const bare = await startBare(ground, { name: 'bare', program: 'vault.js', database, count });
  teardown.add(() => bare.stop());
  send.bare = client(bare.url, connections);
  return { size, token, subjects: { product, bare }, send, slices: Object.fromEntries(WORKS.map((w) => [w, pairs()])) };
}

const pairs = () => ({ product: [], bare: [] });

async function slice({ subjects, send, token, size }, name, work, count) {
  const before = await subjects[name].usage();
  const result = await run(send[name], requests(work, { token, size }, count));
  const after = await subjects[name].usage();
  const each = (which) => (after.commands[which] - before.commands[which]) / count;
  const store = { reads: each('requestReads'), writes: each('requestWrites') };
  return { ...result, cpuUs: after.cpuUs - before.cpuUs, store };
}

/** Each work on each subject of each size, one after the other; who is first changes from round to round. */
async function measure(sides, { rounds, seconds, requests: count }) {
  const until = performance.now() + seconds * 1000;
  for (let round = 0; round <= rounds && (round <= 1 || performance.now() < until); round++) {
    const turn = (list) => (round % 2 === 0 ? list : list.toReversed());
    for (const work of WORKS) {
      for (const side of turn(sides)) {
        for (const name of turn(['product', 'bare'])) {
          const one = await slice(side, name, work, count);
          if (round > 0) side.slices[work][name].push(one);
        }
      }
    }
    say(round === 0 ? 'warmed up' : `round ${round}/${rounds}`);
  }
}

const rate = ({ seconds, latencies }) => latencies.length / seconds;

/** @returns per work the figures of each size, and how much is left of the speed with many customers */
function figures([few, many]) {
  return Object.fromEntries(
    WORKS.map((work) => {
      const of = ({ slices }) => ({
        product: compare(slices[work].product, slices[work].bare),
        bare: figuresOf(slices[work].bare),
      });
      const store = (name) => few.slices[work][name].at(-1).store;
      const kept = (name) =>
        median(many.slices[work][name].map((one, round) => rate(one) / rate(few.slices[work][name][round])));
      return [
        work,
        {
          few: of(few),
          many: of(many),
          kept: { product: kept('product'), bare: kept('bare') },
          store: { product: store('product'), bare: store('bare') },
        },
      ];
    }),
  );
}

async function bench(options, teardown) {
  await buildIfNeeded();
  const ground = await startGround(DIST, teardown);
  const mongo = await new MongoClient(ground.store.uri('bench')).connect();
  teardown.add(() => mongo.close());
  const sides = [];
  for (const size of options.sizes) sides.push(await startSize(ground, mongo, size, options, teardown));
  await measure(sides, options);
  const memory = {};
  for (const { size, subjects } of sides) {
    for (const [name, subject] of Object.entries(subjects))
      memory[`${name} ${size}`] = (await subject.usage()).rssBytes;
  }
  const facts = {
    ...standFacts(ground),
    rounds: sides[0].slices.create.product.length,
    requests: options.requests,
    connections: options.connections,
    sizes: options.sizes,
  };
  return { facts, works: figures(sides), memory };
}

void runBench({ readOptions, help: HELP, bench, text, lastLine });
