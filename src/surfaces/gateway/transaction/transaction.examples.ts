/** What to try in Swagger UI: each variant of a body once. */

const CARD = { card: { number: '4012000098765439', expiration_date: '12/30', cvc: '999' } };
const SALE = { type: 'sale', amount: 1112 };

export const PROCESS_EXAMPLES = {
  card: {
    summary: 'a sale by card',
    value: {
      ...SALE,
      tax_amount: 100,
      shipping_amount: 100,
      currency: 'USD',
      description: 'Order 1001',
      order_id: 'someOrderID',
      po_number: 'somePONumber',
      payment_method: CARD,
      billing_address: { first_name: 'John', last_name: 'Smith', postal_code: '60187', country: 'US' },
    },
  },
  authorize: {
    summary: 'an authorization, to be captured later',
    value: { ...SALE, type: 'authorize', payment_method: CARD },
  },
  verification: { summary: 'whether a card is good', value: { type: 'verification', payment_method: CARD } },
  credit: {
    summary: 'a credit without a charge: declined with 410',
    value: { ...SALE, type: 'credit', payment_method: CARD },
  },
  base: {
    summary: 'a sale with fees on top',
    value: {
      type: 'sale',
      base_amount: 1299,
      payment_adjustment: { type: 'percentage', value: 3500 },
      payment_method: CARD,
    },
  },
  vault: {
    summary: 'a sale by card, whose holder becomes a customer of the vault',
    value: { ...SALE, create_vault_record: true, payment_method: CARD },
  },
  ach: {
    summary: 'a sale by bank account',
    value: {
      ...SALE,
      payment_method: {
        ach: { routing_number: '490000018', account_number: '999999', sec_code: 'ccd', account_type: 'checking' },
      },
    },
  },
  customer: {
    summary: 'a sale to a customer of the vault',
    value: { ...SALE, payment_method: { customer: { id: 'b798ls2q9qq646ksu070' } } },
  },
  terminal: {
    summary: 'a sale at a terminal: the answer waits for the card',
    value: {
      ...SALE,
      payment_method: { terminal: { id: '1ucio551tlv85l7moe5s', print_receipt: 'both', signature_required: true } },
    },
  },
  apm: {
    summary: 'a sale by Alipay: the payer opens the page of the answer',
    value: {
      ...SALE,
      payment_method: {
        apm: {
          ...{ type: 'alipay', merchant_redirect_url: 'https://shop.example.com/back' },
          ...{ locale: 'en-US', mobile_view: false },
        },
      },
    },
  },
  token: { summary: 'a sale by a token of Stripe.js', value: { ...SALE, payment_method: { token: 'pm_card_visa' } } },
};

export const CAPTURE_EXAMPLES = {
  all: { summary: 'all that is held', value: {} },
  part: { summary: 'a part; the rest is released', value: { amount: 7500, tax_amount: 500 } },
};

export const REFUND_EXAMPLES = {
  all: { summary: 'all that is left', value: {} },
  part: { summary: 'a part', value: { amount: 400 } },
};
