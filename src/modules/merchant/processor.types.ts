/** A fixed amount in minor units, or thousandths of one percent. */
export interface ProcessorFee {
  readonly type: 'flat' | 'percentage';
  readonly value: number;
}

export interface ProcessorSurcharge extends ProcessorFee {
  /** Upper-case codes of states where the law allows no surcharge. */
  readonly bannedStates: readonly string[];
  /** First digits of debit and prepaid cards, which pay none. */
  readonly exemptBins: readonly string[];
}

export const PROCESSOR_METHODS = ['card', 'ach', 'terminal', 'apm'] as const;
export type ProcessorMethod = (typeof PROCESSOR_METHODS)[number];

/** Fee or discount of a processor, added to a price or taken off it; null: nothing of the kind (contract gateway, decision G81). */
export interface ProcessorTerms {
  readonly surcharge: ProcessorSurcharge | null;
  readonly serviceFee: ProcessorFee | null;
  readonly paymentAdjustment: ProcessorFee | null;
  readonly cashDiscount: ProcessorFee | null;
  readonly defaultTax: (ProcessorFee & { readonly include: boolean }) | null;
  readonly dualPricing: boolean;
  /** Kinds of payment method that it charges. */
  readonly methods: readonly ProcessorMethod[];
  /** A card that is sent by its number must come with its CVC. */
  readonly cvcRequired: boolean;
}

/** The way to Stripe, with the fees that a merchant takes for it. */
export interface Processor extends ProcessorTerms {
  /** An xid. */
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  /** The account's, used where a request and its user name none. */
  readonly isDefault: boolean;
}

export const NO_TERMS: ProcessorTerms = {
  surcharge: null,
  serviceFee: null,
  paymentAdjustment: null,
  cashDiscount: null,
  defaultTax: null,
  dualPricing: false,
  methods: PROCESSOR_METHODS,
  cvcRequired: false,
};

/** States that forbid surcharges on cards; those of a surcharge that names none. */
export const DEFAULT_BANNED_STATES = ['CT', 'MA'] as const;
