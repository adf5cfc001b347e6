import { docUrl } from '../../api/errors.js';
import type { Decline } from '../../cards/outcome.js';
import type { Charge } from '../../objects/charge.js';
import type { ErrorBody } from '../../objects/common.js';
import type { PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { type Attempt, chargeDetails } from './charge.details.js';

/** What is charged: a PaymentIntent, or the parameters of a charge made without one, whose id is null then. */
export type ChargeTerms = Pick<
  PaymentIntent,
  | 'amount'
  | 'application_fee_amount'
  | 'currency'
  | 'customer'
  | 'description'
  | 'metadata'
  | 'on_behalf_of'
  | 'receipt_email'
  | 'shipping'
  | 'statement_descriptor'
  | 'statement_descriptor_suffix'
  | 'transfer_group'
> & { id: string | null };

/** Charges of cards are `ch_…`, those of every other kind `py_…`. */
function isCard(method: PaymentMethod): boolean {
  return method.card !== undefined || method.card_present !== undefined || method.interac_present !== undefined;
}

/** Stores the charge of one attempt to pay. A captured and succeeded one has not moved the balance yet: see `settle` in charge.book.ts. */
export function makeCharge(world: World, intent: ChargeTerms, attempt: Attempt): Charge {
  const { method, decline, status, captured } = attempt;
  const id = world.ids.next(isCard(method) ? 'ch' : 'py');
  return world.store.put(world.tables.charge, {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured && status === 'succeeded' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: intent.application_fee_amount,
    balance_transaction: null,
    billing_details: method.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor ?? 'STRIPE SIMULATOR',
    captured: captured && status !== 'failed',
    created: world.clock.seconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: intent.on_behalf_of,
    outcome: outcomeOf(attempt),
    paid: status === 'succeeded',
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: chargeDetails(world, intent, attempt),
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: status === 'failed' ? null : `${world.url}/receipts/${id}`,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status,
    transfer_data: null,
    transfer_group: intent.transfer_group,
  });
}

/** The error of a refused attempt, as in the 402 and in `last_payment_error`. */
export function declineError(decline: Decline, charge: Charge | null, method: PaymentMethod): ErrorBody {
  return {
    ...(charge === null ? {} : { charge: charge.id }),
    code: decline.code,
    ...(decline.decline_code === undefined ? {} : { decline_code: decline.decline_code }),
    doc_url: docUrl(decline.code),
    message: decline.message,
    payment_method: method,
    type: 'card_error',
  };
}

function outcomeOf({ decline, behaviour }: Attempt): Charge['outcome'] {
  const risk = behaviour.risk ?? 'normal';
  const blocked = decline?.decline_code === 'fraudulent';
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: decline === null ? 'approved_by_network' : blocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: decline === null ? null : blocked ? 'highest_risk_level' : (decline.decline_code ?? decline.code),
    risk_level: risk,
    risk_score: { normal: 20, elevated: 70, highest: 90 }[risk],
    seller_message:
      decline === null ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
    type: decline === null ? 'authorized' : blocked ? 'blocked' : 'issuer_declined',
  };
}
