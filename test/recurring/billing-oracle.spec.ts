import { randomInt } from 'node:crypto';
import { runOracle } from './command.js';
import { Oracle } from './oracle.js';
import { failureOf, type Seen } from './side-by-side.js';

/** `npm run oracle` plays 100,000. */
const HISTORIES = Number(process.env['ORACLE_HISTORIES'] ?? 3_000);
const SEED = Number(process.env['ORACLE_SEED'] ?? randomInt(1, 900_000_000));

it(`${HISTORIES} lives of subscriptions are what a second computation says, seed ${SEED} on`, () => {
  const seen: Seen = new Map();
  const failures: string[] = [];
  for (let seed = SEED; seed < SEED + HISTORIES && failures.length === 0; seed++)
    failures.push(...[failureOf(seed, seen)].filter((one) => one !== null));
  expect(failures).toEqual([]);
  // What is compared must be lives, not refusals.
  for (const what of [
    'billing paid',
    'billing failed',
    'billing ended',
    'ends completed',
    'dispute taken',
    'release taken',
  ])
    expect([what, (seen.get(what) ?? 0) > HISTORIES / 100]).toEqual([what, true]);
}, 300_000);

describe('npm run oracle', () => {
  const silence = () => {
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    return jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  };
  afterEach(() => jest.restoreAllMocks());

  it('says by its exit code, and with the seed, that product and oracle differ', () => {
    const stdout = silence();
    expect(runOracle(['20', '1'], () => 0)).toBe(0);
    jest.spyOn(Oracle.prototype, 'number').mockReturnValue(false);
    expect(runOracle(['20', '1'], () => 0)).toBe(1);
    expect(stdout.mock.calls.join()).toMatch(/seed \d+ on \d{4}-\d\d-\d\d/);
  });

  it.each([['many'], ['1', '2', '3'], ['--ten-years', '1', '2'], ['0']])('refuses %s', (...args) => {
    silence();
    expect(runOracle(args, () => 1)).toBe(2);
  });
});
