import { brandOf, passesLuhn } from '../../cards/card-number.js';
import type { TerminalCard } from '../../cards/terminal-cards.js';
import { cardError } from '../../api/errors.js';
import type { CardPresentDetails, ChargeCardPresent } from '../../objects/card-present.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { frame, makeCard, storeMethod } from '../payment-methods/payment-method.make.js';
import { attachTo } from '../payment-methods/payment-method.use.js';

export type PresentType = 'card_present' | 'interac_present';

/** Refuses what is no card number, with Stripe's 402. */
export function checkNumber(number: string, param: string): void {
  if (/^\d{12,19}$/.test(number) && passesLuhn(number)) return;
  throw cardError({ code: 'incorrect_number', message: 'Your card number is incorrect.', param });
}

/** Stores the card that was held to a reader as a PaymentMethod; it is good for this one use. */
export function makePresentCard(world: World, made: TerminalCard, type: PresentType): PaymentMethod {
  return storeMethod(world, made.card.name, {
    ...frame(world, {}),
    [type]: detailsOf(world, made, type),
    type,
  });
}

/** The reusable card that the customer keeps of a payment or a setup at a reader. */
export function generateCard(
  world: World,
  made: TerminalCard,
  kept: { customer: string | null; allowRedisplay: string },
  from: { charge?: string; details?: ChargeCardPresent; setupAttempt?: string },
): PaymentMethod {
  const { month, year } = expiry(world);
  const card = makeCard(
    world,
    { card: made.card, month, year, cvcGiven: false },
    { allowRedisplay: kept.allowRedisplay },
  );
  if (card.card === undefined) throw new Error(`${card.id} is no card`);
  const generated = world.store.put(world.tables.paymentMethod, {
    ...card,
    card: {
      ...card.card,
      generated_from: {
        charge: from.charge ?? null,
        payment_method_details:
          from.details === undefined ? null : { card_present: from.details, type: 'card_present' },
        setup_attempt: from.setupAttempt ?? null,
      },
    },
  });
  return kept.customer === null ? generated : attachTo(world, generated, kept.customer);
}

function detailsOf(world: World, { card, brand: named }: TerminalCard, type: PresentType): CardPresentDetails {
  const brand = named ?? brandOf(card.number);
  const { month, year } = expiry(world);
  return {
    brand,
    ...(type === 'card_present' ? { brand_product: null } : {}),
    cardholder_name: null,
    country: card.country ?? 'US',
    exp_month: month,
    exp_year: year,
    fingerprint: world.ids.of(`card|${card.number}`, 16),
    funding: card.funding ?? 'credit',
    last4: card.number.slice(-4),
    networks: { available: [brand], preferred: null },
    ...(type === 'card_present' ? { offline: { stored_at: null, type: null } } : {}),
    preferred_locales: ['en'],
    read_method: 'contact_emv',
  };
}

/** Cards at readers expire next year. */
function expiry(world: World): { month: number; year: number } {
  const now = new Date(world.clock.now());
  return { month: now.getUTCMonth() + 1, year: now.getUTCFullYear() + 1 };
}
