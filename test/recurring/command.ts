import { drawHistory } from './history.js';
import { ProductPlayer } from './on-the-product.js';
import { failureOf, type Seen } from './side-by-side.js';

const USAGE = 'usage: npm run oracle [-- HISTORIES [SEED]] | npm run oracle -- --ten-years [SEED]';
const SHOWN = 3;
const DAYS = 3_652;
const SUBSCRIPTIONS = 1_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const isCount = (text: string): boolean => /^[1-9]\d{0,8}$/.test(text);
const secondsSince = (since: number): string => ((performance.now() - since) / 1_000).toFixed(1);

/** @returns the exit code: 1 when product and oracle differ, 2 for what cannot be understood */
export function runOracle(args: readonly string[], freshSeed: () => number): 0 | 1 | 2 {
  const tenYears = args.includes('--ten-years');
  const [first, second, ...rest] = args.filter((arg) => arg !== '--ten-years');
  const numbers = [first, second].filter((one) => one !== undefined);
  if (rest.length > 0 || !numbers.every(isCount) || (tenYears && second !== undefined)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  if (tenYears) return replayed(Number(first ?? freshSeed()));
  return compared(Number(first ?? 100_000), Number(second ?? freshSeed()));
}

function compared(histories: number, seed: number): 0 | 1 {
  const since = performance.now();
  const seen: Seen = new Map();
  say(`${histories} histories from seed ${seed}`);
  let failures = 0;
  for (let done = 0; done < histories && failures < SHOWN; done++) {
    const failure = failureOf(seed + done, seen);
    if (failure !== null) {
      failures += 1;
      say(failure);
    }
    if ((done + 1) % 5_000 === 0) say(`${done + 1} of ${histories}, ${failures} differ, ${secondsSince(since)} s`);
  }
  say(JSON.stringify(Object.fromEntries([...seen].toSorted(([one], [other]) => one.localeCompare(other)))));
  say(`${failures === 0 ? 'no difference' : `${failures} differ`}, ${secondsSince(since)} s`);
  return failures === 0 ? 0 : 1;
}

/** Ten years of many subscriptions on the product alone, a day at a time: how long the decisions take. */
function replayed(seed: number): 0 {
  const since = performance.now();
  let [subscriptions, billings] = [0, 0];
  for (let drawn = seed; subscriptions < SUBSCRIPTIONS; drawn++) {
    const player = new ProductPlayer({ ...drawHistory(drawn), hour: 8, trouble: 0.05 });
    if (!player.create()) continue;
    subscriptions += 1;
    for (let day = 0; day < DAYS; day++) player.run(day * 2 + 1);
    billings += player.shown().bills.length;
  }
  say(`ten years of ${subscriptions} subscriptions from seed ${seed}: ${billings} billings, ${secondsSince(since)} s`);
  return 0;
}
