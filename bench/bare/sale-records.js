const { randomBytes, randomUUID } = require('node:crypto');

// As long as the product's own: what is compared is not how long records are.
const DEPLOYMENT = '0'.repeat(24);
const FINGERPRINT = 'f'.repeat(43);
const HOUR_MS = 3_600_000;

const xid = () => randomBytes(10).toString('hex');
const paymentId = () => randomBytes(13).toString('hex');
const after = (now, ms) => new Date(now.getTime() + ms);

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
    _id: xid(),
    paymentId: paymentId(),
    accountId: user.accountId,
    userId: user._id,
    type: 'sale',
    status: 'unknown',
    responseCode: 0,
    amountMinor: body.amount,
    baseMinor: 0,
    authorizedMinor: 0,
    capturedMinor: 0,
    settledMinor: 0,
    refundedMinor: 0,
    paymentAdjustmentMinor: 0,
    surchargeMinor: 0,
    serviceFeeMinor: 0,
    taxMinor: 0,
    shippingMinor: 0,
    discountMinor: 0,
    tipMinor: 0,
    taxExempt: false,
    currency: 'usd',
    description: '',
    orderId: body.order_id,
    poNumber: '',
    ipAddress: '127.0.0.1',
    emailReceipt: false,
    emailAddress: '',
    idempotencyKey: '',
    processorId,
    terminalId: '',
    methodKind: 'card',
    paymentType: 'card',
    method: { type: 'card', brand: '', maskedNumber: masked(card.number), expirationDate: card.expiration_date },
    responseId: xid(),
    answer: NO_ANSWER,
    answeredAt: null,
    vaultRecord: null,
    customerId: '',
    subscriptionId: '',
    referencedTransactionId: '',
    billingMethod: 'straight',
    cardOnFileIndicator: '',
    initiatedBy: '',
    initialTransactionId: '',
    storedCredentialIndicator: '',
    groupName: 'default',
    vendorId: '',
    customFields: null,
    lineItems: null,
    extras: {},
    billingAddress: toAddress(body.billing_address),
    shippingAddress: NOWHERE,
    createdAt: now,
    updatedAt: now,
    capturedAt: null,
    fundsPending: false,
    settledAt: null,
    settlementBatchId: '',
    asked: null,
    voids: 0,
    refunds: [],
    events: [],
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
    leaseUntil: after(now, 60_000),
    effects: [],
    effectsDueAt: null,
    createdAt: now,
    finalAt: null,
    terms: {
      paymentMethodId: method.id,
      methodTypes: ['card'],
      capture: 'automatic',
      offSession: false,
      ref: key,
      instrument: method.card.fingerprint,
    },
    v: 1,
    w: randomUUID(),
  };
}

const made = (intent, now) => ({
  state: 'PI_CREATED',
  providerPaymentId: intent.id,
  providerStatus: intent.status,
  paymentMethodId: null,
  activeAt: now,
  nextCheckAt: after(now, HOUR_MS),
  leaseUntil: null,
});

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

module.exports = { newRow, newPayment, made, confirming, paid, approved };
