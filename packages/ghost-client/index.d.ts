declare function ghost(options: ghost.Options): ghost.Client;

declare namespace ghost {
  interface Options {
    publicKey: string;
    secretKey: string;
    /** Up to and with `/ghost`; default `http://127.0.0.1:3000/ghost`. */
    baseUrl?: string | URL;
    /** Time for one try; default 60,000. */
    timeoutMs?: number;
    /** Number of further tries of calls that may be sent again; default 4. */
    maxRetries?: number;
  }

  interface Account {
    id: number;
    name: string;
    email: string | null;
    currency: string;
    publicKey: string;
    createdAt: string;
    updatedAt: string;
  }

  interface Customer {
    id: string;
    email: string | null;
    description: string | null;
    defaultCardId: string | null;
    createdAt: string;
    updatedAt: string;
  }

  interface Card {
    id: string;
    customerId: string;
    brand: string;
    last4: string;
    /** Two digits. */
    expMonth: string;
    /** Four digits. */
    expYear: string;
    createdAt: string;
  }

  interface Charge {
    id: string;
    /** In the currency's smallest unit. */
    amount: number;
    currency: string;
    cardId: string;
    customerId: string;
    description: string | null;
    status: 'succeeded' | 'pending' | 'failed';
    createdAt: string;
  }

  interface Doc<T> {
    doc: T;
  }

  interface Deleted {
    success: true;
  }

  interface NewCharge {
    /** In the currency's smallest unit: 1000 is 10.00 USD. */
    amount: number;
    customerId: string;
    /** Default: the customer's default card. */
    cardId?: string;
    description?: string;
    currency?: string;
  }

  interface ChargeOptions {
    /** To repeat a call whose answer was lost, after a restart too: the `idempotencyKey` of its error. */
    idempotencyKey?: string;
  }

  interface CardNumbers {
    number: string | number;
    expMonth: string | number;
    expYear: string | number;
    cvc: string | number;
  }

  type NewCard = { customerId: string } & (CardNumbers | { token: string });

  interface Client {
    account: { get(input: { accountId: number | string }): Promise<Doc<Account>> };
    charge: { create(input: NewCharge, options?: ChargeOptions): Promise<Doc<Charge>> };
    customerCard: {
      get(input: { customerId: string; cardId: string }): Promise<Doc<Card>>;
      create(input: NewCard): Promise<Doc<Card>>;
      delete(input: { customerId: string; cardId: string }): Promise<Deleted>;
    };
    customer: {
      get(input: { customerId: string }): Promise<Doc<Customer>>;
      create(input?: { email?: string | null; description?: string | null }): Promise<Doc<Customer>>;
      update(input: { customerId: string; email?: string | null; description?: string | null }): Promise<Doc<Customer>>;
      delete(input: { customerId: string }): Promise<Deleted>;
    };
  }

  /** Error that every call rejects with, but for arguments that cannot be sent (TypeError). */
  class GhostError extends Error {
    /** The HTTP status; null when no answer came. */
    readonly status: number | null;
    /** Its reason phrase, `Network Error` without one. */
    readonly error: string;
    /** Key of a `charge.create`, with which the call may be made again. */
    readonly idempotencyKey?: string;
  }

  // oxlint-disable-next-line no-unused-vars
  const ghost: (options: Options) => Client;
}

export = ghost;
