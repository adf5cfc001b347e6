import type Stripe from 'stripe';
import { toProviderPayment } from './stripe-translate.js';

const PAGE = 'https://hooks.stripe.com/page';

/** The fields that are read, as Stripe sends them. */
function intent(next: object | null): Stripe.PaymentIntent {
  const fields = { id: 'pi_1', status: next === null ? 'succeeded' : 'requires_action', amount: 500, currency: 'usd' };
  return {
    ...fields,
    amount_received: 0,
    created: 1,
    metadata: {},
    livemode: false,
    next_action: next,
  } as Stripe.PaymentIntent;
}

it.each([
  ['Alipay', { type: 'alipay_handle_redirect', alipay_handle_redirect: { url: PAGE } }, PAGE, 'customer'],
  [
    'WeChat Pay',
    {
      type: 'wechat_pay_display_qr_code',
      wechat_pay_display_qr_code: { data: 'weixin://', hosted_instructions_url: PAGE },
    },
    PAGE,
    'customer',
  ],
  ['Klarna or 3-D Secure', { type: 'redirect_to_url', redirect_to_url: { url: PAGE } }, PAGE, 'customer'],
  [
    'OXXO, whose voucher is paid days later,',
    { type: 'oxxo_display_details', oxxo_display_details: { hosted_voucher_url: PAGE } },
    PAGE,
    'money_under_way',
  ],
  [
    'OXXO without a page',
    { type: 'oxxo_display_details', oxxo_display_details: { hosted_voucher_url: null } },
    null,
    'money_under_way',
  ],
  ['3-D Secure in Stripe.js', { type: 'use_stripe_sdk', use_stripe_sdk: { stripe_js: PAGE } }, null, 'customer'],
  ['microdeposits', { type: 'verify_with_microdeposits' }, null, 'money_under_way'],
  ['nothing', null, null, null],
])('the page that the payer of %s has to open, and for what is waited', (_what, next, redirectUrl, nextAction) => {
  expect(toProviderPayment(intent(next))).toMatchObject({ redirectUrl, nextAction });
});
