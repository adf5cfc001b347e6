// What `npm run bench:vault` may be told.
const { parseArgs } = require('node:util');
const { BadOption } = require('./options.js');

const HELP = `npm run bench:vault -- [--json] [--count] [--sizes FEW,MANY] [--rounds N] [--seconds N] [--requests N] [--connections N]

  --sizes FEW,MANY  customers in the two databases, 1 to 1000000 each (1000,100000)
  --rounds N        rounds that count; one more before them warms up (30)
  --seconds N       no round begins later than so long after the first (300)
  --requests N      requests a round, work and subject (100)
  --connections N   requests at a time (16)
  --count           count the store's commands too, which costs time on both sides
  --json            the figures as JSON before the last line, and no table`;

function readOptions(args) {
  const text = (standard) => ({ type: 'string', default: standard });
  const flag = { type: 'boolean', default: false };
  const options = { json: flag, help: flag, count: flag, sizes: text('1000,100000'), rounds: text('30') };
  const more = { seconds: text('300'), requests: text('100'), connections: text('16') };
  let values;
  try {
    ({ values } = parseArgs({ args, options: { ...options, ...more } }));
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
  return {
    json: values.json,
    help: values.help,
    count: values.count,
    sizes,
    rounds: whole('rounds', values.rounds, 200),
    seconds: whole('seconds', values.seconds, 1_800),
    requests: whole('requests', values.requests, 5_000),
    connections: whole('connections', values.connections, 200),
  };
}

module.exports = { readOptions, HELP };
