// npm run bench:search: what a search of transactions takes, by its criterion, with few and with many rows. docs/bench.md
// says how to read it.
const { runBySize } = require('./by-size.js');
const { makeKey } = require('./make-key.js');
const { SEARCHES, seed } = require('./transaction-rows.js');

void runBySize({
  script: 'bench:search',
  rows: 'transactions',
  question: 'search',
  told: ['found', 'found'],
  timeoutMs: 60_000,
  questions: SEARCHES,
  makeKey,
  async seed(db, size) {
    const { _id: userId, accountId } = await db.collection('gateway_users').findOne({});
    await seed(db.collection('transactions'), { userId, accountId }, size);
    return { userId };
  },
  requestOf: ({ key, userId, size }, make) => [
    '/api/transaction/search',
    {
      method: 'POST',
      headers: { authorization: key, 'content-type': 'application/json' },
      body: JSON.stringify(make({ size, userId, i: Math.floor(Math.random() * size) })),
    },
  ],
  /** Null: refused, because it takes too long. */
  valueOf({ status }, json, { body }) {
    const tooSlow = status === 400 && json.msg.includes('takes too long');
    if (status !== 200 && !tooSlow) throw new Error(`answered ${status}: ${JSON.stringify(json)}`);
    if (json.total_count === 0) throw new Error(`nothing was found by ${body}`);
    return tooSlow ? null : json.total_count;
  },
});
