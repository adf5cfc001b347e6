// npm run bench:sale: a sale by card over the gateway, one at a time and sixteen, beside a bare handler that makes the same
// calls and writes. docs/bench.md says how to read it.
const { randomInt } = require('node:crypto');
const path = require('node:path');
const { MongoClient } = require('mongoose').mongo;
const { buildIfNeeded } = require('../scripts/lib/build.js');
const { runBench } = require('./command.js');
const { compare, figuresOf } = require('./figures.js');
const { startBare, startGround, startProduct, stripeCalls } = require('./ground.js');
const { client, run } = require('./load.js');
const { API_KEY_ENCRYPTION_KEY, makeKey } = require('./make-key.js');
const { settled } = require('./measure.js');
const { fewAndMany, valuesOf, wholeOf } = require('./options.js');
const { megabytes, standFacts, table } = require('./report.js');

const DIST = path.join(__dirname, '../dist');

const HELP = `npm run bench:sale -- [--json] [--count] [--rounds N] [--seconds N] [--requests N] [--connections FEW,MANY] [--cpu-prof DIR]

  --rounds N              rounds that count, 1 to 200; one more before them warms up (20)
  --seconds N             no round begins later than so long after the first, 1 to 1800 (300)
  --requests N            sales a round and subject, 1 to 5000 (60)
  --connections FEW,MANY  sales at a time, 1 to 200 each (1,16)
  --count                 count calls to Stripe and the store's commands too, which costs time on both sides
  --cpu-prof DIR          the subjects write a V8 CPU profile there when they end
  --json                  the figures as JSON before the last line, and no table`;

const say = (line) => process.stderr.write(`${line}\n`);

const STANDARDS = { rounds: '20', seconds: '300', requests: '60', connections: '1,16', 'cpu-prof': undefined };

function readOptions(args) {
  const { json, help, count, ...values } = valuesOf(args, ['json', 'help', 'count'], STANDARDS);
  return {
    json,
    help,
    count,
    connections: fewAndMany('connections', values.connections, 200),
    rounds: wholeOf('rounds', values.rounds, 200),
    seconds: wholeOf('seconds', values.seconds, 1_800),
    requests: wholeOf('requests', values.requests, 5_000),
    cpuProf: values['cpu-prof'] === undefined ? undefined : path.resolve(values['cpu-prof']),
  };
}

const demand = (ok, text) => {
  if (!ok) throw new Error(`not the answer it should be: ${text.slice(0, 300)}`);
};

/** A card of its own for each sale, so that no count of declines is one that all of them wait for. */
function cardNumber() {
  const digits = `401200${String(randomInt(1e9)).padStart(9, '0')}`;
  const sum = [...digits]
    .map((digit, i) => (i % 2 === 0 ? Number(digit) * 2 : Number(digit)))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

function sale(token) {
  const body = {
    type: 'sale',
    amount: 1112,
    order_id: `order${randomInt(1e8, 1e9)}`,
    payment_method: { card: { number: cardNumber(), expiration_date: '12/38', cvc: '123' } },
    billing_address: {
      first_name: 'John',
      last_name: 'Smith',
      address_line_1: '123 Some St',
      city: 'Wheaton',
      state: 'IL',
      postal_code: '60187',
      country: 'US',
      email: 'buyer@example.com',
    },
  };
  const check = (text) => demand(text.includes('"status":"pending_settlement"'), text);
  return { method: 'POST', path: '/api/transaction', token, body, status: 200, check };
}

/** Both subjects, each with a database and a key of its own. */
async function startSides(ground, mongo, { count, cpuProf }, teardown) {
  const env = { API_KEY_ENCRYPTION_KEY, ALLOW_RAW_CARD_DATA: 'true', CARD_MAX_DECLINES: '1000000' };
  const spec = (name) => ({ name, database: `sale_${name}`, count, cpuProf });
  const product = await startProduct(ground, { ...spec('product'), dist: DIST, env });
  teardown.add(() => product.stop());
  const keys = {
    product: await makeKey(DIST, ground.store.uri('sale_product')),
    bare: await makeKey(DIST, ground.store.uri('sale_bare')),
  };
  const bare = await startBare(ground, { ...spec('bare'), program: 'sale.js', indexesOf: 'sale_product' });
  teardown.add(() => bare.stop());
  return [product, bare].map((subject) => ({
    subject,
    token: keys[subject.name],
    settle: settled(mongo.db(`sale_${subject.name}`)),
  }));
}

async function slice({ subject, token, settle }, connections, requests, simulator) {
  const load = client(subject.url, connections);
  const before = { ...(await subject.usage()), calls: await stripeCalls(simulator) };
  const result = await run(
    load,
    Array.from({ length: requests }, () => sale(token)),
  );
  await settle();
  const after = { ...(await subject.usage()), calls: await stripeCalls(simulator) };
  load.close();
  const each = (which) => (after.commands[which] - before.commands[which]) / requests;
  const asked = {
    stripeCalls: (after.calls - before.calls) / requests,
    writes: each('requestWrites'),
    reads: each('requestReads'),
    writesAfter: each('otherWrites'),
    bytesWritten: each('bytesWritten'),
  };
  return { ...result, cpuUs: after.cpuUs - before.cpuUs, asked };
}

/** Each number of connections on each subject, one after the other; who is first changes from round to round. */
async function measure(sides, { rounds, seconds, requests, connections }, simulator) {
  const until = performance.now() + seconds * 1000;
  const slices = Object.fromEntries(connections.map((many) => [many, { product: [], bare: [] }]));
  for (let round = 0; round <= rounds && (round <= 1 || performance.now() < until); round++) {
    const said = [];
    for (const many of connections) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const one = await slice(side, many, requests, simulator);
        said.push(`${side.subject.name} at ${many}: ${(requests / one.seconds).toFixed(0)}/s`);
        if (round > 0) slices[many][side.subject.name].push(one);
      }
    }
    say(`${round === 0 ? 'warm-up' : `round ${round}/${rounds}`}: ${said.join(', ')}`);
  }
  return slices;
}

/**
 * What a sale itself asks: the product's worker tells the news of a payment once a second, and where it is faster than the
 * sale's own request, it reads the charge too.
 */
function askedOf(slices) {
  const all = slices.map(({ asked }) => asked);
  return all.toSorted((a, b) => a.stripeCalls - b.stripeCalls || a.writesAfter - b.writesAfter)[0];
}

async function bench(options, teardown) {
  await buildIfNeeded();
  const ground = await startGround(DIST, teardown);
  const mongo = await new MongoClient(ground.store.uri('bench')).connect();
  teardown.add(() => mongo.close());
  const sides = await startSides(ground, mongo, options, teardown);
  const slices = await measure(sides, options, ground.simulator);
  const works = Object.fromEntries(
    Object.entries(slices).map(([many, { product, bare }]) => [
      many,
      {
        product: { ...compare(product, bare), asked: askedOf(product) },
        bare: { ...figuresOf(bare), asked: askedOf(bare) },
      },
    ]),
  );
  const memory = {};
  for (const { subject } of sides) memory[subject.name] = (await subject.usage()).rssBytes;
  const facts = {
    ...standFacts(ground),
    rounds: slices[options.connections[0]].product.length,
    requests: options.requests,
    count: options.count,
  };
  return { facts, works, memory };
}

function speedsOf(works) {
  const head = [
    'at a time',
    'subject',
    'sales/s',
    'p50 ms',
    'p99 ms',
    'CPU µs/sale',
    'ratio',
    'quartiles',
    'CPU ratio',
  ];
  const row = (many, name, of) => [
    ...[many, name, of.perSecond.toFixed(0), of.p50Ms.toFixed(1), of.p99Ms.toFixed(1), of.cpuUsPerRequest.toFixed(0)],
    ...(name === 'bare'
      ? ['', '', '']
      : [of.ratio.toFixed(2), `${of.ratioLow.toFixed(2)}–${of.ratioHigh.toFixed(2)}`, of.cpuRatio.toFixed(2)]),
  ];
  return table([
    head,
    ...Object.entries(works).flatMap(([many, of]) => SUBJECTS.map((name) => row(many, name, of[name]))),
  ]);
}

function countsOf(works) {
  const head = [
    'at a time',
    'subject',
    'Stripe calls',
    'store writes',
    'after the answer',
    'bytes written',
    'store reads',
  ];
  const row = (many, name, { stripeCalls: calls, writes, writesAfter, bytesWritten, reads }) => [
    ...[many, name, ...[calls, writes, writesAfter].map((value) => value.toFixed(1))],
    ...[bytesWritten.toFixed(0), reads.toFixed(1)],
  ];
  const rows = Object.entries(works).flatMap(([many, of]) => SUBJECTS.map((name) => row(many, name, of[name].asked)));
  return table([head, ...rows]);
}

const SUBJECTS = ['product', 'bare'];

function text({ facts, works, memory }) {
  return [
    `${facts.machine}; Node ${facts.node}; load average ${facts.loadAverage.join(' ')}; store: ${facts.store}`,
    `${facts.rounds} rounds of ${facts.requests} sales`,
    '',
    speedsOf(works),
    ...(facts.count ? ['', countsOf(works)] : []),
    '',
    `Resident memory at the end: ${SUBJECTS.map((name) => `${name} ${megabytes(memory[name])}`).join(', ')}`,
  ].join('\n');
}

/** Always the last line. */
const lastLine = (works) =>
  `ratio ${Object.entries(works)
    .map(([many, { product }]) => `sale-at-${many}=${product.ratio.toFixed(2)}`)
    .join(' ')}`;

void runBench({ readOptions, help: HELP, bench, text, lastLine });
