// How much each subject asks of Stripe and of the store for one request: the bench is fair only if both write the same.
const { run } = require('./load.js');
const { WORKS } = require('./work.js');
const { stripeCalls } = require('./ground.js');

const REQUESTS = 20;

/**
 * @param settle resolves when nothing is left to do behind the requests
 * @returns per work: Stripe calls, writes and reads of a request, writes made after its answer (receipts), and the bytes of
 *   all of these write commands. What a worker reads while it waits is in no request and not told.
 */
async function countPerRequest(subject, payers, simulator, settle) {
  const counts = {};
  for (const work of WORKS) {
    const requests = payers.requests(work, REQUESTS);
    await settle();
    const before = { calls: await stripeCalls(simulator), ...(await subject.usage()).commands };
    await run(payers.client, requests);
    await settle();
    const after = { calls: await stripeCalls(simulator), ...(await subject.usage()).commands };
    const each = (name) => (after[name] - before[name]) / requests.length;
    counts[work] = {
      stripeCalls: each('calls'),
      writes: each('requestWrites'),
      reads: each('requestReads'),
      writesAfter: each('otherWrites'),
      bytesWritten: each('bytesWritten'),
    };
  }
  return counts;
}

module.exports = { countPerRequest };
