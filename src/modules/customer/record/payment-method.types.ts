export const METHOD_TYPES = ['card', 'ach'] as const;
export type MethodType = (typeof METHOD_TYPES)[number];

/** Contract gateway 11.7. */
export const METHOD_FLAGS = [
  'surcharge_exempt',
  'applepay',
  'closed_contact',
  'contact',
  'locked_security',
  'locked_stop_recurring',
] as const;
export type MethodFlag = (typeof METHOD_FLAGS)[number];

interface StoredMethod {
  /** Id of ours, an xid: it stays while the method at Stripe behind it is replaced. */
  readonly id: string;
  /** `pm_…` */
  readonly providerMethodId: string;
  readonly flags: readonly MethodFlag[];
  /**
   * Stripe's fingerprint: the same card has the same one, whoever's it is, in this Stripe account only. It says nothing of the
   * number to anybody else. Absent in older records.
   */
  readonly instrument?: string;
  readonly createdAt: Date;
}

export interface VaultCard extends StoredMethod {
  readonly type: 'card';
  /** Stripe's word, e.g. `visa`. */
  readonly brand: string;
  /** 1 to 12. */
  readonly expiryMonth: number;
  /** Four digits. */
  readonly expiryYear: number;
  /** `411111******1111`; never the number. */
  readonly maskedNumber: string;
}

export interface VaultBankAccount extends StoredMethod {
  readonly type: 'ach';
  readonly accountType: 'checking' | 'savings';
  readonly secCode: 'web' | 'ccd' | 'ppd';
  readonly routingNumber: string;
  /** `****6789`; never the number. */
  readonly maskedAccountNumber: string;
}

/** A bank account in the SEPA area. The gateway does not show it, and it is nobody's default. */
export interface VaultSepaDebit extends StoredMethod {
  readonly type: 'sepa';
  /** `ES91****1332`; never the number. */
  readonly maskedIban: string;
  /** Keyed hash of the number, by which the same one is known again; goes with the method. */
  readonly numberHash: string;
}

export type VaultMethod = VaultCard | VaultBankAccount | VaultSepaDebit;

/** The facts of a method that the API shows, without the ids by which it is stored here and at Stripe. */
export type MethodFacts =
  | Omit<VaultCard, keyof StoredMethod>
  | Omit<VaultBankAccount, keyof StoredMethod>
  | Omit<VaultSepaDebit, keyof StoredMethod>;
