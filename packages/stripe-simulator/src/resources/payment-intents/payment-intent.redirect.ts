import { docUrl, invalidRequest, missingParam } from '../../api/errors.js';
import { endOfDay, redirectMethod, voucherFate } from '../../cards/redirect-methods.js';
import type { NextAction, PaymentIntent } from '../../objects/payment-intent.js';
import type { PaymentMethod } from '../../objects/payment-method.js';
import type { World } from '../../world.js';
import { currentAuthentication, requestPage } from '../authentication.js';
import { emit } from '../events/events.js';
import { later } from '../jobs.js';
import { voucherNumber } from '../vouchers.js';
import { futureUsage, refuse } from './payment-intent.outcome.js';
import { unexpectedState } from './payment-intent.state.js';

/** Stripe tells within ten days that a voucher was not paid: seconds here. */
const VOUCHER_FAILS_MS = 5_000;
/** A transparent pixel. */
const QR_CODE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** Sends the payer to the page on which they pay. Throws Stripe's 400 for what such a method cannot do. */
export function sendPayer(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  returnUrl: string | null,
): PaymentIntent {
  checkSendable(intent, method, returnUrl);
  const { source, url } = requestPage(world, intent, returnUrl);
  const asked = world.store.put(world.tables.paymentIntent, {
    ...intent,
    next_action: actionOf(world, intent, method, { url, source, returnUrl: returnUrl ?? '' }),
    status: 'requires_action',
  });
  emit(world, 'payment_intent.requires_action', asked);
  if (method.oxxo !== undefined) planVoucher(world, asked, method, source);
  return asked;
}

function checkSendable(intent: PaymentIntent, method: PaymentMethod, returnUrl: string | null): void {
  if (redirectMethod(method.type)?.comesBack === true && returnUrl === null) {
    throw invalidRequest('A `return_url` must be provided to confirm a PaymentIntent that redirects the payer.', {
      code: 'payment_intent_redirect_confirmation_without_return_url',
      param: 'return_url',
    });
  }
  if (futureUsage(intent, method) !== null) {
    throw invalidRequest(`PaymentMethods of type ${method.type} cannot be saved for later payments.`, {
      code: 'payment_intent_invalid_parameter',
      param: 'setup_future_usage',
    });
  }
  // https://docs.stripe.com/payments/wechat-pay/accept-a-payment: "client" is sent with each confirmation.
  const { wechat_pay: options } = intent.payment_method_options;
  const client = 'payment_method_options[wechat_pay][client]';
  if (method.wechat_pay === undefined || options?.client === 'web') return;
  if (options?.client === undefined || options.client === null) throw missingParam(client);
  throw invalidRequest(`The client ${options.client} of WeChat Pay is not available: only web is.`, { param: client });
}

function actionOf(
  world: World,
  intent: PaymentIntent,
  method: PaymentMethod,
  { url, source, returnUrl }: { url: string; source: string; returnUrl: string },
): NextAction {
  if (method.alipay !== undefined) {
    const handle = { native_data: null, native_url: null, return_url: returnUrl, url };
    return { alipay_handle_redirect: handle, type: 'alipay_handle_redirect' };
  }
  if (method.wechat_pay !== undefined) {
    const code = {
      data: `weixin://wxpay/bizpayurl?pr=${source}`,
      hosted_instructions_url: url,
      image_data_url: QR_CODE,
      image_url_png: `${world.url}/qr/${source}.png`,
      image_url_svg: `${world.url}/qr/${source}.svg`,
    };
    return { type: 'wechat_pay_display_qr_code', wechat_pay_display_qr_code: code };
  }
  if (method.oxxo !== undefined) {
    const { expiresAfter } = voucherFate(method.billing_details.email ?? '');
    const days = intent.payment_method_options.oxxo?.expires_after_days ?? 0;
    const voucher = {
      expires_after:
        expiresAfter === null ? endOfDay(world.clock.now(), days) : world.clock.seconds() + expiresAfter / 1000,
      hosted_voucher_url: url,
      number: voucherNumber(world, intent.id),
    };
    return { oxxo_display_details: voucher, type: 'oxxo_display_details' };
  }
  return { redirect_to_url: { return_url: returnUrl, url }, type: 'redirect_to_url' };
}

function planVoucher(world: World, intent: PaymentIntent, method: PaymentMethod, source: string): void {
  const expires = intent.next_action?.oxxo_display_details?.expires_after ?? 0;
  const { paidAfter } = voucherFate(method.billing_details.email ?? '');
  if (paidAfter !== null) later(world, paidAfter, 'pay_voucher', source);
  later(world, Math.max(0, expires * 1000 - world.clock.now()), 'expire_voucher', source);
}

/**
 * Job: the voucher's last day is over. The PaymentIntent is `processing` until the shop told whether it was paid.
 * https://docs.stripe.com/payments/oxxo/accept-a-payment, "Handle post-payment events"
 */
export function expireVoucher(world: World, source: string): void {
  const intent = intentOfVoucher(world, source, 'requires_action');
  if (intent === undefined) return;
  const processing = world.store.put(world.tables.paymentIntent, {
    ...intent,
    next_action: null,
    status: 'processing',
  });
  emit(world, 'payment_intent.processing', processing);
  later(world, VOUCHER_FAILS_MS, 'fail_voucher', source);
}

/** Job: nobody paid the expired voucher. */
export function failVoucher(world: World, source: string): void {
  const intent = intentOfVoucher(world, source, 'processing');
  if (intent !== undefined) voucherExpired(world, intent);
}

/** Opens the intent for another method after a voucher that nobody paid. */
export function voucherExpired(world: World, intent: PaymentIntent) {
  const method = world.tables.paymentMethod.get(intent.payment_method ?? '');
  const code = 'payment_intent_payment_attempt_expired';
  return refuse(world, intent, {
    code,
    doc_url: docUrl(code),
    message: 'The customer did not pay the OXXO voucher before it expired.',
    ...(method === undefined ? {} : { payment_method: method }),
    type: 'invalid_request_error',
  });
}

function intentOfVoucher(world: World, source: string, status: PaymentIntent['status']): PaymentIntent | undefined {
  const intent = world.tables.paymentIntent.get(world.tables.authentication.get(source)?.intent ?? '');
  if (intent?.status !== status || currentAuthentication(world, intent.id)?.id !== source) return undefined;
  return world.tables.paymentMethod.get(intent.payment_method ?? '')?.oxxo === undefined ? undefined : intent;
}

/** "OXXO vouchers can't be canceled before expiration": https://docs.stripe.com/payments/oxxo/accept-a-payment */
export function checkNoVoucher(world: World, intent: PaymentIntent): void {
  const open = intent.status === 'requires_action' || intent.status === 'processing';
  if (!open || world.tables.paymentMethod.get(intent.payment_method ?? '')?.oxxo === undefined) return;
  throw unexpectedState(
    intent,
    `You cannot cancel this PaymentIntent because it has a status of ${intent.status} and an OXXO voucher that can still be paid.`,
  );
}
