import { Schema } from 'mongoose';
import { HAS_DATE, HAS_TEXT } from '../../../platform/database/partial-index.js';
import type { Payment } from './payment.types.js';

export const PAYMENT_MODEL = 'Payment';

const mandate = { type: new Schema({ kind: String, ipAddress: String, userAgent: String }, { _id: false }) };
const attempt = new Schema(
  {
    n: Number,
    ref: String,
    generation: Number,
    paymentMethodId: String,
    returnUrl: String,
    offSession: Boolean,
    mandate,
    keepsMethod: Boolean,
    startedAt: Date,
  },
  { _id: false },
);
const terms = new Schema(
  {
    paymentMethodId: String,
    methodTypes: [String],
    capture: String,
    offSession: Boolean,
    mandate,
    keepsMethod: Boolean,
    statementDescriptor: String,
    readerId: String,
    returnUrl: String,
    ref: String,
    instrument: String,
  },
  { _id: false },
);
const settledAttempt = new Schema(
  {
    n: Number,
    ref: String,
    paymentMethodId: String,
    result: String,
    at: Date,
    chargeId: String,
    decline: { type: new Schema({ reason: String, message: String }, { _id: false }), default: null },
  },
  { _id: false },
);
const refund = new Schema({ id: String, amountMinor: Number, currency: String, at: Date }, { _id: false });
const capture = new Schema(
  { amountMinor: Number, state: String, generation: Number, askedAt: Date, reason: String },
  { _id: false },
);
const refundRequest = new Schema(
  {
    rid: String,
    amountMinor: Number,
    state: String,
    generation: Number,
    askedAt: Date,
    sends: Number,
    providerRefundId: String,
    reason: String,
  },
  { _id: false },
);
const dispute = new Schema(
  { id: String, amountMinor: Number, currency: String, reason: String, status: String, at: Date },
  { _id: false },
);
const effect = new Schema(
  {
    id: String,
    type: String,
    consumer: String,
    doneAt: Date,
    failures: Number,
    retryAt: Date,
    failedAt: Date,
    parkedAt: Date,
    parkedBecause: String,
  },
  { _id: false, typeKey: '$type' },
);

export const paymentSchema = new Schema<Payment>(
  {
    _id: { type: String, required: true },
    v: Number,
    w: String,
    scope: String,
    userId: String,
    cuid: String,
    fingerprint: String,
    amountMinor: Number,
    currency: String,
    customerId: String,
    description: String,
    metadata: Schema.Types.Mixed,
    state: String,
    providerPaymentId: String,
    providerStatus: String,
    nextAction: String,
    paymentMethodId: String,
    createGeneration: Number,
    cancelGeneration: Number,
    firstGeneration: Number,
    cancelRequested: Boolean,
    attempt,
    settled: [settledAttempt],
    activeAt: Date,
    nextCheckAt: Date,
    backoffMs: Number,
    leaseUntil: Date,
    effects: [effect],
    effectsDueAt: Date,
    effectsParkedAt: Date,
    terms: { type: terms, default: undefined },
    capture: { type: capture, default: undefined },
    capturedMinor: Number,
    refunds: { type: [refund], default: undefined },
    refundRequests: { type: [refundRequest], default: undefined },
    disputes: { type: [dispute], default: undefined },
    payerAddress: String,
    createdAt: Date,
    finalAt: Date,
    lateSuccessAt: Date,
  } as never,
  { collection: 'payments', versionKey: false, minimize: false },
);

// Race: two payments for one (user, cuid). The derived _id prevents it already; this holds should the derivation ever change.
paymentSchema.index({ scope: 1, cuid: 1 }, { name: 'scope_cuid', unique: true });
// Race: one PaymentIntent stored with two payments. Query: GET /payment/{id}, confirm, webhook events.
paymentSchema.index(
  { providerPaymentId: 1 },
  { name: 'provider_payment', unique: true, partialFilterExpression: { providerPaymentId: HAS_TEXT } },
);
// Query: what the resolver has to look at next.
paymentSchema.index({ nextCheckAt: 1 }, { name: 'due', partialFilterExpression: { nextCheckAt: HAS_DATE } });
// Query: effects still to be drained.
paymentSchema.index({ effectsDueAt: 1 }, { name: 'effects_due', partialFilterExpression: { effectsDueAt: HAS_DATE } });
// Query: parked effects, newest first. Only payments with one are in it.
paymentSchema.index(
  { effectsParkedAt: -1 },
  { name: 'effects_parked', partialFilterExpression: { effectsParkedAt: HAS_DATE } },
);
// Query: GET /payment, newest first; open payments of a user who wants to be deleted.
paymentSchema.index({ userId: 1, createdAt: -1 }, { name: 'user_newest' });
// Query: how many attempts have no known outcome. Only those are in it, so counting them costs what they are.
paymentSchema.index({ state: 1 }, { name: 'unsettled', partialFilterExpression: { state: 'CONFIRMING' } });
// Query: late successes, newest first; there should be none.
paymentSchema.index(
  { lateSuccessAt: -1 },
  { name: 'late_success', partialFilterExpression: { lateSuccessAt: HAS_DATE } },
);
// Query: what was paid in a range of days, for reconciliation.
paymentSchema.index({ finalAt: 1 }, { name: 'paid', partialFilterExpression: { state: 'SUCCEEDED' } });
