import { getModelToken } from '@nestjs/mongoose';
import { randomBytes } from 'node:crypto';
import type { Model } from 'mongoose';
import Stripe from 'stripe';
import { PAYMENT_MODEL } from '../../src/modules/payment/record/payment.schema.js';
import { PaymentResolver } from '../../src/modules/payment/upkeep/payment-resolver.js';
import type { Payment } from '../../src/modules/payment/record/payment.types.js';
import type { TestApp } from './app.js';
import type { HttpAnswer } from './http-client.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function newCuid(): string {
  return `c${[...randomBytes(24)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}

/** A payer with a created payment, and every way to act on it that a test needs. */
export async function payer(app: TestApp) {
  const user = await app.register();
  const cuid = newCuid();
  const made = await app.http.post('/payment', { cuid }, { token: user.token });
  if (made.status !== 201) throw new Error(`create answered ${made.status}: ${made.text}`);
  const id = String(made.body['id']);
  const clientSecret = String(made.body['clientSecret']);
  return {
    ...user,
    cuid,
    id,
    clientSecret,
    create: () => app.http.post('/payment', { cuid }, { token: user.token }),
    confirm: (paymentMethodId: string): Promise<HttpAnswer> =>
      app.http.post('/payment/confirm', { cuid, paymentId: id, paymentMethodId }, { token: user.token }),
    read: () => app.http.get(`/payment/${id}`, { token: user.token }),
    list: () => app.http.get('/payment', { token: user.token }),
    /** The payer's own browser, with the client secret. */
    browserConfirm: (paymentMethod: string) => browserConfirm(app, { id, clientSecret, paymentMethod }),
    record: () => recordOf(app, id),
    charges: async () => (await app.simulator.ledger({ paymentIntent: id }))['charges'] as { amount: number }[],
  };
}

export type Payer = Awaited<ReturnType<typeof payer>>;

export async function recordOf(app: TestApp, providerPaymentId: string): Promise<Payment> {
  const payment = await payments(app).findOne({ providerPaymentId }).lean<Payment>().exec();
  if (payment === null) throw new Error(`no record of ${providerPaymentId}`);
  return payment;
}

export function payments(app: TestApp): Model<Payment> {
  return app.app.get<Model<Payment>>(getModelToken(PAYMENT_MODEL), { strict: false });
}

/** Runs the resolver until it has nothing due, instead of waiting for its tick. */
export async function resolve(app: TestApp): Promise<void> {
  await app.clock.refresh();
  await app.app.get(PaymentResolver, { strict: false }).pass();
}

function at(app: TestApp) {
  const url = new URL(app.simulator.url);
  return {
    host: url.hostname,
    port: Number(url.port),
    protocol: 'http' as const,
    maxNetworkRetries: 0,
    telemetry: false,
  };
}

/** As Stripe.js does it: publishable key and client secret, no idempotency key. Throws when Stripe refuses or declines. */
export async function browserConfirm(
  app: TestApp,
  pay: { id: string; clientSecret: string; paymentMethod: string },
): Promise<{ status: string; next_action: { redirect_to_url?: { url: string } } | null }> {
  const response = await fetch(`${app.simulator.url}/v1/payment_intents/${pay.id}/confirm`, {
    method: 'POST',
    signal: AbortSignal.timeout(3_000),
    headers: { authorization: 'Bearer pk_test_browser0123456789abcdef' },
    body: new URLSearchParams({
      client_secret: pay.clientSecret,
      payment_method: pay.paymentMethod,
      return_url: 'https://shop.example.com/done',
    }),
  });
  const body = (await response.json()) as { status: string; next_action: null; error?: { code: string } };
  if (!response.ok) throw new Error(`the browser was refused: ${body.error?.code}`);
  return body;
}

export function secret(app: TestApp): Stripe {
  return new Stripe('sk_test_simulator0123456789abcdef', at(app));
}

/** Polls until the assertion holds; the last failure is thrown after `ms`. */
export async function eventually(assertion: () => Promise<void>, ms = 40_000): Promise<void> {
  const until = performance.now() + ms;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve_) => setTimeout(resolve_, 50));
    }
  }
}
