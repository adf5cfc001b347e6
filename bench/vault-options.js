// What `npm run bench:vault` may be told.
const { fewAndMany, valuesOf, wholeOf } = require('./options.js');

const HELP = `npm run bench:vault -- [--json] [--count] [--sizes FEW,MANY] [--rounds N] [--seconds N] [--requests N] [--connections N]

  --sizes FEW,MANY  customers in the two databases, 1 to 1000000 each (1000,100000)
  --rounds N        rounds that count; one more before them warms up (30)
  --seconds N       no round begins later than so long after the first (300)
  --requests N      requests a round, work and subject (100)
  --connections N   requests at a time (16)
  --count           count the store's commands too, which costs time on both sides
  --json            the figures as JSON before the last line, and no table`;

const STANDARDS = { sizes: '1000,100000', rounds: '30', seconds: '300', requests: '100', connections: '16' };

function readOptions(args) {
  const { json, help, count, ...values } = valuesOf(args, ['json', 'help', 'count'], STANDARDS);
  return {
    json,
    help,
    count,
    sizes: fewAndMany('sizes', values.sizes, 1_000_000),
    rounds: wholeOf('rounds', values.rounds, 200),
    seconds: wholeOf('seconds', values.seconds, 1_800),
    requests: wholeOf('requests', values.requests, 5_000),
    connections: wholeOf('connections', values.connections, 200),
  };
}

module.exports = { readOptions, HELP };
