import type { Meta, Order, PaymentIntent } from './model.types.js';

export interface Charge {
  readonly pi: string;
  readonly amount: number;
  readonly meta: Meta;
}

export interface StripeRefund {
  readonly id: string;
  readonly pi: string;
  readonly amount: number;
  readonly rid: string;
}

/** What comes back over the network; `net` is no answer at all. */
export interface Answer {
  readonly s?: number;
  readonly code?: string;
  readonly net?: true;
  readonly intent?: PaymentIntent;
  readonly refund?: StripeRefund;
  readonly refunds?: readonly StripeRefund[];
}

export interface SavedKey {
  readonly signature: string;
  busy: boolean;
  readonly at: number;
  answer?: Answer;
}

export type Call =
  | { readonly op: 'create'; readonly p: Order & { readonly meta: Meta; readonly confirm?: true } }
  | { readonly op: 'get' | 'confirm' | 'cancel' | 'listRefunds'; readonly p: { readonly pi: string } }
  | { readonly op: 'refund'; readonly p: { readonly pi: string; readonly amount: number; readonly rid: string } };

export const FAULTS = ['drop', 'late', '429', '500pre', '500post', 'lose', 'reset0', 'reset1'] as const;
export type Fault = (typeof FAULTS)[number];
