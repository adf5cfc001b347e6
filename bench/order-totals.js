// npm run bench:totals: what a sum of orders takes, by its filters, with few and with many orders. docs/bench.md says how to
// read it.
const { runBySize } = require('./by-size.js');
const { adminOn } = require('./make-key.js');

const SEED_AT_ONCE = 1_000;
const MINUTE_MS = 60_000;
const CAMPAIGNS = 10;

/** A key of the surface and a person, by the operator's commands. */
async function makeKey(dist, mongoUri) {
  const admin = adminOn(dist, mongoUri);
  const { key } = await admin('create-key', '--surface', 'census', '--name', 'Bench');
  await admin('create-person', '--id', 'bench@census');
  return key;
}

/** An order a minute back from now: a hundredth is the person's, a tenth each campaign's, nine of ten are processed. */
function orderOf(i, { personId, accountId }, now) {
  const createdAt = new Date(now - i * MINUTE_MS);
  return {
    ...{ _id: `bench${i}`, v: 2, w: `write${i}`, accountId, personId: i % 100 === 0 ? personId : `person${i % 5_000}` },
    ...{
      campaignCode: `C${i % CAMPAIGNS}`,
      amountMinor: 1_000 + (i % 7),
      description: 'Monthly fee',
      kind: 'existing',
    },
    ...{ methodId: `method${i}`, methodNumber: i, state: i % 10 === 3 ? 'error' : 'processed', paymentId: `pay${i}` },
    ...{ isRepeatable: false, nextCheckAt: null, createdAt, updatedAt: createdAt },
  };
}

async function seed(db, size) {
  const { _id: personId, accountId } = await db.collection('persons').findOne({});
  for (let from = 0; from < size; from += SEED_AT_ONCE) {
    const rows = Array.from({ length: Math.min(SEED_AT_ONCE, size - from) }, (_, i) =>
      orderOf(from + i, { personId, accountId }, Date.now()),
    );
    await db.collection('orders').insertMany(rows);
  }
  return {};
}

const since = (size) => new Date(Date.now() - (size * MINUTE_MS) / 10).toISOString();

const TOTALS = {
  person: () => 'person_id=bench@census',
  'person, since': (size) => `person_id=bench@census&from_date=${since(size)}`,
  campaign: () => 'campaign_code=C0',
  'campaign, since': (size) => `campaign_code=C0&from_date=${since(size)}`,
  'person and campaign': () => 'person_id=bench@census&campaign_code=C0',
  nothing: () => 'campaign_code=none',
};

void runBySize({
  script: 'bench:totals',
  rows: 'orders',
  question: 'sum',
  told: ['amount', 'cents'],
  timeoutMs: 120_000,
  questions: TOTALS,
  makeKey,
  seed,
  requestOf: ({ key, size }, make) => [
    `/api/v1/payments/orders/total?${make(size)}`,
    { headers: { authorization: key } },
  ],
  valueOf({ status }, { amount }) {
    if (status !== 200) throw new Error(`answered ${status}`);
    return amount;
  },
});
