// What `npm run bench` may be told.
const { parseArgs } = require('node:util');

const HELP = `npm run bench -- [--quick] [--json] [--rounds N] [--requests N] [--connections N] [--users N] [--also NAME=DIR]… [--cpu-prof DIR]

The same work (create, confirm, read, list) on the product and on a bare fastify handler, in turns. See docs/bench.md.

  --quick           about a minute
  --json            the figures as JSON before the last line, and no table
  --rounds N        rounds that count, 1 to 200; one more before them warms up (default 60; quick 20)
  --seconds N       no round begins later than so long after the first, 1 to 1800 (default 600; quick 35)
  --requests N      creates and confirms a round and subject, 1 to 5000; reads and lists are three times that (100; quick 60)
  --connections N   requests at a time, 1 to 200 (16)
  --users N         payers, 1 to 1000 (40)
  --also NAME=DIR   measure another build of the product too, the dist folder of another checkout; up to 5 of them
  --cpu-prof DIR    the subjects write a V8 CPU profile there when they end`;

const LIMITS = {
  rounds: [1, 200],
  seconds: [1, 1_800],
  requests: [1, 5_000],
  connections: [1, 200],
  users: [1, 1_000],
};

class BadOption extends Error {}

/** @returns {{quick: boolean, json: boolean, help: boolean, rounds: number, seconds: number, requests: number, connections: number, users: number, also: Record<string, string>, cpuProf?: string}} */
function readOptions(args) {
  const { values } = parse(args);
  const whole = (name, otherwise) => {
    if (values[name] === undefined) return otherwise;
    const [least, most] = LIMITS[name];
    const number = Number(values[name]);
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new BadOption(`--${name} takes a whole number from ${least} to ${most}`);
  };
  const quick = values.quick === true;
  return {
    quick,
    json: values.json === true,
    help: values.help === true,
    rounds: whole('rounds', quick ? 20 : 60),
    seconds: whole('seconds', quick ? 35 : 600),
    requests: whole('requests', quick ? 60 : 100),
    connections: whole('connections', 16),
    users: whole('users', 40),
    also: alsoOf(values.also ?? []),
    cpuProf: values['cpu-prof'],
  };
}

function alsoOf(values) {
  const pairs = values.map((value) => /^([a-z][a-z0-9]{0,15})=(.+)$/.exec(value)?.slice(1));
  const names = new Set(pairs.map((pair) => pair?.[0]));
  if (pairs.length <= 5 && names.size === pairs.length && !pairs.includes(undefined)) return Object.fromEntries(pairs);
  throw new BadOption(
    '--also takes NAME=DIR, five times at most, each NAME once: up to 16 lower-case letters and digits',
  );
}

function parse(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  const options = { quick: flag, json: flag, help: flag, also: { ...text, multiple: true }, 'cpu-prof': text };
  for (const name of Object.keys(LIMITS)) options[name] = text;
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new BadOption(error.message);
  }
}

/**
 * Reads the words of a smaller bench: flags are true or false, what has a standard is a text. Throws BadOption.
 * @param {string[]} flags
 * @param {Record<string, string | undefined>} standards
 */
function valuesOf(args, flags, standards) {
  const options = Object.fromEntries([
    ...flags.map((name) => [name, { type: 'boolean', default: false }]),
    ...Object.entries(standards).map(([name, standard]) => [
      name,
      { type: 'string', ...(standard === undefined ? {} : { default: standard }) },
    ]),
  ]);
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new BadOption(error.message);
  }
}

function wholeOf(name, given, most) {
  if (/^[1-9]\d*$/.test(given) && Number(given) <= most) return Number(given);
  throw new BadOption(`--${name} takes whole numbers from 1 to ${most}`);
}

/** Reads `FEW,MANY`. */
function fewAndMany(name, given, most) {
  const both = given.split(',').map((one) => wholeOf(name, one, most));
  if (both.length === 2 && both[0] < both[1]) return both;
  throw new BadOption(`--${name} takes two numbers, the smaller one first`);
}

module.exports = { readOptions, valuesOf, wholeOf, fewAndMany, BadOption, HELP };
