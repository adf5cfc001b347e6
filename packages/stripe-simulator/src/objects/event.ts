import type { Metadata } from './common.js';

export interface Event {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  data: { object: unknown; previous_attributes?: Record<string, unknown> };
  livemode: false;
  /** Deliveries still open; counted when the event is shown. */
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: string;
}

/** A webhook endpoint with the simulator's own fields, which `webhookEndpointView` takes off. */
export interface WebhookEndpoint {
  id: string;
  object: 'webhook_endpoint';
  api_version: string | null;
  application: null;
  created: number;
  description: string | null;
  enabled_events: string[];
  livemode: false;
  metadata: Metadata;
  secret: string;
  status: 'enabled' | 'disabled';
  url: string;
  /** Signs too while a secret is being rotated. */
  previous_secret: string | null;
  /** Until when, in epoch milliseconds of simulator time; null (or absent in an old journal): until it is taken away. */
  previous_secret_until?: number | null;
  /** Registered through `PUT /_sim/webhooks`. */
  managed: boolean;
}

/** One event on its way to one endpoint. Times are epoch milliseconds of simulator time. */
export interface Delivery {
  id: string;
  event: string;
  type: string;
  /** Id of the event's object. */
  object: string;
  endpoint: string;
  url: string;
  created: number;
  attempts: DeliveryAttempt[];
  /** When it is tried next; null when it is finished. */
  next_at: number | null;
  delivered: boolean;
}

/** `status` is the code or a word for what went wrong, `answer` the beginning of the body, `ms` real time. */
export interface DeliveryAttempt {
  at: number;
  status: number | string;
  answer?: string;
  ms?: number;
  duplicate?: true;
}

/** A saved answer under an idempotency key; the id is the key. */
export interface SavedAnswer {
  id: string;
  at: number;
  endpoint: string;
  paramsHash: string;
  requestId: string;
  status: number;
  /** API version of the answer; a journal of an earlier release has none. */
  version?: string;
  /** What was answered. Kept as the value: it shares its rows, and gives the same bytes each time. */
  value: unknown;
}

/** A token made from a card, usable once. */
export interface Token {
  id: string;
  object: 'token';
  card: TokenCard;
  client_ip: string;
  created: number;
  livemode: false;
  type: 'card';
  used: boolean;
  /** Not shown. */
  number: string;
}

export interface TokenCard {
  id: string;
  object: 'card';
  address_city: string | null;
  address_country: string | null;
  address_line1: string | null;
  address_line1_check: string | null;
  address_line2: string | null;
  address_state: string | null;
  address_zip: string | null;
  address_zip_check: string | null;
  brand: string;
  country: string;
  cvc_check: string | null;
  dynamic_last4: null;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  funding: string;
  last4: string;
  metadata: Metadata;
  name: string | null;
  networks: { preferred: null };
  regulated_status: string;
  tokenization_method: null;
}

/** Something due later in simulator time, such as the settlement of a bank debit. `at` in epoch milliseconds. */
export interface Job {
  id: string;
  at: number;
  kind: string;
  ref: string;
}
