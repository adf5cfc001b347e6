/** Bodies as JSON; as a form they are written `email=test%40example.com&metadata[order_id]=abcdefg&payment_details=pm_card_visa`. */

const METADATA = { order_id: 'abcdefg' };

const CARD = {
  type: 'credit_card',
  number: '4111111111111111',
  month: '1',
  year: '2035',
  verification_value: '123',
  name: 'Taro Yamada',
};

export const CREATE_EXAMPLES = {
  token: {
    summary: 'a token',
    value: { email: 'test@example.com', metadata: METADATA, payment_details: 'pm_card_visa' },
  },
  card: {
    summary: 'a card, as `payment_details[number]=…` in a form',
    value: { email: 'test@example.com', currency: 'JPY', payment_details: CARD },
  },
};

export const UPDATE_EXAMPLES = {
  source: { summary: 'another card', value: { payment_details: 'pm_card_mastercard' } },
  metadata: { summary: 'other metadata, as `metadata[order_id]=…` in a form', value: { metadata: METADATA } },
  cleared: { summary: 'no address any more, as `email=` in a form', value: { email: '' } },
};
