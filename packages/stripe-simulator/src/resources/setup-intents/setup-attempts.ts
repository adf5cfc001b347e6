import type { Stripe } from 'stripe';
import { missing } from '../../api/errors.js';
import { list } from '../../api/list.js';
import { operation } from '../../api/operation.js';
import type { CardChecks, ErrorBody } from '../../objects/common.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { SetupAttempt, SetupAttemptCard } from '../../objects/setup-attempt.js';
import type { SetupIntent } from '../../objects/setup-intent.js';
import type { World } from '../../world.js';

/** Stores the attempt that a confirmation begins. */
export function beginAttempt(world: World, intent: SetupIntent, method: PaymentMethod): SetupAttempt {
  return world.store.put(world.tables.setupAttempt, {
    id: world.ids.next('setatt'),
    object: 'setup_attempt',
    application: null,
    ...(intent.attach_to_self === undefined ? {} : { attach_to_self: intent.attach_to_self }),
    created: world.clock.seconds(),
    customer: intent.customer,
    customer_account: null,
    flow_directions: intent.flow_directions,
    livemode: false,
    on_behalf_of: intent.on_behalf_of,
    payment_method: method.id,
    payment_method_details: detailsOf(method),
    setup_error: null,
    setup_intent: intent.id,
    status: 'processing',
    usage: intent.usage,
  });
}

/**
 * The intent's newest attempt has come to this. `more` shows the card that was made at a reader, the authentication, and what the
 * bank said of address and CVC.
 */
export function noteAttempt(
  world: World,
  intent: SetupIntent,
  status: SetupAttempt['status'],
  more: { error?: ErrorBody; generatedCard?: string; authenticated?: boolean; checks?: CardChecks | undefined } = {},
): void {
  const attempt = world.tables.setupAttempt.get(intent.latest_attempt ?? '');
  if (attempt === undefined) return;
  const { card: asked, card_present: present, ...rest } = attempt.payment_method_details;
  const card = asked === undefined ? undefined : { ...asked, checks: more.checks ?? asked.checks };
  world.store.put(world.tables.setupAttempt, {
    ...attempt,
    payment_method_details: {
      ...(card === undefined ? {} : { card: more.authenticated === true ? authenticated(world, card) : card }),
      ...(present === undefined
        ? {}
        : { card_present: { ...present, generated_card: more.generatedCard ?? present.generated_card } }),
      ...rest,
    },
    setup_error: more.error ?? null,
    status,
  });
}

function detailsOf(method: PaymentMethod): SetupAttempt['payment_method_details'] {
  const { card } = method;
  if (card !== undefined) return { card: cardOf(card), type: 'card' };
  if (method.type === 'card_present') {
    return { card_present: { generated_card: null, offline: null }, type: 'card_present' };
  }
  return { [method.type]: {}, type: method.type };
}

function cardOf(card: NonNullable<PaymentMethod['card']>): SetupAttemptCard {
  const { brand, checks, country, exp_month, exp_year, fingerprint, funding, last4, wallet } = card;
  return {
    brand,
    checks,
    country,
    exp_month,
    exp_year,
    fingerprint,
    funding,
    last4,
    network: brand,
    three_d_secure: null,
    wallet: wallet === null ? null : { [wallet.type]: {}, type: wallet.type },
  };
}

function authenticated(world: World, card: SetupAttemptCard): SetupAttemptCard {
  return {
    ...card,
    three_d_secure: {
      authentication_flow: 'challenge',
      electronic_commerce_indicator: '05',
      result: 'authenticated',
      result_reason: null,
      transaction_id: world.ids.letters('three_d_secure', 28),
      version: '2.2.0',
    },
  };
}

const listAll = operation<Stripe.SetupAttemptListParams>({
  method: 'GET',
  path: '/v1/setup_attempts',
  run({ world, params }) {
    const { setup_intent: intent } = params;
    if (world.tables.setupIntent.get(intent) === undefined) throw missing('setupintent', intent, 'setup_intent', 400);
    return list(
      {
        table: world.tables.setupAttempt,
        what: 'setup_attempt',
        url: '/v1/setup_attempts',
        index: ['setup_intent', intent],
      },
      params,
    );
  },
});

export const setupAttemptOperations = [listAll];
