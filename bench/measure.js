// The rounds: each work on one subject after the other; who is first changes from round to round.
const { setTimeout: sleep } = require('node:timers/promises');
const { run } = require('./load.js');
const { WORKS } = require('./work.js');

const SETTLE_WITHIN_MS = 60_000;

/** @returns a function that resolves once no payment of the database has effects left to do, such as a receipt */
function settled(db) {
  return async () => {
    const until = performance.now() + SETTLE_WITHIN_MS;
    while ((await db.collection('payments').countDocuments({ effectsDueAt: { $gt: new Date(0) } })) > 0) {
      if (performance.now() > until) throw new Error('receipts were not sent within a minute');
      await sleep(50);
    }
  };
}

/** @returns seconds and latencies of the requests, and CPU time up to the last receipt */
async function slice({ subject, payers, settle }, work, count) {
  const requests = payers.requests(work, count);
  const before = await subject.usage();
  const result = await run(payers.client, requests);
  await settle();
  return { ...result, cpuUs: (await subject.usage()).cpuUs - before.cpuUs };
}

/**
 * @param sides the subjects with their payers
 * @param {(line: string) => void} progress
 * @returns per work and subject one slice a round; the first round warms up and is not among them
 */
async function measure(sides, { rounds, requests, seconds }, progress) {
  const until = performance.now() + seconds * 1000;
  const slices = Object.fromEntries(
    WORKS.map((work) => [work, Object.fromEntries(sides.map(({ subject }) => [subject.name, []]))]),
  );
  for (let round = 0; round <= rounds; round++) {
    if (round > 1 && performance.now() > until) {
      progress(`the time is up after ${round - 1} rounds`);
      break;
    }
    for (const work of WORKS) {
      const said = [];
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        const one = await slice(side, work, requests);
        said.push(`${side.subject.name} ${Math.round(one.latencies.length / one.seconds)}/s`);
        if (round > 0) slices[work][side.subject.name].push(one);
      }
      progress(`${round === 0 ? 'warm-up' : `round ${round}/${rounds}`}: ${work} ${said.join(', ')}`);
    }
  }
  return slices;
}

module.exports = { measure, settled };
