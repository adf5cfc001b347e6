const { randomUUID } = require('node:crypto');

// As long as the product's own: what is compared is not how long records are.
const DEPLOYMENT = '0'.repeat(24);
const FINGERPRINT = 'f'.repeat(43);
/** All payers of the bench come from one address. */
const PAYER_ADDRESS = 'a'.repeat(43);
const HOUR_MS = 3_600_000;

const PRICE = { amountMinor: 2000, currency: 'usd' };
const RETURN_URL = 'http://127.0.0.1:40000/checkout/return';

const after = (now, ms) => new Date(now.getTime() + ms);

/** The records that the product writes, field by field, so that both sides write the same. Nothing is ever read of most. */
const newCheckout = (cuid, now) => ({
  _id: cuid,
  kind: 'default',
  ...PRICE,
  description: null,
  metadata: {},
  expiresAt: null,
  userId: null,
  claimedBy: null,
  createdAt: now,
  v: 1,
  w: randomUUID(),
});

/** Fields of a payment of which nothing was asked yet. */
const begun = (now, leaseMs) => ({
  state: 'NEW',
  providerStatus: null,
  nextAction: null,
  paymentMethodId: null,
  createGeneration: 0,
  cancelGeneration: 0,
  cancelRequested: false,
  attempt: null,
  settled: [],
  activeAt: now,
  nextCheckAt: after(now, HOUR_MS),
  backoffMs: HOUR_MS,
  leaseUntil: after(now, leaseMs),
  effects: [],
  effectsDueAt: null,
  createdAt: now,
  finalAt: null,
  v: 1,
  w: randomUUID(),
});

function newPayment({ _id, userId, cuid, customerId, now }) {
  const scope = `${DEPLOYMENT}:storefront:${userId}`;
  return {
    _id,
    scope,
    userId,
    cuid,
    fingerprint: FINGERPRINT,
    ...PRICE,
    customerId,
    description: null,
    metadata: { payment_id: _id, deployment_id: DEPLOYMENT, scope, userId, cuid, fp: FINGERPRINT },
    ...begun(now, 30_000),
    payerAddress: PAYER_ADDRESS,
  };
}

const stored = (intent, now) => ({
  state: 'PI_CREATED',
  providerPaymentId: intent.id,
  providerStatus: intent.status,
  paymentMethodId: null,
  activeAt: now,
  nextCheckAt: after(now, HOUR_MS),
  leaseUntil: null,
});

const confirming = (paymentMethodId, now) => ({
  state: 'CONFIRMING',
  attempt: { n: 1, generation: 0, paymentMethodId, returnUrl: RETURN_URL, startedAt: now },
  activeAt: now,
  nextCheckAt: after(now, 60_000),
  backoffMs: HOUR_MS,
  leaseUntil: after(now, 18_000),
});

function confirmed({ _id }, intent, paymentMethodId, now) {
  const settled = [{ n: 1, paymentMethodId, result: 'succeeded', at: now, decline: null }];
  const seen = { providerStatus: intent.status, nextAction: null, paymentMethodId: intent.payment_method };
  if (intent.status !== 'succeeded') return { state: 'REQUIRES_ACTION', ...seen, settled, leaseUntil: null };
  return {
    state: 'SUCCEEDED',
    ...seen,
    cancelRequested: false,
    nextCheckAt: null,
    finalAt: now,
    effects: [{ id: `${_id}:succeeded`, type: 'payment.succeeded', doneAt: null }],
    effectsDueAt: now,
    settled,
    leaseUntil: null,
  };
}

/** One more version of the record, on the condition that nobody has made one; whether somebody has is not looked at. */
async function write(collection, seen, set) {
  const version = { v: seen.v + 1, w: randomUUID() };
  await collection.updateOne({ _id: seen._id, v: seen.v }, { $set: { ...set, ...version } });
  return { ...seen, ...set, ...version };
}

module.exports = {
  ...{ DEPLOYMENT, FINGERPRINT, HOUR_MS, PAYER_ADDRESS, PRICE, RETURN_URL },
  ...{ after, begun, newCheckout, newPayment, stored, confirming, confirmed, write },
};
