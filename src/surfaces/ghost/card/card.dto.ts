import { Matches } from 'class-validator';
import { CardDigits, IsCardCode, IsCardNumber, IsExpiryYear, IsStripeToken } from '../../shared/card-rules.js';
import { MayBeAbsent } from '../../shared/field-rules.js';

const EXP_MONTH = Matches(/^(0[1-9]|1[0-2])$/, { message: '$property must be 01 to 12' });

const NUMBERS = 'Taken towards the simulator, else only with `ALLOW_RAW_CARD_DATA`; never stored.';

/** Either a token, or the other four. */
export class NewGhostCard {
  @CardDigits(0, IsCardNumber(), {
    description: `12 to 19 digits; 17 and more only as a text, because JSON's numbers are not exact there. ${NUMBERS}`,
    example: '4242424242424242',
  })
  number?: string;

  @CardDigits(2, EXP_MONTH, { description: '`01` to `12`.', example: '02' })
  expMonth?: string;

  @CardDigits(4, IsExpiryYear(), { description: 'Four digits.', example: '2028' })
  expYear?: string;

  @CardDigits(3, IsCardCode(), {
    description: 'Three or four digits. Passed on to Stripe, stored nowhere.',
    example: '123',
  })
  cvc?: string;

  /**
   * Token of a card, in place of the other fields; `tok_…` works once.
   * @example "pm_card_visa"
   */
  @MayBeAbsent()
  @IsStripeToken()
  token?: string;
}

export class GhostCard {
  /** @example "card_bl6nqk69ku6897l45fq0" */
  id!: string;

  /** @example "customer_bl6nqk69ku6897l45fp0" */
  customerId!: string;

  /** @example "visa" */
  brand!: string;

  /** @example "4242" */
  last4!: string;

  /** @example "02" */
  expMonth!: string;

  /** @example "2028" */
  expYear!: string;

  /** @example "2024-05-01T10:00:00.000Z" */
  createdAt!: string;
}

export class GhostCardAnswer {
  doc!: GhostCard;
}

export const CARD_EXAMPLES = {
  card: { summary: 'a card', value: { number: '4242424242424242', expMonth: '02', expYear: '2028', cvc: '123' } },
  numbers: {
    summary: 'the same in numbers',
    value: { number: 4242424242424242, expMonth: 2, expYear: 2028, cvc: 123 },
  },
  token: { summary: 'a token', value: { token: 'pm_card_visa' } },
};
