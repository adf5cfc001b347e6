const { randomBytes, randomUUID } = require('node:crypto');
const { PLAIN_SALE } = require('../plain-sale.js');
const { after, begun, DEPLOYMENT, FINGERPRINT, HOUR_MS } = require('./records.js');

const xid = () => randomBytes(10).toString('hex');
const paymentId = () => randomBytes(13).toString('hex');

const NO_ANSWER = { authCode: '', avs: '0', cvv: 'P', code: '', text: '' };
const NOWHERE = Object.fromEntries(
  ['addressId', 'firstName', 'lastName', 'company', 'line1', 'line2', 'city', 'state', 'postalCode', 'country']
    .concat(['email', 'phone', 'fax'])
    .map((field) => [field, '']),
);

const toAddress = (address) => ({
  ...NOWHERE,
  firstName: address.first_name,
  lastName: address.last_name,
  line1: address.address_line_1,
  city: address.city,
  state: address.state,
  postalCode: address.postal_code,
  country: address.country,
  email: address.email,
});

const masked = (number) => `${number.slice(0, 6)}${'*'.repeat(number.length - 10)}${number.slice(-4)}`;

/** The rows and payments of a sale as the product writes them, field by field, so that both sides write the same. */
function newRow(body, user, processorId, now) {
  const { card } = body.payment_method;
  return {
    ...PLAIN_SALE,
    _id: xid(),
    paymentId: paymentId(),
    accountId: user.accountId,
    userId: user._id,
    status: 'unknown',
    responseCode: 0,
    amountMinor: body.amount,
    authorizedMinor: 0,
    capturedMinor: 0,
    settledMinor: 0,
    description: '',
    orderId: body.order_id,
    poNumber: '',
    ipAddress: '127.0.0.1',
    processorId,
    method: { type: 'card', brand: '', maskedNumber: masked(card.number), expirationDate: card.expiration_date },
    responseId: xid(),
    answer: NO_ANSWER,
    answeredAt: null,
    customerId: '',
    billingAddress: toAddress(body.billing_address),
    shippingAddress: NOWHERE,
    createdAt: now,
    updatedAt: now,
    capturedAt: null,
    settledAt: null,
    leaseUntil: after(now, 35_000),
    nextCheckAt: after(now, 35_000),
    v: 1,
    w: randomUUID(),
  };
}

function newPayment({ _id: key, paymentId: _id, accountId, amountMinor, orderId }, method, now) {
  const scope = `${DEPLOYMENT}:gateway:${accountId}`;
  const own = { transaction_id: key, order_id: orderId };
  return {
    _id,
    scope,
    cuid: key,
    fingerprint: FINGERPRINT,
    amountMinor,
    currency: 'usd',
    customerId: '',
    description: null,
    metadata: { ...own, payment_id: _id, deployment_id: DEPLOYMENT, scope, key, fp: FINGERPRINT },
    ...begun(now, 60_000),
    terms: {
      paymentMethodId: method.id,
      methodTypes: ['card'],
      capture: 'automatic',
      offSession: false,
      ref: key,
      instrument: method.card.fingerprint,
    },
  };
}

const confirming = ({ _id: ref }, paymentMethodId, now) => ({
  state: 'CONFIRMING',
  attempt: { n: 1, generation: 0, paymentMethodId, offSession: false, ref, startedAt: now },
  activeAt: now,
  nextCheckAt: after(now, 120_000),
  backoffMs: HOUR_MS,
  leaseUntil: after(now, 18_000),
});

function paid({ _id: ref, paymentId: id }, intent, now) {
  const { payment_method: paymentMethodId, latest_charge: chargeId, status } = intent;
  return {
    state: 'SUCCEEDED',
    providerStatus: status,
    nextAction: null,
    paymentMethodId,
    cancelRequested: false,
    nextCheckAt: null,
    finalAt: now,
    settled: [{ n: 1, ref, paymentMethodId, result: 'succeeded', at: now, chargeId, decline: null }],
    effects: [{ id: `${id}:succeeded@transaction`, type: 'payment.succeeded', doneAt: null, consumer: 'transaction' }],
    effectsDueAt: now,
    leaseUntil: null,
  };
}

function approved({ amountMinor, method }, { payment_method_details: { card } }, now) {
  const { authorization_code: authCode, brand } = card;
  return {
    leaseUntil: null,
    method: { ...method, brand },
    status: 'pending_settlement',
    responseCode: 100,
    authorizedMinor: amountMinor,
    capturedMinor: amountMinor,
    capturedAt: now,
    fundsPending: false,
    asked: null,
    answer: { avs: 'Y', cvv: 'M', authCode, code: '00', text: `APPROVAL ${authCode}` },
    answeredAt: now,
    refundedMinor: 0,
    updatedAt: now,
    nextCheckAt: null,
  };
}

module.exports = { newRow, newPayment, confirming, paid, approved };
