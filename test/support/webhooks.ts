import { getModelToken } from '@nestjs/mongoose';
import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from 'mongoose';
import { INBOX_MODEL } from '../../src/platform/stripe/webhook/inbox.schema.js';
import { InboxWorker } from '../../src/platform/stripe/webhook/inbox-worker.js';
import type { InboxRow } from '../../src/platform/stripe/webhook/provider-event.types.js';
import { DeploymentService } from '../../src/modules/merchant/deployment.service.js';
import { TEST_WEBHOOK_SECRET, type TestApp } from './app.js';
import type { HttpAnswer } from './http-client.js';

export type EventBody = Record<string, unknown>;

/** An event as Stripe sends it; `over` replaces top-level fields, with nonsense too. */
export function eventBody(type: string, object: unknown, over: EventBody = {}): EventBody & { id: string } {
  const event: EventBody = {
    id: `evt_${randomBytes(12).toString('hex')}`,
    object: 'event',
    api_version: '2026-01-28.clover',
    created: Math.floor(Date.now() / 1000),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    ...over,
  };
  return event as EventBody & { id: string };
}

export function hmac(payload: string | Buffer, seconds: number, secret: string = TEST_WEBHOOK_SECRET): string {
  return createHmac('sha256', secret).update(`${seconds}.`).update(payload).digest('hex');
}

/** `Stripe-Signature` as Stripe makes it. */
export function signature(payload: string | Buffer, seconds: number, secret?: string): string {
  return `t=${seconds},v1=${hmac(payload, seconds, secret)}`;
}

export function secondsNow(app: TestApp): number {
  return Math.floor(app.clock.now() / 1000);
}

/** Sends bytes to the webhook; signed now with the first secret unless a header is given, `null` for none at all. */
export function deliver(
  app: TestApp,
  payload: string | Buffer,
  header: string | null = signature(payload, secondsNow(app)),
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const signed: Record<string, string> = header === null ? {} : { 'stripe-signature': header };
  return app.http.post('/webhook/stripe', payload, { headers: { ...signed, ...headers } });
}

export const deliverEvent = (app: TestApp, event: EventBody) => deliver(app, JSON.stringify(event));

export function inbox(app: TestApp): Model<InboxRow> {
  return app.app.get<Model<InboxRow>>(getModelToken(INBOX_MODEL), { strict: false });
}

export async function inboxRow(app: TestApp, id: unknown): Promise<InboxRow> {
  const row = await inbox(app).findById(String(id)).lean<InboxRow>().exec();
  if (row === null) throw new Error(`no inbox row ${String(id)}`);
  return row;
}

/** Works off what is due in the inbox, instead of waiting for its tick. */
export async function workInbox(app: TestApp): Promise<void> {
  await app.clock.refresh();
  await app.app.get(InboxWorker, { strict: false }).pass();
}

export function deploymentId(app: TestApp): string {
  return app.app.get(DeploymentService, { strict: false }).id;
}

/** The messages that were sent, as files. */
export function outbox(app: TestApp): { name: string; eml: string }[] {
  const dir = join(app.config.dataDir, 'outbox');
  return filesOf(dir).map((name) => ({ name, eml: readFileSync(join(dir, name), 'utf8') }));
}

function filesOf(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // nothing was ever sent
  }
}
