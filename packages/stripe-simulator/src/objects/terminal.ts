import type { Address, ErrorBody, Metadata } from './common.js';

/** A place where readers stand. */
export interface Location {
  id: string;
  object: 'terminal.location';
  address: Address;
  configuration_overrides?: string;
  display_name: string;
  livemode: false;
  metadata: Metadata;
  phone?: string;
}

export interface Cart {
  currency: string;
  line_items: { amount: number; description: string; quantity: number }[];
  tax: number | null;
  total: number;
}

interface ProcessConfig {
  enable_customer_cancellation?: boolean;
  return_url?: string;
  skip_tipping?: boolean;
  tipping?: { amount_eligible?: number };
}

export interface ReaderRefund {
  amount?: number;
  charge?: string;
  metadata?: Metadata;
  payment_intent?: string;
  reason?: string;
  refund?: string;
  refund_application_fee?: boolean;
  refund_payment_config?: { enable_customer_cancellation?: boolean };
  reverse_transfer?: boolean;
}

/** What a reader was last asked to do. */
export interface ReaderAction {
  api_error: ErrorBody | null;
  failure_code: string | null;
  failure_message: string | null;
  process_payment_intent?: { payment_intent: string; process_config?: ProcessConfig };
  process_setup_intent?: {
    generated_card?: string;
    process_config?: { enable_customer_cancellation?: boolean };
    setup_intent: string;
  };
  refund_payment?: ReaderRefund;
  set_reader_display?: { cart: Cart | null; type: 'cart' };
  status: 'failed' | 'in_progress' | 'succeeded';
  type: 'process_payment_intent' | 'process_setup_intent' | 'refund_payment' | 'set_reader_display';
}

export interface Reader {
  id: string;
  object: 'terminal.reader';
  action: ReaderAction | null;
  device_sw_version: string;
  device_type: string;
  ip_address: string;
  label: string;
  /** Epoch milliseconds, unlike Stripe's other times. */
  last_seen_at: number;
  livemode: false;
  location: string | null;
  metadata: Metadata;
  serial_number: string;
  status: 'offline' | 'online';
}

export interface DeletedReader {
  id: string;
  object: 'terminal.reader';
  deleted: true;
  device_type: string;
  serial_number: string;
}

/** What the simulator knows of a reader and Stripe does not show. Kept under the reader's id. */
export interface ReaderSecret {
  id: string;
  /** Set by `POST /_sim/terminal/readers/:id`. */
  trouble: 'busy' | 'timeout' | null;
  /** Of the card that a SetupIntent at this reader makes. */
  allow_redisplay: string;
}
